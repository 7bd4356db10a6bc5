"""A watched program that is recorded plays again with the same figures and the same picture, wherever one goes."""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
import time
from array import array
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grandstand.engine import observed as o
from grandstand.engine.clocks import now_ns
from grandstand.engine.messages import STATE_COUNT, Trouble
from grandstand.journal import library, watch_recorder
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording, Unreadable
from grandstand.journal.watch_recorder import WatchRecorder
from grandstand.vocabulary import states
from grandstand.watch.document import document
from grandstand.watch.program import Program
from grandstand.watch.replay import Replay
from grandstand.watch.rows import Rows

from tests.journal.made import MACHINE

MS = 1_000_000
STEP = 50 * MS


class Tale:
    """A program that somebody watches: two threads that share a GIL, others that come and go, a child process."""

    def __init__(self, seconds: float, seed: int = 1, threads: int = 2) -> None:
        self.random = random.Random(seed)
        self.t = self.began = now_ns()
        self.steps = round(seconds * 1e9 / STEP)
        self.accounts: dict[tuple[int, int], list[int]] = {}
        self.holders: dict[int, int] = {}
        self.many = threads

    def __iter__(self) -> Iterator[tuple[int, list[Any]]]:
        """(at_ns, what is said then)."""
        yield self.t, [o.Watching(9, 10, self.t, 0), self.process(10, 0, ("python", "serve.py", "caf\udce9"))]
        for step in range(1, self.steps + 1):
            self.t += STEP
            said: list[Any] = []
            if step % 20 == 5:
                said.append(self.process(11, 10, ("python", "child.py")))
            if step % 20 == 18:
                said.append(o.ProcessGone(11, self.t, 5 * MS * step))
                self.accounts = {key: account for key, account in self.accounts.items() if key[0] != 11}
            passing = 100 + step // 7
            pids = [10] + ([11] if 5 <= step % 20 < 18 else [])
            for pid in pids:
                threads = [pid + 1000 * i for i in range(self.many)] + ([passing] if pid == 10 else [])
                said.append(self.threads(pid, threads))
            if step % 7 == 6 and (10, passing) in self.accounts:
                said.append(o.ThreadGone(10, passing, self.t))
                del self.accounts[10, passing]
            said += [self.gil(), o.ProcessUsed(10, self.t, step * 20 * MS)]
            if step % 5 == 0:
                said.append(o.ThreadSeen(10, 1010, self.t, f"loop {step}"))
                said.append(o.Looking(self.t, 900.0, 150.0, len(pids), 4, step * MS))
            if step == 30:
                said += [o.Stuck(10, self.t, self.t - STEP, (10, 1010), True), Trouble("x", "Something.", "Do it.")]
            yield self.t, said
        yield self.t, [o.Ended(10, self.t, -9)]

    def process(self, pid: int, parent: int, command: tuple[str, ...]) -> o.ProcessSeen:
        return o.ProcessSeen(pid, parent, self.t, command, "3.13.0", False, "read", "it says so", "", "")

    def threads(self, pid: int, threads: list[int]) -> o.ThreadsSeen:
        rows, slices = array("q"), array("q")
        for thread in threads:
            account = self.accounts.setdefault(
                (pid, thread), [thread, self.t - STEP, self.t - STEP, 0, 0, 0, *([0] * STATE_COUNT)]
            )
            start = account[2]
            for length in (STEP // 5, STEP - STEP // 5):
                state = self.random.choice((states.COMPUTING.number, states.GIL.number, states.IO.number))
                account[o.ROW_HEAD + state] += length
                account[5] = state
                slices.extend((thread, state, start, start + length))
                start += length
            account[2] = self.t
            rows.extend(account)
        return o.ThreadsSeen(pid, self.t, rows.tobytes(), slices.tobytes())

    def gil(self) -> o.GilSeen:
        holder = self.random.choice((10, 1010))
        self.holders[holder] = self.holders.get(holder, 0) + STEP // 2
        whole = self.t - self.began
        held = sum(self.holders.values())
        slices = array("q", (holder, self.t - STEP, self.t - STEP // 2, 0, self.t - STEP // 2, self.t))
        holders = array("q", [n for pair in self.holders.items() for n in pair])
        return o.GilSeen(
            10, 0, self.t, held, whole - held, 0, whole // STEP, whole // MS, 0, holders.tobytes(), slices.tobytes()
        )


def recorded(path: Path, tale: Tale, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Tells it to a recorder, each word at its time; what a program knows that heard the same."""
    program = Program()
    clock = [tale.t]
    monkeypatch.setattr(watch_recorder, "now_ns", lambda: clock[0])
    recorder = WatchRecorder.start(path, "python serve.py", MACHINE, window=True)
    for at_ns, said in tale:
        clock[0] = at_ns
        program.apply(said)
        recorder.hear(said)
    recorder.close()
    assert recorder.problem == ""
    return program


def figures(program: Program) -> dict[str, Any]:
    return document(program, None, "", {})


def picture(rows: Rows, since_ns: int, until_ns: int) -> list[Any]:
    """Each row with its slices."""
    drawn: list[Any] = []
    for group in rows.groups:
        for row in group.rows:
            slices = rows.lanes.lanes[row.number].between(since_ns, until_ns)
            drawn.append((group.pid, row.thread, row.gil, row.name, row.ended_ns, np.asarray(slices).tolist()))
    return drawn


def arrived(replay: Replay, t_ns: int) -> Replay:
    replay.seek(t_ns)
    while not replay.work(5.0):
        pass
    return replay


def test_the_figures_at_the_end_are_those_that_were_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = recorded(tmp_path / "x.grandstand", Tale(6.0), monkeypatch)
    with closing(Recording.open(tmp_path / "x.grandstand")) as recording:
        assert recording.watched
        replay = Replay(recording)
        assert replay.to_the_end()
        seen = figures(replay.program)
    assert seen == figures(program)
    assert seen["processes"][0]["command"] == ["python", "serve.py", "caf\udce9"]
    assert seen["exit_code"] == -9
    assert len(seen["processes"]) == 7


def test_everywhere_it_is_the_same_whichever_way_one_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("grandstand.watch.replay._KEEP_EVERY_NS", 5_000 * MS)
    monkeypatch.setattr("grandstand.watch.replay._SHOWN_NS", 8_000 * MS)
    path = tmp_path / "x.grandstand"
    recorded(path, Tale(40.0, seed=3), monkeypatch)
    with closing(Recording.open(path)) as recording, closing(Recording.open(path)) as again:
        wandering = Replay(recording)
        chance = random.Random(5)
        places = [chance.uniform(0, 40) for _ in range(12)] + [39.9, 0.0, 20.0, 21.0, 40.0]
        for place in places:
            t = recording.start_ns + int(place * 1e9)
            arrived(wandering, t)
            straight = arrived(Replay(again), t)
            assert figures(wandering.program) == figures(straight.program), place
            since = t - 7_000 * MS
            assert picture(wandering.rows, since, t) == picture(straight.rows, since, t), place
            for thread in (10, 1010):
                assert wandering.lately.thread(10, thread) == straight.lately.thread(10, thread)
            assert wandering.lately.hand_overs(10) == straight.lately.hand_overs(10)


def test_the_picture_has_every_slice_that_was_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    rows, tale = Rows(lambda: 0), Tale(5.0)
    for _, said in tale:
        rows.apply(said)
    recorded(tmp_path / "x.grandstand", Tale(5.0), monkeypatch)
    with closing(Recording.open(tmp_path / "x.grandstand")) as recording:
        replay = Replay(recording)
        assert replay.to_the_end()
        shift = replay.program.began - tale.began
        seen = [row for row in picture(replay.rows, 0, 1 << 62) if row[1] in (10, 1010) or not row[1]]
    live = [row for row in picture(rows, 0, 1 << 62) if row[1] in (10, 1010) or not row[1]]
    assert len(live) >= 3
    for a, b in zip(live, seen, strict=True):
        assert a[:4] == b[:4]
        assert [[kind, start + shift, end + shift] for kind, start, end in a[5]] == b[5]


def test_a_thousand_threads_do_not_fit_into_one_row_and_are_all_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    program = recorded(tmp_path / "x.grandstand", Tale(1.0, threads=1000), monkeypatch)
    with closing(Recording.open(tmp_path / "x.grandstand")) as recording:
        replay = Replay(recording)
        assert replay.to_the_end()
        assert figures(replay.program) == figures(program)
    with closing(sqlite3.connect(tmp_path / "x.grandstand")) as db:
        (longest,) = db.execute("SELECT max(length(totals)) FROM observed").fetchone()
        assert longest <= 100_000


def test_a_folder_lists_it_and_a_player_of_runs_leaves_it_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    recorded(tmp_path / "x.grandstand", Tale(1.0), monkeypatch)
    entry = library.entry(tmp_path / "x.grandstand")
    assert entry.problem == ""
    assert entry.watched
    assert entry.title == "python serve.py"
    assert entry.seconds == pytest.approx(1.0, abs=0.2)
    with closing(Recording.open(tmp_path / "x.grandstand")) as recording:
        player = Player(recording)
        player.seek(player.end_ns)
        while not player.work(1.0):
            pass
        assert player.session.runs == []


def test_a_recording_of_runs_is_no_watched_program(tmp_path: Path):
    from tests.journal.made import Story

    story = Story()
    from grandstand.journal.recorder import Recorder

    recorder = Recorder.start(story.session, tmp_path / "x.grandstand", "x", MACHINE, window=False)
    story.run("threads", 2, 0.5)
    recorder.close()
    with closing(Recording.open(tmp_path / "x.grandstand")) as recording, pytest.raises(Unreadable, match="runs"):
        Replay(recording)


def test_where_nothing_was_seen_there_is_no_file(tmp_path: Path):
    recorder = WatchRecorder.start(tmp_path / "x.grandstand", "x", MACHINE, window=False)
    recorder.hear([o.Watching(9, 10, now_ns(), 0)])
    assert recorder.wait_until_open(5)
    recorder.close()
    assert not (tmp_path / "x.grandstand").exists()


def test_a_slow_disk_costs_pictures_and_not_what_began_or_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("grandstand.journal.scribe.MOST_WAITING", 8_000)
    recorder = WatchRecorder.start(tmp_path / "x.grandstand", "x", MACHINE, window=False)
    assert recorder.wait_until_open(5)
    with closing(sqlite3.connect(tmp_path / "x.grandstand")) as db:
        db.execute("BEGIN EXCLUSIVE")
        for _, said in Tale(3.0):
            recorder.hear(said)
        assert "too slow" in recorder.warning or "locked" in recorder.warning
        db.rollback()
    recorder.close()
    assert recorder.dropped > 0
    with closing(Recording.open(tmp_path / "x.grandstand")) as recording:
        replay = Replay(recording)
        assert replay.to_the_end()
        assert recording.dropped == recorder.dropped
        assert replay.program.exit_code == -9
        assert [process.pid for process in replay.program.former].count(11) == 3


SPOILED = {
    "torn": "UPDATE observed SET totals = substr(totals, 1, 77), slices = substr(slices, 1, 13) WHERE slices != x''",
    "noise": "UPDATE observed SET totals = randomblob(length(totals)), slices = randomblob(length(slices))"
    " WHERE slices != x''",
    "no JSON": "UPDATE observed SET data = '{'",
    "other JSON": "UPDATE observed SET data = '[1]'",
    "wrong fields": 'UPDATE observed SET data = replace(data, \'"name": "\', \'"name": 7, "x": "\')',
    "text for blobs": "UPDATE observed SET totals = 'abc', slices = 'x'",
    "no process": "UPDATE observed SET pid = 'x'",
    "other times": "UPDATE observed SET t_ns = -5",
    "all of one time": "UPDATE observed SET at_ns = 0",
    "deep": "UPDATE observed SET data = '" + "[" * 50_000 + "'",
    "another kind": "UPDATE observed SET kind = 'gil' WHERE kind = 'threads'",
}


@pytest.mark.parametrize("name", SPOILED)
def test_what_cannot_be_true_is_said_or_left_out_and_never_more(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "x.grandstand"
    recorded(path, Tale(2.0), monkeypatch)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(SPOILED[name])
    began = time.monotonic()
    with contextlib.suppress(Unreadable), closing(Recording.open(path)) as recording:
        replay = Replay(recording)
        assert replay.to_the_end()
        figures(replay.program)
        arrived(replay, recording.start_ns)
    assert time.monotonic() - began < 10


def test_kinds_of_a_newer_version_are_passed_by_and_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "x.grandstand"
    recorded(path, Tale(2.0), monkeypatch)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE observed SET kind = 'aura' WHERE kind = 'looking'")
        db.execute("PRAGMA user_version = 99")
    with closing(Recording.open(path)) as recording:
        assert "observed of kind 'aura'" in recording.skipped
        replay = Replay(recording)
        assert replay.to_the_end()
        assert replay.program.gil_hz == 0


def test_states_of_other_numbers_are_read_as_todays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """As an older or newer version may number them: here waiting for I/O and for the GIL have changed places."""
    path = tmp_path / "x.grandstand"
    program = recorded(path, Tale(2.0), monkeypatch)
    a, b = states.GIL, states.IO
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE states SET key = ? WHERE number = ?", (b.key, a.number))
        db.execute("UPDATE states SET key = ? WHERE number = ?", (a.key, b.number))
    with closing(Recording.open(path)) as recording:
        replay = Replay(recording)
        assert replay.to_the_end()
        for thread, was in zip(replay.program.everything[0].everyone, program.everything[0].everyone, strict=True):
            assert thread.states[a.number] == was.states[b.number]
            assert thread.states[b.number] == was.states[a.number]
            assert thread.states[0] == was.states[0]


def test_more_processes_than_anybody_could_watch_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Each has a heading in the picture: a file made for it would stop the window."""
    path = tmp_path / "x.grandstand"
    recorded(path, Tale(1.0), monkeypatch)
    with closing(sqlite3.connect(path)) as db, db:
        (last,) = db.execute("SELECT max(seq) FROM observed").fetchone()
        row = db.execute("SELECT * FROM observed WHERE kind = 'process' LIMIT 1").fetchone()
        db.executemany(
            "INSERT INTO observed VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(last + i, row[1], row[2], 100_000 + i, *row[4:]) for i in range(1, 3_000)],
        )
    with closing(Recording.open(path)) as recording, pytest.raises(Unreadable, match="2,000 processes"):
        Replay(recording).to_the_end()


def test_words_of_any_length_are_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "x.grandstand"
    recorded(path, Tale(1.0), monkeypatch)
    with closing(sqlite3.connect(path)) as db, db:
        said = json.dumps({"command": ["x"], "python": "3" * 60_000, "why": "y\n" * 15_000, "gil": ""})
        db.execute("UPDATE observed SET data = ? WHERE kind = 'process'", (said,))
    with closing(Recording.open(path)) as recording:
        replay = Replay(recording)
        assert replay.to_the_end()
        for process in replay.program.everything:
            assert len(process.python) <= 81
            assert len(process.why) <= 1_001
            assert "\n" not in process.why
