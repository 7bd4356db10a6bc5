"""What was recorded is told again to the digit, wherever one looks."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grandstand.engine import messages as m
from grandstand.journal import library
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording
from grandstand.journal.recorder import Recorder
from grandstand.session.run import Setting
from grandstand.session.run_state import RunState
from grandstand.session.session import Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journal.made import MACHINE, MS, S, Story, record, tell


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Story]:
    path = tmp_path_factory.mktemp("told") / "told.grandstand"
    return path, record(path)


@pytest.fixture
def player(told: tuple[Path, Story]):
    found = Player(Recording.open(told[0]))
    yield found
    found.close()


def there(player: Player, t_ns: int) -> None:
    player.seek(t_ns)
    while not player.work(1.0):
        pass


def figures(session: Session) -> dict[str, Any]:
    """Everything that a chart or a report reads, but the slices."""
    return {
        "runs": [(run.number, run.setting, run.state, run.windows, run.started_ns) for run in session.runs],
        "summaries": [session.summary(run) for run in session.runs],
        "board": session.scoreboard.rows(session.runs[-1].setting.work)
        if session.runs else [],
        "heart": [run.heartbeat.percentile(0.99) for run in session.runs],
        "markers": session.markers,
        "cores": session.core_means(),
        "series": [[part.tolist() for part in s.since(0)] for s in (session.cores, session.heartbeat)],
        "rates": [part.tolist() for part in session.rates.between(0, 1 << 60)],
        "reach": [(lane.reach_ns, lane.open_state) for lane in session.lanes.lanes],
    }  # fmt: skip


def test_played_to_its_end_it_has_the_figures_of_the_live_session(told, player: Player):
    _, story = told
    there(player, player.end_ns)
    assert figures(player.session) == figures(story.session)
    assert [s.per_second for s in figures(player.session)["summaries"]].count(0.0) == 0


def test_and_the_same_slices(told, player: Player):
    _, story = told
    there(player, player.end_ns)
    for live, again in zip(
        story.session.lanes.all_since(player.start_ns), player.session.lanes.all_since(player.start_ns), strict=True
    ):
        assert len(live) == len(again) > 1_000
    lanes, slices = story.session.lanes.all_since(player.start_ns)
    again_lanes, again = player.session.lanes.all_since(player.start_ns)
    order, other = np.lexsort((slices[:, 1], lanes)), np.lexsort((again[:, 1], again_lanes))
    assert np.array_equal(slices[order], again[other])
    assert np.array_equal(lanes[order], again_lanes[other])


def test_a_picture_at_some_moment_shows_nothing_later(player: Player):
    t = player.start_ns + 4 * S
    there(player, t)
    _, slices = player.session.lanes.all_since(player.start_ns)
    assert 0 < slices[:, 2].max() <= t


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 8_700), min_size=1, max_size=5))
def test_wherever_one_jumps_it_is_as_if_played_up_to_there(told, moments: list[int]):
    path, _ = told
    jumping, straight = Player(Recording.open(path)), Player(Recording.open(path))
    try:
        jumping._keep_gap = S  # more states to come back to than so short a recording would have
        for moment in moments:
            there(jumping, jumping.start_ns + moment * MS)
        there(straight, straight.start_ns + moments[-1] * MS)
        assert figures(jumping.session) == figures(straight.session)
    finally:
        jumping.close()
        straight.close()


def test_charts_may_keep_hold_of_the_session(player: Player):
    session = player.session
    there(player, player.end_ns)
    there(player, player.start_ns + S)
    assert player.session is session
    assert session.current is not None
    assert session.current.setting.mode == "sequential"
    assert session.clock() == player.start_ns + S


def test_work_stops_when_its_time_is_up_and_goes_on(player: Player):
    player.seek(player.end_ns)
    assert not player.work(0.0)
    assert player.reached_ns < player.t_ns
    while not player.work(0.01):
        pass
    assert player.reached_ns == player.t_ns


def test_new_slices_are_handed_on_while_it_plays_and_not_after_a_jump(player: Player):
    there(player, player.start_ns + 3 * S)
    player.session.lanes.take_new()
    there(player, player.start_ns + 3 * S + 100 * MS)
    assert len(player.session.lanes.take_new()[0])
    there(player, player.start_ns + S)
    assert not len(player.session.lanes.take_new()[0])


def test_facts(told, player: Player):
    recording = player.recording
    assert (recording.title, recording.machine, recording.window, recording.ended) == (
        "A session", MACHINE, True, True,
    )  # fmt: skip
    assert [text for _, text, _ in player.run_marks] == ["Sequential", "Threads", "Processes"]
    assert player.machine is recording.machine
    assert (player.choice.mode, player.choice.workers) == ("sequential", 2)
    assert [p.name for p in told[0].parent.iterdir()] == [told[0].name], "one file, and nothing beside it"


def test_a_run_that_was_stopped_has_an_end_on_the_line_of_time(tmp_path: Path):
    def telling(story: Story) -> None:
        story.run("threads", 2, 1.0)
        story.t += 5 * S  # nothing runs
        story.run("processes", 2, 2.0)

    path = tmp_path / "x.grandstand"
    record(path, telling)
    recording = Recording.open(path)
    first, second = recording.spans
    recording.close()
    assert (first[2], second[2]) == ("threads", "processes")
    assert first[1] - first[0] == pytest.approx(1.02 * S, abs=5 * MS)
    assert second[0] - first[1] == pytest.approx(5.02 * S, abs=5 * MS)
    assert library.entry(path).spans == (first, second)


def test_a_worker_that_lies_lies_again(tmp_path: Path):
    def telling(story: Story) -> None:
        tell(story)
        run = story.session.begin_run(9, story.session.runs[-1].setting, story.t, "Processes")
        hellos = [(9, m.Hello(70 + i, i, story.t, 1, 1, 0)) for i in range(2)]
        story.session.apply(hellos, story.t)
        lie = m.Progress(70, story.t + 90 * S, 1.0, 1, (0,) * m.STATE_COUNT, 0, 0, b"", 0)
        worse = lie._replace(units="many", t_ns=story.t)  # type: ignore[arg-type]
        story.session.apply([(9, lie), (9, worse)], story.t + MS)
        assert run.workers[70].lies == 2
        story.t += S

    story = record(tmp_path / "x.grandstand", telling)
    player = Player(Recording.open(tmp_path / "x.grandstand"))
    there(player, player.end_ns)
    assert player.session.runs[-1].workers[70].lies == 2
    assert player.session.rejected == story.session.rejected == 2
    player.close()


def test_a_recording_may_begin_in_the_middle_of_a_run(tmp_path: Path):
    story = Story()
    run = story.session.begin_run(1, story_setting(), story.t, "Threads")
    story.session.apply([(1, m.Hello(1, 0, story.t, 1, 1, 0))], story.t)
    story.t += S
    recorder = Recorder.start(story.session, tmp_path / "x.grandstand", "late", MACHINE, window=True)
    story.t += S
    story.session.end_run(run, RunState.FINISHED, story.t)
    recorder.close()
    player = Player(Recording.open(tmp_path / "x.grandstand"))
    there(player, player.end_ns)
    again = player.session.current
    assert again is not None
    assert (again.setting, again.state, len(again.workers)) == (run.setting, run.state, 1)
    player.close()


def story_setting() -> Setting:
    return Setting("primes", "threads", 1, ())
