"""Corners in which a recording might tell less than the session heard."""

from __future__ import annotations

import threading
from pathlib import Path

from grandstand.engine import messages as m
from grandstand.hosts.pump import Done
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording
from grandstand.journal.recorder import Recorder
from grandstand.session.run import Setting
from grandstand.session.run_state import RunState

from tests.journal.made import MACHINE, MS, S, Story, record
from tests.journal.test_round_trip import figures, there


def played(path: Path) -> Player:
    player = Player(Recording.open(path))
    there(player, player.end_ns)
    return player


def test_a_run_that_failed_has_the_same_windows(tmp_path: Path):
    """What has no table, as the pump's word that nothing is left of a run, changes no figure."""

    def telling(story: Story) -> None:
        session, t = story.session, story.t
        run = session.begin_run(50, Setting("primes", "processes", 1, ()), t, "Processes")
        session.apply([(50, m.Hello(1, 0, t, 77, 77, 19))], t)
        for step in range(1, 41):
            wall = step * 50 * MS
            states = (wall, *(0,) * 7)
            session.apply([(50, m.Progress(1, t + wall, 10.0 * step, step, states, wall, 0, b"", 0))], t + wall)
        session.apply([(50, m.ChildExit(77, t + 2 * S, -9, (1,), ""))], t + 2 * S)
        session.apply([(50, Done())], t + 3 * S)  # type: ignore[list-item]
        session.end_run(run, RunState.FAILED, t + 3 * S)
        story.t = t + 3 * S

    story = record(tmp_path / "x.grandstand", telling)
    player = played(tmp_path / "x.grandstand")
    assert len(story.session.runs[0].windows) >= 3
    assert figures(player.session) == figures(story.session)
    player.close()


def test_begun_in_the_middle_of_a_session_later_runs_have_their_figures(tmp_path: Path):
    story = Story()
    story.run("sequential", 2, 1.0)
    session, t = story.session, story.t
    run = session.begin_run(60, Setting("primes", "threads", 1, ()), t, "Threads")
    session.apply([(60, m.Hello(500, 0, t, 1, 1, 0))], t)
    states = (S, *(0,) * 7)
    session.apply([(60, m.Progress(500, t + S, 1e6, 10, states, S, 0, b"", 0))], t + S)
    story.t = t + S
    recorder = Recorder.start(session, tmp_path / "x.grandstand", "late", MACHINE, window=True)
    session.stop_run(run, story.t + MS)
    session.end_run(run, RunState.FINISHED, story.t + 2 * MS)
    story.t += 10 * MS
    story.run("threads", 3, 3.0)
    story.run("processes", 2, 3.0)
    recorder.close()
    player = played(tmp_path / "x.grandstand")
    assert [r.number for r in player.session.runs] == [2, 3, 4]
    for live in session.runs[2:]:
        again = next(r for r in player.session.runs if r.number == live.number)
        assert player.session.summary(again) == session.summary(live)
        assert again.windows == live.windows
    player.close()


def test_what_is_told_is_only_remembered_on_the_models_thread(tmp_path: Path):
    """The disk may stand still: who tells the recorder something goes on at once."""
    story = Story()
    recorder = Recorder.start(story.session, tmp_path / "x.grandstand", "x", MACHINE, window=True)
    stuck, go_on = threading.Event(), threading.Event()
    put = recorder.writer.put

    def slow() -> None:
        stuck.set()
        go_on.wait(10)
        put()

    recorder.writer.put = slow  # type: ignore[method-assign]
    story.run("threads", 4, 1.0)
    assert stuck.wait(5)
    story.run("processes", 4, 1.0)
    assert not go_on.is_set()
    go_on.set()
    recorder.close()
    recording = Recording.open(tmp_path / "x.grandstand")
    assert len(recording.runs) == 2
    recording.close()
