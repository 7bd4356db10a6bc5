"""The Compare page: the plan at the left, what comes of it at the right. GUI thread.

The comparison that was measured last is kept beside the settings, so that closing the window loses nothing.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.compare import document
from app.compare.comparison import Comparison
from app.compare.runner import Step, begin
from app.control.choice import Choice
from app.model import words
from app.pictures.drawing import sheet
from app.pictures.palette import palette
from app.ui.compare.plan_form import PlanForm
from app.ui.compare.results import Results
from app.ui.compare.runner_thread import RunnerThread, Shown, shown
from app.ui.rasterise import write_png
from app.ui.settings import Settings
from app.ui.theme.icons import set_icon
from app.ui.theme.manager import set_look, theme_manager
from app.ui.widgets.panel import ElidedLabel

log = logging.getLogger(__name__)
Tell = Callable[[str, str, str], None]
_ALONE_EVERY_MS = 40
_ALONE_PATIENCE_S = 8.0
_EXPORTS = "Comparison (*.json *.csv *.md *.png *.svg)"


class ComparePage(QWidget):
    """``tell(level, text, details)`` shows a message; ``alone()`` stops the live run, true once nothing is left."""

    changed = Signal()

    def __init__(
        self, choice: Choice, settings: Settings, tell: Tell, alone: Callable[[], bool], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("compare_page")
        self._settings, self._tell, self._alone = settings, tell, alone
        self.comparison: Comparison | None = None
        self.runner: RunnerThread | None = None
        self.share = 0.0
        self._began = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_ALONE_EVERY_MS)
        self._timer.timeout.connect(self._start_when_alone)
        self.form = PlanForm(choice)
        self.results = Results()
        self.results.trouble.connect(lambda text: self._tell("warning", text, ""))
        self.start_button = self._button("Start comparison", "play", "compare_start", self.start, "primary")
        self.resume_button = self._button("Go on", "play", "compare_resume", self.resume)
        self.cancel_button = self._button("Cancel", "stop", "compare_cancel", self.cancel, "danger")
        self.open_button = self._button("Open…", "expand", "compare_open", self.ask_open)
        self.save_button = self._button("Save…", "save", "compare_save", self.ask_save)
        self.progress = QProgressBar()
        self.progress.setObjectName("compare_progress")
        self.progress.setAccessibleName("How far the comparison is")
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.words = ElidedLabel("", "body")
        self.words.setObjectName("compare_words")
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._bar = QFrame()
        self._bar.setProperty("role", "panel")
        self._row = QHBoxLayout(self._bar)
        for button in (self.start_button, self.resume_button, self.cancel_button, self.open_button, self.save_button):
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
        self.form_panel, self.result_panel = _framed(left), _framed(self.results)
        self._sides = QHBoxLayout()
        self._sides.addWidget(self.form_panel)
        self._sides.addWidget(self.result_panel, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._bar)
        self._column.addLayout(self._sides, 1)
        self.form.changed.connect(self._refresh)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self._load()
        self._refresh()

    # -- what a person does -----------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        return self.runner is not None

    def start(self) -> None:
        """A new comparison of what the form says."""
        try:
            plan = self.form.plan()
        except (ValueError, KeyError) as problem:
            self._tell("warning", str(problem.args[0]), "")
            return
        self._begin(begin(plan))
        self.results.show_nothing("The first block is being measured.")

    def resume(self) -> None:
        """Goes on with a comparison that was cancelled."""
        if self.comparison is not None:
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

    def open(self, path: Path) -> bool:
        """Shows the comparison in a file; False, with a message, when it is none. What was shown is kept till then."""
        try:
            found = document.read(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, document.Unreadable) as problem:
            self._tell("warning", f"{path.name}: {problem}", "")
            return False
        self.comparison = found
        self.results.show_results(shown(found))
        self._refresh()
        return True

    def save(self, path: Path) -> bool:
        """JSON, CSV, Markdown, PNG or SVG by the ending; False, with a message, when it cannot be written."""
        if self.comparison is None:
            return False
        try:
            self._write(path, self.comparison)
        except OSError as problem:
            self._tell("error", f"{path.name} could not be written: {problem}", "")
            return False
        self._tell("good", f"Saved {path.name}.", "")
        return True

    def ask_open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open comparison", str(Path.home()), "Comparison (*.json)")
        if name:
            self.open(Path(name))

    def ask_save(self) -> None:
        first = str(Path.home() / "grandstand-comparison.json")
        name, _ = QFileDialog.getSaveFileName(self, "Save comparison", first, _EXPORTS)
        if name:
            path = Path(name)
            self.save(path if path.suffix else path.with_name(f"{path.name}.json"))

    def press_focused(self) -> bool:
        """Presses the button of this page that has the keyboard; False when there is none."""
        widget = QApplication.focusWidget()
        if isinstance(widget, QAbstractButton) and self.isAncestorOf(widget):
            widget.click()
            return True
        return False

    def close_down(self) -> bool:
        """Cancels and waits; False if it would not end."""
        self._timer.stop()
        runner, self.runner = self.runner, None
        if runner is None:
            return True
        runner.stepped.disconnect(self._stepped)
        runner.renewed.disconnect(self._renewed)
        runner.finished.disconnect(self._finished)
        ended = runner.finish()
        self._keep()
        return ended

    # -- the runner -------------------------------------------------------------------------------------------

    def _begin(self, comparison: Comparison) -> None:
        if self.busy:
            return
        self.comparison = comparison
        self.share = 0.0
        self.runner = RunnerThread(comparison)
        self.runner.stepped.connect(self._stepped, Qt.ConnectionType.QueuedConnection)
        self.runner.renewed.connect(self._renewed, Qt.ConnectionType.QueuedConnection)
        self.runner.finished.connect(self._finished, Qt.ConnectionType.QueuedConnection)
        self._began = time.monotonic()
        self.cancel_button.setText("Cancel")
        self.cancel_button.setEnabled(True)
        self.words.setText("Waiting for the live run to end")
        self._timer.start()
        self._refresh()
        self._start_when_alone()

    def _start_when_alone(self) -> None:
        if self.runner is None or not self._timer.isActive():
            return
        if self._alone() or time.monotonic() - self._began > _ALONE_PATIENCE_S:
            self._timer.stop()
            self.runner.start()

    def _stepped(self, step: Step) -> None:
        self.share = step.share
        self.progress.setValue(round(1000 * step.share))
        left = words.seconds(max(1.0, round(step.seconds_left)))
        self.words.setText(f"Block {step.block + 1}, {step.setup.words}; about {left} left")
        self.changed.emit()

    def _renewed(self, found: Shown) -> None:
        if found.rows:
            self.results.show_results(found)

    def _finished(self) -> None:
        self._timer.stop()
        runner, self.runner = self.runner, None
        if runner is None:
            return
        runner.wait(1000)
        if runner.problem:
            log.error("A comparison failed:\n%s", runner.details)
            self._tell("error", f"The comparison stopped: {runner.problem}", runner.details)
        runner.deleteLater()
        if self.comparison is not None and not self.comparison.measurements:
            self.comparison = None
            self.results.show_nothing("Nothing was measured. Press Start comparison to try again.")
        self._keep()
        self._refresh()

    # -- inside -----------------------------------------------------------------------------------------------

    def _write(self, path: Path, comparison: Comparison) -> None:
        ending = path.suffix.lower()
        if ending in (".png", ".svg"):
            found = shown(comparison)
            theme = theme_manager().theme.name
            svg = sheet(found.pictures, palette(theme), 1200, caption=f"{found.sentence}\n{found.conditions}")
            if ending == ".png":
                write_png(path, svg)
                return
            text = svg
        elif ending == ".csv":
            text = document.csv_text(comparison)
        elif ending == ".md":
            text = document.markdown(comparison)
        else:
            text = json.dumps(document.document(comparison), indent=2) + "\n"
        part = path.with_name(f"{path.name}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(path)

    def _keep(self) -> None:
        if self.comparison is None or not self.comparison.measurements:
            return
        try:
            path = self._settings.comparison_file()
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(path, self.comparison)
        except OSError as problem:
            self._tell("warning", f"The comparison could not be kept: {problem}", "")

    def _load(self) -> None:
        path = self._settings.comparison_file()
        if path.exists() and not self.open(path):
            path.replace(path.with_name(f"{path.stem}.broken{path.suffix}"))

    def _refresh(self) -> None:
        running = self.busy
        self.start_button.setVisible(not running)
        self.open_button.setVisible(not running)
        self.save_button.setVisible(not running)
        self.save_button.setEnabled(self.comparison is not None)
        self.resume_button.setVisible(not running and self.comparison is not None and self.comparison.cancelled)
        self.cancel_button.setVisible(running)
        self.progress.setVisible(running)
        if not running:
            there = self.comparison
            self.words.setText(
                f"{len(there.measurements)} legs measured, {there.at[:16].replace('T', ' ')}" if there else ""
            )
        self.changed.emit()

    def _button(self, text: str, icon: str, name: str, action: Callable[[], None], role: str = "") -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if role:
            set_look(button, role=role)
        tint = {"primary": "text.on_accent", "danger": "accent.danger"}.get(role, "text.primary")
        set_icon(button, icon, tint, 16)
        button.clicked.connect(lambda: action())
        return button

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(px(14), px(12), px(14), px(12))
        self._column.setSpacing(px(12))
        self._sides.setSpacing(px(12))
        self._row.setContentsMargins(px(14), px(10), px(16), px(10))
        self._row.setSpacing(px(8))
        self._holder.setContentsMargins(px(4), px(4), px(14), px(4))
        self.progress.setFixedWidth(px(220))
        self.form_panel.setFixedWidth(px(330))
        for panel, gap in ((self.form_panel, 14), (self.result_panel, 20)):
            panel.setContentsMargins(px(gap), px(12), px(8), px(12))


def _framed(widget: QWidget) -> QFrame:
    panel = QFrame()
    panel.setProperty("role", "panel")
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
    return panel
