"""Claims about a queue of jobs."""

from __future__ import annotations

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.lab import Lab, timeline
from grandstand.compare.figures import figure
from grandstand.compare.statistics import mean, proportion
from grandstand.engine.experiments.job_queue import ten_jobs, work_through

REPEATS = 12
JOBS, WORKERS = 10, 5
AT_ONCE_MS = 50.0
"""Later than this after the last job, join would not be said to let go at once."""


def measure_queue_workers(lab: Lab) -> Measured:
    repeats = lab.repeats(REPEATS)
    counts = lab.isolated(
        "grandstand.engine.experiments.job_queue:ten_jobs", repeats=repeats, jobs=JOBS, workers=WORKERS
    )
    once = [sorted(job for job, *_ in log) == list(range(JOBS)) for log in counts["logs"]]
    late = [(t - max(end for *_, end in log)) / 1e6 for t, log in zip(counts["joined"], counts["logs"], strict=True)]
    log = counts["logs"][-1]
    began = min(start for _, _, start, _ in log)
    rows = [
        [("io", start, end, str(job + 1)) for job, w, start, end in log if w == worker] for worker in range(WORKERS)
    ]
    gantt = timeline("Ten jobs, five workers", [f"worker {i + 1}" for i in range(WORKERS)], rows, began)
    figures = {
        "repeats in which each job was done exactly once": proportion(sum(once), repeats, how="repeats"),
        "from the end of the last job until join went on": mean(late, "ms", "repeats"),
    }
    return Measured(figures, {"early": sum(ms < 0 for ms in late)}, (gantt,))


def judge_queue_workers(measured: Measured) -> Judgment:
    once = measured["repeats in which each job was done exactly once"]
    late = measured["from the end of the last job until join went on"]
    if once.value < 1 or measured.facts["early"]:
        what = "not every job was done exactly once" if once.value < 1 else "join went on before the last job was done"
        return Judgment(
            Verdict.NOT, f"In {once.n} repeats, {what} at least once. A queue that does this cannot be relied on."
        )
    if late.above(AT_ONCE_MS):
        return Judgment(
            Verdict.LIMITS,
            f"In all {once.n} repeats each of the {JOBS} jobs was done exactly once. "
            f"But join went on only {figure(late)} after the last of them.",
        )
    return Judgment(
        Verdict.HOLDS,
        f"In all {once.n} repeats each of the {JOBS} jobs was done exactly once. "
        f"join let the main thread go on {figure(late)} after the last of them.",
    )


CLAIMS = (
    Claim(
        8, "queue-workers",
        "With ten jobs, five workers and one queue each job is done exactly once, and join waits until all are done.",
        "Ten jobs that wait a little are put into a queue; five threads take them and call task_done; the main thread "
        "calls join.",
        3, measure_queue_workers, judge_queue_workers, (work_through, ten_jobs),
    ),
)  # fmt: skip
