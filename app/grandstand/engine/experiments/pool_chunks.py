"""Many calls through the map of a pool of processes, one by one and in chunks.

``next_number`` and ``wait`` run in worker processes.
"""

import multiprocessing.pool
import os
import random
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Callable, Dict, Iterable, List, Tuple

from grandstand.engine.experiment import Lanes
from grandstand.engine.experiments.process_order import cheap_context, keep_files_in

POOLS = ("ProcessPoolExecutor", "multiprocessing.Pool")
KINDS = ("tiny", "long")
PATIENCE_S = 20.0
COLORS = ("accent.danger", "modes.processes")
"""Of calls one by one and in chunks, as in the picture of the result."""


def next_number(number: int) -> int:
    """A tiny call: next to all of its cost is the way to the worker and back."""
    return number + 1


def wait(ms: int) -> int:
    """A long call. It sleeps, so that programs beside it are not in its way."""
    time.sleep(ms / 1e3)
    return ms + 1


def time_a_call(
    pool_map: Callable[..., Iterable[int]], call: Callable[[int], int], items: List[int], size: int
) -> float:
    """µs a call, when a warm pool's map hands them out in chunks of ``size``. Raises RuntimeError for a result that
    is wrong or missing."""
    began = time.perf_counter_ns()
    results = list(pool_map(call, items, chunksize=size))
    took = time.perf_counter_ns() - began
    if results != [item + 1 for item in items]:
        raise RuntimeError("a pool gave other results than it was asked for")
    return took / len(items) / 1e3


def who(ms: int) -> Tuple[int, int]:
    """A call that takes long enough for others to begin theirs: the process and the thread it is in."""
    time.sleep(ms / 1e3)
    return os.getpid(), threading.get_ident()


def wait_for_workers(pool: Any, workers: int) -> None:
    """Until all of them are there: they start at their own pace. Raises TimeoutError."""
    until = time.monotonic() + PATIENCE_S
    while len(set(pool.map(who, [10] * 2 * workers, chunksize=1))) < workers:
        if time.monotonic() > until:
            raise TimeoutError("a pool did not get all of its workers")


def open_pool(name: str, context: Any, workers: int) -> Any:
    if name == "ProcessPoolExecutor":
        return ProcessPoolExecutor(workers, context)
    return multiprocessing.pool.Pool(workers, context=context)


def chunks_or_not(
    tell: Any, blocks: int, workers: int, tiny: List[int], long: List[int], long_ms: int, place: str
) -> Dict[str, Any]:
    """``tiny`` and ``long``: [calls, size of their chunks]; a long call waits for ``long_ms``.

    Returns ``method`` (how processes were started) and ``took``: for each pool and kind of call, "one by one" and
    "in chunks": µs a call, one a block.
    """
    keep_files_in(place)
    context = cheap_context()
    calls: Dict[str, Tuple[Callable[[int], int], List[int], int]] = {
        "tiny": (next_number, list(range(tiny[0])), tiny[1]),
        "long": (wait, [long_ms] * long[0], long[1]),
    }
    ways = ("one by one", "in chunks")
    took: Dict[str, Dict[str, Dict[str, List[float]]]] = {
        name: {kind: {way: [] for way in ways} for kind in KINDS} for name in POOLS
    }
    lanes = Lanes(tell, ["{}, {} calls".format(name, kind) for name in POOLS for kind in KINDS])
    legs = [(kind, way) for kind in KINDS for way in ways]
    chance = random.Random(28)
    for block in range(blocks):
        for name in chance.sample(POOLS, len(POOLS)):
            with open_pool(name, context, workers) as pool:
                wait_for_workers(pool, workers)
                for kind, way in chance.sample(legs, len(legs)):
                    call, items, size = calls[kind]
                    began = time.perf_counter_ns()
                    took[name][kind][way].append(time_a_call(pool.map, call, items, size if way == "in chunks" else 1))
                    lane = POOLS.index(name) * len(KINDS) + KINDS.index(kind)
                    lanes.between(lane, COLORS[ways.index(way)], began, time.perf_counter_ns(), way)
        lanes.flush()
        tell(progress=(block + 1) / blocks, words="block {} of {}".format(block + 1, blocks))
    return {"method": context.get_start_method(), "took": took}
