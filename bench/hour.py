"""An hour of messages, fed fast into a session: does its memory stay bounded? A process of its own.

``python -m bench.hour window|command MINUTES`` prints, as JSON, resident memory in MB at the end of each tenth of the
time. 8 workers say 30 things a second, the machine is sampled, a frame passes 30 times a second. ``window`` takes the
new slices out of the session as the lanes on the screen do; ``command`` leaves them alone as the command line does.
"""

from __future__ import annotations

import gc
import json
import sys
import time

import psutil
from grandstand.hosts.frame_slots import FRAME_NS
from grandstand.session.run import Setting
from grandstand.session.session import Session

from bench.synthetic import Lanes, Samples

_WORKERS, _CORES = 8, 2
_PARTS = 10


def main(side: str, minutes: float) -> None:
    # The session knows only the times it is told, so the hour may lie anywhere.
    start = 10**15
    session = Session(_CORES)
    setting = Setting("primes", "processes", _WORKERS, ())
    lanes, samples = Lanes(1, _WORKERS, start), Samples(_WORKERS, _CORES, start)
    session.begin_run(1, setting, start, "Processes")
    session.apply(lanes.hello(), start)
    process = psutil.Process()
    sizes, messages = [], 0
    frames = round(minutes * 60e9 / FRAME_NS)
    began = time.perf_counter()
    for frame in range(1, frames + 1):
        now = start + frame * FRAME_NS
        batch = [*lanes.until(now), *samples.until(now)]
        messages += len(batch)
        session.apply(batch, now)
        session.beat(now, 33.3)
        session.apply([], now)
        if side == "window":
            session.lanes.take_new()
        if frame % (frames // _PARTS) == 0:
            gc.collect()
            sizes.append(process.memory_info().rss / 1e6)
    problem = f"{session.rejected} messages were rejected" if session.rejected else ""
    took = time.perf_counter() - began
    print(json.dumps({"problem": problem, "megabytes": sizes, "messages": messages, "seconds": took}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
