"""Runners: how one process runs its workers, one file each. Importing this package imports none of them."""

import importlib
import sys
from typing import Any, Callable, NamedTuple, Optional, Tuple

SINGLE, THREADS, TURNS, TASKS, INTERPRETERS = "single", "threads", "turns", "tasks", "interpreters"
KEYS = (SINGLE, THREADS, TURNS, TASKS, INTERPRETERS)
"""What there is."""


def offered() -> Tuple[str, ...]:
    """What a host under this Python can do."""
    if sys.version_info >= (3, 14):
        try:
            importlib.import_module("concurrent.interpreters")
            return KEYS
        except ImportError:
            pass
    return tuple(key for key in KEYS if key != INTERPRETERS)


class Runner(NamedTuple):
    """``run(crew)`` runs the workers of an engine.crew.Crew until none is left or to come, in the calling thread.

    ``shared``: whether they share a GIL while they compute. ``control``: makes what a worker looks at between two
    steps, of its parameters; engine.loop.Control unless it says otherwise.
    """

    key: str
    shared: bool
    run: Callable[[Any], None]
    control: Optional[Callable[..., Any]] = None


def load(key: str) -> Runner:
    """The runner by its key. Raises KeyError, naming what there is, for an unknown one."""
    if key not in KEYS:
        raise KeyError("There is no runner '{}'. There are: {}.".format(key, ", ".join(KEYS)))
    runner: Runner = importlib.import_module("grandstand.engine.runners." + key).RUNNER
    return runner
