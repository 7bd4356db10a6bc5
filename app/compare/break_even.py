"""The break-even map: by length of a task and size of its data, which way of running it wins. Any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.compare.statistics import Estimate, median, paired_ratio
from app.measure.machine import cores, machine
from app.modes.isolated import run_isolated

LENGTHS = (10e-6, 100e-6, 1e-3, 10e-3)
SIZES = (100, 10_000, 1_000_000)
REPEATS = 7
WAYS = ("sequential", "threads", "processes")
SCHEMA = 1


@dataclass(frozen=True)
class Place:
    """A task of ``length`` seconds that takes ``size`` bytes: seconds a task by way, and who wins.

    ``winner``: the way with the least median; ``decided``: whether its advantage over every other way is surely one.
    ``advantage``: over one by one (below 1 where it loses against that), or, where one by one wins, over the next.
    """

    length: float
    size: int
    seconds: dict[str, Estimate]
    winner: str
    decided: bool
    advantage: Estimate


@dataclass(frozen=True)
class Map:
    places: tuple[Place, ...]
    workers: int
    method: str
    machine: dict[str, Any]

    def at(self, length: float, size: int) -> Place:
        """The place. Raises KeyError."""
        for place in self.places:
            if (place.length, place.size) == (length, size):
                return place
        raise KeyError((length, size))


def measure(
    hear: Callable[[float, str], None],
    cancelled: threading.Event | None = None,
    lengths: Sequence[float] = LENGTHS,
    sizes: Sequence[int] = SIZES,
    repeats: int = REPEATS,
) -> Map:
    """Measures the map in a process of its own; about 10 s. Blocks; raises what run_isolated raises."""
    workers = max(2, min(16, cores()))
    found = run_isolated(
        "app.engine.experiments.break_even:map_of",
        {"lengths": list(lengths), "sizes": list(sizes), "workers": workers, "repeats": repeats},
        300.0,
        lambda said: hear(float(said.get("progress", 0.0)), str(said.get("words", ""))),
        cancelled.is_set if cancelled is not None else lambda: False,
    )
    places = [(length, size) for length in lengths for size in sizes]
    judged = tuple(judge(*place, times) for place, times in zip(places, found["cells"], strict=True))
    return Map(judged, workers, found["method"], machine().as_dict())


def judge(length: float, size: int, times: dict[str, list[float]]) -> Place:
    """Who wins, from the seconds a task of each repeat (the repeats of all ways are pairs)."""
    ranked = sorted(WAYS, key=lambda way: median(times[way]).value)
    winner, second = ranked[0], ranked[1]
    decided = all(paired_ratio(times[other], times[winner]).above(1.0) for other in ranked[1:])
    against = second if winner == "sequential" else "sequential"
    advantage = paired_ratio(times[against], times[winner], "repeats")
    seconds = {way: median(times[way], "s", "repeats") for way in WAYS}
    return Place(length, size, seconds, winner, decided, advantage)


def document(found: Map) -> dict[str, Any]:
    """As JSON, schema version 1 (docs/json.md)."""
    return {
        "schema": SCHEMA,
        "kind": "break-even",
        "machine": found.machine,
        "workers": found.workers,
        "start_method": found.method,
        "places": [
            {
                "length": p.length,
                "size": p.size,
                "seconds": {way: _estimate(e) for way, e in p.seconds.items()},
                "winner": p.winner,
                "decided": p.decided,
                "advantage": _estimate(p.advantage),
            }
            for p in found.places
        ],
    }


def _estimate(e: Estimate) -> dict[str, Any]:
    return {"value": e.value, "low": e.low, "high": e.high, "n": e.n}
