"""Tasks of several lengths with data of several sizes: sequentially, in a pool of threads, in a pool of processes."""

import concurrent.futures
import multiprocessing
import time
from typing import Any, Dict, List, Tuple

SEQUENTIAL, THREADS, PROCESSES = "sequential", "threads", "processes"
WAYS = (SEQUENTIAL, THREADS, PROCESSES)
"""The ways that are measured, by the keys of the modes that they stand for."""
BASELINE = SEQUENTIAL
MOST_TASKS, FEWEST_TASKS = 64, 4
AIM_S = 0.03


def task(turns: int, payload: bytes) -> int:
    """So many turns of a pure-Python loop, and a look at the payload."""
    result = len(payload)
    for number in range(turns):
        result = (result * 31 + number) & 0xFFFF
    return result


def turns_a_second() -> float:
    """How many turns of that loop this machine does in a second."""
    best = 0.0
    for _ in range(5):
        began = time.perf_counter()
        task(20_000, b"")
        best = max(best, 20_000 / (time.perf_counter() - began))
    return best


def one_after_another(turns: int, payload: bytes, count: int, pool: Any) -> None:
    for _ in range(count):
        task(turns, payload)


def in_pool(turns: int, payload: bytes, count: int, pool: Any) -> None:
    concurrent.futures.wait([pool.submit(task, turns, payload) for _ in range(count)])


def map_of(tell: Any, lengths: List[float], sizes: List[int], workers: int, repeats: int) -> Dict[str, Any]:
    """``cells``: for each (length, size) {way: [seconds a task, one per repeat]}. ``lengths`` in seconds."""
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    speed = turns_a_second()
    with concurrent.futures.ProcessPoolExecutor(workers, mp_context=context) as processes:
        concurrent.futures.wait([processes.submit(task, 1_000_000, b"") for _ in range(2 * workers)])  # all are there
        with concurrent.futures.ThreadPoolExecutor(workers) as threads:
            ways = [
                (SEQUENTIAL, one_after_another, None),
                (THREADS, in_pool, threads),
                (PROCESSES, in_pool, processes),
            ]
            places: List[Tuple[float, int]] = [(length, size) for length in lengths for size in sizes]
            cells: List[Dict[str, List[float]]] = [{name: [] for name, _, _ in ways} for _ in places]
            for repeat in range(repeats):
                for number, (length, size) in enumerate(places):
                    turns, payload = max(1, round(length * speed)), bytes(size)
                    count = max(FEWEST_TASKS, workers, min(MOST_TASKS, round(AIM_S / length)))
                    turn = (repeat + number) % len(ways)
                    for name, way, pool in ways[turn:] + ways[:turn]:
                        began = time.perf_counter()
                        way(turns, payload, count, pool)
                        cells[number][name].append((time.perf_counter() - began) / count)
                    done = (repeat * len(places) + number + 1) / (repeats * len(places))
                    tell(progress=done, words="repeat {} of {}".format(repeat + 1, repeats))
    return {"cells": cells, "method": method}
