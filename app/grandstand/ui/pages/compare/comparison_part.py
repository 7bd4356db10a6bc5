"""Compare: the plan at the left, what comes of it, alone or beside another one, at the right. GUI thread.

The comparison that was measured last is kept beside the settings, so that closing the window loses nothing.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from grandstand.compare import document
from grandstand.compare.beside import Beside, beside
from grandstand.compare.comparison import Comparison
from grandstand.compare.runner import Step, begin
from grandstand.control.choice import Choice
from grandstand.control.named import refusal
from grandstand.files.aside import set_aside
from grandstand.files.reading import Missing
from grandstand.session import words
from grandstand.ui.pages.compare import files
from grandstand.ui.pages.compare.beside_view import BesideShown, BesideView, beside_shown
from grandstand.ui.pages.compare.part import Part, Tell, framed
from grandstand.ui.pages.compare.plan_form import PlanForm
from grandstand.ui.pages.compare.results import Results
from grandstand.ui.pages.compare.runner_thread import RunnerThread, Shown, shown
from grandstand.ui.shell.background import Job
from grandstand.ui.shell.settings import Settings
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.stack import Stack

log = logging.getLogger(__name__)
_FORM = "compare/form"
_PRESENTING = 1.3
"""From this scale on the letters are for the back row."""


class ComparisonPart(Part):
    """``comparison``: what is shown; ``second``: the other one, while two are side by side."""

    def __init__(self, choice: Choice, settings: Settings, tell: Tell, alone: Callable[[], bool]) -> None:
        super().__init__("compare", "comparison", tell, alone)
        self._settings = settings
        self.comparison: Comparison | None = None
        self.second: Beside | None = None
        self.runner: RunnerThread | None = None
        self.form = PlanForm(choice)
        self._restore_form()
        self.results = Results()
        self.results.trouble.connect(lambda text: self._tell("warning", text, ""))
        self.beside = BesideView()
        self.beside.trouble.connect(lambda text: self._tell("warning", text, ""))
        self.beside.closed.connect(self.close_beside)
        self.start_button = self._button("Start comparison", "play", "start", self.start, "primary")
        self.resume_button = self._button("Go on", "play", "resume", self.resume)
        self.cancel_button = self._button("Cancel", "stop", "cancel", self.cancel, "danger")
        self.open_button = self._button("Open…", "expand", "open", self.ask_open)
        self.save_button = self._button("Save…", "save", "save", self.ask_save)
        self.beside_button = self._button("Beside…", "compare", "beside", self.ask_beside)
        self.beside_button.setToolTip("Show another comparison beside this one: another machine, another Python")
        for button in (self.start_button, self.resume_button, self.cancel_button, self.open_button, self.save_button,
                       self.beside_button):  # fmt: skip
            self._row.addWidget(button)
        self._row.addWidget(self.progress)
        self._row.addWidget(self.words, 1)
        left = QScrollArea()
        left.setWidgetResizable(True)
        left.setFrameShape(QFrame.Shape.NoFrame)
        left.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        left.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        holder = QWidget()
        holder.setProperty("role", "scrolled")
        self._holder = QVBoxLayout(holder)
        self._holder.addWidget(self.form)
        left.setWidget(holder)
        self._right = Stack()
        self._right.addWidget(self.results)
        self._right.addWidget(self.beside)
        self.form_panel, self.result_panel = framed(left), framed(self._right)
        self._sides = QHBoxLayout(self)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.addWidget(self.form_panel)
        self._sides.addWidget(self.result_panel, 1)
        self.form.changed.connect(self._remember_form)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self._load()
        self._refresh()

    @property
    def busy(self) -> bool:
        """Whether something is being measured."""
        return self.runner is not None

    # -- what a person does -----------------------------------------------------------------------------------

    def start(self) -> None:
        """A new comparison of what the form says."""
        try:
            plan = self.form.plan()
        except (ValueError, KeyError) as problem:
            self._tell("warning", str(problem.args[0]), "")
            return
        if self._begin(begin(plan)):
            self.results.show_nothing("The first block is being measured.")

    def resume(self) -> None:
        """Goes on with a comparison that was cancelled."""
        if self.comparison is None:
            return
        why = refusal(self.comparison.plan.workload)
        if why:
            self._tell("warning", why, "")
            return
        self._begin(self.comparison)

    def cancel(self) -> None:
        if self.runner is None:
            return
        self.runner.cancel()
        if self._timer.isActive():
            self._finished()
        else:
            self.cancel_button.setText("Cancelling…")
            self.cancel_button.setEnabled(False)

    def open(self, path: Path) -> None:
        """Shows the comparison in a file, or says why not; what was shown is kept till then."""
        self._open(path, lambda job: self._tell("warning", f"{path.name}: {job.problem}", job.details))

    def open_beside(self, path: Path) -> None:
        """Shows the comparison in a file beside the present one."""
        first = self.comparison
        if first is None or self.busy:
            return

        def read() -> tuple[Beside, BesideShown]:
            pair = beside(first, document.load(path))
            return pair, beside_shown(pair)

        def over(job: Job) -> None:
            if job.problem:
                self._tell("warning", f"{path.name}: {job.problem}", job.details)
            elif not self.busy:
                self.second, there = job.result
                self.beside.show_beside(there)
                self._right.setCurrentWidget(self.beside)

        self._do(f"Reading {path.name}", read, over)

    def close_beside(self) -> None:
        """Takes the second comparison away."""
        self.second = None
        self._right.setCurrentWidget(self.results)
        self._refresh()

    def save(self, path: Path) -> None:
        """JSON, CSV, Markdown, PNG, SVG or PDF by the ending; of both, while two are side by side."""
        theme = theme_manager().theme.name
        if self.second is not None:
            self._write_in_background(path, partial(files.write_beside, path, self.second, theme))
        elif self.comparison is not None:
            self._write_in_background(path, partial(files.write_comparison, path, self.comparison, theme))

    def ask_open(self) -> None:
        path = self._ask_open("Open comparison", "Comparison")
        if path:
            self.open(path)

    def ask_beside(self) -> None:
        path = self._ask_open("Open the comparison to show beside", "Comparison")
        if path:
            self.open_beside(path)

    def ask_save(self) -> None:
        first = "grandstand-two-comparisons.json" if self.second is not None else "grandstand-comparison.json"
        path = self._ask_save("Save comparison", first, files.TABLES)
        if path:
            self.save(path)

    def close_down(self) -> bool:
        """Cancels and waits; False if it would not end. What was measured is kept by the runner itself."""
        self._remember_form()
        ended = super().close_down()
        runner, self.runner = self.runner, None
        if runner is None:
            return ended
        runner.stepped.disconnect(self._stepped)
        runner.renewed.disconnect(self._renewed)
        runner.finished.disconnect(self._finished)
        return runner.finish() and ended

    # -- the runner -------------------------------------------------------------------------------------------

    def _begin(self, comparison: Comparison) -> bool:
        if self.busy or self._held_up():
            return False
        self.close_beside()
        self.comparison = comparison
        self.runner = RunnerThread(comparison, self._settings.comparison_file())
        self.runner.stepped.connect(self._stepped, Qt.ConnectionType.QueuedConnection)
        self.runner.renewed.connect(self._renewed, Qt.ConnectionType.QueuedConnection)
        self.runner.finished.connect(self._finished, Qt.ConnectionType.QueuedConnection)
        self.cancel_button.setText("Cancel")
        self.cancel_button.setEnabled(True)
        self._refresh()
        self._begin_when_alone(self.runner.start)
        return True

    def _stepped(self, step: Step) -> None:
        self.share = step.share
        self.progress.setValue(round(1000 * step.share))
        left = words.seconds(max(1.0, round(step.seconds_left)))
        self.words.setText(f"Block {step.block + 1}, {step.setup.words}; about {left} left")
        self.changed.emit()

    def _renewed(self, shown: Shown) -> None:
        if shown.rows:
            self.results.show_results(shown)

    def _finished(self) -> None:
        self._timer.stop()
        runner, self.runner = self.runner, None
        if runner is None:
            return
        runner.wait(1000)
        if runner.problem:
            log.error("A comparison failed:\n%s", runner.details)
            self._tell("error", f"The comparison stopped: {runner.problem}", runner.details)
        if runner.not_kept:
            self._tell("warning", f"The comparison could not be kept: {runner.not_kept}", "")
        runner.deleteLater()
        if self.comparison is not None and not self.comparison.measurements:
            self.comparison = None
            self.results.show_nothing("Nothing was measured. Press Start comparison to try again.")
        self._refresh()

    # -- inside -----------------------------------------------------------------------------------------------

    def _open(self, path: Path, failed: Callable[[Job], None]) -> None:
        def read() -> tuple[Comparison, Shown]:
            comparison = document.load(path)
            return comparison, shown(comparison)

        def over(job: Job) -> None:
            if job.problem:
                failed(job)
            elif not self.busy:
                self.close_beside()
                self.comparison, there = job.result
                self.results.show_results(there)

        self._do(f"Reading {path.name}", read, over)

    def _load(self) -> None:
        path = self._settings.comparison_file()

        def failed(job: Job) -> None:
            if not isinstance(job.error, Missing):
                self._tell("warning", f"{path.name}: {job.problem} {set_aside(path, 'broken')}", job.details)

        if os.path.lexists(path):
            self._open(path, failed)

    def _remember_form(self) -> None:
        self._settings.put(_FORM, json.dumps(self.form.state()))
        self._refresh()

    def _restore_form(self) -> None:
        self.form.restore(self._settings.parsed(_FORM, dict[str, Any], {}))

    def _refresh(self) -> None:
        running, free = self.busy, not self.working
        there = self.comparison
        for button in (self.start_button, self.open_button, self.save_button, self.beside_button):
            button.setVisible(not running)
        self.open_button.setEnabled(free)
        self.save_button.setEnabled(free and there is not None)
        self.beside_button.setEnabled(free and there is not None and bool(there.measurements))
        self.resume_button.setVisible(not running and there is not None and there.cancelled)
        # In front of an audience the results need the room; without any the plan is all there is to see.
        self.form_panel.setVisible(theme_manager().scale < _PRESENTING or there is None)
        self.cancel_button.setVisible(running)
        self.progress.setVisible(running)
        if not running and free:
            text = f"{len(there.measurements):,} measurements, {there.at[:16].replace('T', ' ')}" if there else ""
            self.words.setText(text)
        self.changed.emit()

    def _rescale(self) -> None:
        super()._rescale()
        px = theme_manager().px
        self._sides.setSpacing(px(12))
        self._holder.setContentsMargins(px(4), px(4), px(14), px(4))
        self.form_panel.setFixedWidth(px(330))
        self.form_panel.setVisible(theme_manager().scale < _PRESENTING or self.comparison is None)
        for panel, gap in ((self.form_panel, 14), (self.result_panel, 20)):
            panel.setContentsMargins(px(gap), px(12), px(8), px(12))
