"""Workers that start, say so, and stay until their memory has been read. It imports little: a spawned worker has to
import it before it is there."""

import importlib
import threading
import time
from typing import Any, Callable, List

Halt = Callable[[List[int]], None]
"""Is handed the ns from asking for a worker to its first line, one a worker, while all of them are there."""


def process(pipe: Any) -> None:
    """A worker: a process."""
    pipe.send(time.perf_counter_ns())
    pipe.recv()


def threads(count: int, halt: Halt) -> None:
    took: List[int] = []
    stay = threading.Event()

    def worker(asked: int) -> None:
        took.append(time.perf_counter_ns() - asked)
        stay.wait()

    started = []
    for _ in range(count):
        started.append(threading.Thread(target=worker, args=(time.perf_counter_ns(),)))
        started[-1].start()
    while len(took) < count:
        time.sleep(0.001)
    halt(took)
    stay.set()
    for thread in started:
        thread.join()


def tasks(count: int, halt: Halt) -> None:
    import asyncio

    async def all_of_them() -> None:
        took: List[int] = []
        stay = asyncio.Event()

        async def worker(asked: int) -> None:
            took.append(time.perf_counter_ns() - asked)
            await stay.wait()

        started = []
        for _ in range(count):
            started.append(asyncio.ensure_future(worker(time.perf_counter_ns())))
            await asyncio.sleep(0)  # the loop runs it up to its wait
        halt(took)
        stay.set()
        await asyncio.gather(*started)

    asyncio.run(all_of_them())


def interpreters(count: int, halt: Halt) -> None:
    module = importlib.import_module("concurrent.interpreters")
    took: List[int] = []
    started = []
    for _ in range(count):
        asked = time.perf_counter_ns()
        started.append(module.create())
        started[-1].exec("there = True")
        took.append(time.perf_counter_ns() - asked)
    halt(took)
    for interpreter in started:
        interpreter.close()


WAYS = {"task": tasks, "thread": threads, "interpreter": interpreters}


def crew(pipe: Any, way: str, count: int) -> None:
    """A process that has nothing but such workers; one comes and goes before they are counted."""
    WAYS[way](1, lambda took: None)
    pipe.send([])
    pipe.recv()

    def halt(took: List[int]) -> None:
        pipe.send(took)
        pipe.recv()

    WAYS[way](count, halt)
