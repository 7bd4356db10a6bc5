"""Where a build of CPython keeps what is wanted of it: its GILs, and whose each thread state is. Pure data.

From 3.13 on an interpreter publishes its offsets at the start of ``_PyRuntime`` ("xdebugpy"); an older one finds them
itself (``engine/gil_probe.py``). Either way the rest is one shape: an interpreter's record leads to its GIL's, which
begins with the switch interval.
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

COOKIE = b"xdebugpy"
COOKIE_BYTES = 8 * 32
OLDEST = (3, 8)
_LONGEST = 1 << 26
RECORD = struct.Struct("<QQi4xQ")
"""Of a GIL: switch interval in µs, last holder's thread state, locked (-1: not made yet), number of switches."""
_MUTEXES = 208
"""Bytes from the switch number on within which a GIL's own futexes lie: two conditions and two mutexes of some
48 and 40 bytes (glibc and musl, x86-64), a little more on other machines."""


class LayoutError(ValueError):
    """It cannot be made out; the text says why."""


class Layout(NamedTuple):
    """Offsets in bytes, -1 for what there is not.

    ``gil``: of the one GIL, or the main interpreter's, from where the file begins in memory; -1 where it is found
    through ``head`` (from ``_PyRuntime`` on: the first interpreter), ``interpreter_gil`` (a pointer) and
    ``interpreter_next``. ``record``: from the GIL on to its RECORD; ``enabled``: to whether it is in use (an int),
    in a free-threaded build. ``native``: from a thread state on to the system's thread id; where there is none,
    ``ident`` leads to the C library's record, which has it at ``libc_thread``.
    """

    version: tuple[int, ...]
    free_threaded: bool
    gil: int
    head: int
    interpreter_next: int
    interpreter_gil: int
    record: int
    enabled: int
    threads_head: int
    thread_next: int
    ident: int
    native: int
    libc_thread: int
    source: str

    @property
    def futexes(self) -> tuple[int, int]:
        """From the GIL on: where the words lie that threads wait on for it."""
        return self.record + RECORD.size, self.record + RECORD.size + _MUTEXES

    @property
    def python(self) -> str:
        return ".".join(map(str, self.version))


def version_of(number: int) -> tuple[int, ...]:
    """(3, 13, 0) of a PY_VERSION_HEX."""
    return (number >> 24 & 255, number >> 16 & 255, number >> 8 & 255)


def from_debug_offsets(raw: bytes) -> Layout:
    """``raw``: COOKIE_BYTES from the start of ``_PyRuntime``. Raises LayoutError."""
    if len(raw) < COOKIE_BYTES or not raw.startswith(COOKIE):
        raise LayoutError("it publishes no offsets")
    words = struct.unpack(f"<{COOKIE_BYTES // 8}Q", raw[:COOKIE_BYTES])
    version = version_of(words[1])
    if not (3, 13) <= version < (4, 0):
        raise LayoutError(f"it says that it is Python {'.'.join(map(str, version))}, and publishes offsets")
    rest = iter(words[3:])

    def take(*names: str) -> dict[str, int]:
        return {name: next(rest) for name in names}

    runtime = take("size", "finalizing", "head")
    main = ("threads_main",) if version >= (3, 14) else ()
    interpreter = take(
        "size", "id", "next", "threads", *main, "gc", "modules", "sysdict", "builtins", "gil_pointer", "gil",
        "enabled", "locked", "holder", *(("code_generation", "tlbc_generation") if main else ()),
    )  # fmt: skip
    thread = take("size", "prev", "next", "interp", "frame", "ident", "native")
    if max(*runtime.values(), *interpreter.values(), *thread.values()) > _LONGEST:
        raise LayoutError(f"what Python {'.'.join(map(str, version))} publishes is in another order than is known")
    free_threaded = bool(words[2])
    record = interpreter["holder"] - 8 - interpreter["gil"]
    if interpreter["locked"] != interpreter["holder"] + 8 or not 0 <= record <= 16:
        raise LayoutError(f"the GIL of Python {'.'.join(map(str, version))} has a shape that is not known")
    return Layout(
        version, free_threaded, -1, runtime["head"], interpreter["next"], interpreter["gil_pointer"], record,
        interpreter["enabled"] if free_threaded else -1, interpreter["threads"], thread["next"], thread["ident"],
        thread["native"], -1, "offsets that this Python publishes",
    )  # fmt: skip


def from_probe(answer: dict[str, Any]) -> Layout:
    """What ``engine/gil_probe.py`` printed. Raises LayoutError."""
    try:
        version = tuple(int(part) for part in answer["version"])
        numbers = {name: value for name, value in answer.items() if type(value) is int}
        return Layout(
            version, False, numbers["gil"], _from_runtime(numbers), numbers["interpreter_next"],
            numbers["interpreter_gil"], 0, -1, numbers["threads_head"], numbers["thread_next"],
            numbers["thread_ident"], numbers["thread_native"], numbers["libc_thread"],
            "offsets that the same executable found in itself",
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as problem:
        raise LayoutError(f"the probe's answer makes no sense: {problem!r}") from None


def _from_runtime(numbers: dict[str, int]) -> int:
    """The list of interpreters, from where the file begins; -1 where one GIL is all there is."""
    head = numbers["interpreters_head"]
    return -1 if head < 0 else numbers["runtime"] + head
