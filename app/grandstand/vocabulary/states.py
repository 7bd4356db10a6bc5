"""The states of a worker: the only place where they are spelled. Data; any thread, any Python from 3.9 on.

Numbers are stable: they stand in messages and in recordings. A new state gets the next free one.
"""

from typing import Dict, NamedTuple, Tuple

WORK, WAIT, NEITHER = "work", "waiting", "neither"


class State(NamedTuple):
    """One state.

    ``counts`` as WORK, WAIT or NEITHER. ``wait`` completes "their waiting was …" ("" for what is no wait).
    ``order`` is its place in tables, legends and documents, ``stack`` its place from the bottom in a stacked column
    (0: it is the ground). ``texture`` helps the color where color alone is not enough: "" or "stripes". ``letter``
    and ``terminal`` (a color of ANSI terminals) stand for it in text, ``trace`` (one of the color names that trace
    viewers reserve) in exported traces.
    """

    number: int
    key: str
    title: str
    short: str
    counts: str
    wait: str
    explained: str
    order: int
    stack: int
    texture: str
    letter: str
    terminal: str
    trace: str

    @property
    def color(self) -> str:
        """Its color role in the themes."""
        return "states." + self.key


COMPUTING = State(
    0, "computing", "computing", "computing", WORK, "",
    "the thread's own CPU time, read from the system's thread clock",
    0, 1, "", "█", "green", "good",
)  # fmt: skip
GIL = State(
    1, "gil", "waiting for the GIL", "GIL", WAIT, "for the GIL",
    "ready to run Python, but another thread holds the GIL",
    1, 8, "", "G", "red", "terrible",
)  # fmt: skip
LOCK = State(
    2, "lock", "waiting for a lock", "lock", WAIT, "for a lock",
    "another worker holds a lock that it needs",
    3, 5, "", "L", "magenta", "bad",
)  # fmt: skip
CORE = State(
    3, "core", "waiting for a core", "core", WAIT, "for a core",
    "ready to run, but every core is taken: the scheduler's own figure (run delay)",
    4, 6, "", "C", "yellow", "yellow",
)  # fmt: skip
IO = State(
    4, "io", "waiting for I/O", "I/O", WAIT, "for I/O",
    "within a sleep or a call to a server; getting the GIL back afterwards is included",
    5, 3, "", "i", "blue", "cq_build_running",
)  # fmt: skip
SERIALIZING = State(
    5, "serializing", "serializing", "serializing", WORK, "",
    "pickling, sending and receiving",
    6, 2, "", "h", "cyan", "thread_state_runnable",
)  # fmt: skip
IDLE = State(
    6, "idle", "idle", "idle", NEITHER, "",
    "not its turn: another worker has it (sequential), or the window or other workers have (Qt threads)",
    9, 0, "", "·", "bright_black", "grey",
)  # fmt: skip
UNKNOWN = State(
    7, "unknown", "waiting for the GIL or a core", "GIL or core", WAIT, "for the GIL or a core",
    "this system does not tell the two apart",
    10, 9, "", "?", "red", "generic_work",
)  # fmt: skip
LOOP = State(
    8, "loop", "waiting for the event loop", "event loop", WAIT, "for the event loop",
    "ready to go on, but the event loop runs another task",
    2, 7, "", "E", "bright_red", "thread_state_uninterruptible",
)  # fmt: skip
WAITING = State(
    9, "waiting", "waiting", "waiting", WAIT, "for something that the workload does not name",
    "neither computing nor ready to run, and nobody else shares its GIL: it waits for something outside a bracket",
    7, 4, "", "w", "bright_blue", "thread_state_sleeping",
)  # fmt: skip
SUSPENDED = State(
    10, "suspended", "suspended", "suspended", NEITHER, "",
    "stopped or frozen from outside (Ctrl+Z, docker pause, a computer that sleeps); left out of every rate",
    8, 10, "stripes", "#", "white", "black",
)  # fmt: skip

STATES: Tuple[State, ...] = (
    COMPUTING, GIL, LOCK, CORE, IO, SERIALIZING, IDLE, UNKNOWN, LOOP, WAITING, SUSPENDED,
)  # fmt: skip
"""By number."""
KEYS: Tuple[str, ...] = tuple(state.key for state in STATES)
"""By number."""
IN_ORDER: Tuple[State, ...] = tuple(sorted(STATES, key=lambda state: state.order))
STACK: Tuple[State, ...] = tuple(sorted((s for s in STATES if s.stack), key=lambda state: state.stack))
"""From the bottom up, without the ground."""
WAITS: Tuple[State, ...] = tuple(state for state in IN_ORDER if state.counts == WAIT)
BY_KEY: Dict[str, State] = {state.key: state for state in STATES}

FORMER_KEYS: Dict[str, str] = {"interpreter": "gil", "handover": "serializing"}
"""What files of schema 1 call by other keys, for those who read them."""


def in_order(figures: Dict[str, float]) -> Dict[str, float]:
    """The same figures by key, in the order of tables and documents."""
    return {state.key: figures.get(state.key, 0.0) for state in IN_ORDER}


def todays_key(key: str) -> str:
    """The key that an old file's ``key`` has today."""
    return FORMER_KEYS.get(key, key)
