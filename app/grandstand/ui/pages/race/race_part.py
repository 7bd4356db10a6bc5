"""The race: the function at the left with what was checked, what comes of it at the right. GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from grandstand import folders
from grandstand.compare.runner import Step
from grandstand.files.writer import write_text
from grandstand.own import naming, reference
from grandstand.own.finding import TITLES, VERDICTS, Finding
from grandstand.own.naming import Own, Wish
from grandstand.own.race import report
from grandstand.own.race.document import document
from grandstand.own.race.racing import Race
from grandstand.own.reference import BadReference, SourceFile
from grandstand.plain import json_text
from grandstand.session import words
from grandstand.ui.pages.compare.part import Part, Tell, framed
from grandstand.ui.pages.race.checklist import Checklist
from grandstand.ui.pages.race.function_form import FunctionForm
from grandstand.ui.pages.race.race_thread import RaceThread, Shown, in_the_window
from grandstand.ui.pages.race.results import RaceResults
from grandstand.ui.shell.background import Job
from grandstand.ui.theme.manager import theme_manager

log = logging.getLogger(__name__)
_ENDINGS = (".html", ".md", ".json")
_CHECKS = 0.15
"""Of the progress bar: for what is checked first."""
_PRESENTING = 1.3
"""From this scale on the letters are for the back row."""


class RacePart(Part):
    """``race``: the last one that was run here; ``runner``: the thread of the one that goes on."""

    def __init__(self, tell: Tell, alone: Callable[[], bool]) -> None:
        super().__init__("race", "race", tell, alone)
        self.race: Race | None = None
        self.runner: RaceThread | None = None
        self.form = FunctionForm()
        self.checklist = Checklist()
        self.results = RaceResults()
        self.results.trouble.connect(lambda text: self._tell("warning", text, ""))
        self.start_button = self._button("Check and race", "play", "start", self.start, "primary")
        self.cancel_button = self._button("Cancel", "stop", "cancel", self.cancel, "danger")
        self.open_button = self._button("Choose a file…", "open", "open", self.ask_open)
        self.save_button = self._button("Report…", "save", "save", self.ask_save)
        for button in (self.start_button, self.cancel_button, self.open_button, self.save_button):
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
        self._holder.addWidget(self.checklist)
        self._holder.addStretch(1)
        left.setWidget(holder)
        self.form_panel = framed(left)
        self._sides = QHBoxLayout(self)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.addWidget(self.form_panel)
        self._sides.addWidget(self.results, 1)
        self.form.changed.connect(self._refresh)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self._refresh()

    @property
    def busy(self) -> bool:
        """Whether something is checked or measured."""
        return self.runner is not None

    # -- what a person does -----------------------------------------------------------------------------------

    def open(self, path: Path) -> None:
        """Lists the functions of a file, read and not run."""
        if self.busy:
            self._tell("warning", "A race goes on. Cancel that first.", "")
            return

        def over(job: Job) -> None:
            if job.problem:
                self._tell("warning", f"{path.name}: {job.problem}", job.details)
                return
            source: SourceFile = job.result
            if not any(one.kind != reference.VALUE for one in source.functions):
                self._tell("warning", f"{path.name} has no function that could be raced.", "")
                return
            self.race = None
            self.checklist.clear()
            self.form.set_file(source)
            self.results.show_nothing(
                "Ready when you are.", "Choose the function and what it works through, then press Check and race."
            )

        self._do(f"Reading {path.name}", partial(_read, path), over)

    def start(self) -> None:
        """The person's word: the function is checked, then raced."""
        if self.busy:
            return
        try:
            wish, budget = self.form.wish(), self.form.budget
        except ValueError as problem:
            self._tell("warning", str(problem), "")
            return
        name = self.form.function.currentData()

        def over(job: Job) -> None:
            if job.problem:
                self._tell("warning", job.problem, job.details)
                return
            own: Own = job.result
            if self.form.file is None or own.file.digest != self.form.file.digest:  # it was changed since it was read
                self.form.set_file(own.file, str(name))
            self._begin(own, budget)

        self._do("Finding the project's Python", partial(_understand, wish), over)

    def cancel(self) -> None:
        if self.runner is None:
            return
        self.runner.cancel()
        if self._timer.isActive():
            self._finished()
        else:
            self.cancel_button.setText("Cancelling…")
            self.cancel_button.setEnabled(False)

    def ask_open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, "Choose a Python file", str(folders.start()), "Python (*.py *.pyw)"
        )
        if name:
            self.open(Path(name))

    def ask_save(self) -> None:
        first = "grandstand-race.html"
        kinds = f"Race ({' '.join(f'*{ending}' for ending in _ENDINGS)})"
        name, _ = QFileDialog.getSaveFileName(self, "Save race", str(folders.start() / first), kinds)
        if name:
            path = Path(name)
            self.save(path if path.suffix.lower() in _ENDINGS else path.with_name(f"{path.name}.html"))

    def save(self, path: Path) -> None:
        """HTML, Markdown or JSON by the ending."""
        if self.race is not None:
            self._write_in_background(path, partial(_write, path, self.race))

    def close_down(self) -> bool:
        """Cancels and waits; False if it would not end."""
        ended = super().close_down()
        runner, self.runner = self.runner, None
        if runner is None:
            return ended
        for signal, slot in ((runner.found, self._found), (runner.stepped, self._stepped),
                             (runner.renewed, self._renewed), (runner.finished, self._finished)):  # fmt: skip
            signal.disconnect(slot)
        return runner.finish() and ended

    # -- the runner -------------------------------------------------------------------------------------------

    def _begin(self, own: Own, budget: float) -> None:
        self.race = None
        self.form.show_own(own)
        self.checklist.clear()
        self.results.show_nothing("Checking it first …", "Each question is asked in a process of its own.")
        runner = self.runner = RaceThread(own, budget)
        runner.found.connect(self._found, Qt.ConnectionType.QueuedConnection)
        runner.stepped.connect(self._stepped, Qt.ConnectionType.QueuedConnection)
        runner.renewed.connect(self._renewed, Qt.ConnectionType.QueuedConnection)
        runner.finished.connect(self._finished, Qt.ConnectionType.QueuedConnection)
        self.cancel_button.setText("Cancel")
        self.cancel_button.setEnabled(True)
        self._refresh()
        self._begin_when_alone(runner.start)

    def _found(self, finding: Finding) -> None:
        self.checklist.add(finding)
        self._progress(_CHECKS * len(self.checklist.findings) / len(TITLES))
        self.words.setText(f"Checking: {finding.title}, {VERDICTS[finding.verdict]}")

    def _stepped(self, step: Step) -> None:
        if step.block == 0 and self.results.shown is None:
            self.results.show_nothing("Racing …", "The first block is being measured, in random order.")
        self._progress(_CHECKS + (1 - _CHECKS) * step.share)
        left = words.seconds(max(1.0, round(step.seconds_left)))
        self.words.setText(f"Block {step.block + 1}, {step.setup.words}; about {left} left")

    def _progress(self, share: float) -> None:
        self.share = share
        self.progress.setValue(round(1000 * share))
        self.changed.emit()

    def _renewed(self, shown: Shown) -> None:
        self.results.show_results(shown)

    def _finished(self) -> None:
        self._timer.stop()
        runner, self.runner = self.runner, None
        if runner is None:
            return
        runner.wait(1000)
        if runner.problem:
            log.error("A race failed:\n%s", runner.details)
            self._tell("error", f"The race stopped: {runner.problem}", runner.details)
        self.race = runner.race
        if runner.refused:
            self.results.show_nothing("It was not raced.", runner.refused)
        elif self.race is None:
            self.results.show_nothing("Nothing was measured.", "Press Check and race to try again.")
        runner.deleteLater()
        self._refresh()

    # -- inside -----------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        running, free = self.busy, not self.working
        self.start_button.setVisible(not running)
        self.start_button.setEnabled(free and self.form.chosen is not None)
        self.start_button.setText("Race again" if self.race is not None else "Check and race")
        self.open_button.setVisible(not running)
        self.open_button.setEnabled(free)
        self.save_button.setVisible(not running)
        self.save_button.setEnabled(free and self.race is not None)
        self.cancel_button.setVisible(running)
        self.progress.setVisible(running)
        self.form.setEnabled(not running)
        # In front of an audience the results need the room; without any the function is all there is to see.
        self.form_panel.setVisible(theme_manager().scale < _PRESENTING or self.race is None)
        if not running and free:
            legs = len(self.race.comparison.measurements) if self.race is not None else 0
            self.words.setText(f"{legs:,} measurements" if legs else "")
        self.changed.emit()

    def _rescale(self) -> None:
        super()._rescale()
        px = theme_manager().px
        self._sides.setSpacing(px(12))
        self._holder.setContentsMargins(px(4), px(4), px(14), px(4))
        self._holder.setSpacing(px(16))
        self.form_panel.setFixedWidth(px(330))
        self.form_panel.setContentsMargins(px(14), px(12), px(8), px(12))
        self.form_panel.setVisible(theme_manager().scale < _PRESENTING or self.race is None)


class _Unreadable(OSError):
    """Words for the person: what a Job expects."""


def _read(path: Path) -> SourceFile:
    try:
        return reference.read(path)
    except BadReference as problem:
        raise _Unreadable(str(problem)) from None


def _understand(wish: Wish) -> Own:
    try:
        return naming.understand(wish)
    except ValueError as problem:
        raise _Unreadable(in_the_window(str(problem))) from None


def _write(path: Path, race: Race) -> None:
    ending = path.suffix.lower()
    if ending == ".json":
        write_text(path, json_text(document(race), indent=2) + "\n")
    else:
        write_text(path, report.markdown(race) if ending == ".md" else report.html(race))
