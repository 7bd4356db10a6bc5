"""Which globals calls change, and from which generators they draw random numbers. In a child of its own."""

import collections
import itertools
import random
import sys
import time
import types
from typing import Any, Dict, List

from grandstand.engine.own.digest import digest
from grandstand.engine.own.subject import Subject

_BASIC = (int, float, complex, str, bytes, bool, type(None), tuple, list, dict, set, frozenset, bytearray)
_WATCHED = (*_BASIC, collections.deque, itertools.count, itertools.cycle)


def measure(tell: Any, described: Dict[str, Any], seconds: float, most: int) -> Dict[str, Any]:
    """``changed``: names of the module's that are bound to something else, or hold something else, after the calls.

    ``draws``: generators of random numbers that have moved.
    """
    subject = Subject(described, tell)
    before, drawn = _globals(subject), _generators(subject)
    until = time.perf_counter() + seconds
    calls = 0
    for number in range(most):
        subject.tried(number)
        calls += 1
        if time.perf_counter() > until:
            break
    after, moved = _globals(subject), _generators(subject)
    changed = [name for name in after if before.get(name) != after[name]]
    changed += [name for name in before if name not in after]
    return {
        "changed": sorted(changed)[:20],
        "draws": sorted(name for name in moved if drawn.get(name) != moved[name])[:10],
        "calls": calls,
    }


def _globals(subject: Subject) -> Dict[str, str]:
    """Each global as a short text: by value where that is told by parts, else by which object it is."""
    values: Dict[str, str] = {}
    for name, value in list(vars(subject.module).items()):
        if name.startswith("__") or isinstance(value, types.ModuleType) or _is_generator(value):
            continue
        if isinstance(value, type):
            if value.__module__ == subject.module.__name__:
                for inner, part in list(vars(value).items()):
                    if not inner.startswith("__") and isinstance(part, _WATCHED):
                        values["{}.{}".format(name, inner)] = digest(part)
        elif isinstance(value, types.FunctionType):
            if value.__module__ == subject.module.__name__:
                given = [part for part in (value.__defaults__ or ()) if isinstance(part, _WATCHED)]
                given += list((value.__kwdefaults__ or {}).values())
                if given:
                    values["a default of {}".format(name)] = digest(given)
                inside = {key: part for key, part in vars(value).items() if isinstance(part, _WATCHED)}
                if inside and not hasattr(value, "cache_info"):
                    values["attributes of {}".format(name)] = digest(inside)
        elif isinstance(value, _WATCHED) or type(value).__module__ == subject.module.__name__:
            values[name] = digest(value)
        else:
            values[name] = "object {}".format(id(value))
    return values


def _is_generator(value: Any) -> bool:
    kind = type(value)
    return isinstance(value, random.Random) or (
        kind.__module__.startswith("numpy.random") and kind.__name__ in ("Generator", "RandomState")
    )


def _generators(subject: Subject) -> Dict[str, str]:
    """Each generator of random numbers that can be seen from here, and where it stands."""
    values: Dict[str, str] = {}
    theirs = sys.modules.get("random")
    if theirs is not None and hasattr(theirs, "getstate"):  # the person's folder may have a file of that name
        values["random"] = digest(theirs.getstate())
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        values["numpy.random"] = digest(_plain(numpy_random.get_state(legacy=False)))
    for name, value in list(vars(subject.module).items()):
        if isinstance(value, random.Random):
            values[name] = digest(value.getstate())
        elif _is_generator(value):
            state = value.bit_generator.state if hasattr(value, "bit_generator") else value.get_state(legacy=False)
            values[name] = digest(_plain(state))
    return values


def _plain(state: Any) -> Any:
    """numpy's states hold arrays and dicts; as they are, but tuples for what could be shared."""
    if isinstance(state, dict):
        return {key: _plain(value) for key, value in state.items()}
    return state.copy() if hasattr(state, "copy") else state


__all__: List[str] = ["measure"]
