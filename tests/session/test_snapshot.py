"""A session gives a snapshot of itself and goes back to it; neither knows what the other does afterwards."""

from __future__ import annotations

import copy
from typing import Any

from grandstand.engine.samples import Sample
from grandstand.session.run_state import RunState
from grandstand.session.session import Session

from tests.journal.made import Story, tell
from tests.journal.test_round_trip import figures


def everything(session: Session) -> dict[str, Any]:
    """Figures, and what workers stand at; not where the lanes are: those are left as they are."""
    return copy.deepcopy(
        {
            **figures(session),
            "workers": [(run.number, sorted(run.workers)) for run in session.runs],
            "totals": [[vars(r.last) if r.last else None for r in run.present] for run in session.runs[-1:]],
            "reach": None,
            "channels": {key: series.since(0)[0].tolist() for key, series in session.channels.items()},
            "described": session.channels.described,
            "steady": session.steady(session.runs[-1]) if session.runs else None,
            "quota": session.quota,
        }
    )


def middle(story: Story) -> Any:
    """In the middle of a run of two threads that follows another one."""
    story.run("sequential", 2, 1.5)
    story.session.apply([(0, Sample(story.t, "watts", (1.0,)))], story.t)
    real = story.session.stop_run
    taken: list[Any] = []

    def stop(run: Any, now: int) -> None:
        taken.append((story.session.snapshot(), everything(story.session)))
        real(run, now)

    story.session.stop_run = stop  # type: ignore[method-assign]
    story.run("threads", 2, 2.0)
    story.session.stop_run = real  # type: ignore[method-assign]
    return taken[0]


def test_going_back_gives_what_was_as_often_as_one_likes() -> None:
    story = Story(quota=0.75)
    snapshot, before = middle(story)
    for _ in range(2):
        story.run("processes", 4, 2.0)
        story.session.apply([(0, Sample(story.t, "watts", (2.0,))), (0, Sample(story.t, "volts", (2.0,)))], story.t)
        assert everything(story.session) != before
        story.session.restore(snapshot)
        assert everything(story.session) == before
        assert story.session.current.state is RunState.RUNNING
        assert story.session.channels["cores"] is story.session.cores
        assert "volts" not in story.session.channels


def test_a_run_that_had_just_ended_has_its_workers_again() -> None:
    """They go when the next one begins; who goes back to before that sees them."""
    story = Story()
    story.run("threads", 3, 1.5)
    snapshot, before = story.session.snapshot(), everything(story.session)
    assert len(story.session.current.workers) == 3
    story.run("processes", 2, 1.5)
    story.session.restore(snapshot)
    assert everything(story.session) == before
    assert len(story.session.current.workers) == 3


def test_another_session_can_go_there_too() -> None:
    story = Story()
    snapshot, before = middle(story)
    other = Session(2)
    other.restore(snapshot)
    assert everything(other) == before


def test_nothing_that_changes_is_left_out() -> None:
    """What a session has beside what its snapshots hold is only what does not belong to a moment."""
    story = Story()
    tell(story)
    held = set(story.session.snapshot().state)
    series = {key for key, value in vars(story.session).items() if value in list(story.session.channels.values())}
    assert set(vars(story.session)) - held - series == {"clock", "log", "lanes", "gils", "_takes"}
    assert series == {"cores", "heartbeat", "memory"}


def test_a_snapshot_is_small() -> None:
    story = Story()
    tell(story)
    assert story.session.snapshot().bytes < 1_000_000
