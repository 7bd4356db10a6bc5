"""Which way the doctor's figures speak for: an expectation, which a comparison confirms or not. Pure; any thread."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from grandstand.modes import asyncio, described, interpreters, processes, sequential, threads
from grandstand.own.doctor import Diagnosis
from grandstand.own.finding import FAILS
from grandstand.own.reference import ASYNC, CLASS
from grandstand.own.rules.starting import duration
from grandstand.session import words

SEQUENTIAL, THREADS, PROCESSES = sequential.MODE.key, threads.MODE.key, processes.MODE.key
ASYNCIO, INTERPRETERS = asyncio.MODE.key, interpreters.MODE.key
_MOST_WAITING, _MOST_TASKS = 32, 100
_CHUNK_S = 0.02
_SOON_S = 0.1
_PER_WORKER = 4
"""Chunks for each worker at least, so that none has much more to do at the end than the others."""


@dataclass(frozen=True)
class Way:
    """``chunk``: items sent to a process at a time. ``why``: a sentence."""

    mode: str
    workers: int
    chunk: int
    why: str

    @property
    def words(self) -> str:
        """'4 processes', 'one call after the other'."""
        if self.mode == SEQUENTIAL:
            return "one call after the other"
        if self.mode == ASYNCIO:
            return f"{self.workers} asyncio task{'s' if self.workers != 1 else ''}"
        return described(self.mode).workers(self.workers)

    def as_dict(self) -> dict[str, Any]:
        return {"mode": self.mode, "workers": self.workers, "chunk": self.chunk, "why": self.why}


def recommend(diagnosis: Diagnosis, cores: int) -> Way | None:
    """None where it does not run at all. ``cores``: those that can be had."""
    spent = diagnosis.raw.get("sharing.measure")
    if diagnosis.fails or spent is None:
        return None
    call = diagnosis.call_seconds
    wall = max(spent["wall"] - spent["run_delay"], 1e-9)
    computing = min(1.0, spent["thread_cpu"] / wall)
    outside = spent.get("outside")
    gil = float(outside["share"] if outside else spent.get("gil_share") or 0.0) if spent["gil_enabled"] else 0.0
    sendable = _sendable(diagnosis)
    waits = max(1, min(_MOST_WAITING, math.ceil(cores / max(computing, 0.01))))
    if diagnosis.own.function.kind == CLASS:
        return Way(SEQUENTIAL, 1, 1, "It is a class whose steps build on each other: there is nothing to share out.")
    items = diagnosis.own.items
    if items is not None and call * len(items.values) < _SOON_S:
        return Way(SEQUENTIAL, 1, 1, f"All {items.words} take {duration(call * len(items.values))}: starting workers "
                   "takes longer.")  # fmt: skip
    if diagnosis.own.function.kind == ASYNC:
        blocks = diagnosis.finding("async")
        blocked = blocks is not None and blocks.verdict in ("mind", FAILS)
        if not blocked:
            tasks = max(1, min(_MOST_TASKS, math.ceil(1 / max(computing, 0.001))))  # they share one core
            return Way(ASYNCIO, tasks, 1, f"It is async and waits for {words.percent(1 - computing)} of a call.")
    if computing < 0.5:
        return Way(
            THREADS, waits, 1,
            f"It waits for {words.percent(1 - computing)} of a call, and waits overlap: {waits} threads on "
            f"{cores} cores.",
        )  # fmt: skip
    if gil <= 0.5:
        return Way(
            THREADS, cores, 1,
            f"It computes, and has the GIL for only {words.percent(gil)} of a call: a thread for each core.",
        )  # fmt: skip
    if not sendable:
        return Way(
            SEQUENTIAL, 1, 1,
            f"It has the GIL for {words.percent(gil)} of a call, so threads do not help, and it cannot be sent to "
            "processes as it is.",
        )  # fmt: skip
    sending = float(diagnosis.raw.get("calls.pickled", {}).get("cost_seconds", 0.0))
    if sending > call / 2:
        return Way(
            SEQUENTIAL, 1, 1,
            f"It has the GIL for {words.percent(gil)} of a call, so threads do not help, and sending what it takes "
            f"and returns costs {duration(sending)} for a call of {duration(call)}, so processes hardly do.",
        )  # fmt: skip
    return Way(
        PROCESSES, cores, chunk(diagnosis, cores),
        f"It computes with the GIL for {words.percent(gil)} of a call: only processes use more than one core.",
    )  # fmt: skip


def _sendable(diagnosis: Diagnosis) -> bool:
    finding = diagnosis.finding("pickle")
    return finding is None or finding.verdict != FAILS


def chunk(diagnosis: Diagnosis, workers: int) -> int:
    """As many items as last 20 ms, but some chunks for each worker."""
    wanted = max(1, round(_CHUNK_S / max(diagnosis.call_seconds, 1e-7)))
    if diagnosis.own.items is None:
        return min(wanted, 10_000)
    return max(1, min(wanted, len(diagnosis.own.items.values) // (_PER_WORKER * workers)))
