"""What a session makes of the sampler's words about a CPU quota."""

from __future__ import annotations

from grandstand.engine.samples import QuotaSample
from grandstand.session.quota_use import QuotaUse

from tests.session.made import MS, T0, S, Stage, progress


def running(workers: int = 1) -> Stage:
    """Measured from 0.3 s on."""
    stage = Stage(workers=workers)
    stage.all_hello()
    for i in range(1, 11):
        stage.say(progress(1, T0 + i * 100 * MS, 20.0 * i))
    return stage


def say(stage: Stage, at_ms: int, cores: float, periods: int = 0, held: int = 0, seconds: float = 0.0) -> None:
    stage.say(QuotaSample(T0 + at_ms * MS, cores, periods, held, seconds), handle=0)


def test_what_happened_between_two_samples_of_the_measured_stretch_counts():
    stage = running()
    say(stage, 100, 1.0, 5, 5, 0.4)  # before it
    say(stage, 400, 1.0, 8, 7, 0.6)
    say(stage, 900, 1.0, 13, 11, 1.0)
    say(stage, 1_400, 1.0, 18, 16, 1.5)
    assert stage.session.summary(stage.run).quota == QuotaUse(1.0, 10, 9, 0.9)
    assert stage.session.quota == 1.0


def test_without_a_quota_there_is_nothing():
    stage = running()
    assert stage.session.summary(stage.run).quota is None
    assert stage.session.quota is None


def test_a_quota_that_is_changed_and_lifted():
    stage = running()
    say(stage, 400, 1.5, 10, 0)
    say(stage, 600, 0.5, 12, 2, 0.1)
    say(stage, 800, 1.5, 14, 4, 0.2)
    assert stage.run.quota == QuotaUse(0.5, 4, 4, 0.2)
    say(stage, 1_000, 0.0)
    assert stage.session.quota is None
    assert stage.run.quota == QuotaUse(0.5, 4, 4, 0.2), "it was there"
    say(stage, 1_200, 2.0, 3, 3, 9.0)  # another: it counts from elsewhere
    say(stage, 1_400, 2.0, 5, 3, 9.0)
    assert stage.run.quota == QuotaUse(0.5, 6, 4, 0.2)


def test_counts_that_go_back_are_of_another_control_group():
    stage = running()
    say(stage, 400, 1.0, 100, 90, 50.0)
    say(stage, 600, 1.0, 2, 1, 0.1)
    say(stage, 800, 1.0, 4, 3, 0.3)
    assert stage.run.quota == QuotaUse(1.0, 2, 2, 0.3 - 0.1)


def test_a_run_has_its_own_figures():
    stage = running()
    say(stage, 400, 1.0, 10, 10, 1.0)
    say(stage, 600, 1.0, 12, 12, 1.2)
    first = stage.run
    second = stage.session.begin_run(2, first.setting, T0 + 2 * S, "again")
    say(stage, 2_100, 1.0, 30, 12, 1.2)
    assert second.quota is None, "nothing is measured yet"
    assert first.quota is not None
    assert first.quota.periods == 2
