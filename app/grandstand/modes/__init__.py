"""Modes: ways of running workers, one file each. A file holds a descriptor (see mode.py) as ``MODE``. Any thread.

Finding them is a function call; ``add`` takes what other packages bring (see extensions).
"""

from __future__ import annotations

import functools
import importlib

from grandstand.modes.check import flaw
from grandstand.modes.mode import Mode

_FILES = ("sequential", "threads", "processes", "qthreads", "interpreters", "asyncio")
_added: dict[str, Mode] = {}


@functools.cache
def _by_key() -> dict[str, Mode]:
    own: list[Mode] = [importlib.import_module(f"grandstand.modes.{file}").MODE for file in _FILES]
    return {mode.key: mode for mode in sorted([*own, *_added.values()], key=lambda mode: mode.order)}


def every() -> list[Mode]:
    """The modes in the order in which they are offered."""
    return list(_by_key().values())


def keys() -> list[str]:
    """Their keys, in that order."""
    return list(_by_key())


def load(key: str) -> Mode:
    """The mode by its key. Raises KeyError, naming what there is, for an unknown one."""
    mode = _by_key().get(key)
    if mode is None:
        raise KeyError(f"There is no mode '{key}'. There are: {', '.join(keys())}.")
    return mode


def described(key: str) -> Mode:
    """The mode by its key, for words and colors: of one that is not here, as much as its key tells."""
    return _by_key().get(key) or _unknown(key)


@functools.lru_cache(maxsize=100)
def _unknown(key: str) -> Mode:
    return Mode(key, key, f"worker of {key}", f"workers of {key}", "", "", 1e9)


def baseline() -> Mode:
    """What the others are measured against."""
    return next(mode for mode in every() if mode.baseline)


def usual() -> Mode:
    """What is chosen until somebody chooses: the first that is no baseline."""
    return next(mode for mode in every() if not mode.baseline)


def add(mode: Mode) -> None:
    """Takes a mode from outside. Raises ValueError, saying why, for one that cannot be offered."""
    problem = flaw(mode)
    if problem:
        raise ValueError(problem)
    if mode.key in keys():
        raise ValueError(f"there is a mode '{mode.key}' already")
    _added[mode.key] = mode
    _by_key.cache_clear()


def remove(key: str) -> None:
    """Takes an added mode away again; of what is not there nothing happens."""
    _added.pop(key, None)
    _by_key.cache_clear()
