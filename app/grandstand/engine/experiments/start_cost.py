"""What it costs to start a worker: the time until it runs its first line, and the memory that it has of its own."""

import multiprocessing
import os
import random
import statistics
import sys
import time
from typing import Any, Dict, List, Tuple

from grandstand.engine.experiments import worker_starts
from grandstand.engine.experiments.process_memory import own_and_shared
from grandstand.engine.experiments.process_order import keep_files_in

PATIENCE_S = 20.0
COUNTS = {"task": 1_000, "thread": 100, "interpreter": 4}
STARTS = {"fork": 4, "forkserver": 3, "spawn": 2}
"""Processes a block: fewer of those that take long."""


def own(pid: Any) -> float:
    """MB; 0 where the system does not tell."""
    try:
        return own_and_shared(pid)[0]
    except (OSError, KeyError):
        return 0.0


def hear(pipe: Any) -> Any:
    if not pipe.poll(PATIENCE_S):
        raise TimeoutError("a worker did not answer")
    return pipe.recv()


def one_process(context: Any) -> Tuple[float, float]:
    """µs, MB."""
    mine, theirs = context.Pipe()
    asked = time.perf_counter_ns()
    process = context.Process(target=worker_starts.process, args=(theirs,))
    process.start()
    theirs.close()
    took = (hear(mine) - asked) / 1e3
    memory = own(process.pid)
    mine.send(None)
    process.join()
    mine.close()
    return took, memory


def one_crew(context: Any, way: str, count: int) -> Tuple[float, float]:
    """µs (the median) and MB a worker, of ``count`` in a process of their own."""
    mine, theirs = context.Pipe()
    process = context.Process(target=worker_starts.crew, args=(theirs, way, count))
    process.start()
    theirs.close()
    hear(mine)
    before = own(process.pid)
    mine.send(None)
    took = hear(mine)
    memory = max(0.0, own(process.pid) - before)
    mine.send(None)
    process.join()
    mine.close()
    return statistics.median(took) / 1e3, memory / count


def start_costs(tell: Any, blocks: int, methods: List[str], place: str) -> Dict[str, Any]:
    """Each way once a block, in random order. The fork server runs already.

    Returns ``micros`` and ``megabytes`` of a worker, for each way a list, the median of each block: a worker that had
    to wait for a core says nothing of what a start costs. ``memory``: whether the system tells of memory;
    ``interpreters``: whether this Python has sub-interpreters to start.
    """
    keep_files_in(place)
    contexts: Dict[str, Any] = {method: multiprocessing.get_context(method) for method in methods}
    ways = ["task", "thread", *methods]
    if sys.version_info >= (3, 14):
        ways.insert(2, "interpreter")
    for context in contexts.values():
        one_process(context)
    micros: Dict[str, List[float]] = {way: [] for way in ways}
    megabytes: Dict[str, List[float]] = {way: [] for way in ways}
    chance = random.Random(25)
    for block in range(blocks):
        for done, way in enumerate(chance.sample(ways, len(ways))):
            if way in contexts:
                rows = [one_process(contexts[way]) for _ in range(STARTS[way])]
            else:
                rows = [one_crew(contexts["spawn"], way, COUNTS[way])]
            micros[way].append(statistics.median(took for took, _ in rows))
            megabytes[way].append(statistics.median(memory for _, memory in rows))
            words = "{}, block {} of {}".format(way, block + 1, blocks)
            tell(progress=(block + (done + 1) / len(ways)) / blocks, words=words)
    there = own(os.getpid()) > 0
    return {"micros": micros, "megabytes": megabytes, "memory": there, "interpreters": "interpreter" in ways}
