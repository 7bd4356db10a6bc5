"""Workloads: one file each. Finding them is a function call; importing this package imports none of them."""

import importlib
from typing import Dict, List, Type

from grandstand.engine.workloads.base import Workload

_FILES = {
    "primes": "primes",
    "compress": "compress",
    "hash": "hashing",
    "fetch": "fetch",
    "wait": "wait",
    "mixed": "mixed",
    "lock": "locked",
}
"""Key -> file. A table, not a directory listing: a child then imports the one file that it needs."""


def keys() -> List[str]:
    """Keys of the workloads in the order in which they are offered."""
    return list(_FILES)


def load(key: str) -> Type[Workload]:
    """The workload's class. Raises KeyError for an unknown key.

    ``package.module:Class`` names one from outside, ``own:…`` a person's function (engine.own).
    """
    if key.startswith("own:"):
        found = importlib.import_module("grandstand.engine.own.work").FunctionWorkload
    elif ":" in key:
        module, _, name = key.partition(":")
        found = getattr(importlib.import_module(module), name)
    else:
        if key not in _FILES:
            raise KeyError("There is no workload '{}'. There are: {}.".format(key, ", ".join(_FILES)))
        found = importlib.import_module("grandstand.engine.workloads." + _FILES[key]).WORKLOAD
    if not (isinstance(found, type) and issubclass(found, Workload)):
        raise KeyError("'{}' is not a workload.".format(key))
    return found


def create(key: str, worker: int, knobs: Dict[str, float], environment: Dict[str, str]) -> Workload:
    """The workload of one worker, ready for its first step."""
    return load(key)(worker, knobs, environment)
