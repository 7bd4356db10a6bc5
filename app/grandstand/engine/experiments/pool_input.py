"""How much of its input a pool's map takes before anybody asks for the first result.

``take`` runs in a process of its own each time: memory that has been used once would not be seen to be used again.
"""

import inspect
import random
import sys
import time
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, Callable, Dict, Iterator, List, Optional

from grandstand.engine.experiments.event_loop import memory
from grandstand.engine.experiments.pool_chunks import next_number
from grandstand.engine.experiments.process_order import cheap_context, keep_files_in

BUILT_IN, THREADS, PROCESSES, BOUNDED = "built-in map", "ThreadPoolExecutor", "ProcessPoolExecutor", "buffersize"
BUFFER = 8
PATIENCE_S = 60.0


def numbers(count: int, taken: List[int]) -> Iterator[int]:
    """An input that says how much of it has been taken."""
    for number in range(count):
        taken[0] += 1
        yield number


def taken_at_once(pool_map: Callable[..., Iterator[int]], count: int) -> List[float]:
    """[items taken, seconds, MB more in memory] when map has returned and no result has been asked for."""
    taken = [0]
    before, began = memory(), time.perf_counter()
    results = pool_map(next_number, numbers(count, taken))
    seen = [taken[0], time.perf_counter() - began, memory() - before]
    if next(results) != 1:
        raise RuntimeError("map gave another result than it was asked for")
    return seen


def has_buffersize() -> bool:
    """Whether this Python's Executor.map can be told how far to go ahead (3.14 and newer)."""
    return "buffersize" in inspect.signature(Executor.map).parameters


def open_pool(way: str) -> Optional[Executor]:
    if way == BUILT_IN:
        return None
    pool = ProcessPoolExecutor(2, cheap_context()) if way == PROCESSES else ThreadPoolExecutor(2)
    list(pool.map(next_number, range(8)))  # its workers are there, and their memory belongs to no item
    return pool


def take(pipe: Any, way: str, count: int) -> None:
    pool = open_pool(way)
    if pool is None:
        pipe.send(taken_at_once(map, count))
        return
    bounded: Dict[str, Any] = {"buffersize": BUFFER} if way == BOUNDED else {}
    try:
        pipe.send(taken_at_once(lambda call, items: pool.map(call, items, **bounded), count))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def input_taken(tell: Any, repeats: int, count: int, place: str) -> Dict[str, Any]:
    """Returns ``python`` (its version), ``buffer`` (items ahead, where this Python can bound them, else 0) and
    ``ways``: for each a list, one a repeat, of what ``taken_at_once`` saw."""
    keep_files_in(place)
    context = cheap_context()
    ways = [BUILT_IN, THREADS, PROCESSES] + [BOUNDED] * has_buffersize()
    seen: Dict[str, List[List[float]]] = {way: [] for way in ways}
    chance = random.Random(29)
    for repeat in range(repeats):
        for done, way in enumerate(chance.sample(ways, len(ways))):
            tell(
                progress=(repeat + done / len(ways)) / repeats,
                words="{}, repeat {} of {}".format(way, repeat + 1, repeats),
            )
            mine, theirs = context.Pipe(duplex=False)
            process = context.Process(target=take, args=(theirs, way, count))
            process.start()
            theirs.close()
            if not mine.poll(PATIENCE_S):
                raise TimeoutError("a child did not answer")
            seen[way].append(mine.recv())
            process.join()
            mine.close()
    version = "{}.{}".format(*sys.version_info[:2])
    return {"python": version, "buffer": BUFFER * has_buffersize(), "ways": seen}
