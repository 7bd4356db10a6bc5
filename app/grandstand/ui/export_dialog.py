"""Exports of a recording from the window: what, which stretch, how fine; progress, cancel. GUI thread.

Frames of animations are drawn here, one an event, so that the window goes on; packing them, tables and traces are a
thread's work, with a connection of its own.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QFormLayout, QHBoxLayout, QLineEdit, QProgressBar

from grandstand.export.animation import NoCodec
from grandstand.export.base import Cancelled
from grandstand.export.formats import FILM, PICTURE, Format, formats_for
from grandstand.export.targets import inputs_of, wanted
from grandstand.files.targets import check, words
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording, Unreadable
from grandstand.ui.export_frames import Film, colors, frames
from grandstand.ui.shell.background import Worker
from grandstand.ui.shell.services import Services
from grandstand.ui.studio import PRESETS, parse_size
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.button import make_button
from grandstand.ui.widgets.panel import make_label
from grandstand.ui.widgets.select import Select

_AHEAD = 4
"""Frames that wait to be packed; drawing waits when there are more, so that memory stays small."""
Frame = npt.NDArray[np.uint8]


class ExportDialog(QDialog):
    """Non-modal: the window goes on. One export at a time; closing it cancels."""

    def __init__(self, recording: Recording, services: Services) -> None:
        super().__init__(services.desk.frame_widget)
        self.setObjectName("export_dialog")
        self.setWindowTitle("Export recording")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        seconds = (recording.end_ns - recording.start_ns) / 1e9
        self._path, self._seconds, self._services = recording.path, seconds, services
        self._worker = Worker((Cancelled, Unreadable, NoCodec, OSError), self)
        self._cancelled = False
        self._running = False
        self._share = 0.0
        self._frames: Iterator[Frame] | None = None
        self._line: queue.Queue[Frame | None] = queue.Queue()
        self._player: Player | None = None
        self.kind = Select("What to write")
        self._formats = {  # snapshots are pictures
            key: one for key, one in formats_for(recording).items() if one.kind != PICTURE
        }
        for key, one in self._formats.items():
            self.kind.addItem(one.title, key)
        self.start, self.end = self._field("From second", "0"), self._field("To second", f"{seconds:.3f}")
        self.speed, self.fps = self._field("Speed", "1"), self._field("Frames a second", "25")
        self.sizes = Select("Size")
        for name in ("1280x720", *list(PRESETS)[:2]):
            self.sizes.addItem(name.replace("x", " × "), name)
        self.theme = Select("Theme")
        for key, text in (("dark", "Dark"), ("light", "Light")):
            self.theme.addItem(text, key)
        self.words = make_label("", "secondary")
        self.bar = QProgressBar()
        self.bar.setRange(0, 1000)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress of the export")
        self.export_button = make_button("Export…", "export", "export_begin", self.ask, "primary")
        self.cancel_button = make_button("Close", "", "export_cancel", self.cancel)
        self._form = form = QFormLayout(self)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        rows = (
            ("Write", self.kind), ("From second", self.start), ("To second", self.end), ("Speed", self.speed),
            ("Frames a second", self.fps), ("Size", self.sizes), ("Theme", self.theme),
        )  # fmt: skip
        for text, widget in rows:
            label = make_label(text, "body")
            label.setBuddy(widget)
            form.addRow(label, widget)
        form.addRow(self.words)
        form.addRow(self.bar)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel_button)
        buttons.addWidget(self.export_button)
        form.addRow(buttons)
        self._timer = QTimer(self)
        self._timer.setInterval(15)
        self._timer.timeout.connect(self._turn)
        self.kind.currentIndexChanged.connect(lambda _: self._refresh())
        for field in (self.start, self.end, self.speed, self.fps):
            field.textChanged.connect(lambda _: self._refresh())
        px = theme_manager().px
        form.setContentsMargins(px(20), px(18), px(20), px(16))
        form.setVerticalSpacing(px(10))
        form.setHorizontalSpacing(px(18))
        buttons.setSpacing(px(8))
        self.setMinimumWidth(px(420))
        self._refresh()

    @property
    def _format(self) -> Format:
        return self._formats[self.kind.currentData()]

    # -- what a person does -----------------------------------------------------------------------------------

    def film(self) -> Film:
        """What is asked for. Raises ValueError, saying what to do."""
        numbers = []
        for field in (self.start, self.end, self.speed, self.fps):
            try:
                numbers.append(float(field.text().replace(",", ".")))
            except ValueError:
                raise ValueError(f"{field.accessibleName()}: '{field.text()}' is not a number.") from None
        start, end, speed, fps = numbers
        if not 0 <= start < end <= self._seconds + 0.001:
            raise ValueError(f"Start and end must lie between 0 and {self._seconds:.3f} s, the start before the end.")
        if not 0.001 <= speed <= 100 or not 1 <= fps <= 60:
            raise ValueError("Speed must be 0.001 to 100, frames a second 1 to 60.")
        size = parse_size(self.sizes.currentData())
        return Film(round(start * 1e9), round(end * 1e9), speed, fps, size, self.theme.currentData())

    def ask(self) -> None:
        """Asks for a name, then begins."""
        kind = self._format
        first = self._path.with_suffix(kind.endings[0] if kind.endings else "")
        name, _ = QFileDialog.getSaveFileName(self, "Export to", str(first))
        if name:
            self.begin(Path(name))

    def begin(self, target: Path) -> None:
        """Writes to ``target``; a message says when it is there, or why not."""
        kind = self._format
        try:
            film = self.film()
            check([wanted("The name", str(target), kind)], inputs_of(self._path, *self._others()), trial=False)
            recording = Recording.open(self._path)
        except (ValueError, Unreadable) as problem:
            self._services.tell("warning", str(problem))
            return
        self._cancelled, self._running, self._share = False, True, 0.0
        work: Callable[[], Any]
        if kind.kind == FILM:
            self._player = Player(recording)
            self._frames = frames(self._player, film)
            self._line = queue.Queue()
            work = self._packing(kind.key, target, film)
        else:
            recording.close()  # another thread opens it for itself
            work = self._writing(kind, target)
        self._worker.do(work, lambda _: self._over(target), self._failed)
        self._timer.start()
        self._refresh()

    def cancel(self) -> None:
        """Cancels what runs; closes the dialog when nothing does."""
        if not self._running:
            self.close()
            return
        self._cancelled = True
        self._line.put(None)

    # -- inside -----------------------------------------------------------------------------------------------

    def _packing(self, kind: str, target: Path, film: Film) -> Callable[[], Any]:
        line, known = self._line, colors(film.theme)

        def waiting() -> Iterator[Frame]:
            while (frame := line.get()) is not None:
                yield frame
            if self._cancelled:
                raise Cancelled

        def work() -> None:
            from grandstand.export.animation import write_gif, write_mp4

            write = partial(write_gif, colors=known) if kind == "gif" else write_mp4
            write(target, waiting(), film.fps, film.frames, self._hear)

        return work

    def _writing(self, kind: Format, target: Path) -> Callable[[], Any]:
        def work() -> None:
            recording = Recording.open(self._path)
            try:
                kind.writer()(recording, target, self._hear)
            finally:
                recording.close()

        return work

    def _others(self) -> list[Path]:
        """What else is open: the recording that is being made, those that play."""
        recorder, page = self._services.recorder, self._services.desk.page("recordings")
        paths = [recorder.path] if recorder.path is not None else []
        return paths + [track.recording.path for track in page.player.tracks]

    def _hear(self, share: float) -> bool:
        """Called on the worker's thread."""
        self._share = share
        return not self._cancelled

    def _turn(self) -> None:
        """The next frame, when there is room for it; how far it is."""
        self.bar.setValue(round(1000 * self._share))
        if self._frames is None or self._line.qsize() >= _AHEAD:
            return
        try:
            frame = None if self._cancelled else next(self._frames, None)
        except Unreadable as problem:
            self._cancelled = True
            self._services.tell("error", str(problem))
            frame = None
        self._line.put(frame)
        if frame is None:
            self._frames = None

    def _over(self, target: Path) -> None:
        self._rest()
        self._services.toasts.show_message(
            f"Exported {target.name}.", "good", action="Open folder",
            on_action=lambda: _open(target.parent),
        )  # fmt: skip

    def _failed(self, problem: Exception) -> None:
        self._rest()
        if isinstance(problem, Cancelled):
            self._services.tell("info", "The export was cancelled; nothing was written.")
        elif isinstance(problem, OSError):
            self._services.tell("error", f"It cannot be written: {words(problem)}")
        else:
            self._services.tell("error", str(problem))

    def _rest(self) -> None:
        self._timer.stop()
        self._running = False
        self._frames = None
        if self._player is not None:
            self._player.close()
            self._player = None
        self.bar.setValue(0)
        self._refresh()

    def _refresh(self) -> None:
        film = self._format.kind == FILM
        for widget in (self.start, self.end, self.speed, self.fps, self.sizes, self.theme):
            widget.setEnabled(film and not self._running)
        self.kind.setEnabled(not self._running)
        self.bar.setVisible(self._running)
        self.cancel_button.setText("Cancel" if self._running else "Close")
        self.export_button.setEnabled(not self._running)
        try:
            asked = self.film()
            self.words.setText(
                f"{asked.frames:,} frames, {asked.frames / asked.fps:.1f} s" if film else "The whole recording."
            )
        except ValueError as problem:
            self.words.setText(str(problem))

    def _field(self, name: str, text: str) -> QLineEdit:
        field = QLineEdit(text)
        field.setObjectName(f"export_{name.lower().replace(' ', '_')}")
        field.setAccessibleName(name)
        return field

    def closeEvent(self, event: QCloseEvent) -> None:
        self._cancelled = True
        self._line.put(None)
        self._worker.close_down()
        self._timer.stop()
        self._frames = None
        if self._player is not None:
            self._player.close()
            self._player = None
        super().closeEvent(event)


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
