"""The break-even map: measured, shown, kept, opened and saved. GUI thread; measured in a process of its own."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from grandstand.compare import break_even
from grandstand.compare.break_even import Map
from grandstand.files.aside import set_aside
from grandstand.files.private import tighten
from grandstand.files.reading import Missing
from grandstand.render.comparison import break_even as map_picture
from grandstand.ui.pages.claims.picture_view import PictureView
from grandstand.ui.pages.claims.verdict_card import SizedLabel
from grandstand.ui.pages.compare import files
from grandstand.ui.pages.compare.map_thread import MapThread
from grandstand.ui.pages.compare.part import Part, Tell, framed
from grandstand.ui.shell.background import Job
from grandstand.ui.shell.settings import Settings
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import EmptyState

log = logging.getLogger(__name__)
_EMPTY = "No map yet"
_HINT = (
    "Press Measure map: tasks of 10 µs to 10 ms with data of 100 B to 1 MB run sequentially, in a pool of threads and "
    "in a pool of processes. It takes about 10 s."
)


class MapPart(Part):
    """``map``: what is shown."""

    def __init__(self, settings: Settings, tell: Tell, alone: Callable[[], bool]) -> None:
        super().__init__("map", "break-even map", tell, alone)
        self._file = map_file(settings)
        self.map: Map | None = None
        self.runner: MapThread | None = None
        self.start_button = self._button("Measure map", "play", "start", self.start, "primary")
        self.cancel_button = self._button("Cancel", "stop", "cancel", self.cancel, "danger")
        self.open_button = self._button("Open…", "expand", "open", self.ask_open)
        self.save_button = self._button("Save…", "save", "save", self.ask_save)
        for button in (self.start_button, self.cancel_button, self.open_button, self.save_button):
            self._row.addWidget(button)
        self._row.addWidget(self.progress)
        self._row.addWidget(self.words, 1)
        self.empty = EmptyState()
        self.sentence = SizedLabel(22, 600)
        self.sentence.setObjectName("map_sentence")
        self.picture = PictureView()
        self.picture.setObjectName("map_picture")
        self.picture.failed.connect(lambda text: self._tell("warning", text, ""))
        self.conditions = SizedLabel(13)
        body = QWidget()
        self._column = QVBoxLayout(body)
        for widget in (self.sentence, self.picture, self.conditions):
            self._column.addWidget(widget)
        self._column.addWidget(self.empty, 1)
        self._column.addStretch(0)
        self.panel = framed(body)
        around = QHBoxLayout(self)
        around.setContentsMargins(0, 0, 0, 0)
        around.addWidget(self.panel)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self._load()
        self._show()

    @property
    def busy(self) -> bool:
        """Whether the map is being measured."""
        return self.runner is not None

    # -- what a person does -----------------------------------------------------------------------------------

    def start(self) -> None:
        """Measures it anew; the present one stays on the screen until there is another."""
        if self.busy or self._held_up():
            return
        self.runner = MapThread(partial(_keep, self._file))
        self.runner.stepped.connect(self._stepped, Qt.ConnectionType.QueuedConnection)
        self.runner.finished.connect(self._finished, Qt.ConnectionType.QueuedConnection)
        if self.map is None:
            self.empty.set_text("The map is being measured", "Each place is measured several times, in turn.", "lanes")
        self._refresh()
        self._begin_when_alone(self.runner.start)

    def cancel(self) -> None:
        if self.runner is None:
            return
        self.runner.cancel()
        if self._timer.isActive():
            self._finished()

    def open(self, path: Path) -> None:
        """Shows the map in a file, or says why not."""
        self._open(path, lambda job: self._tell("warning", f"{path.name}: {job.problem}", job.details))

    def save(self, path: Path) -> None:
        """JSON, PNG, SVG or PDF by the ending."""
        if self.map is not None:
            theme = theme_manager().theme.name
            self._write_in_background(path, partial(files.write_map, path, self.map, theme))

    def ask_open(self) -> None:
        path = self._ask_open("Open break-even map", "Break-even map")
        if path:
            self.open(path)

    def ask_save(self) -> None:
        path = self._ask_save("Save break-even map", "grandstand-break-even.json", files.MAPS)
        if path:
            self.save(path)

    def close_down(self) -> bool:
        """Cancels and waits; False if it would not end."""
        ended = super().close_down()
        runner, self.runner = self.runner, None
        if runner is None:
            return ended
        runner.stepped.disconnect(self._stepped)
        runner.finished.disconnect(self._finished)
        runner.cancel()
        return runner.wait(5000) and ended

    # -- inside -----------------------------------------------------------------------------------------------

    def _stepped(self, share: float, words: str) -> None:
        self.share = share
        self.progress.setValue(round(1000 * share))
        self.words.setText(words.capitalize())
        self.changed.emit()

    def _finished(self) -> None:
        self._timer.stop()
        runner, self.runner = self.runner, None
        if runner is None:
            return
        runner.wait(1000)
        if runner.problem:
            log.error("The break-even map failed:\n%s", runner.details or runner.problem)
            self._tell("error", f"The map could not be measured: {runner.problem}", runner.details)
        elif runner.result is not None:
            self.map = runner.result
            if runner.not_kept:
                self._tell("warning", f"The map could not be kept: {runner.not_kept}", "")
        runner.deleteLater()
        self._show(runner.problem)

    def _open(self, path: Path, failed: Callable[[Job], None]) -> None:
        def over(job: Job) -> None:
            if job.problem:
                failed(job)
            elif not self.busy:
                self.map = job.result
            self._show()

        self._do(f"Reading {path.name}", lambda: break_even.load(path), over)

    def _load(self) -> None:
        def failed(job: Job) -> None:
            if not isinstance(job.error, Missing):
                aside = set_aside(self._file, "broken")
                self._tell("warning", f"{self._file.name}: {job.problem} {aside}", job.details)

        if os.path.lexists(self._file):
            self._open(self._file, failed)

    def _show(self, problem: str = "") -> None:
        measured = self.map
        for widget in (self.sentence, self.picture, self.conditions):
            widget.setVisible(measured is not None)
        self.empty.setVisible(measured is None)
        if measured is not None:
            self.sentence.setText(break_even.sentence(measured))
            self.conditions.setText(break_even.conditions(measured))
            self.picture.set_picture(map_picture(measured))
        elif problem:
            self.empty.set_text("The map could not be measured", f"{problem} Press Measure map to try again.", "error")
        else:
            self.empty.set_text(_EMPTY, _HINT, "compare")
        self._refresh()

    def _refresh(self) -> None:
        running, free = self.busy, not self.working
        for button in (self.start_button, self.open_button, self.save_button):
            button.setVisible(not running)
        self.open_button.setEnabled(free)
        self.save_button.setEnabled(free and self.map is not None)
        self.cancel_button.setVisible(running)
        self.progress.setVisible(running)
        if not running and free:
            repeats = max((p.advantage.n for p in self.map.places), default=0) if self.map else 0
            self.words.setText(f"{len(self.map.places)} places, {repeats} repeats" if self.map else "")
        self.changed.emit()

    def _rescale(self) -> None:
        super()._rescale()
        px = theme_manager().px
        self._column.setContentsMargins(px(4), px(4), px(12), px(8))
        self._column.setSpacing(px(12))
        self.panel.setContentsMargins(px(20), px(12), px(8), px(12))


def map_file(settings: Settings) -> Path:
    """Where the last map is kept: beside the comparison."""
    path = settings.comparison_file()
    return path.with_name(path.name.removesuffix(".comparison.json") + ".break-even.json")


def _keep(path: Path, measured: Map) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_map(path, measured, "dark")
    tighten(path)
