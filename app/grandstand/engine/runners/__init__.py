"""Runners: how one process runs its workers, one file each. Importing this package imports none of them."""

import importlib
from typing import Any, Callable, NamedTuple

SINGLE, THREADS, TURNS = "single", "threads", "turns"
KEYS = (SINGLE, THREADS, TURNS)
"""What there is, and what a host offers."""


class Runner(NamedTuple):
    """``run(crew)`` runs the workers of an engine.crew.Crew until none is left or to come, in the calling thread.

    ``shared``: whether they share a GIL while they compute.
    """

    key: str
    shared: bool
    run: Callable[[Any], None]


def load(key: str) -> Runner:
    """The runner by its key. Raises KeyError, naming what there is, for an unknown one."""
    if key not in KEYS:
        raise KeyError("There is no runner '{}'. There are: {}.".format(key, ", ".join(KEYS)))
    found: Runner = importlib.import_module("grandstand.engine.runners." + key).RUNNER
    return found
