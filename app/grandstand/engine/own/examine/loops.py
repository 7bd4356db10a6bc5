"""Does an async function keep others from their turn? In a child of its own.

Each piece of a task between two awaits is one handle of the event loop's: how long each takes is seen there.
"""

import time
from typing import Any, Dict, List

from grandstand.engine.own.subject import Subject


def measure(tell: Any, described: Dict[str, Any], seconds: float, tasks: int) -> Dict[str, Any]:
    """``blocked_seconds``: at least every other call holds the loop for so long at a stretch. ``overlap``: how many of
    ``tasks`` were under way at a time, as seen from the calls made."""
    import asyncio  # before the person's path
    import asyncio.events

    subject = Subject(described, tell)
    stretches: List[float] = []
    cpu: List[float] = []
    run = asyncio.events.Handle._run

    def timed(handle: Any) -> Any:
        began, used = time.perf_counter(), time.thread_time()
        try:
            return run(handle)
        finally:
            stretches.append(time.perf_counter() - began)
            cpu.append(time.thread_time() - used)

    made = [0]

    async def one(worker: int, until: float, most: int) -> None:
        number = worker
        while True:
            try:
                await subject.call(*subject.arguments(number), **subject.kwargs)
            except Exception:
                pass
            await asyncio.sleep(0)  # or calls that await nothing would all be one piece
            number += 1
            made[0] += 1
            if time.perf_counter() > until or made[0] >= most:
                return

    async def alone() -> float:
        began = time.perf_counter()
        made[0] = 0
        await one(0, began + seconds / 3, 100)
        return (time.perf_counter() - began) / max(1, made[0])

    async def together() -> float:
        began = time.perf_counter()
        made[0] = 0
        await asyncio.gather(*(one(worker, began + seconds, 10_000) for worker in range(tasks)))
        return time.perf_counter() - began

    each = subject.run(alone())
    asyncio.events.Handle._run = timed  # type: ignore[method-assign, assignment]
    try:
        wall = subject.run(together())
    finally:
        asyncio.events.Handle._run = run  # type: ignore[method-assign]
    calls = made[0]
    longest = sorted(range(len(stretches)), key=stretches.__getitem__, reverse=True)
    usual = longest[min(len(longest) - 1, calls // 2)]
    return {
        "calls": calls, "tasks": tasks, "call_seconds": each, "wall": wall, "blocked_seconds": stretches[usual],
        "blocked_cpu_seconds": cpu[usual], "longest_seconds": stretches[longest[0]],
        "overlap": calls * each / wall if wall else 0.0,
    }  # fmt: skip
