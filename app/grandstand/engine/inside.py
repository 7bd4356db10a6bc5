"""A worker inside a sub-interpreter: what runs there (3.14 and newer). The thread that entered it."""

import json
import os
import queue
import sys
from typing import Any

from grandstand.engine import messages as m
from grandstand.engine import printed
from grandstand.engine.host import Outbox
from grandstand.engine.loop import Worker, run_worker
from grandstand.engine.shared_control import SeenControl


def main(number: int, told: str, memory: Any) -> None:
    """One worker from hello to goodbye.

    ``number``: the end of the pipe for its events; ``told``: its WorkerSpec and the path, as JSON; ``memory``: of its
    control.
    """
    spec, path = json.loads(told)
    sys.path[:] = path
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
    printed.install()
    out = Outbox(number)

    def emit(message: m.Message) -> None:
        try:
            if isinstance(message, m.Progress):
                out.put_nowait(message)
            else:
                out.put(message)
        except queue.Full:
            pass  # totals are cumulative

    spec = m.WorkerSpec(*spec)
    run_worker(Worker(spec, emit, SeenControl(memory, dict(spec.parameters)), shared=False))
