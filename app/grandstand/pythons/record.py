"""A Python: one interpreter that was found, as data. Any thread."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import Any

from grandstand.pythons import question

LEAST = (3, 9)
"""The oldest version whose interpreters can run the engine."""

_VERSION = re.compile(r"(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?")


@dataclass(frozen=True)
class Python:
    """One that can be used, or that cannot, and then ``reason`` says why in words.

    ``name`` is what people call it, unique in the list that it came in. ``version``, ``implementation`` and what
    follows from them are '' or None where it did not say. ``gil``: whether the GIL is on when it starts.
    ``interpreters``: whether it has sub-interpreters for use from Python (3.14 and newer). ``environment``: the
    folder of the virtual or conda environment that it belongs to, '' for none. ``source``: where it was found.
    """

    executable: str
    name: str = ""
    version: str = ""
    implementation: str = ""
    free_threaded: bool | None = None
    gil: bool | None = None
    interpreters: bool | None = None
    environment: str = ""
    prefix: str = ""
    base_prefix: str = ""
    base_executable: str = ""
    bits: int | None = None
    libc: str = ""
    abi: str = ""
    build: str = ""
    lacks: tuple[str, ...] = ()
    """Modules of the standard library that workers use and that it has not."""
    source: str = ""
    own: bool = False
    """The app's own: the one that runs this."""
    project: bool = False
    """The environment of the working folder."""
    added: bool = False
    """A person has added its path."""
    usable: bool = True
    reason: str = ""
    stamp: tuple[Any, ...] = field(default=(), compare=False)
    """Of the file when it was asked: another one now means that it was upgraded, or replaced."""

    @property
    def numbers(self) -> tuple[int, int, int]:
        """(3, 14, 0), or (0, 0, 0) where the version is not known. Of a version before its release too."""
        return numbers(self.version)

    def document(self) -> dict[str, Any]:
        """An entry of ``pythons --json`` (docs/json.md)."""
        return {
            "name": self.name,
            "version": self.version or None,
            "implementation": self.implementation or None,
            "executable": self.executable,
            "free_threaded": self.free_threaded,
            "gil": self.gil,
            "interpreters": self.interpreters,
            "environment": self.environment or None,
            "usable": self.usable,
            "reason": self.reason or None,
            "own": self.own,
            "project": self.project,
            "added": self.added,
            "source": self.source,
            "base": self.base_executable or None,
            "bits": self.bits,
            "libc": self.libc or None,
            "lacks": list(self.lacks),
        }

    def short_document(self) -> dict[str, Any]:
        """``python`` in other documents."""
        return short_document(self.version, self.implementation, self.free_threaded, self.gil)


def numbers(version: str) -> tuple[int, int, int]:
    match = _VERSION.match(version)
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else (0, 0, 0)


def running() -> dict[str, Any]:
    """``python`` of the interpreter that runs this, as it is now: {version, implementation, free_threaded, gil}."""
    return short_document(
        question.version(), _implementation(), free_threaded=question.free_threaded(), gil=question.gil()
    )


def short_document(version: str, implementation: str, free_threaded: bool | None, gil: bool | None) -> dict[str, Any]:
    return {
        "version": version or None,
        "implementation": implementation or None,
        "free_threaded": free_threaded,
        "gil": gil,
    }


def _implementation() -> str:
    import platform

    return platform.python_implementation() or sys.implementation.name
