"""What people call a Python: '3.14t (free-threaded)', '3.13 · project .venv', 'PyPy 3.10'. Pure.

The shortest name that no other one in the list has. Where two would be called the same, both tell more: the third
number of their version, then who keeps them, then where they are.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from grandstand.plain import one_line
from grandstand.pythons.record import Python

OWN = "Grandstand's own"
_PLAIN_NAMES = (".venv", "venv", ".env", "env", "virtualenv", ".virtualenv")
_LEVELS = 4


def named(pythons: Sequence[Python], home: str = "") -> list[Python]:
    """The same records with their names, in the same order."""
    levels = [0] * len(pythons)
    while True:
        # The app's own counts by its version alone: beside it, "3.11" would be the name of another 3.11.
        claimed = [
            _name(one, level, home).removesuffix(f" · {OWN}") if level < _LEVELS - 1 else _name(one, level, home)
            for one, level in zip(pythons, levels, strict=True)
        ]
        often = Counter(claimed)
        clashing = [i for i, name in enumerate(claimed) if often[name] > 1 and levels[i] < _LEVELS - 1]
        if not clashing:
            break
        for i in clashing:
            levels[i] += 1
    return [replace(one, name=_name(one, level, home)) for one, level in zip(pythons, levels, strict=True)]


def short_path(path: str, home: str) -> str:
    """``path`` with ~ for the home folder, as plain text."""
    inside = home and home != os.sep and path.startswith(home.rstrip(os.sep) + os.sep)
    return one_line("~" + path[len(home.rstrip(os.sep)) :] if inside else path)


def _name(one: Python, level: int, home: str) -> str:
    where = short_path(one.executable, home)
    if not one.version:
        return where  # it never said what it is
    parts = [_head(one, level)]
    if one.own:
        parts.append(OWN)
    elif one.environment:
        parts.append(_environment(one, home if level > 1 else None))
    elif level == 2:
        parts.append(one.source)
    if level >= _LEVELS - 1:
        parts.append(where)
    return " · ".join(part for part in parts if part)


def _head(one: Python, level: int) -> str:
    shown = one.version if level else ".".join(map(str, one.numbers[:2]))
    if one.free_threaded:
        shown = f"{shown}t (free-threaded)"
    if "d" in one.abi:
        shown += " (debug build)"
    if level and one.bits == 32:
        shown += " (32 bit)"
    return shown if one.implementation in ("CPython", "") else f"{one_line(one.implementation, most=40)} {shown}"


def _environment(one: Python, home: str | None) -> str:
    """``home``: None for the short name of it, else its whole path."""
    folder = one.environment.rstrip(os.sep)
    if home is not None:
        return short_path(folder, home)
    above, name = os.path.split(folder)
    if one.project:
        return f"project {one_line(name)}"
    if os.path.isdir(os.path.join(folder, "conda-meta")):
        return f"conda {one_line(name) if os.path.basename(above) == 'envs' else 'base'}"
    return one_line(f"{os.path.basename(above)}/{name}" if name in _PLAIN_NAMES else name)
