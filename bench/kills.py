"""A watched program, its observer or the app is killed at random moments: is anything left, is the program harmed?

Bench process. The program writes what it computes into a file, which must be the same as without anybody watching,
unless the program itself was killed. Every process of a turn has a mark in its environment: what still carries it a
few seconds later was left behind.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from grandstand.journal.reader import Recording, Unreadable
from grandstand.watch.replay import Replay

from bench.report import Report

_ROOT = Path(__file__).resolve().parent.parent
_PROGRAM = """
import sys, threading
def work(n):
    total = 0
    for i in range(n): total += i * i % 7
    lines.append((n, total))
lines = []
with open(sys.argv[1], "w", buffering=1) as out:
    for turn in range(40):
        threads = [threading.Thread(target=work, args=(200_000 + turn,)) for _ in range(3)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(turn, sorted(lines), file=out)
    print("done", file=out)
sys.exit(5)
"""
_MARK = "GRANDSTAND_BENCH_MARK"
_PATIENCE_S = 20.0
VICTIMS = ("the program", "its observer", "the app")


def report(quick: bool) -> Report:
    turns = 9 if quick else 102
    report = Report(f"kills: {turns} times kill -9 at a random moment of a watched run")
    left, harmed, unreadable, wrong = ([0.0] * turns for _ in range(4))
    hits = dict.fromkeys(VICTIMS, 0)
    chance = random.Random(20)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-c", _PROGRAM, str(folder / "alone")], check=False)
        alone = (folder / "alone").read_text()
        for turn in range(turns):
            one = _Turn(folder / str(turn), f"{os.getpid()}-{turn}", VICTIMS[turn % len(VICTIMS)])
            one.run(chance.uniform(0.0, 2.5))
            hits[one.victim] += one.killed
            left[turn] = float(len(one.left()))
            harmed[turn] = float(one.harmed(alone))
            unreadable[turn] = float(one.unreadable())
            wrong[turn] = float(one.code_is_wrong())
    report.add("processes left", left, limit=0.0, judged="largest")
    report.add("programs that wrote something else than alone", harmed, limit=0.0, judged="largest")
    report.add("recordings that do not open", unreadable, limit=0.0, judged="largest")
    report.add("exit codes that are not the program's", wrong, limit=0.0, judged="largest")
    told = ", ".join(f"{victim} {many} times" for victim, many in hits.items())
    report.notes.append(f"Killed while it ran: {told}; in the other turns it had ended before.")
    return report


class _Turn:
    def __init__(self, folder: Path, mark: str, victim: str) -> None:
        folder.mkdir()
        self._folder, self._mark, self.victim = folder, mark, victim
        self._code: int | None = None
        self.killed = False

    def run(self, after_s: float) -> None:
        command = [
            sys.executable, str(_ROOT / "main.py"), "watch", "--json", str(self._folder / "seen.json"), "--record",
            str(self._folder / "seen.grandstand"), "--", sys.executable, "-c", _PROGRAM, str(self._folder / "out"),
        ]  # fmt: skip
        quiet = subprocess.DEVNULL
        app = subprocess.Popen(command, env={**os.environ, _MARK: self._mark}, stdout=quiet, stderr=quiet)
        _until(lambda: (self._folder / "out").exists())
        time.sleep(after_s)
        for pid, line in self._processes().items():
            observer = "observe.outside" in line
            program = line.startswith(f"{sys.executable}\0-c\0\nimport sys, threading") and not observer
            wanted = {"the program": program, "its observer": observer, "the app": pid == app.pid}[self.victim]
            if wanted:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
                    self.killed = True
        self._code = app.wait(_PATIENCE_S)
        _until(lambda: not self._processes())

    def left(self) -> list[int]:
        """What still carries the mark; it is ended now."""
        there = list(self._processes())
        for pid in there:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return there

    def harmed(self, alone: str) -> bool:
        """Whether the program wrote anything else than it does alone; of a killed one, than the beginning of it."""
        wrote = (self._folder / "out").read_text()
        if self.victim == "the program" and self.killed:
            return not alone.startswith(wrote)
        return wrote != alone

    def unreadable(self) -> bool:
        path = self._folder / "seen.grandstand"
        if not path.exists():  # nothing had been seen yet
            return False
        try:
            with closing(Recording.open(path)) as recording:
                return not Replay(recording).to_the_end()
        except Unreadable:
            return True

    def code_is_wrong(self) -> bool:
        """Of a command that was itself killed there is nothing to say."""
        if self.victim == "the app" and self.killed:
            return False
        return self._code not in ((137, 5) if self.victim == "the program" else (5,))

    def _processes(self) -> dict[int, str]:
        """Command lines of those that carry the mark, by number; words end with a zero byte."""
        wanted = f"{_MARK}={self._mark}".encode()
        there = {}
        for name in filter(str.isdigit, os.listdir("/proc")):
            with suppress(OSError):
                if wanted in Path(f"/proc/{name}/environ").read_bytes().split(b"\0"):
                    there[int(name)] = Path(f"/proc/{name}/cmdline").read_bytes().decode("utf-8", "replace")
        return there


def _until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end and not happened():
        time.sleep(0.02)
