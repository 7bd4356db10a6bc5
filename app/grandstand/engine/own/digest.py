"""Values as short texts that are equal where the values are, so that results can be compared across processes.

In whatever process has the values. Bounded: of what is too large, the beginning and the length count.
"""

import hashlib
import pickle
import re
import struct
from typing import Any, Dict, List

_MOST = 200_000
"""Values within a value."""
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
SAME_UNKNOWN = "?"
"""Begins the digest of what cannot be compared."""


def digest(value: Any) -> str:
    """Equal for equal values; begins with '?' where a value (an open file, say) cannot be compared."""
    state: Dict[str, Any] = {"left": _MOST, "unknown": False, "seen": {}}
    hashed = hashlib.sha256()
    try:
        _feed(value, hashed.update, state, 0)
    except RecursionError:
        state["unknown"] = True
    return (SAME_UNKNOWN if state["unknown"] else "") + hashed.hexdigest()[:16]


def _feed(value: Any, take: Any, state: Dict[str, Any], depth: int) -> None:
    state["left"] -= 1
    kind = type(value)
    if state["left"] < 0 or depth > 100:
        return
    if value is None or kind in (bool, int):
        take("{}:{};".format(kind.__name__, value).encode())
    elif kind is float:
        take(b"float:" + (b"nan" if value != value else struct.pack("<d", value)))
    elif kind is complex:
        take("complex:{!r};".format(value).encode())
    elif kind is str:
        take("str:{}:".format(len(value)).encode() + value.encode("utf-8", "surrogatepass"))
    elif kind in (bytes, bytearray, memoryview):
        take("bytes:{}:".format(len(value)).encode() + bytes(value))
    elif isinstance(value, (list, tuple)):
        _container(value, list(value), take, state, depth)
    elif isinstance(value, dict):
        _container(value, [part for pair in value.items() for part in pair], take, state, depth)
    elif isinstance(value, (set, frozenset)):
        take("{}:{}:".format(kind.__name__, len(value)).encode())
        take("".join(sorted(_alone(one, state, depth) for one in value)).encode())
    elif isinstance(value, BaseException):
        take("raises {}:{}".format(kind.__name__, _ADDRESS.sub("", _text(value))).encode("utf-8", "replace"))
    elif hasattr(value, "dtype") and hasattr(value, "tobytes"):  # arrays of numpy's and its like
        take("array:{}:{}:".format(value.dtype, getattr(value, "shape", "")).encode())
        take(value.tobytes())
    else:
        _object(value, take, state, depth)


def _container(value: Any, parts: List[Any], take: Any, state: Dict[str, Any], depth: int) -> None:
    if id(value) in state["seen"]:  # it holds itself
        take(b"again;")
        return
    state["seen"][id(value)] = value
    take("{}:{}:".format(type(value).__name__, len(parts)).encode())
    for part in parts:
        _feed(part, take, state, depth + 1)
    del state["seen"][id(value)]


def _alone(value: Any, state: Dict[str, Any], depth: int) -> str:
    hashed = hashlib.sha256()
    _feed(value, hashed.update, state, depth + 1)
    return hashed.hexdigest()


def _object(value: Any, take: Any, state: Dict[str, Any], depth: int) -> None:
    kind = type(value)
    take("{}.{}:".format(kind.__module__, kind.__qualname__).encode())
    inside = getattr(value, "__dict__", None)
    if isinstance(inside, dict) and not isinstance(value, type):
        _container(value, [part for pair in sorted(inside.items(), key=str) for part in pair], take, state, depth)
        return
    try:
        take(pickle.dumps(value, 4))
    except Exception:
        shown = _text(value)
        state["unknown"] = state["unknown"] or bool(_ADDRESS.search(shown))
        take(_ADDRESS.sub("", shown).encode("utf-8", "replace"))


def _text(value: Any) -> str:
    try:
        return repr(value)[:10_000]
    except Exception as problem:
        return "repr raises " + type(problem).__name__
