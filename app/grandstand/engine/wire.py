"""Events as frames, for pipes and sockets: versioned, never pickle, tolerant of what it does not know. Any thread.

A frame is a head of eight bytes (``GS``, protocol, kind of body, length of the body, big-endian) and a body: JSON of
``[name of the event, {field: value}]``. Fields go by name: a reader leaves out what it does not know and gives
defaults for what is missing, so that hosts and app of neighboring versions understand each other. An event that the
reader does not know at all arrives as ``Unknown``. Whatever else is wrong (torn, too long, of a newer protocol, no
JSON, a field of another type) raises ``WireError``, with words for people; what was decoded before it is not lost.

Bytes travel as base64: a Progress with 140 slices is some 4.6 kB.
"""

import binascii
import json
import math
import os
import struct
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple, Union

from grandstand.engine import messages as m
from grandstand.engine import observed as o
from grandstand.engine.samples import CoresSample, MemorySample, QuotaSample, Sample

PROTOCOL = 1
LONGEST = 1 << 20
"""Bytes of a body. Hosts say little at a time; more than that is a defect or an attack, and costs no memory here."""
_MAGIC = b"GS"
_JSON = 0
_HEAD = struct.Struct(">2sBBI")
_WHOLE = 2**63


class WireError(ValueError):
    """What came cannot be understood; the text says what was wrong. The stream is of no more use."""


class Introduction(NamedTuple):
    """A host's first word: what it speaks and is. ``t_ns`` (its monotonic clock) and ``wall_ns`` (seconds since 1970,
    in ns) were read together; ``gil``: whether its interpreter holds one now. ``runners`` by key, as in a ChildPlan.
    """

    protocol: int
    python: str
    implementation: str
    free_threaded: bool
    gil: bool
    pid: int
    t_ns: int
    wall_ns: int
    runners: Tuple[str, ...]


class Asked(NamedTuple):
    """To an experiment: the arguments of its function, plain JSON."""

    arguments: Dict[str, Any]


class Told(NamedTuple):
    """What an experiment tells: plain JSON, in its own words."""

    said: Dict[str, Any]


class Unknown(NamedTuple):
    """An event of a newer host."""

    name: str


Check = Callable[[Any], Any]
"""From what JSON gave to the value of a field. Raises ValueError."""


def _whole(value: Any) -> int:
    if type(value) is not int or not -_WHOLE <= value < _WHOLE:
        raise ValueError("a whole number of 64 bits was expected")
    return value


def _number(value: Any) -> Union[int, float]:
    if type(value) not in (int, float) or not math.isfinite(value):
        raise ValueError("a finite number was expected")
    return value  # type: ignore[no-any-return]


def _text(value: Any) -> str:
    if type(value) is not str:
        raise ValueError("text was expected")
    return value


def _truth(value: Any) -> bool:
    if type(value) is not bool:
        raise ValueError("true or false was expected")
    return value


def _bytes(value: Any) -> bytes:
    try:
        return binascii.a2b_base64(_text(value).encode("ascii"), strict_mode=True) if _STRICT else _loose(value)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("bytes in base64 were expected") from None


def _loose(value: str) -> bytes:
    raw = value.encode("ascii")
    back = binascii.a2b_base64(raw)
    if binascii.b2a_base64(back, newline=False) != raw:
        raise ValueError("bytes in base64 were expected")
    return back


def _is_strict() -> bool:
    try:
        binascii.a2b_base64(b"", strict_mode=True)
    except TypeError:  # Python 3.9 and 3.10
        return False
    return True


_STRICT = _is_strict()


def _base64(packed: bytes) -> str:
    return binascii.b2a_base64(packed, newline=False).decode("ascii")


def _tuple_of(check: Check) -> Check:
    def items(value: Any) -> Tuple[Any, ...]:
        if type(value) is not list:
            raise ValueError("a list was expected")
        return tuple([check(item) for item in value])

    return items


def _by_name(check: Check) -> Check:
    def items(value: Any) -> Dict[str, Any]:
        if type(value) is not dict:
            raise ValueError("names with values were expected")
        return {name: check(item) for name, item in value.items()}

    return items


def _by_number(value: Any) -> Dict[int, int]:
    if type(value) is not dict:
        raise ValueError("numbers with values were expected")
    return {int(name): _whole(item) for name, item in value.items()}


def _plain(value: Any) -> Dict[str, Any]:
    if type(value) is not dict:
        raise ValueError("names with values were expected")
    return value


def _event(value: Any) -> Any:
    return _from_json(value)


def _pair(value: Any) -> Tuple[int, int]:
    if type(value) is not list or len(value) != 2:
        raise ValueError("two numbers were expected")
    return _whole(value[0]), _whole(value[1])


def _specs(value: Any) -> Tuple[m.WorkerSpec, ...]:
    return tuple([built(m.WorkerSpec, _plain(item)) for item in _tuple_of(_plain)(value)])


_DEFAULTS: Dict[Check, Any] = {
    _whole: 0,
    _number: 0.0,
    _text: "",
    _truth: False,
    _bytes: b"",
    _plain: {},
    _pair: (0, 0),
}
_NUMBERS, _NAMED, _TEXTS = _tuple_of(_number), _by_name(_number), _by_name(_text)
_WHOLES, _EVENTS, _NAMES = _tuple_of(_whole), _tuple_of(_event), _tuple_of(_text)
for _check in (_NUMBERS, _WHOLES, _EVENTS, _NAMES, _specs):
    _DEFAULTS[_check] = ()
for _check in (_NAMED, _TEXTS, _by_number):
    _DEFAULTS[_check] = {}

FIELDS: Dict[Any, Dict[str, Check]] = {
    m.WorkerSpec: {
        "worker": _whole, "lane": _whole, "workload": _text, "parameters": _NAMED, "environment": _TEXTS,
        "flush_ns": _whole,
    },
    m.ChildPlan: {
        "shape": _text, "specs": _specs, "parent": _whole, "lower_priority": _truth, "pulse": _pair, "path": _NAMES
    },
    m.Hello: {"worker": _whole, "lane": _whole, "t_ns": _whole, "pid": _whole, "thread": _whole, "nice": _whole},
    m.Progress: {
        "worker": _whole, "t_ns": _whole, "units": _number, "steps": _whole, "states_ns": _WHOLES,
        "cpu_ns": _whole, "open_state": _whole, "slices": _bytes, "printed": _whole,
    },
    m.Goodbye: {"worker": _whole, "t_ns": _whole, "outcome": _text, "error": _text, "traceback": _text, "tail": _text},
    m.Batch: {"messages": _EVENTS},
    m.ChildExit: {"pid": _whole, "t_ns": _whole, "exitcode": _whole, "workers": _WHOLES, "rung": _text},
    m.Ready: {"pid": _whole},
    m.Trouble: {"kind": _text, "text": _text, "remedy": _text},
    m.Parameters: {"values": _NAMED},
    m.Resize: {"add": _specs, "remove": _WHOLES},
    m.Stop: {},
    CoresSample: {
        "t_ns": _whole, "percent": _NUMBERS, "busy_s": _NUMBERS, "total_s": _NUMBERS, "ours_percent": _number,
        "window_percent": _number,
    },
    MemorySample: {"t_ns": _whole, "kind": _text, "bytes_by_pid": _by_number},
    QuotaSample: {"t_ns": _whole, "cores": _number, "periods": _whole, "held": _whole, "seconds": _number},
    Sample: {"t_ns": _whole, "channel": _text, "values": _NUMBERS},
    Introduction: {
        "protocol": _whole, "python": _text, "implementation": _text, "free_threaded": _truth, "gil": _truth,
        "pid": _whole, "t_ns": _whole, "wall_ns": _whole, "runners": _NAMES,
    },
    Asked: {"arguments": _plain},
    Told: {"said": _plain},
    o.Watching: {"observer": _whole, "pid": _whole, "t_ns": _whole, "wall_ns": _whole},
    o.ProcessSeen: {
        "pid": _whole, "parent": _whole, "t_ns": _whole, "command": _NAMES, "python": _text, "free_threaded": _truth,
        "gil": _text, "source": _text, "why": _text, "remedy": _text,
    },
    o.ThreadSeen: {"pid": _whole, "thread": _whole, "t_ns": _whole, "name": _text},
    o.ThreadsSeen: {"pid": _whole, "t_ns": _whole, "rows": _bytes, "slices": _bytes},
    o.GilSeen: {
        "pid": _whole, "gil": _whole, "t_ns": _whole, "held_ns": _whole, "free_ns": _whole, "unseen_ns": _whole,
        "switches": _whole, "samples": _whole, "invalid": _whole, "holders": _bytes, "slices": _bytes,
    },
    o.ThreadGone: {"pid": _whole, "thread": _whole, "t_ns": _whole},
    o.ProcessUsed: {"pid": _whole, "t_ns": _whole, "cpu_ns": _whole},
    o.ProcessGone: {"pid": _whole, "t_ns": _whole, "cpu_ns": _whole},
    o.Ended: {"pid": _whole, "t_ns": _whole, "code": _whole},
    o.Stuck: {"pid": _whole, "t_ns": _whole, "since_ns": _whole, "threads": _WHOLES, "ring": _truth},
    o.Looking: {
        "t_ns": _whole, "gil_hz": _number, "threads_hz": _number, "processes": _whole, "threads": _whole,
        "cpu_ns": _whole,
    },
}  # fmt: skip
"""Every event that travels, with what each of its fields must be."""
_KINDS = {kind.__name__: kind for kind in FIELDS}


def _as_number(units: Any) -> Union[int, float]:
    """What a workload counted: any kind of number, numpy's and Decimal's too."""
    return units if type(units) in (int, float) else float(units)


_SPECIAL: Dict[Tuple[Any, str], Callable[[Any], Any]] = {
    (m.Batch, "messages"): lambda events: [_to_json(event) for event in events],
    (m.Progress, "slices"): _base64,
    (m.Progress, "units"): _as_number,
    (m.Resize, "add"): lambda specs: [spec._asdict() for spec in specs],
    (m.ChildPlan, "specs"): lambda specs: [spec._asdict() for spec in specs],
    (o.ThreadsSeen, "rows"): _base64,
    (o.ThreadsSeen, "slices"): _base64,
    (o.GilSeen, "holders"): _base64,
    (o.GilSeen, "slices"): _base64,
}


def encode(event: Any) -> bytes:
    """One frame. Raises WireError for what does not travel: no event of ours, no JSON, or too long."""
    try:
        body = json.dumps(_to_json(event), separators=(",", ":"), allow_nan=False).encode("ascii")
    except (TypeError, ValueError, RecursionError) as problem:
        raise WireError("{} cannot be sent: {}".format(type(event).__name__, problem)) from None
    if len(body) > LONGEST:
        raise WireError("{} cannot be sent: it takes {:,} bytes".format(type(event).__name__, len(body)))
    return _HEAD.pack(_MAGIC, PROTOCOL, _JSON, len(body)) + body


def _to_json(event: Any) -> List[Any]:
    kind = type(event)
    fields = FIELDS.get(kind)
    if fields is None:
        raise TypeError("it is not an event")
    values = event._asdict()
    for (of, name), change in _SPECIAL.items():
        if of is kind:
            values[name] = change(values[name])
    return [kind.__name__, values]


def _from_json(value: Any) -> Any:
    if type(value) is not list or len(value) != 2 or type(value[0]) is not str or type(value[1]) is not dict:
        raise ValueError("an event is its name and its fields")
    kind = _KINDS.get(value[0])
    return Unknown(value[0][:100]) if kind is None else built(kind, value[1])


def built(kind: Any, values: Dict[str, Any], blobs: Optional[Dict[str, bytes]] = None) -> Any:
    """An event of a kind from its fields as JSON has them, but for ``blobs``. Raises ValueError."""
    made: List[Any] = []
    for name, check in FIELDS[kind].items():
        if blobs and name in blobs:
            made.append(blobs[name])
            continue
        if name not in values:
            default = _DEFAULTS[check]
            made.append(dict(default) if type(default) is dict else default)
            continue
        try:
            made.append(check(values[name]))
        except ValueError as problem:
            raise ValueError("{}.{}: {}".format(kind.__name__, name, problem)) from None
    return kind(*made)


def newer(protocol: int) -> WireError:
    """What is wrong with somebody who speaks a newer protocol."""
    words = "it speaks protocol {} and this Grandstand up to {}: use the newer one of both for both"
    return WireError(words.format(protocol, PROTOCOL))


class Decoder:
    """Bytes as they come in, events as they are complete; ``left`` bytes of a frame that has only begun."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    @property
    def left(self) -> int:
        return len(self._buffer)

    def feed(self, data: bytes) -> List[Any]:
        """The events that ``data`` completes. Raises WireError; its ``events`` are those before the fault."""
        self._buffer += data
        events: List[Any] = []
        try:
            while True:
                event = self._next()
                if event is None:
                    return events
                events.append(event)
        except WireError as problem:
            problem.events = events  # type: ignore[attr-defined]
            self._buffer.clear()
            raise

    def close(self) -> None:
        """The stream has ended. Raises WireError in the middle of a frame."""
        if self._buffer:
            raise WireError("the stream ended in the middle of a frame, {:,} bytes into it".format(self.left))

    def _next(self) -> Optional[Any]:
        buffer = self._buffer
        if not _MAGIC.startswith(bytes(buffer[:2])) and buffer[:2] != _MAGIC:
            raise WireError("this is not a stream of Grandstand's: it has {!r} for a head".format(bytes(buffer[:8])))
        if len(buffer) < _HEAD.size:
            return None
        _, protocol, kind, length = _HEAD.unpack_from(buffer)
        if protocol > PROTOCOL:
            raise newer(protocol)
        if not protocol or kind != _JSON:
            raise WireError("a frame of an unknown kind (protocol {}, kind {})".format(protocol, kind))
        if length > LONGEST:
            raise WireError("a frame of {:,} bytes; the longest may have {:,}".format(length, LONGEST))
        if len(buffer) < _HEAD.size + length:
            return None
        body = bytes(buffer[_HEAD.size : _HEAD.size + length])
        del buffer[: _HEAD.size + length]
        try:
            return _from_json(_parse(body))
        except (ValueError, RecursionError, OverflowError) as problem:
            raise WireError("a frame that makes no sense: {}".format(problem)) from None


def _parse(body: bytes) -> Any:
    """JSON without what is no JSON; the parser itself ends what is too deep."""
    return json.loads(body.decode("ascii"), parse_constant=_no_constant, parse_int=_int)


def _no_constant(name: str) -> Any:
    raise ValueError("{} is not a number".format(name))


def _int(digits: str) -> int:
    if len(digits) > 20:  # of 64 bits at most; a million digits would take seconds to read
        raise ValueError("a number of {:,} digits".format(len(digits)))
    return int(digits)


def write(number: int, event: Any) -> None:
    """Sends an event into the descriptor, all of it; blocks while the other side does not read. Raises OSError."""
    write_frame(number, encode(event))


def write_frame(number: int, frame: bytes) -> None:
    """The same with what ``encode`` gave."""
    view = memoryview(frame)
    while view:
        view = view[os.write(number, view) :]
