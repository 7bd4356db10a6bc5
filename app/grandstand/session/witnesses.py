"""Two witnesses of the same time: what workers say of themselves, and what an observer saw of them. Model thread.

Both keep totals by state. They are compared over the last seconds that both know; where they differ by more than
chance and POINTS, what is known of either way of measuring says which is right.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from grandstand.engine import messages as m
from grandstand.engine.observed import ROW_HEAD, ThreadsSeen
from grandstand.vocabulary.states import STATES

SPAN_NS = 5_000_000_000
LEAST_NS = 2_000_000_000
POINTS = 0.03
"""Smaller differences are not worth a word."""
AGREE = "The workers' own figures and those seen from outside agree within 3 points."
_KEPT_NS = SPAN_NS + 2_000_000_000
_BOTH = (m.COMPUTING, m.GIL, m.CORE)
_WAITS = (m.LOCK, m.IO)
"""From outside, who waits for its turn waits for a lock: these are compared only of workers that never idle."""
_HARDLY = 0.01
Totals = tuple[int, tuple[int, ...]]
"""Time (ns) and the totals (ns by state) up to then."""
LaneOf = Callable[[int, int], int | None]


@dataclass(frozen=True)
class Difference:
    """Shares of one state in a worker's time, as each witness has it. ``right``: 'inside', 'outside' or ''."""

    lane: int
    state: int
    inside: float
    outside: float
    right: str
    why: str

    @property
    def brief(self) -> str:
        """The same where there is little room."""
        verdict = f"{self.right} is right" if self.right else "neither is sure"
        return (
            f"Worker {self.lane + 1}, {STATES[self.state].short}: {100 * self.inside:.0f} % inside, "
            f"{100 * self.outside:.0f} % outside, {verdict}."
        )

    @property
    def words(self) -> str:
        """'Worker 2, waiting for the GIL: 41 % from inside, 48 % from outside. …'"""
        title = STATES[self.state].title
        verdict = f"{self.right.capitalize()} is right: {self.why}." if self.right else f"{self.why}."
        figures = f"{100 * self.inside:.0f} % from inside, {100 * self.outside:.0f} % from outside"
        return f"Worker {self.lane + 1}, {title}: {figures}. {verdict}"


@dataclass
class _Pair:
    inside: deque[Totals] = field(default_factory=deque)
    outside: deque[Totals] = field(default_factory=deque)
    unseen: deque[int] = field(default_factory=deque)
    since_ns: int = 0
    """From when on the observer counts."""


class Witnesses:
    """``differences`` says where they do not agree; ``compared`` how many workers both have told of."""

    def __init__(self) -> None:
        self._pairs: dict[int, _Pair] = {}
        self.looks_hz = 50.0
        self.compared = 0

    def begin(self) -> None:
        """Other workers."""
        self._pairs.clear()
        self.compared = 0

    def outside(self, event: ThreadsSeen, lane_of: LaneOf) -> bool:
        """What the observer saw of a process's threads. False for what is no such thing."""
        width = ROW_HEAD + m.STATE_COUNT
        if len(event.rows) % (8 * width):
            return False
        rows = array("q", event.rows)
        for at in range(0, len(rows), width):
            lane = lane_of(event.pid, rows[at])
            if lane is None:
                continue
            pair = self._pairs.setdefault(lane, _Pair())
            until, unseen = rows[at + 2], rows[at + 4]
            if rows[at + 1] != pair.since_ns:  # another thread with its number, or another observer: from zero
                self._pairs[lane] = pair = _Pair(since_ns=rows[at + 1])
            pair.outside.append((until, tuple(rows[at + ROW_HEAD : at + width])))
            pair.unseen.append(unseen)
            while pair.outside[0][0] < until - _KEPT_NS:
                pair.outside.popleft()
                pair.unseen.popleft()
        return True

    def inside(self, lane: int, t_ns: int, states_ns: tuple[int, ...]) -> None:
        """A worker's own account; kept only while somebody looks from outside."""
        pair = self._pairs.get(lane)
        if pair is None:
            return
        pair.inside.append((t_ns, states_ns))
        while pair.inside[0][0] < t_ns - _KEPT_NS:
            pair.inside.popleft()

    def differences(self) -> list[Difference]:
        """The largest first."""
        differing: list[Difference] = []
        self.compared = 0
        for lane, pair in self._pairs.items():
            shares = _shares(pair)
            if shares is not None:
                self.compared += 1
                differing += self._of_one(lane, *shares)
        return sorted(differing, key=lambda one: -abs(one.inside - one.outside))

    def _of_one(self, lane: int, inside: list[float], outside: list[float], loose: list[float]) -> list[Difference]:
        if inside[m.SERIALIZING] > _HARDLY or inside[m.SUSPENDED] > _HARDLY or inside[m.UNKNOWN] > _HARDLY:
            return []  # these have no like from outside
        states = _BOTH if inside[m.IDLE] > _HARDLY else _BOTH + _WAITS
        differing = []
        for state in states:
            a, b = inside[state], outside[state]
            chance = 2 * math.sqrt(max(a * (1 - a), b * (1 - b)) / max(1.0, self.looks_hz * SPAN_NS / 1e9))
            if abs(a - b) > max(POINTS, chance) + loose[state]:
                differing.append(Difference(lane, state, a, b, *_verdict(state, inside, outside)))
        return differing


def _shares(pair: _Pair) -> tuple[list[float], list[float], list[float]] | None:
    """Of the last seconds that both know: by state, from inside and from outside, and how far the second may be out
    because nobody looked just when the worker spoke.

    From inside, totals are exact when a worker speaks, and one that waits for a core cannot. So the stretch begins and
    ends with its words.
    """
    if len(pair.inside) < 2 or len(pair.outside) < 2:
        return None
    first, last = pair.outside[0][0], pair.outside[-1][0]
    end = max((t for t, _ in pair.inside if t <= last), default=0)
    start = min((t for t, _ in pair.inside if t >= max(first, end - SPAN_NS)), default=end)
    length = end - start
    if length < LEAST_NS:
        return None
    unseen = [(t, (n,)) for (t, _), n in zip(pair.outside, pair.unseen, strict=True)]
    seen = length - _grown(unseen, start, end)[0]
    if seen < LEAST_NS / 2:
        return None
    inside, outside = _grown(pair.inside, start, end), _grown(pair.outside, start, end)
    doubts = zip(_doubt(pair.outside, start), _doubt(pair.outside, end), strict=True)
    loose = [(a + b) / length for a, b in doubts]
    return [ns / length for ns in inside], [ns / seen for ns in outside], loose


def _doubt(history: Sequence[Totals], t_ns: int) -> list[float]:
    """By state, how far (ns) the totals at a time may lie from the straight line between the looks around it.

    None where the state lasted for all of that, or for nothing of it.
    """
    i = bisect_right([t for t, _ in history], t_ns)
    if i in (0, len(history)):
        return [0.0] * len(history[0][1])
    (t, before), (u, after) = history[i - 1], history[i]
    passed, left = t_ns - t, u - t_ns
    doubts = []
    for a, b in zip(before, after, strict=True):
        grown = min(b - a, u - t)
        line = grown * passed / (u - t)
        doubts.append(max(line - max(0, grown - left), min(grown, passed) - line))
    return doubts


def _grown(history: Sequence[Totals], start: int, end: int) -> list[float]:
    a, b = _at(history, start), _at(history, end)
    return [y - x for x, y in zip(a, b, strict=True)]


def _at(history: Sequence[Totals], t_ns: int) -> list[float]:
    """The totals at a time, on a straight line between their neighbors."""
    i = bisect_right([t for t, _ in history], t_ns)
    if i == 0 or i == len(history):
        return list(map(float, history[min(i, len(history) - 1)][1]))
    (t, before), (u, after) = history[i - 1], history[i]
    share = (t_ns - t) / (u - t)
    return [x + share * (y - x) for x, y in zip(before, after, strict=True)]


def _verdict(state: int, inside: Sequence[float], outside: Sequence[float]) -> tuple[str, str]:
    more = outside[m.GIL] - inside[m.GIL]
    waits = sum(inside[s] - outside[s] for s in _WAITS)
    if state in (m.GIL, *_WAITS) and more > 0 and waits > more / 2:
        return "outside", "from inside, the wait to get the GIL back looks like part of the wait before it"
    if state == m.COMPUTING:
        return "inside", "it reads the thread's own CPU clock"
    differs = outside[state] - inside[state]
    if -(outside[m.CORE] - inside[m.CORE]) * differs > differs * differs / 2 or state == m.CORE:
        return "", "The system counts a wait for a core when it ends, so the two may have it at different times"
    return "", "Waits shorter than the time between two looks are not told apart from outside"
