"""Claims: do they agree with themselves, and is nothing left after a cancel in the middle of each? Bench process.

Every claim is checked three times (once with --quick): verdicts must agree or be undecided, and all together take four
minutes at most. Then each is cancelled in the middle, and processes, threads, shared memory and temporary files are
counted before and after.
"""

from __future__ import annotations

import contextlib
import random
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

import psutil
from grandstand.claims import check
from grandstand.claims.base import Verdict
from grandstand.claims.check import News
from grandstand.claims.lab import Cancelled

from bench.report import Report

_SHARED = Path("/dev/shm")


def report(quick: bool) -> Report:
    report = Report("claims: three checks of all, and a cancel in the middle of each")
    verdicts: dict[str, list[Verdict]] = defaultdict(list)
    totals: list[float] = []
    for _ in range(1 if quick else 3):
        began = time.monotonic()
        for result in check.check(check.claims(), lambda news: None):
            verdicts[result.id].append(result.verdict)
        totals.append(time.monotonic() - began)
    report.add("all claims, once", totals, "s", limit=240.0, judged="largest")
    opposite = [name for name, given in verdicts.items() if len(set(given) - {Verdict.UNDECIDED}) > 1]
    report.add("claims whose verdicts differ", [len(opposite)], limit=0, count=len(verdicts))
    undecided = sum(given.count(Verdict.UNDECIDED) for given in verdicts.values())
    report.add("undecided", [undecided], count=sum(map(len, verdicts.values())))
    report.notes += [f"{name}: {', '.join(v.value for v in given)}" for name, given in verdicts.items()]
    _cancels(report, quick)
    return report


def _cancels(report: Report, quick: bool) -> None:
    """Each claim is cancelled at a random moment of its middle; what is then left is counted."""
    before, running = _count(), _running()
    took: list[float] = []
    for one in check.claims()[:: 4 if quick else 1]:
        cancelled, asked = threading.Event(), [0.0]

        def cancel(asked: list[float] = asked, cancelled: threading.Event = cancelled) -> None:
            asked[0] = time.monotonic()
            cancelled.set()

        def hear(news: News) -> None:
            return

        timer = threading.Timer(random.uniform(0.3, max(0.4, 0.6 * min(one.seconds, 6.0))), cancel)
        timer.start()
        try:
            check.check([one], hear, cancelled)
        except Cancelled:
            took.append(time.monotonic() - asked[0])
        timer.cancel()
        timer.join()
    report.add("from Cancel until it was over", took, "s", limit=2.0, judged="largest")
    until = time.monotonic() + 3
    while _count() != before and time.monotonic() < until:
        time.sleep(0.1)
    after = _count()
    for thing in before:
        report.add(f"more {thing} than before", [after[thing] - before[thing]], limit=0)
    for pid, name in _running().items():
        if pid not in running:
            report.notes.append(f"left running: {name}")


def _count() -> dict[str, int]:
    """What this process holds; multiprocessing's fork server and tracker, started by the first check, stay.

    Only what still runs: as a subreaper (see others.py) this process inherits the grandchildren of experiments that
    were killed, which have ended but wait here to be asked after.
    """
    temporary = Path(tempfile.gettempdir())
    return {
        "processes": len(_running()),
        "threads": threading.active_count(),
        "shared memory": len(list(_SHARED.iterdir())) if _SHARED.is_dir() else 0,
        "temporary files": sum(path.name.startswith(("pymp-", "tmp", "grandstand")) for path in temporary.iterdir()),
    }


def _running() -> dict[int, str]:
    """Name of each child and grandchild that has not ended, by process id."""
    names = {}
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if child.status() != psutil.STATUS_ZOMBIE:
                names[child.pid] = child.name()
    return names
