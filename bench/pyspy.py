"""Who holds the GIL, by the observer and by py-spy, of the same programs at the same time. Bench process.

``py-spy record --gil --nonblocking`` samples 200 times a second without stopping the program. A thread's share is its
samples out of all that there should have been; ours is the time for which it was seen to hold a GIL.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from grandstand.observe.observer import Observer
from grandstand.watch.program import Program

from bench.gil_programs import KINDS
from bench.report import Report

_HERE = Path(__file__).resolve().parent
_RATE = 200
_LINE = re.compile(r"(?:process (\d+)[^;]*;)?thread \((\d+)\)[^;]*;.* (\d+)")
_LIMIT = 3.0
_LEAST = 0.005
"""A thread that both saw hold it for less than this share of the time is not compared: there are hundreds of such."""
Shares = dict[int, float]


def report(quick: bool) -> Report:
    report = Report("pyspy: shares of holding the GIL, the observer's against py-spy's")
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent)) or shutil.which("py-spy")
    if spy is None:
        report.notes.append("There is no py-spy here: pip install py-spy.")
        return report
    for kind in KINDS:
        ours, theirs, looks = _both(kind, spy, 6 if quick else 60)
        threads = {t for shares in (ours, theirs) for t, share in shares.items() if share >= _LEAST}
        points = [100 * abs(ours.get(t, 0.0) - theirs.get(t, 0.0)) for t in threads]
        report.add(f"{kind}: a thread's share, off by", points, "points", limit=_LIMIT, judged="largest")
        whole = [100 * abs(sum(ours.values()) - sum(theirs.values()))]
        report.add(f"{kind}: all threads', off by", whole, "points", limit=_LIMIT)
        report.notes.append(
            f"{kind}: held {100 * sum(ours.values()):.1f} % by the observer ({looks:.0f} looks a second), "
            f"{100 * sum(theirs.values()):.1f} % by py-spy"
        )
    return report


def _both(kind: str, spy: str, seconds: int) -> tuple[Shares, Shares, float]:
    """Shares of the time by thread: ours, py-spy's; and our looks a second."""
    target = subprocess.Popen([sys.executable, str(_HERE / "gil_programs.py"), kind], stdout=subprocess.PIPE,
                              start_new_session=True)  # fmt: skip
    assert target.stdout is not None
    observer, program = None, Program()
    try:
        target.stdout.readline()
        observer = Observer(pid=target.pid)
        _hear(observer, program, 3.0)
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "raw"
            command = [
                spy, "record", "--pid", str(target.pid), "-d", str(seconds), "-r", str(_RATE), "--gil",
                "--nonblocking", "--threads", "--subprocesses", "-f", "raw", "-o", str(out),
            ]  # fmt: skip
            spying = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _hear(observer, program, 0.3)
            before, at = _held(program), program.until
            _hear(observer, program, seconds - 0.3)
            after, length = _held(program), program.until - at
            spying.wait(60)
            theirs = _samples(out.read_text() if out.exists() else "", seconds)
    finally:
        if observer is not None:
            observer.close()
        os.killpg(target.pid, signal.SIGKILL)  # with the processes that it has started
        target.wait()
        target.stdout.close()
    ours = {thread: (ns - before.get(thread, 0)) / length for thread, ns in after.items()}
    return ours, theirs, program.gil_hz


def _hear(observer: Observer, program: Program, seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        program.apply(observer.events(0.05))


def _held(program: Program) -> dict[int, int]:
    held: dict[int, int] = {}
    for process in program.everything:
        for gil in process.gils.values():
            for thread, ns in gil.holders.items():
                held[thread] = held.get(thread, 0) + ns
    return held


def _samples(raw: str, seconds: int) -> Shares:
    shares: Shares = {}
    for line in raw.splitlines():
        match = _LINE.search(line)
        if match:
            thread = int(match[2])
            shares[thread] = shares.get(thread, 0.0) + int(match[3]) / (_RATE * seconds)
    return shares
