"""One event loop and many tasks: what awaiting gains, what one blocking call does to all others, what a task costs."""

import asyncio
import os
import threading
import time
from typing import Any, Awaitable, Callable, Dict, List

PAUSE_S = 0.01
BLOCKED_S = 0.2
ROUNDS = 4
"""Waits of each task or thread whose cost is measured."""


def compute(numbers: int) -> int:
    """Pure Python, and nothing to wait for."""
    return sum(n * n for n in range(numbers))


async def computed(numbers: int) -> int:
    """The same as a coroutine: the word `async` does not make it wait for anything."""
    return compute(numbers)


async def all_of(jobs: List[Awaitable[Any]]) -> None:
    await asyncio.gather(*jobs)


def gains(tell: Any, blocks: int, jobs: int, numbers: int) -> Dict[str, Any]:
    """Seconds of each block, for ``jobs`` that compute and as many that wait: ``compute`` and ``wait``, each a
    pair of lists, ``plain`` (one after the other) and ``async`` (gathered by one event loop).
    """
    times: Dict[str, Any] = {kind: {"plain": [], "async": []} for kind in ("compute", "wait")}

    def plain_computing() -> None:
        for _ in range(jobs):
            compute(numbers)

    def plain_waiting() -> None:
        for _ in range(jobs):
            time.sleep(PAUSE_S)

    def async_computing() -> None:
        asyncio.run(all_of([computed(numbers) for _ in range(jobs)]))

    def async_waiting() -> None:
        asyncio.run(all_of([asyncio.sleep(PAUSE_S) for _ in range(jobs)]))

    ways = [
        ("compute", "plain", plain_computing), ("compute", "async", async_computing),
        ("wait", "plain", plain_waiting), ("wait", "async", async_waiting),
    ]  # fmt: skip
    for block in range(blocks):
        for kind, way, work in ways if block % 2 else ways[::-1]:
            began = time.perf_counter()
            work()
            times[kind][way].append(time.perf_counter() - began)
        tell(progress=(block + 1) / blocks, words="block {} of {}".format(block + 1, blocks))
    return times


async def tick(until: float, gaps: List[float]) -> None:
    """A task that wants to go on every 10 ms; the longest time between two steps is kept."""
    last, longest = time.perf_counter(), 0.0
    while last < until:
        await asyncio.sleep(PAUSE_S)
        now = time.perf_counter()
        last, longest = now, max(longest, now - last)
    gaps.append(longest)


async def block() -> None:
    """Waits as if it were alone: nobody else can go on meanwhile."""
    time.sleep(BLOCKED_S)


async def leave_it_to_a_thread() -> None:
    """The same call in a thread of its own, so that the loop can go on."""
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, BLOCKED_S)


async def among(tasks: int, culprit: Callable[[], Awaitable[None]]) -> List[float]:
    """The longest gap of each of the other tasks (s), while ``culprit`` waits among them."""
    gaps: List[float] = []
    until = time.perf_counter() + 2 * BLOCKED_S

    async def late() -> None:
        await asyncio.sleep(BLOCKED_S / 2)
        await culprit()

    await asyncio.gather(late(), *(tick(until, gaps) for _ in range(tasks - 1)))
    return gaps


def one_blocks(tell: Any, blocks: int, tasks: int) -> Dict[str, Any]:
    """``blocking`` and ``thread``: of each block the longest gaps (s) of all tasks but the one that waits."""
    gaps: Dict[str, Any] = {"blocking": [], "thread": []}
    for number in range(blocks):
        ways = [("blocking", block), ("thread", leave_it_to_a_thread)]
        for name, culprit in ways if number % 2 else ways[::-1]:
            gaps[name].append(asyncio.run(among(tasks, culprit)))
        tell(progress=(number + 1) / blocks, words="block {} of {}".format(number + 1, blocks))
    return gaps


# -- what a waiting task costs, and a waiting thread ------------------------------------------------------------------


def memory() -> float:
    """MB that this process has in memory; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError):
        return 0.0


async def tasks_wait(count: int, pause: float, there: Callable[[], None]) -> None:
    """So many tasks, each of which waits several times."""
    begun = 0

    async def wait() -> None:
        nonlocal begun
        begun += 1
        if begun == count:
            there()
        for _ in range(ROUNDS):
            await asyncio.sleep(pause)

    await asyncio.gather(*(wait() for _ in range(count)))


def threads_wait(count: int, pause: float, there: Callable[[], None]) -> None:
    """The same with a thread for each."""
    begun = threading.Semaphore(0)

    def wait() -> None:
        begun.release()
        for _ in range(ROUNDS):
            time.sleep(pause)

    threads = [threading.Thread(target=wait, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for _ in range(count):
        begun.acquire()
    there()
    for thread in threads:
        thread.join()


def costs(tell: Any, way: str, count: int, pause: float) -> Dict[str, float]:
    """Of one way ('tasks' or 'threads'), in a process that does nothing else: ``start`` (ms until all wait),
    ``memory`` (MB more while they do) and ``cpu`` (µs of CPU time a wait, start included).
    """
    asyncio.run(asyncio.sleep(0))  # what a first loop needs belongs to no task
    costs_of: Dict[str, float] = {}
    before, cpu, began = memory(), time.process_time(), time.perf_counter()

    def there() -> None:
        costs_of["start"] = 1000 * (time.perf_counter() - began)
        costs_of["memory"] = memory() - before

    if way == "tasks":
        asyncio.run(tasks_wait(count, pause, there))
    else:
        threads_wait(count, pause, there)
    costs_of["cpu"] = 1e6 * (time.process_time() - cpu) / (count * ROUNDS)
    tell(progress=1.0, words="{:,} {}".format(count, way))
    return costs_of
