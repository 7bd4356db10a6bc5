"""Ten jobs, five workers, one queue: who did which job when, and when the main thread went on."""

import queue
import threading
import time
from typing import Any, Dict, List

from grandstand.engine.experiment import Lanes


def work_through(jobs: "queue.Queue[int]", log: List[List[int]], lanes: Lanes, worker: int) -> None:
    """One worker: takes jobs for as long as it lives, and says of each that it is done."""
    while True:
        waiting_since = time.perf_counter_ns()
        job = jobs.get()
        start = time.perf_counter_ns()
        lanes.between(worker, "idle", waiting_since, start)
        time.sleep(0.02 + 0.005 * (job % 4))  # a download would take as long, and not always the same
        end = time.perf_counter_ns()
        lanes.between(worker, "io", start, end, str(job + 1))
        log.append([job, worker, start, end])
        jobs.task_done()


def ten_jobs(tell: Any, repeats: int, jobs: int = 10, workers: int = 5) -> Dict[str, Any]:
    """Returns ``logs`` (a list per repeat of [job, worker, start ns, end ns]) and ``joined`` (ns, one per repeat)."""
    lanes = Lanes(tell, ["worker {}".format(i + 1) for i in range(workers)])
    logs: List[List[List[int]]] = []
    joined: List[int] = []
    for repeat in range(repeats):
        tasks: "queue.Queue[int]" = queue.Queue()
        log: List[List[int]] = []
        for worker in range(workers):
            threading.Thread(target=work_through, args=(tasks, log, lanes, worker), daemon=True).start()
        for job in range(jobs):
            tasks.put(job)
        tasks.join()
        joined.append(time.perf_counter_ns())
        logs.append(list(log))
        tell(progress=(repeat + 1) / repeats, words="repeat {} of {}".format(repeat + 1, repeats))
    lanes.flush()
    return {"logs": logs, "joined": joined}
