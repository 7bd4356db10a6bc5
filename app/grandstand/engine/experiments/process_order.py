"""Processes that are started in order: which of them run at the same time, and in which order they finish.

``work`` and ``tiny`` run in child processes. They write into ``notes``, which is shared memory, when they began and
ended, in ns of perf_counter_ns, a clock that parent and children share.
"""

import multiprocessing
import random
import time
from typing import Any, Callable, Dict, List, Tuple

from grandstand.engine.experiment import Lanes
from grandstand.engine.experiments.job import job, steps_for

Rows = List[List[int]]

RAN = "modes.processes"
"""Color of the time from a process's beginning to its end: no state, for it may have waited for a core in between."""


def cheap_context() -> Any:
    """The multiprocessing context that starts children fastest here: fork where there is one, else spawn."""
    return multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn")


def keep_files_in(place: str) -> None:
    """Has multiprocessing put its sockets and files into the folder ``place``, for whoever made that to remove: an
    experiment's process is killed in the end, and removes nothing itself."""
    config: Dict[str, Any] = multiprocessing.current_process()._config  # type: ignore[attr-defined]
    config["tempdir"] = place


def work(notes: Any, number: int, steps: int) -> None:
    """One child: notes when it began and when it was done."""
    notes[2 * number] = time.perf_counter_ns()
    job(steps)
    notes[2 * number + 1] = time.perf_counter_ns()


def tiny(notes: Any, number: int, steps: int) -> None:
    """One child that has next to nothing to do."""
    notes[2 * number] = time.perf_counter_ns()
    notes[2 * number + 1] = time.perf_counter_ns()


def join_in_the_loop(context: Any, notes: Any, count: int, steps: int) -> None:
    for number in range(count):
        process = context.Process(target=work, args=(notes, number, steps))
        process.start()
        process.join()  # nothing else is started until this one is done


def start_all_then_join(
    context: Any, notes: Any, count: int, steps: int, target: Callable[[Any, int, int], None] = work
) -> None:
    processes = [context.Process(target=target, args=(notes, number, steps)) for number in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def join_or_not(tell: Any, repeats: int, count: int, task_s: float, place: str) -> Dict[str, Any]:
    """``count`` processes of about ``task_s`` of computing, joined in the loop and joined at the end, in turn.

    Returns ``steps``; for "loop" and for "end" ``wall`` (ns, one a repeat) and ``rows`` (a list a repeat of
    [began, ended], one a process).
    """
    keep_files_in(place)
    context = cheap_context()
    steps = steps_for(task_s)
    lanes = Lanes(tell, ["process {}".format(i + 1) for i in range(count)])
    ways: Tuple[Tuple[str, Callable[..., None]], ...] = (("loop", join_in_the_loop), ("end", start_all_then_join))
    wall: Dict[str, List[int]] = {way: [] for way, _ in ways}
    rows: Dict[str, List[Rows]] = {way: [] for way, _ in ways}
    chance = random.Random(17)
    for repeat in range(repeats):
        for way, run in chance.sample(ways, len(ways)):
            notes = context.RawArray("q", 2 * count)
            began = time.perf_counter_ns()
            run(context, notes, count, steps)
            wall[way].append(time.perf_counter_ns() - began)
            rows[way].append(read(notes, count))
            for lane, (start, end) in enumerate(rows[way][-1]):
                lanes.between(lane, RAN, start, end)
        tell(progress=(repeat + 1) / repeats, words="repeat {} of {}".format(repeat + 1, repeats))
    lanes.flush()
    return {"steps": steps, "wall": wall, "rows": rows}


def inversions(finished: List[int]) -> int:
    """How many pairs finished in the opposite order to that in which they were started. ``finished``: times, in the
    order of the starts; those who finished at the same time are in order."""
    return sum(one > other for at, one in enumerate(finished) for other in finished[at + 1 :])


def order_of_finishing(tell: Any, repeats: int, count: int, task_s: float, place: str) -> Dict[str, Any]:
    """``count`` processes started in order, with nothing to do ("tiny") and with ``task_s`` of computing ("long").

    Returns ``method`` (how they were started) and for each kind ``inversions`` (one a repeat) and ``rows`` of the
    last repeat ([began, ended] of each process, ns).
    """
    keep_files_in(place)
    context = cheap_context()
    steps = steps_for(task_s)
    lanes = Lanes(tell, [str(i + 1) for i in range(count)])
    kinds: Tuple[Tuple[str, Callable[[Any, int, int], None]], ...] = (("tiny", tiny), ("long", work))
    orders: Dict[str, List[int]] = {kind: [] for kind, _ in kinds}
    rows: Dict[str, Rows] = {}
    chance = random.Random(18)
    for repeat in range(repeats):
        for kind, target in chance.sample(kinds, len(kinds)):
            notes = context.RawArray("q", 2 * count)
            start_all_then_join(context, notes, count, steps, target)
            rows[kind] = read(notes, count)
            orders[kind].append(inversions([end for _, end in rows[kind]]))
            for lane, (start, end) in enumerate(rows[kind]):
                lanes.between(lane, RAN, start, end)
        words = "repeat {} of {}: {} of {} pairs".format(
            repeat + 1, repeats, orders["long"][-1], count * (count - 1) // 2
        )
        tell(progress=(repeat + 1) / repeats, words=words + " out of order")
    lanes.flush()
    return {"method": context.get_start_method(), "inversions": orders, "rows": rows}


def read(notes: Any, count: int) -> Rows:
    """[began, ended] of each process. Raises RuntimeError when one of them did not come to its end."""
    rows = [[int(notes[2 * i]), int(notes[2 * i + 1])] for i in range(count)]
    if any(end == 0 for _, end in rows):
        raise RuntimeError("a process ended before its work was done")
    return rows
