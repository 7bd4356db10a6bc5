"""What a circumstance is made of."""

from __future__ import annotations

import functools
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.circumstances.commands import Place
from tests.places import ROOT

Codes = tuple[int, ...]
Needs = Callable[[], str]
"""Why a circumstance cannot be made here; '' when it can."""


@dataclass(frozen=True)
class Circumstance:
    """One entry of the list. Everything but the name and the commands has a default: nothing unusual.

    ``environment``: variables to set; None takes one away. Words in braces stand for the place's folders: {work},
    {out}, {tmp}, {home}. ``folder``: prepares the place. ``before``: a command line that starts the command (the same
    words in braces). ``limits``: by name of a RLIMIT. ``closed``: numbers of standard streams to close. ``stdout``: a
    file it goes to. ``more``: arguments after the command's own. ``python``: the interpreter's flags.
    ``then``: a signal, and the seconds after the workers began; None: sent at once when the process has begun.
    ``codes``: exit codes that are right, by command; the others must end with 0. ``says``: what must be read in what
    they print. ``fruitless``: commands that need not bring their result. ``needs``: see Needs.
    """

    name: str
    commands: Sequence[str]
    environment: Mapping[str, str | None] = field(default_factory=dict)
    empty: bool = False
    folder: Callable[[Place], None] | None = None
    inside: str = "{work}"
    before: Sequence[str] = ()
    limits: Mapping[str, int] = field(default_factory=dict)
    closed: Sequence[int] = ()
    stdout: str = ""
    reader_leaves: bool = False
    more: Mapping[str, Sequence[str]] = field(default_factory=dict)
    python: Sequence[str] = ()
    anybody: bool = False
    ignored: Sequence[signal.Signals] = ()
    then: signal.Signals | None = None
    codes: Mapping[str, Codes] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    silent: str = ""
    fruitless: Sequence[str] = ()
    needs: Sequence[Needs] = ()

    def why_not(self) -> str:
        """Why it cannot be made here; '' when it can."""
        wants = [*self.needs, *([an_interpreter_for_anybody] if self.anybody else [])]
        return next((why for why in (need() for need in wants) if why), "")


def filled(text: str, place: Place) -> str:
    """The text with the place's folders in it."""
    words = {"work": place.work, "out": place.out, "tmp": place.temporary, "home": place.home, "root": place.root}
    return re.sub(r"\{(\w+)\}", lambda match: str(words[match[1]]), text)


# -- what circumstances need ------------------------------------------------------------------------------------------


def root() -> str:
    return "" if os.geteuid() == 0 else "needs root"


def linux() -> str:
    return "" if sys.platform.startswith("linux") else "needs Linux"


def program(name: str) -> Needs:
    """That there is a program of this name."""
    return lambda: "" if shutil.which(name) else f"needs {name}"


@functools.cache
def mounts() -> str:
    """Folders can be mounted for one process alone: root of a machine, or of a container that allows it."""
    if not shutil.which("unshare"):
        return "needs unshare"
    done = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, text=True)
    return "" if done.returncode == 0 else f"needs a mount namespace: {done.stderr.strip()}"


def mounting(*commands: str) -> tuple[str, ...]:
    """``before`` of a circumstance with mounts of its own."""
    return ("unshare", "-m", "sh", "-ec", "; ".join([*commands, 'exec "$@"']), "sh")


NOBODY = 54321
"""A user that the system does not know."""


def as_nobody(*more: str) -> tuple[str, ...]:
    return ("setpriv", f"--reuid={NOBODY}", "--clear-groups", *more)


@functools.cache
def an_interpreter_for_anybody() -> str:
    """Another user can read this project, and an interpreter with its packages."""
    if root():
        return root()
    if not shutil.which("setpriv"):
        return "needs setpriv"
    if not _open_to_all(ROOT):
        return f"{ROOT} is not open to other users"
    return "" if anybodys_python() else "no interpreter with the packages is open to other users"


@functools.cache
def anybodys_python() -> tuple[str, dict[str, str]] | None:
    """This interpreter, or the system's of the same version with our packages."""
    if _open_to_all(Path(sys.executable)) and _open_to_all(Path(sys.base_prefix)):
        return sys.executable, {}
    packages = [path for path in sys.path if path.endswith("site-packages") and _open_to_all(Path(path))]
    other = f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"
    if packages and os.access(other, os.X_OK):
        return other, {"PYTHONPATH": os.pathsep.join(packages)}
    return None


def _open_to_all(path: Path) -> bool:
    path = path.resolve()
    return all(there.stat().st_mode & 0o001 for there in (path, *path.parents))
