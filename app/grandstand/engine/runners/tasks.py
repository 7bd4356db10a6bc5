"""Tasks: all workers are asyncio tasks of one event loop, in the main thread."""

import asyncio
import functools
from typing import Any, Generator

from grandstand.engine.loop import Worker
from grandstand.engine.loop_clock import LoopClock
from grandstand.engine.runners import TASKS, Runner
from grandstand.engine.task_meter import TaskMeter

_LOOK_S = 0.05
"""How often new workers are looked for."""


def run(crew: Any) -> None:
    _allow_many_connections()
    clock = LoopClock()
    asyncio.set_event_loop(clock.loop)
    try:
        clock.loop.run_until_complete(_run_all(crew, clock))
    finally:
        asyncio.set_event_loop(None)
        clock.close()


async def _run_all(crew: Any, clock: LoopClock) -> None:
    tasks = set()
    while True:
        for worker in crew.take_new():
            worker.measure_by(functools.partial(TaskMeter, clock))
            task = clock.loop.create_task(_run(worker))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        if not tasks and not crew.wait_for_more(False):
            return
        await asyncio.sleep(_LOOK_S)


async def _run(worker: Worker) -> None:
    """One worker from hello to goodbye. Never raises what the workload raises."""
    await _Turns(worker)


async def _work(worker: Worker) -> None:
    error = None
    try:
        worker.begin()
        await worker.asteps(_others_turn)
    except BaseException as problem:  # SystemExit and KeyboardInterrupt of a workload are its own affair too
        error = problem
    worker.end(error)


async def _others_turn() -> None:
    await asyncio.sleep(0)


class _Turns:
    """Awaits a worker's task and tells its meter of each of its turns, whatever it waits for and on whatever loop."""

    __slots__ = ("_worker",)

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    def __await__(self) -> Generator[Any, Any, None]:
        worker: Any = self._worker
        meter, work = worker.meter, _work(worker)
        error: Any = None
        while True:
            meter.turn_begins()
            worker.capture()
            try:
                waits_for = work.send(None) if error is None else work.throw(error)
            except StopIteration:
                meter.turn_ends(None)
                return
            meter.turn_ends(waits_for)
            error = None
            try:
                yield waits_for
            except BaseException as problem:
                error = problem


def _allow_many_connections() -> None:
    """As many open files as the system allows: each task may have a connection, and 1,024 are soon used up."""
    try:
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    except (ImportError, ValueError, OSError):
        pass


RUNNER = Runner(TASKS, False, run)
