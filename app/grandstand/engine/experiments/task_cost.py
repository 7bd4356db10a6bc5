"""What it costs to have a task done by a thread, a pool or a process, and how long a task must be for that to pay.

The tasks hash a block of bytes: C code that gives the GIL away, so that threads can gain by it. Pools are warm: their
workers have been started, and have done a task, before the clock runs.
"""

import hashlib
import random
import threading
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, Callable, Dict, List

from grandstand.engine.experiment import Lanes
from grandstand.engine.experiments.process_order import cheap_context, keep_files_in
from grandstand.vocabulary.states import SERIALIZING

SMALLEST = 2_048
"""hashlib keeps the GIL for fewer bytes than this."""
BATCH_S, MOST, LEAST = 0.03, 64, 8
"""A batch is about so many seconds of tasks, but at most and at least so many."""
COLORS = ("modes.sequential", "modes.threads", "accent.primary", SERIALIZING.color)
"""Of the ways' lanes, as in the picture of the result."""

BLOCK = b""


def nothing() -> None:
    """The empty task."""


def have_block(size: int) -> None:
    """Each worker process makes the block once: the tasks themselves send no more than a number."""
    global BLOCK
    BLOCK = b"\x5a" * size


def hash_block(size: int) -> int:
    """The task: hashes so many bytes."""
    return hashlib.sha256(memoryview(BLOCK)[:size]).digest()[0]


def sizes_for(lengths: List[float]) -> List[int]:
    """How many bytes take so many seconds each, here and alone. Makes the block that is large enough for them."""
    have_block(2_000_000)
    hash_block(len(BLOCK))
    times = []
    for _ in range(12):
        began = time.perf_counter()
        hash_block(len(BLOCK))
        times.append(time.perf_counter() - began)
    rate = len(BLOCK) / min(times)  # the least disturbed one
    sizes = [max(SMALLEST, int(rate * length)) for length in lengths]
    have_block(max(sizes))
    return sizes


# -- the ways: each does ``count`` tasks of one size ------------------------------------------------------------------


def one_by_one(size: int, count: int) -> None:
    for _ in range(count):
        hash_block(size)


def a_thread_each(size: int, count: int) -> None:
    threads = [threading.Thread(target=hash_block, args=(size,)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def in_pool(pool: Executor, size: int, count: int) -> None:
    for future in [pool.submit(hash_block, size) for _ in range(count)]:
        future.result()


# -- the costs of an empty task ---------------------------------------------------------------------------------------


def start_and_join(make: Callable[..., Any], count: int) -> float:
    """µs to start a thread or process that has nothing to do, and to join it."""
    began = time.perf_counter_ns()
    for _ in range(count):
        one = make(target=nothing)
        one.start()
        one.join()
    return (time.perf_counter_ns() - began) / count / 1e3


def submit_and_wait(pool: Executor, count: int) -> float:
    """µs to have a warm pool do nothing, and to get the result."""
    began = time.perf_counter_ns()
    for _ in range(count):
        pool.submit(nothing).result()
    return (time.perf_counter_ns() - began) / count / 1e3


# -- the measurement --------------------------------------------------------------------------------------------------


def task_costs(tell: Any, blocks: int, workers: int, lengths: List[float], place: str) -> Dict[str, Any]:
    """``lengths``: of the tasks, in seconds. Pools have ``workers`` workers.

    Returns ``method`` (how processes were started); ``costs``: µs of an empty task, one a block, for "thread", "thread
    pool", "process", "process pool"; ``counts``: tasks of a batch, one a length; ``took``: for "sequential" and each
    way but "process" a list, one a length, of lists, one a block, of µs per task.
    """
    keep_files_in(place)
    context = cheap_context()
    sizes = sizes_for(lengths)
    counts = [max(LEAST, min(MOST, round(BATCH_S / length))) for length in lengths]
    ways = ("sequential", "thread", "thread pool", "process pool")
    lanes = Lanes(tell, list(ways))
    costs: Dict[str, List[float]] = {way: [] for way in ("thread", "thread pool", "process", "process pool")}
    took: Dict[str, List[List[float]]] = {way: [[] for _ in sizes] for way in ways}
    chance = random.Random(10)
    for block in range(blocks):
        # Before there are pools: a child that is forked beside them would inherit their locks, taken or not.
        costs["process"].append(start_and_join(context.Process, 6))
        costs["thread"].append(start_and_join(threading.Thread, 60))
        with ProcessPoolExecutor(workers, context, have_block, (max(sizes),)) as processes:
            in_pool(processes, SMALLEST, 4 * workers)
            with ThreadPoolExecutor(workers) as threads:
                in_pool(threads, SMALLEST, 4 * workers)
                costs["thread pool"].append(submit_and_wait(threads, 60))
                costs["process pool"].append(submit_and_wait(processes, 60))
                for at in chance.sample(range(len(sizes)), len(sizes)):
                    for way in chance.sample(ways, len(ways)):
                        began = time.perf_counter_ns()
                        if way == "sequential":
                            one_by_one(sizes[at], counts[at])
                        elif way == "thread":
                            a_thread_each(sizes[at], counts[at])
                        else:
                            in_pool(threads if way == "thread pool" else processes, sizes[at], counts[at])
                        ended = time.perf_counter_ns()
                        took[way][at].append((ended - began) / counts[at] / 1e3)
                        lanes.between(
                            ways.index(way),
                            COLORS[ways.index(way)],
                            began,
                            ended,
                            "{:g} µs".format(1e6 * lengths[at]),
                        )
        tell(progress=(block + 1) / blocks, words="block {} of {}".format(block + 1, blocks))
    lanes.flush()
    return {"method": context.get_start_method(), "costs": costs, "counts": counts, "took": took}
