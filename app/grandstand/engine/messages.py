"""What workers say: small, immutable, cheap to pickle. Used on every side of every wall; no thread of its own.

All times are nanoseconds of ``time.perf_counter_ns``, a monotonic clock that a parent and its children share on
one machine. Counters are *cumulative since the worker began*, so that a message that gets lost costs a stretch of
the picture and never the truth of a figure.
"""

from array import array
from typing import Any, Dict, List, NamedTuple, Tuple

from grandstand.vocabulary import states

COMPUTING, GIL, LOCK, CORE, IO, SERIALIZING, IDLE, UNKNOWN, LOOP, WAITING, SUSPENDED = range(len(states.STATES))
"""States by number, as messages hold them; grandstand.vocabulary.states has their words."""

STATE_COUNT = len(states.STATES)

SLICES_PER_MESSAGE = 140
"""140 slices of 24 bytes and the rest of a message stay below 4,096 bytes (POSIX ``PIPE_BUF``): such a message is
written to a pipe in one piece or not at all, so a worker that is killed cannot leave half a one behind."""


ERROR_BYTES, TRACEBACK_BYTES, TAIL_BYTES = 500, 3_000, 2_000
"""The most that a Goodbye brings of each. Above 16,384 bytes multiprocessing writes a message in two pieces, and
a reader of the first waits for the second: for ever, if the writer hangs in between."""


BATCH_BYTES = 14_000
"""Below those 16,384 bytes."""


class WorkerSpec(NamedTuple):
    """One worker to be: ``worker`` is unique within a run's handle, ``lane`` is its row on the screen (0-based)."""

    worker: int
    lane: int
    workload: str
    parameters: Dict[str, float]
    environment: Dict[str, str]
    flush_ns: int


class ChildPlan(NamedTuple):
    """How a process runs its workers: ``shape`` is a runner's key (see engine.runners).

    ``parent``: the app's process id. ``pulse``: process and thread id of the app's pulse (see engine.stops).
    ``path``: folders in which a host under another Python looks last, for the person's own code.
    """

    shape: str
    specs: Tuple[WorkerSpec, ...]
    parent: int
    lower_priority: bool
    pulse: Tuple[int, int] = (0, 0)
    path: Tuple[str, ...] = ()


class Hello(NamedTuple):
    """A worker has begun; its time account starts at ``t_ns``. ``thread`` is the system's own thread id."""

    worker: int
    lane: int
    t_ns: int
    pid: int
    thread: int
    nice: int


class Progress(NamedTuple):
    """Where a worker stands at ``t_ns``.

    ``units`` done, ``steps`` made, ``states_ns`` (by state number), ``cpu_ns`` of the worker's thread and ``printed``
    characters are totals since Hello. ``slices`` holds int64 triples (state, start, end) made since the last message.
    ``open_state`` is what the worker goes on doing after ``t_ns``.
    """

    worker: int
    t_ns: int
    units: float
    steps: int
    states_ns: Tuple[int, ...]
    cpu_ns: int
    open_state: int
    slices: bytes
    printed: int


class Goodbye(NamedTuple):
    """A worker's last word. ``outcome`` is ``stopped`` or ``failed``; a failed one brings its error and traceback."""

    worker: int
    t_ns: int
    outcome: str
    error: str
    traceback: str
    tail: str


class Batch(NamedTuple):
    """Several messages that were sent in one piece."""

    messages: Tuple[Any, ...]


class ChildExit(NamedTuple):
    """A child process is gone: its workers that had not said goodbye, and how it went.

    ``exitcode`` as in multiprocessing (negative: the signal). ``rung`` is what was needed to end it: ``""`` when
    it went by itself, else ``flag``, ``terminate`` or ``kill``.
    """

    pid: int
    t_ns: int
    exitcode: int
    workers: Tuple[int, ...]
    rung: str


class Ready(NamedTuple):
    """A child's first word, before its workers begin."""

    pid: int


INSTEAD = "instead"
NO_THREADS = "no more threads"
"""The kind of Trouble that keeps nothing from running: it was done in another way."""


class Trouble(NamedTuple):
    """Something that a mode could not do, in plain words, with what to do about it."""

    kind: str
    text: str
    remedy: str


class Parameters(NamedTuple):
    """To a child: new parameter values for every worker in it."""

    values: Dict[str, float]


class Resize(NamedTuple):
    """To a child: stop the workers in ``remove``, start those in ``add``."""

    add: Tuple[WorkerSpec, ...]
    remove: Tuple[int, ...]


class Stop(NamedTuple):
    """To a child: every worker finishes its step and says goodbye."""


def shorten(text: str, size: int) -> str:
    """The first ``size`` bytes of the text as UTF-8, or the last ``-size``; what has no UTF-8 becomes '?'."""
    piece = slice(size) if size >= 0 else slice(size, None)
    return text[piece].encode("utf-8", "replace")[piece].decode("utf-8", "ignore")


def batches(messages: List[Any]) -> List[Batch]:
    """``messages`` in pieces of at most BATCH_BYTES.

    Totals are cumulative: of several Progress messages of one worker the last one says it all, and takes over the
    slices of those before it as long as they fit.
    """
    last: Dict[int, int] = {}
    kept: List[Any] = list(messages)
    for i, message in enumerate(kept):
        if not isinstance(message, Progress):
            continue
        before = last.get(message.worker, -1)
        last[message.worker] = i
        if before >= 0:
            slices = kept[before].slices + message.slices
            if len(slices) <= 24 * SLICES_PER_MESSAGE:
                kept[i] = message._replace(slices=slices)
                kept[before] = None
    parts: List[Batch] = []
    piece: List[Any] = []
    size = 0
    for message in kept:
        if message is None:
            continue
        bytes_ = _most_bytes(message)
        if piece and size + bytes_ > BATCH_BYTES:
            parts.append(Batch(tuple(piece)))
            piece, size = [], 0
        piece.append(message)
        size += bytes_
    if piece:
        parts.append(Batch(tuple(piece)))
    return parts


def _most_bytes(message: Any) -> int:
    """The most that a message takes when pickled (a test compares it with what they really take)."""
    if isinstance(message, Progress):
        return 250 + len(message.slices)
    if isinstance(message, Hello):
        return 100
    return 300 + sum(len(part.encode("utf-8", "surrogatepass")) for part in message if isinstance(part, str))


def pack_slices(triples: List[int]) -> bytes:
    """Flat list [state, start, end, …] -> native int64 bytes."""
    return array("q", triples).tobytes()


def unpack_slices(packed: bytes) -> List[Tuple[int, int, int]]:
    """The inverse of pack_slices. Raises ValueError on a torn buffer."""
    flat = array("q")
    flat.frombytes(packed)
    if len(flat) % 3:
        raise ValueError("slices come in threes (state, start, end); got {} numbers".format(len(flat)))
    return list(zip(flat[0::3], flat[1::3], flat[2::3]))


Message = Any
"""Hello | Progress | Goodbye | ChildExit | Trouble (a Union would be evaluated in every child for nothing)."""
