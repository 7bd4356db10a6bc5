"""What the wire costs an event, against pickle and ``multiprocessing.Queue``. Bench process.

Two events: a Progress of a process that computes undisturbed (one slice) and one of a thread that takes turns (40).
Both ways each: made into bytes and back, and through a pipe within this process (the queue is the app's own
DirectQueue). Rounds alternate, so that whatever else the machine does falls on both.
"""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable

from grandstand.engine import messages as m
from grandstand.engine import wire
from grandstand.engine.outbox import DirectQueue

from bench.report import Report

EACH = 400
_KINDS = {"one slice": 1, "40 slices": 40}


def report(quick: bool) -> Report:
    rounds = 12 if quick else 60
    report = Report("wire: µs an event, its codec against pickle, its frames against multiprocessing.Queue")
    for name, count in _KINDS.items():
        slices = m.pack_slices([n for i in range(count) for n in (0, 10_000 * i, 10_000 * i + 9_000)])
        event = m.Progress(1, 2**50, 12.5, 700, (10**9,) * 8, 10**9, 0, slices, 0)
        frame = wire.encode(event)
        packed = pickle.dumps(event)
        decoder = wire.Decoder()
        ways: dict[str, Callable[[], object]] = {
            "wire, out": lambda event=event: wire.encode(event),
            "pickle, out": lambda event=event: pickle.dumps(event),
            "wire, in": lambda decoder=decoder, frame=frame: decoder.feed(frame),
            "pickle, in": lambda packed=packed: pickle.loads(packed),
        }
        queue = DirectQueue()
        read, sent = os.pipe()

        def through_pipe(
            event: m.Progress = event, decoder: wire.Decoder = decoder, ends: tuple[int, int] = (read, sent)
        ) -> None:
            wire.write(ends[1], event)
            decoder.feed(os.read(ends[0], 65_536))

        def through_queue(event: m.Progress = event, queue: DirectQueue = queue) -> None:
            queue.put(event)
            queue.get_nowait()

        ways["wire, through a pipe"], ways["queue, through its pipe"] = through_pipe, through_queue
        times: dict[str, list[float]] = {way: [] for way in ways}
        for number in range(rounds):
            for way in sorted(ways, reverse=bool(number % 2)):
                times[way].append(_micros(ways[way]))
        for way, took in times.items():
            report.add(f"{name}: {way}", took, "µs")
        ratios = [a / b for a, b in zip(times["wire, through a pipe"], times["queue, through its pipe"], strict=True)]
        report.add(f"{name}: pipe / queue", ratios, "×")
        report.notes.append(f"{name}: a frame takes {len(frame):,} bytes, a pickle {len(packed):,}")
        queue.close()
        os.close(read)
        os.close(sent)
    return report


def _micros(work: Callable[[], object]) -> float:
    began = time.perf_counter_ns()
    for _ in range(EACH):
        work()
    return (time.perf_counter_ns() - began) / 1000 / EACH
