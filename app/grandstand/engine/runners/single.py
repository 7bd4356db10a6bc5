"""Single: a process with one worker, in its main thread."""

from typing import Any

from grandstand.engine.loop import run_worker
from grandstand.engine.runners import SINGLE, Runner


def run(crew: Any) -> None:
    for worker in crew.take_new():
        run_worker(worker)


RUNNER = Runner(SINGLE, False, run)
