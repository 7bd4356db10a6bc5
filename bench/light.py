"""Is it light? The window's own CPU and where it goes, the time to its first paint, a worker's memory. Bench process.

CPU is that of the window's process alone (user and system time as psutil reads it), not its workers' and not the X
server's. Where it goes is counted in a second pass, with books kept inside the window (where.py). Memory is USS: what
would come free if that process ended.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from grandstand.hosts import start_methods

from bench.app_process import ROOT, AppProcess
from bench.report import Report
from bench.screen import Screen

_LANES = 8
_FRAMES = 30


def report(quick: bool) -> Report:
    with Screen() as screen:
        report = Report(
            f"light: a window of 1440 × 900 on {screen.words}, {_LANES} lanes of Count primes, {_FRAMES} frames/s"
        )
        with AppProcess(screen) as app:
            for mode in ("threads", "processes"):
                _own_cpu(report, app, screen, mode, 3.0 if quick else 20.0)
        with AppProcess(screen, books=True) as app:
            for mode in ("threads", "processes"):
                _where(report, app, mode, 2.0 if quick else 8.0)
        _first_paint(report, screen, 2 if quick else 12)
    for method in ("forkserver", "spawn"):
        if method in start_methods.offered():
            _memory(report, method, 4 if quick else 10)
    return report


def _watch(app: AppProcess, mode: str) -> None:
    """Has ``mode`` running and settled."""
    app.ask("choose", workload="primes", mode=mode, workers=_LANES)
    if not app.ask("choice")["wanted"]:
        app.ask("start")
    time.sleep(0.6)  # the switch itself
    app.wait_for(lambda s: s["workers"] == _LANES and s["elapsed"] > 2.0, 20)


def _own_cpu(report: Report, app: AppProcess, screen: Screen, mode: str, seconds: float) -> None:
    """In percent of one core, second by second."""
    _watch(app, mode)
    server = psutil.Process(screen.server_pid) if screen.server_pid else None
    frames, values, servers = len(app.beats()), [], []
    began = time.perf_counter()
    for _ in range(round(seconds)):
        start, cpu = time.perf_counter(), app.cpu_seconds()
        shown = sum(server.cpu_times()[:2]) if server else 0.0
        time.sleep(1.0)
        wall = time.perf_counter() - start
        values.append(100 * (app.cpu_seconds() - cpu) / wall)
        servers.append(100 * (sum(server.cpu_times()[:2]) - shown) / wall if server else 0.0)
    rate = (len(app.beats()) - frames) / (time.perf_counter() - began)
    mean = sum(values) / len(values)
    report.add(f"window's own CPU, {_LANES} {mode}", [mean], "% of a core", limit=25.0, count=len(values))
    report.add(f"… second by second, {_LANES} {mode}", values, "% of a core")
    beside = f"; the X server beside it used {sum(servers) / len(servers):.0f} %" if server else ""
    report.notes.append(f"{_LANES} {mode}: {rate:.1f} frames/s{beside}")


def _where(report: Report, app: AppProcess, mode: str, seconds: float) -> None:
    """Percent of one core by group of functions, of the same load with the books open."""
    _watch(app, mode)
    before = app.ask("spent")
    start = time.perf_counter()
    time.sleep(seconds)
    after = app.ask("spent")
    wall = time.perf_counter() - start
    groups = {g: 100 * (s - before["groups"][g]) / wall for g, s in after["groups"].items()}
    threads = {t: 100 * (s - before["threads"].get(t, 0.0)) / wall for t, s in after["threads"].items()}
    gui = sum(share for group, share in groups.items() if not group.startswith("reader"))
    if threads:
        groups["Qt itself, on the GUI thread"] = threads.pop("GUI thread") - gui
        reader = sum(share for group, share in groups.items() if group.startswith("reader"))
        groups["reader: the rest"] = threads.pop("reader", reader) - reader
        groups["other threads"] = sum(threads.values())
    shares = sorted(groups.items(), key=lambda pair: -pair[1])
    report.notes.append(
        f"Where it goes with {_LANES} {mode}, in % of a core ({sum(groups.values()):.1f} with the books open):"
    )
    report.notes += [f"  {share:5.1f}  {group}" for group, share in shares if share >= 0.05]


def _first_paint(report: Report, screen: Screen, pairs: int) -> None:
    """Start of the process to the first painted window and to painted charts, ours and the ten lines', in turns."""
    times: dict[str, list[dict[str, float]]] = {"app": [], "ten": []}
    with tempfile.TemporaryDirectory(prefix="grandstand-bench-") as folder:
        environment = {**screen.environment, "GRANDSTAND_SETTINGS": str(Path(folder) / "settings.ini")}
        for turn in range(pairs + 1):
            for program in ("app", "ten") if turn % 2 else ("ten", "app"):
                took = _paint_once(program, environment)
                if turn:  # the first of each only warms the caches
                    times[program].append(took)
    for what, limit in (("WINDOW PAINTED", 1.3), ("CHARTS PAINTED", None)):
        ours, tens = ([took[what] for took in times[program]] for program in ("app", "ten"))
        name = "first paint" if what == "WINDOW PAINTED" else "charts painted"
        report.add(
            f"{name}: app / ten-line pyqtgraph window",
            [a / b for a, b in zip(ours, tens, strict=True)],
            "×",
            limit=limit,
        )
        report.add(f"… app, {name}", ours, "s")
        report.add(f"… ten lines, {name}", tens, "s")


def _paint_once(program: str, environment: dict[str, str]) -> dict[str, float]:
    """Seconds to each line that the program says."""
    start = time.perf_counter()
    running = subprocess.Popen(
        [sys.executable, "-m", "bench.first_paint", program],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    took: dict[str, float] = {}
    for line in running.stdout:
        took.setdefault(line.strip(), time.perf_counter() - start)
    running.wait(30)
    if not {"WINDOW PAINTED", "CHARTS PAINTED"} <= took.keys():
        raise RuntimeError(f"{program}: no window was painted: {took}")
    return took


def _memory(report: Report, method: str, count: int) -> None:
    """USS of ``count`` workers of ``run`` and as many idle children, started the same way, 3 s after they began."""
    idle = subprocess.Popen(
        [sys.executable, "-m", "bench.bare", "idle", method, str(count)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert idle.stdout is not None
    bare = json.loads(idle.stdout.readline())
    command = [
        sys.executable, "main.py", "run", "primes", "--mode", "processes", "--workers", str(count),
        "--seconds", "5", "--start-method", method, "--json", "-",
    ]  # fmt: skip
    app = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    time.sleep(4.5)
    sizes = {pid: _uss(pid) for pid in bare}
    sizes |= {child.pid: _uss(child.pid) for child in psutil.Process(app.pid).children(recursive=True)}
    output, _ = app.communicate()
    idle.communicate("")
    workers = [worker["pid"] for worker in json.loads(output)["workers"]]
    pairs = [(sizes[w] / 1e6, sizes[b] / 1e6) for w, b in zip(workers, bare, strict=True)]
    report.add(f"memory of a process worker / idle child, {method}", [a / b for a, b in pairs], "×", limit=1.3)
    report.add(f"… worker, {method}", [a for a, _ in pairs], "MB")
    report.add(f"… idle child, {method}", [b for _, b in pairs], "MB")


def _uss(pid: int) -> int:
    """Bytes that are this process's alone."""
    return int(psutil.Process(pid).memory_full_info().uss)
