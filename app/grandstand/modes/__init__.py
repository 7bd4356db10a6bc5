"""Modes: ways of running workers, one file each. The only place that starts threads or processes for workers."""

from __future__ import annotations

import importlib

from grandstand.hosts.base import Mode

_FILES = ("sequential", "threads", "processes", "qthreads")


def keys() -> list[str]:
    """Keys of the modes in the order in which they are offered."""
    return list(_FILES)


def load(key: str) -> Mode:
    """The mode by its key. Raises KeyError, naming what there is, for an unknown one."""
    if key not in _FILES:
        raise KeyError(f"There is no mode '{key}'. There are: {', '.join(_FILES)}.")
    mode: Mode = importlib.import_module(f"grandstand.modes.{key}").MODE
    return mode
