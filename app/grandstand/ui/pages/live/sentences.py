"""The sentence under the charts, for whichever session they show. GUI thread."""

from __future__ import annotations

from grandstand.control import catalogue
from grandstand.session.sentence import Sentence, failures, sentence
from grandstand.ui.stage import Stage


def current_sentence(stage: Stage) -> Sentence:
    """From the figures as they are now; before the first run, what the chosen mode is."""
    session, choice = stage.session, stage.choice
    run = session.current
    if run is None:
        mode = next(e.mode for e in catalogue.mode_entries(stage.where) if e.mode.key == choice.mode)
        return Sentence(f"{mode.title}: {mode.blurb} Press Space to start.", "neutral")
    if run.problem and not run.workers:
        return Sentence(f"{run.problem} {run.remedy}".strip(), "warning")
    unit = run.setting.about.unit
    baseline = session.scoreboard.baseline(run.setting.work, run.setting.python)
    failed = failures(session.summary(run))  # at once
    return failed or sentence(session.steady(run), unit, baseline, stage.machine.cores)
