"""Programs as an observer would tell of them, made up."""

from __future__ import annotations

from array import array

from grandstand.engine import observed as o
from grandstand.vocabulary import states
from grandstand.watch.program import Program

S = 1_000_000_000
T0 = 10**12


def row(tid: int, seconds: float, unseen: float = 0.0, **shares: float) -> list[int]:
    """A thread's account after so many seconds; ``shares`` by state key."""
    spent = [0] * len(states.STATES)
    for key, share in shares.items():
        spent[states.BY_KEY[key].number] = int(share * seconds * S)
    return [tid, T0, T0 + int(seconds * S), spent[0], int(unseen * S), 0, *spent]


def rows(*each: list[int]) -> bytes:
    return array("q", [n for one in each for n in one]).tobytes()


def seen(pid: int, command: tuple[str, ...] = ("/usr/bin/python3", "x.py"), **changed: object) -> o.ProcessSeen:
    usual = {
        "pid": pid, "parent": 0, "t_ns": T0, "command": command, "python": "3.13.0", "free_threaded": False,
        "gil": "read", "source": "offsets that this Python publishes", "why": "", "remedy": "",
    }  # fmt: skip
    return o.ProcessSeen(**{**usual, **changed})


def gil(pid: int, seconds: float, holders: dict[int, float], switches: int = 100, number: int = 0) -> o.GilSeen:
    """``holders``: share of the time by thread."""
    held = {tid: int(share * seconds * S) for tid, share in holders.items()}
    free = int(seconds * S) - sum(held.values())
    pairs = array("q", [n for pair in held.items() for n in pair]).tobytes()
    return o.GilSeen(
        pid, number, T0 + int(seconds * S), sum(held.values()), free, 0, switches, int(1000 * seconds), 0, pairs, b""
    )


def program(*events: object, pid: int = 10) -> Program:
    made = Program()
    made.apply([o.Watching(9, pid, T0, 0), *events])
    return made


def busy(seconds: float = 10.0) -> Program:
    """Process 10: two threads that share the GIL, and one that waits for them."""
    return program(
        seen(10),
        o.ThreadSeen(10, 10, T0, "python3"),
        o.ThreadsSeen(
            10,
            T0 + int(seconds * S),
            rows(
                row(10, seconds, lock=1.0),
                row(11, seconds, computing=0.5, gil=0.5),
                row(12, seconds, computing=0.5, gil=0.5),
            ),
            b"",
        ),
        gil(10, seconds, {11: 0.5, 12: 0.5}),
        o.Looking(T0, 1000.0, 100.0, 1, 3, 100),
        o.Looking(T0 + int(seconds * S), 900.0, 100.0, 1, 3, int(0.08 * seconds * S)),
    )
