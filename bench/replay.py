"""A recording of ten million slices: opened, panned, zoomed, played. Bench process; real widgets, off the screen.

The file is made in a temporary folder: 8 lanes of threads, 7 slices a message, 30 messages a second and lane. A pan or
a zoom is what LanesView does for one: the slices of the new stretch out of the file, rasterized and painted.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from pathlib import Path

import numpy as np
from grandstand.engine import messages as m
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording
from grandstand.journal.rows import INSERT

from bench.report import Report
from tests.journal.made import record

LANES, PER_MESSAGE, EVERY_NS = 8, 7, 33_000_000


def report(quick: bool) -> Report:
    slices = 500_000 if quick else 10_000_000
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.grandstand"
        _make(path, slices)
        size = path.stat().st_size / 1e6
        report = Report(f"replay: {slices:,} slices, {LANES} lanes, {size:,.0f} MB")
        opened = []
        for _ in range(5):
            began = time.perf_counter()
            recording = Recording.open(path)
            player = Player(recording)
            opened.append(time.perf_counter() - began)
            player.close()
        report.add("opened", opened, "s", limit=3.0, judged="largest")
        player = Player(Recording.open(path))
        _look(report, player)
        player.seek(player.start_ns + 120 * 10**9)
        began = time.perf_counter()
        while not player.work(1.0):
            pass
        report.add("counts up, recorded seconds a second", [120 / (time.perf_counter() - began)], "×")
        back = []
        for seconds in (90, 30, 70, 10, 110, 50):
            player.seek(player.start_ns + seconds * 10**9)
            began = time.perf_counter()
            while not player.work(1.0):
                pass
            back.append(1000 * (time.perf_counter() - began))
        report.add("jumps back and forth within what was counted", back, "ms")
        player.close()
    return report


def _look(report: Report, player: Player) -> None:
    from grandstand.ui.pages.recordings.replay_lanes import ReplayLanes
    from grandstand.ui.shell.application import make_application
    from grandstand.ui.theme.manager import theme_manager
    from PySide6.QtGui import QImage

    make_application()
    theme_manager().set_theme("dark")
    lanes = ReplayLanes(player.session)
    lanes.resize(1600, 400)
    lanes.set_lanes(LANES, {})
    image = QImage(1600, 400, QImage.Format.Format_RGB32)
    chance = np.random.default_rng(1)
    length = player.end_ns - player.start_ns
    for name, span in (("1 ms", 10**6), ("200 ms", 2 * 10**8), ("10 s", 10**10), ("60 s", 6 * 10**10)):
        lanes.set_span(span)
        at = player.start_ns + length // 2
        times = []
        for _ in range(60):  # dragging: a twentieth of what is seen at a time
            at += span // 20
            times.append(_frame(player, lanes, image, at))
        report.add(f"pans, {name} in view", [1 / t for t in times], "/s", limit=30.0, at_least=True)
        times = [_frame(player, lanes, image, player.start_ns + int(x * length)) for x in chance.random(20)]
        report.add(f"jumps anywhere, {name} in view", [1 / t for t in times], "/s")
    at = player.start_ns + length // 3
    times = []
    for span in np.geomspace(6e10, 1e6, 60):
        began = time.perf_counter()
        lanes.set_span(float(span))
        times.append(time.perf_counter() - began + _frame(player, lanes, image, at))
    report.add("zooms, 60 s to 1 ms", [1 / t for t in times], "/s", limit=30.0, at_least=True)


def _frame(player: Player, lanes: object, image: object, at: int) -> float:
    """Seconds that the lanes take for another place, painting included."""
    began = time.perf_counter()
    player.seek(at)
    lanes.jump(at)  # type: ignore[attr-defined]
    lanes.render(image)  # type: ignore[attr-defined]
    return time.perf_counter() - began


def _make(path: Path, slices: int) -> None:
    """Rows as the recorder writes them, only quicker."""
    record(path, lambda story: story.run("threads", LANES, 0.5))
    db = sqlite3.connect(path)
    (start,) = db.execute("SELECT max(at_ns) FROM progress").fetchone()
    (seq,) = db.execute("SELECT max(seq) FROM progress").fetchone()
    db.execute("UPDATE runs SET ended_seq = NULL, ended_ns = NULL, state = NULL, stopping_seq = NULL")
    db.execute("DELETE FROM markers")
    messages = slices // PER_MESSAGE
    chance = np.random.default_rng(2)
    totals = [[0.0, 0] for _ in range(LANES)]
    step = EVERY_NS // PER_MESSAGE
    progress, chunks = [], []
    for i in range(messages):
        lane, turn = i % LANES, i // LANES
        begin = start + turn * EVERY_NS
        at = begin + EVERY_NS
        edges = begin + np.arange(PER_MESSAGE) * step
        states = chance.integers(0, 2, PER_MESSAGE) * 1
        rows = np.stack([states, edges, edges + step], axis=1).astype(np.int64)
        total = totals[lane]
        total[0] += 50.0
        total[1] += EVERY_NS
        seq += 1
        own = (turn + 1) * EVERY_NS + 400_000_000
        parts = (own // 2, own // 2, *(0,) * (m.STATE_COUNT - 2))
        progress.append((seq, at, 1, lane + 1, at, 400.0 + total[0], i, own // 2, 0, 0, *parts))
        chunks.append((seq, at, lane, int(begin), at, PER_MESSAGE, rows.tobytes()))
        if len(progress) == 20_000:
            db.executemany(INSERT["progress"], progress)
            db.executemany(INSERT["slices"], chunks)
            progress, chunks = [], []
    db.executemany(INSERT["progress"], progress)
    db.executemany(INSERT["slices"], chunks)
    end = start + (messages // LANES + 1) * EVERY_NS
    db.execute("UPDATE sessions SET ended_ns = ?, last_ns = ?, longest_ns = ?", (end, end, EVERY_NS))
    db.commit()
    db.close()
