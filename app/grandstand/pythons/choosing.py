"""One Python out of many, by what a person calls it: a name, a version, a path. Any thread but the window's.

In this order: the path of a file or an environment (with a separator in it), a name from the list, a version
('3.14t', '3.13', '3.11.7', 'pypy3.10'), a part of a name that only one has.
'free-threaded' is any of that kind. Of several that have the version, the newest is taken, an installation before an
environment, and the app's own before its like.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from grandstand import invocation
from grandstand.plain import one_line
from grandstand.pythons import names
from grandstand.pythons.finding import Progress, examine, find
from grandstand.pythons.record import Python, numbers

_SPEC = re.compile(
    r"(?P<kind>[a-z]+)?[ -]?(?P<version>\d{1,3}(?:\.\d{1,3}){0,2}(?:(?:a|b|rc)\d{1,3})?)?(?P<t>t)?", re.I
)
_KINDS = {"python": "cpython", "py": "cpython", "cpython": "cpython", "pypy": "pypy", "graalpy": "graalpy"}


FREE_THREADED = "free-threaded"
"""Any of them, the newest first."""


class NoSuchPython(ValueError):
    """Nothing, more than one, or one that cannot be used. The text says which, and what there is."""


def called(python: Python) -> str:
    """What it is called on other machines as well: its version, '3.14t'; one of an environment by its name."""
    if python.environment or not python.version:
        return python.name
    return ".".join(map(str, python.numbers[:2])) + ("t" if python.free_threaded else "")


def known(text: str, pythons: Sequence[Python]) -> Python:
    """As ``resolve``, but nothing is asked: a path must be among ``pythons``. Raises NoSuchPython."""
    if is_path(text):
        full = os.path.abspath(os.path.expanduser(text))
        one = next((one for one in pythons if full in (one.executable, one.environment)), None)
        if one is None:
            raise NoSuchPython(f"There is no Python {one_line(text)} here. Add it under Python, in the window.")
        return _usable(one)
    return resolve(text, pythons)


def choose(
    text: str,
    progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Python:
    """The Python that ``text`` means. Looks around unless it is a path. Raises NoSuchPython, FindingCancelled."""
    if is_path(text):
        return _usable(examine(text, cancelled))
    return resolve(text, find(progress, cancelled))


def is_path(text: str) -> bool:
    """Whether it names a place rather than a name in the list: with a separator, or from home on."""
    return text.startswith("~") or os.sep in text.split(" · ")[0] or (os.altsep or os.sep) in text.split(" · ")[0]


def resolve(text: str, pythons: Sequence[Python]) -> Python:
    """The one of ``pythons`` that ``text`` means; only a path that is not among them is asked. Raises NoSuchPython."""
    wanted = text.strip()
    if not wanted:
        raise NoSuchPython(f"Which Python? Give a name, a version or a path. {_there_are(pythons)}")
    for called in (_by_name, _by_nickname):
        if (python := called(wanted.casefold(), pythons)) is not None:
            return _usable(python)
    if is_path(wanted):
        return _by_path(wanted, pythons)
    fitting = _by_version(wanted, pythons)
    if fitting is not None:
        if not fitting:
            raise NoSuchPython(_nothing(wanted, pythons))
        usable = [one for one in fitting if one.usable]
        return _usable(max(usable or fitting, key=_rank))
    part = [one for one in pythons if wanted.casefold() in one.name.casefold()]
    if len(part) == 1:
        return _usable(part[0])
    if part:
        raise NoSuchPython(f"'{one_line(wanted)}' matches several: {_names(part)}. Give more of the name.")
    raise NoSuchPython(_nothing(wanted, pythons))


def _by_name(wanted: str, pythons: Sequence[Python]) -> Python | None:
    return next((one for one in pythons if one.name.casefold() == wanted), None)


def _by_nickname(wanted: str, pythons: Sequence[Python]) -> Python | None:
    """The app's own and the project's have names of their own, which they keep when they are the same."""
    for one in pythons:
        folder = os.path.basename(one.environment).casefold()
        if one.own and wanted in ("own", names.OWN.casefold()):
            return one
        if one.project and wanted in ("project", folder, f"project {folder}"):
            return one
    if wanted == FREE_THREADED:
        return max((one for one in pythons if one.free_threaded and one.usable), key=_rank, default=None)
    return None


def _by_path(text: str, pythons: Sequence[Python]) -> Python:
    full = os.path.abspath(os.path.expanduser(text))
    for one in pythons:
        if full in (one.executable, one.environment):
            return _usable(one)
    python = examine(full)
    for one in pythons:  # it may be in the list under another path
        if python.version and (one.prefix, one.build, one.abi) == (python.prefix, python.build, python.abi):
            return _usable(replace(one, executable=python.executable, stamp=python.stamp))
    return _usable(python)


def _by_version(text: str, pythons: Sequence[Python]) -> list[Python] | None:
    """Those that it fits; None for what is no version."""
    spec = _SPEC.fullmatch(text)
    if spec is None or (kind := _KINDS.get((spec["kind"] or "cpython").lower())) is None:
        return None
    if not spec["version"] and (spec["t"] or kind == "cpython"):
        return None
    digits = spec["version"] or ""
    asked = [int(part) for part in re.findall(r"\d+", re.split(r"a|b|rc", digits)[0])]
    exact = digits if re.search("a|b|rc", digits) else ""
    return [
        one
        for one in pythons
        if one.version
        and (one.implementation or "CPython").lower() == kind
        and list(numbers(one.version)[: len(asked)]) == asked
        and (not exact or one.version == exact)
        and bool(one.free_threaded) is bool(spec["t"])
    ]


def _rank(one: Python) -> tuple[object, ...]:
    plain = one.own or not one.environment
    return (plain, not re.search("a|b|rc", one.version), one.numbers, one.own)


def _usable(one: Python) -> Python:
    if one.usable:
        return one
    raise NoSuchPython(f"{one.name} cannot be used. {one.reason}")


def _nothing(wanted: str, pythons: Sequence[Python]) -> str:
    called = one_line(wanted) if wanted[:1].isdigit() else f"called '{one_line(wanted)}'"
    return f"There is no Python {called} here. {_there_are(pythons)}"


def _there_are(pythons: Iterable[Python]) -> str:
    usable = [one for one in pythons if one.usable]
    told = f"There are: {_names(usable)}. " if usable else ""
    return f"{told}'{invocation.command('pythons')}' lists them all, and why some cannot be used."


def _names(pythons: Iterable[Python]) -> str:
    return ", ".join(one.name for one in pythons)
