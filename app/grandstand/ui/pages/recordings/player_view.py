"""A recording that plays: the same charts as live, one recording or two beside each other. GUI thread.

Two recordings are aligned at their starts. ``advance`` is called each frame of the window.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from grandstand.ui.pages.recordings.timeline import Mark
from grandstand.ui.pages.recordings.track import Track
from grandstand.ui.pages.recordings.transport import SPEEDS, Transport
from grandstand.ui.theme.manager import theme_manager

_BUDGET_S = 0.008
"""Of a frame, for counting up; two recordings share it."""
_LONGEST_STEP_NS = 250_000_000
"""A frame that came late moves the recording on by at most this, so that a hiccup is not a jump."""
_BEFORE_NS = 400_000_000
"""Just before a marker 'previous' goes to the one before it: who presses it twice wants to go further back."""


class PlayerView(QWidget):
    """``changed``: it plays, pauses or shows something else."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("player")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tracks: list[Track] = []
        self.position = 0
        self.playing = False
        self.speed = 1.0
        self._exact = 0.0
        self._last_ns = 0
        self.transport = Transport()
        self._sides = QHBoxLayout()
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._sides, 1)
        self._column.addWidget(self.transport)
        bar = self.transport
        bar.play.connect(self.toggle)
        bar.back.connect(lambda: self.step_mark(-1))
        bar.forward.connect(lambda: self.step_mark(1))
        bar.timeline.sought.connect(self.seek)
        bar.speed_chosen.connect(self.set_speed)
        bar.show_speed(self.speed)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    # -- what is open -----------------------------------------------------------------------------------------

    def show_track(self, track: Track) -> None:
        """One more recording; at most two."""
        self.tracks.append(track)
        self._sides.addWidget(track, 1)
        track.sought.connect(self.seek)
        if len(self.tracks) > 1:
            track.set_span(self.tracks[0].span_ns)
        track.span_changed.connect(self._same_span)
        for shown in self.tracks:
            shown.arrange(len(self.tracks) > 1)
            shown.set_speed(self.speed)
        self._renew()

    def remove_track(self, track: Track) -> None:
        """Lets go of a recording; the other one, if there is one, gets the room."""
        self.tracks.remove(track)
        self._sides.removeWidget(track)
        track.hide()
        track.close_recording()
        track.deleteLater()
        for shown in self.tracks:
            shown.arrange(False)
        self._renew()

    def clear(self) -> None:
        self.pause()
        for track in list(self.tracks):
            self.remove_track(track)
        self.position, self._exact = 0, 0.0

    @property
    def length(self) -> int:
        """ns of the longest one."""
        return max((track.length for track in self.tracks), default=0)

    # -- playing ----------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        if self.playing:
            self.pause()
            return
        if self.position >= self.length:
            self.seek(0)
        self.playing, self._last_ns = True, 0
        self.transport.show_playing(True)
        self.changed.emit()

    def pause(self) -> None:
        if self.playing:
            self.playing = False
            self.transport.show_playing(False)
            self.changed.emit()

    def seek(self, position: Any) -> None:
        """To a position in ns from the start; what lies outside is brought inside."""
        self.position = int(min(self.length, max(0, position)))
        self._exact = float(self.position)
        self.transport.timeline.set_position(self.position)  # the next key may come before the next frame

    def set_speed(self, speed: float) -> None:
        """Recorded seconds a second, one of SPEEDS."""
        self.speed = speed
        self.transport.show_speed(speed)
        for track in self.tracks:
            track.set_speed(speed)

    def faster(self, by: int) -> None:
        """The next speed up or down."""
        at = min(range(len(SPEEDS)), key=lambda i: abs(SPEEDS[i] - self.speed))
        self.set_speed(SPEEDS[min(len(SPEEDS) - 1, max(0, at + by))])

    def step_mark(self, by: int) -> None:
        """To the next or the previous change; to the ends where there is none."""
        marks = sorted({mark.t for mark in self._marks()} | {0, self.length})
        if by > 0:
            self.seek(next((t for t in marks if t > self.position), self.length))
        else:
            self.seek(next((t for t in reversed(marks) if t < self.position - _BEFORE_NS), 0))

    def advance(self, t_ns: int) -> None:
        """One frame of the window, at its clock's ``t_ns``."""
        if self.playing:
            if self._last_ns and not any(track.behind for track in self.tracks):
                self._exact += self.speed * min(_LONGEST_STEP_NS, t_ns - self._last_ns)
                self.position = int(min(self.length, self._exact))
                if self.position >= self.length:
                    self.pause()
            self._last_ns = t_ns
        for track in self.tracks:
            track.go(self.position, _BUDGET_S / len(self.tracks))
        behind = max((track.behind for track in self.tracks), default=0.0)
        lacking = next((track.lacking for track in self.tracks if track.lacking), "")
        self.transport.show_position(self.position, behind, lacking)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.step_mark(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.faster(-1 if key == Qt.Key.Key_Minus else 1)
        else:
            self.transport.timeline.keyPressEvent(event)

    # -- inside -----------------------------------------------------------------------------------------------

    def _marks(self) -> tuple[Mark, ...]:
        return tuple(mark for track in self.tracks for mark in track.marks())

    def _renew(self) -> None:
        rows = tuple(track.spans() for track in self.tracks)
        self.transport.timeline.set_recordings(self.length, rows, self._marks())
        self.seek(self.position)
        self.changed.emit()

    def _same_span(self, span_ns: float) -> None:
        """Two recordings show the same stretch: else their turns could not be compared."""
        for track in self.tracks:
            track.set_span(span_ns)

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(12))
        self._sides.setSpacing(px(14))
