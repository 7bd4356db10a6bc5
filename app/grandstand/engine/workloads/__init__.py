"""Workloads: one file each. Finding them is a function call; importing this package imports none of them."""

import importlib
from typing import Dict, List, Type

from grandstand.engine.workloads.base import Workload
from grandstand.engine.workloads.check import flaw

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


_added: Dict[str, Type[Workload]] = {}


def keys() -> List[str]:
    """Keys of the workloads in the order in which they are offered."""
    return [*_FILES, *_added]


def own(key: str) -> bool:
    """Whether it ships with the app."""
    return key in _FILES


def reference(key: str) -> str:
    """What a child loads it by: there, nobody has added anything."""
    kind = _added.get(key)
    return key if kind is None else "{}:{}".format(kind.__module__, kind.__qualname__)


def add(kind: Type[Workload]) -> None:
    """Takes a workload from outside. Raises ValueError, saying why, for one that cannot be offered."""
    problem = flaw(kind)
    if problem:
        raise ValueError(problem)
    if kind.key in keys():
        raise ValueError("there is a workload '{}' already".format(kind.key))
    _added[kind.key] = kind


def remove(key: str) -> None:
    """Takes an added workload away again; of what is not there nothing happens."""
    _added.pop(key, None)


def load(key: str) -> Type[Workload]:
    """The workload's class. Raises KeyError for an unknown key.

    ``package.module:Class`` names one from outside, ``own:…`` a person's function (engine.own).
    """
    if key.startswith("own:"):
        workload = importlib.import_module("grandstand.engine.own.work").FunctionWorkload
    elif ":" in key:
        module, _, name = key.partition(":")
        workload = getattr(importlib.import_module(module), name)
    else:
        if key in _added:
            return _added[key]
        if key not in _FILES:
            raise KeyError("There is no workload '{}'. There are: {}.".format(key, ", ".join(keys())))
        workload = importlib.import_module("grandstand.engine.workloads." + _FILES[key]).WORKLOAD
    if not (isinstance(workload, type) and issubclass(workload, Workload)):
        raise KeyError("'{}' is not a workload.".format(key))
    return workload


def create(key: str, worker: int, parameters: Dict[str, float], environment: Dict[str, str]) -> Workload:
    """The workload of one worker, ready for its first step."""
    return load(key)(worker, parameters, environment)
