"""What a frame of the Watch page costs with 200 threads in 20 processes, against 8 in one. A process of its own.

``python -m bench.watched_lanes SECONDS``: two views in one process, fed with made-up news twenty times a second, take
turns frame by frame; JSON of CPU milliseconds: each frame, each batch of news of a twentieth of a second, and each
time the figures and the sentence are worked out for a program of whose threads many have ended.
"""

from __future__ import annotations

import json
import sys
import time
from array import array
from typing import Any

FRAME_S = 1 / 30
_SLICES = 8
"""In a message, for each thread: as many as 160 looks a second can tell of."""


def news(processes: int, threads: int, t_ns: int, since_ns: int) -> list[Any]:
    """What an observer would say at ``t_ns`` of the twentieth of a second before."""
    from grandstand.engine import observed
    from grandstand.engine.messages import COMPUTING, GIL, IO, STATE_COUNT

    events: list[Any] = []
    piece = 50_000_000 // _SLICES
    for number in range(processes):
        pid = 1_000 + 1_000 * number
        rows, slices, held = array("q"), array("q"), array("q")
        for thread in range(pid, pid + threads):
            length = t_ns - since_ns
            states = [0] * STATE_COUNT
            states[COMPUTING] = states[GIL] = length // 2
            rows.extend((thread, since_ns, t_ns, length // 2, 0, COMPUTING, *states))
            for part in range(_SLICES):
                begin = t_ns - (_SLICES - part) * piece
                slices.extend((thread, (COMPUTING, GIL, IO)[(part + thread) % 3], begin, begin + piece))
        for part in range(_SLICES):
            begin = t_ns - (_SLICES - part) * piece
            held.extend((pid + part % threads, begin, begin + piece))
        events.append(observed.ThreadsSeen(pid, t_ns, rows.tobytes(), slices.tobytes()))
        events.append(
            observed.GilSeen(
                pid,
                0,
                t_ns,
                t_ns - since_ns,
                0,
                0,
                1,
                (t_ns - since_ns) // 1_000_000,
                0,
                array("q", [pid, 1]).tobytes(),
                held.tobytes(),
            )
        )
    return events


def with_ended(many: int) -> Any:
    """A program of whose threads so many have ended."""
    from grandstand.engine import observed
    from grandstand.engine.messages import COMPUTING, GIL, STATE_COUNT
    from grandstand.watch.program import Program

    program = Program()
    states = [0] * STATE_COUNT
    states[COMPUTING] = states[GIL] = 5_000_000
    end = 10_000_000 * (many + 1)
    for number in range(many):
        begin, thread = 10_000_000 * number, 2 + number
        row = array("q", (thread, begin, begin + 10_000_000, 5_000_000, 0, COMPUTING, *states))
        program.apply(
            [
                observed.ThreadsSeen(1, begin + 10_000_000, row.tobytes(), b""),
                observed.ThreadGone(1, thread, begin + 10_000_000),
            ]
        )
    held = array("q", (1, end // 2)).tobytes()
    program.apply([observed.GilSeen(1, 0, end, end // 2, end // 2, 0, 1, end // 1_000_000, 0, held, b"")])
    return program


def told(seconds: float) -> dict[str, list[float]]:
    """CPU milliseconds of what the page does twice a second, in turns."""
    from grandstand.watch.estimate import estimate
    from grandstand.watch.sentence import sentences

    programs = {"many": with_ended(100_000), "few": with_ended(1_000)}
    took: dict[str, list[float]] = {side: [] for side in programs}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for side, program in programs.items():
            begin = time.process_time()
            sentences(program, *estimate(program, 2.0), brief=True)
            took[side].append(1_000 * (time.process_time() - begin))
    return took


def main(seconds: float) -> dict[str, dict[str, list[float]]]:
    from grandstand.engine.clocks import now_ns
    from grandstand.ui.pages.watch.watching import Watched, WatchingView
    from grandstand.ui.shell.application import make_application
    from grandstand.ui.shell.background import Worker

    app = make_application()
    reading = Worker((OSError,))
    sides = {"many": (20, 10), "few": (1, 8)}
    views = {}
    for place, side in enumerate(sides):
        view = views[side] = WatchingView(Watched(0), reading)
        view.resize(1_400, 760)
        view.move(0, place * 40)
        view.show()
    app.processEvents()
    since = now_ns()
    took: dict[str, list[float]] = {side: [] for side in sides}
    heard: dict[str, list[float]] = {side: [] for side in sides}
    news_until = dict.fromkeys(sides, since)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for side, view in views.items():
            t, events = now_ns(), []
            if t - news_until[side] >= 50_000_000:
                news_until[side] += 50_000_000
                events = news(*sides[side], news_until[side], since)
            begin = time.process_time()
            if events:
                view.watched.hear(events)
                heard[side].append(1_000 * (time.process_time() - begin))
            begin = time.process_time()
            view.advance(t)
            app.processEvents()
            took[side].append(1_000 * (time.process_time() - begin))
        time.sleep(FRAME_S / 2)
    return {"frames": took, "news": heard, "ended": told(seconds / 4)}


if __name__ == "__main__":
    print(json.dumps(main(float(sys.argv[1]))))
