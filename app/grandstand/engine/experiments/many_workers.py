"""How much so many processes get done side by side, and what it takes to have them.

``count_primes`` runs in worker processes. They say how far they are in shared memory alone: whoever wanted messages of
64 workers would take the cores that they are about.
"""

import os
import random
import time
from typing import Any, Dict, List, Optional, Tuple

from grandstand.engine.experiment import Lanes
from grandstand.engine.experiments.process_memory import own_and_shared
from grandstand.engine.experiments.process_order import RAN, cheap_context, keep_files_in
from grandstand.engine.workloads.primes import CountPrimes

PATIENCE_S = 30.0
SETTLE_S = 0.05
IDLE = (3, 4, 8, 9)
"""Fields of a core's line in /proc/stat in which no program has it, or that another field counts already: idle,
iowait, guest, guest_nice."""


def count_primes(number: int, gate: Any, done: Any, cpu_ns: Any) -> None:
    """One worker: once the gate is open, counts what it has done, and the CPU time that took, until it is killed."""
    workload = CountPrimes(1, CountPrimes.defaults(), {})
    cpu_ns[number] = max(1, time.process_time_ns())  # says that it is there; a young process may have used none
    gate.acquire()
    while True:
        done[number] += workload.step(None)
        cpu_ns[number] = time.process_time_ns()


def busy_seconds() -> Optional[float]:
    """CPU seconds so far, of all programs, on the cores that this process may use; None where there is no /proc."""
    try:
        mine = {"cpu{}".format(core) for core in os.sched_getaffinity(0)}
        with open("/proc/stat") as file:
            rows = [line.split() for line in file if line.startswith("cpu")]
        ticks = [sum(int(x) for i, x in enumerate(row[1:]) if i not in IDLE) for row in rows if row[0] in mine]
        return sum(ticks) / os.sysconf("SC_CLK_TCK") if len(ticks) == len(mine) else None
    except (OSError, AttributeError, ValueError):
        return None


def at_work(workers: int, seconds: float) -> Dict[str, Optional[float]]:
    """So many workers, watched for so long once all of them are at work.

    Returns ``rate`` (numbers tested a second), ``start`` (ms until all were there), ``memory`` (MB that they had alone
    by then), ``cores`` (used by them) and ``others`` (cores that other programs kept busy meanwhile). Where the system
    does not tell, ``memory`` and ``others`` are None. Raises TimeoutError, RuntimeError.
    """
    context = cheap_context()
    gate = context.Semaphore(0)
    done, cpu_ns = (context.RawArray("q", workers) for _ in range(2))
    began = time.perf_counter()
    processes = [
        context.Process(target=count_primes, args=(number, gate, done, cpu_ns), daemon=True)
        for number in range(workers)
    ]
    try:
        for process in processes:
            process.start()
        _wait_for(cpu_ns, processes)
        start = time.perf_counter() - began
        memory = _memory([process.pid for process in processes])  # now, while they leave the cores to this process
        for _ in processes:  # for all at once: one after the other, the last would wait for those at work
            gate.release()
        _wait_for(done, processes)
        time.sleep(SETTLE_S)
        before = _look(done, cpu_ns)
        time.sleep(seconds)
        after = _look(done, cpu_ns)
        if not all(process.is_alive() for process in processes):
            raise RuntimeError("a worker died")
    finally:
        started = [process for process in processes if process.pid is not None]
        for process in started:
            process.kill()
        for process in started:
            process.join()
    took = after[0] - before[0]
    used, own = after[2] - before[2], after[3] - before[3]
    busy = None if before[4] is None or after[4] is None else after[4] - before[4]
    return {
        "rate": (after[1] - before[1]) / took, "start": 1000 * start, "cores": used / took, "memory": memory,
        "others": None if busy is None else max(0.0, busy - used - own) / took,
    }  # fmt: skip


def _wait_for(notes: Any, processes: List[Any]) -> None:
    """Until each worker has noted something."""
    until = time.monotonic() + PATIENCE_S
    while not all(notes):
        if time.monotonic() > until or not all(process.is_alive() for process in processes):
            raise TimeoutError("{} workers did not all get to work".format(len(processes)))
        time.sleep(0.0005)


def _look(done: Any, cpu_ns: Any) -> Tuple[float, int, float, float, Optional[float]]:
    """Now, what is done, CPU seconds of the workers and of this process, and of all programs."""
    return time.perf_counter(), sum(done), sum(cpu_ns) / 1e9, time.process_time(), busy_seconds()


def _memory(pids: List[int]) -> Optional[float]:
    try:
        return sum(own_and_shared(pid)[0] for pid in pids)
    except (OSError, KeyError):
        return None


def more_and_more(tell: Any, blocks: int, counts: List[int], leg_s: float, place: str) -> Dict[str, Any]:
    """Returns ``method`` (how processes were started) and ``legs``: for each of ``counts`` (as text, in that order) a
    list, one a block, of what ``at_work`` found."""
    keep_files_in(place)
    found: Dict[str, List[Dict[str, Optional[float]]]] = {str(count): [] for count in counts}
    lanes = Lanes(tell, ["{} processes".format(count) for count in counts])
    chance = random.Random(33)
    for block in range(blocks):
        for done, count in enumerate(chance.sample(counts, len(counts))):
            words = "{} processes, block {} of {}".format(count, block + 1, blocks)
            tell(progress=(block + done / len(counts)) / blocks, words=words)
            began = time.perf_counter_ns()
            found[str(count)].append(at_work(count, leg_s))
            lanes.between(counts.index(count), RAN, began, time.perf_counter_ns())
        lanes.flush()
    return {"method": cheap_context().get_start_method(), "legs": found}
