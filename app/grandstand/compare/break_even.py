"""The break-even map: by length of a task and size of its data, which way of running it wins. Any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from grandstand.compare.statistics import Estimate, median, paired_ratio
from grandstand.engine.experiments.break_even import BASELINE, WAYS
from grandstand.files import checked
from grandstand.files.reading import Unreadable, read_bytes
from grandstand.hosts.isolated import run_isolated
from grandstand.modes import described
from grandstand.observe.machine import machine, whole_cores
from grandstand.session import words

LENGTHS = (10e-6, 100e-6, 1e-3, 10e-3)
SIZES = (100, 10_000, 1_000_000)
REPEATS = 7
SCHEMA = 1
MOST_BYTES, _MOST_PLACES = 4_000_000, 400


@dataclass(frozen=True)
class Place:
    """A task of ``length`` seconds that takes ``size`` bytes: seconds a task by way, and who wins.

    ``winner``: the way with the least median; ``decided``: whether its advantage over every other way is surely one.
    ``advantage``: over sequential (below 1 where it loses against that), or, where that wins, over the next.
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
    workers = max(2, min(16, whole_cores()))
    answer = run_isolated(
        "grandstand.engine.experiments.break_even:map_of",
        {"lengths": list(lengths), "sizes": list(sizes), "workers": workers, "repeats": repeats},
        300.0,
        lambda progress: hear(float(progress.get("progress", 0.0)), str(progress.get("words", ""))),
        cancelled.is_set if cancelled is not None else lambda: False,
    )
    places = [(length, size) for length in lengths for size in sizes]
    judged = tuple(judge(*place, times) for place, times in zip(places, answer["cells"], strict=True))
    return Map(judged, workers, answer["method"], machine().as_dict())


def judge(length: float, size: int, times: dict[str, list[float]]) -> Place:
    """Who wins, from the seconds a task of each repeat (the repeats of all ways are pairs)."""
    ranked = sorted(WAYS, key=lambda way: median(times[way]).value)
    winner, second = ranked[0], ranked[1]
    decided = all(paired_ratio(times[other], times[winner]).above(1.0) for other in ranked[1:])
    against = second if winner == BASELINE else BASELINE
    advantage = paired_ratio(times[against], times[winner], "repeats")
    seconds = {way: median(times[way], "s", "repeats") for way in WAYS}
    return Place(length, size, seconds, winner, decided, advantage)


def document(measured: Map) -> dict[str, Any]:
    """As JSON, schema version 1 (docs/json.md)."""
    return {
        "schema": SCHEMA,
        "kind": "break-even",
        "machine": measured.machine,
        "workers": measured.workers,
        "start_method": measured.method,
        "places": [
            {
                "length": p.length,
                "size": p.size,
                "seconds": {way: e.as_dict() for way, e in p.seconds.items()},
                "winner": p.winner,
                "decided": p.decided,
                "advantage": p.advantage.as_dict(),
            }
            for p in measured.places
        ],
    }


class _Estimate(checked.Table, frozen=True):
    value: float
    low: float | None = None
    high: float | None = None
    n: checked.Count = 0

    def of(self, unit: str) -> Estimate:
        return Estimate(self.value, unit, self.low, self.high, self.n, "repeats")


class _Place(checked.Table, frozen=True):
    length: Annotated[float, msgspec.Meta(gt=0)]
    size: checked.Count
    seconds: dict[str, _Estimate]
    winner: str
    decided: bool
    advantage: _Estimate


class _Head(checked.Table, frozen=True):
    kind: str = ""
    schema: int = 1


class _Document(checked.Table, frozen=True):
    workers: checked.Count
    places: list[_Place]
    start_method: str = "?"
    machine: msgspec.Raw = msgspec.Raw(b"{}")


def read(text: str | bytes) -> Map:
    """A map from its JSON. Raises Unreadable, saying what is wrong; nothing in the text is ever executed."""
    data = text.encode("utf-8", "replace") if isinstance(text, str) else text
    if len(data) > MOST_BYTES:
        raise Unreadable("This file is too large for a break-even map.")
    head = checked.decode(data, _Head, "a break-even map")
    if head.kind != "break-even":
        raise Unreadable(
            "This is not a break-even map. Open a file written by this page or by the command break-even."
        )
    if head.schema > SCHEMA:
        raise Unreadable(f"This map has schema {head.schema}; this Grandstand reads {SCHEMA}. Use a newer one.")
    document = checked.decode(data, _Document, "a break-even map")
    places = tuple(_read_place(number, place) for number, place in enumerate(document.places))
    lengths, sizes = {p.length for p in places}, {p.size for p in places}
    if not places or len(places) > _MOST_PLACES or len(places) != len(lengths) * len(sizes):
        raise Unreadable("This map has gaps, doubles, or too many places: it needs one of each length with each size.")
    if len({(p.length, p.size) for p in places}) != len(places):
        raise Unreadable("This map has one place twice.")
    return Map(places, document.workers, document.start_method, checked.scalars(document.machine))


def load(path: Path) -> Map:
    """The map in a file. Raises Unreadable, also for what is no file that can be read."""
    return read(read_bytes(path, MOST_BYTES, "a break-even map"))


def _read_place(number: int, place: _Place) -> Place:
    lacking = [way for way in WAYS if way not in place.seconds]
    if lacking or place.winner not in WAYS:
        why = f"lacks {lacking[0]}" if lacking else f"is won by '{place.winner[:40]}', which is not a way of running"
        raise Unreadable(f"This map cannot be read: places[{number}] {why}.")
    seconds = {way: place.seconds[way].of("s") for way in WAYS}
    return Place(place.length, place.size, seconds, place.winner, place.decided, place.advantage.of("×"))


def conditions(measured: Map) -> str:
    """Where it was measured, in a line."""
    machine = measured.machine
    return (
        f"Pools of {measured.workers} workers, processes by {measured.method}; {machine.get('cpu')}, "
        f"{words.cores_of(machine)}, Python {machine.get('python')}, GIL {machine.get('gil')}, {machine.get('os')}. "
        "Medians with 95 % bootstrap intervals."
    )


def sentence(measured: Map) -> str:
    """Where each way wins, from the map."""
    decided = [p for p in measured.places if p.decided]
    open_ = len(measured.places) - len(decided)
    parts = []
    for way in reversed(WAYS):
        won = [p for p in decided if p.winner == way]
        if won:
            verb = "wins" if way == BASELINE else "win"
            best = max(won, key=lambda p: p.advantage.value)
            parts.append(
                f"{described(way).title} {verb} in {len(won)} of {len(measured.places)} places, "
                f"by up to {best.advantage.value:.2f}× ({time_words(best.length)}, {size_words(best.size)})."
            )
    if open_:
        parts.append(f"{open_} {'is' if open_ == 1 else 'are'} not decided.")
    limit = words.limit_of(measured.machine)
    if limit is not None and limit < measured.workers:
        parts.append(f"The CPU quota gives {words.core_time(limit)}: with more, pools pay sooner.")
    return " ".join(parts)


def time_words(seconds: float) -> str:
    """'10 µs', '1 ms'."""
    return f"{1e6 * seconds:g} µs" if seconds < 1e-3 else f"{1e3 * seconds:g} ms"


def size_words(size: int) -> str:
    """'100 B', '10 kB', '1 MB'."""
    for scale, unit in ((1e6, "MB"), (1e3, "kB")):
        if size >= scale:
            return f"{size / scale:g} {unit}"
    return f"{size} B"
