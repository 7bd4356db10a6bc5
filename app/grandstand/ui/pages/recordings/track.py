"""One recording on the screen, whatever it is of: what the player and the page ask of it. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from grandstand.journal.reader import Recording
from grandstand.ui.pages.recordings.timeline import Mark, Span
from grandstand.ui.shell.services import Services
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import ElidedLabel, make_label

JUMP_NS = 1_500_000_000
"""Steps further than this are drawn anew; shorter ones forward go on from what is drawn."""


class Track(QWidget):
    """Positions are ns from the recording's start. ``sought``: a drag or zoom on the lanes wants another position.

    ``span_changed``: the lanes show another stretch of time (ns).
    """

    sought = Signal(object)
    span_changed = Signal(float)

    def __init__(self, recording: Recording, title: str, facts: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.recording = recording
        self.setObjectName("track")
        self.setAccessibleName(f"Recording {title}")
        self.title = make_label(title, "title")
        self.title.setObjectName("track_title")
        self.facts = ElidedLabel(facts, "secondary")
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.title)
        head.addWidget(self.facts)
        head.addStretch(1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(self._head)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    def show_head(self, on: bool) -> None:
        """Title and facts over the charts."""
        self._head.setVisible(on)

    @property
    def length(self) -> int:
        return self.recording.end_ns - self.recording.start_ns

    # -- what each kind says for itself -----------------------------------------------------------------------

    @property
    def behind(self) -> float:
        """How far the figures are from the position: 0 when they are there, else the share still to be counted."""
        raise NotImplementedError

    @property
    def lacking(self) -> str:
        """Why the lanes do not show everything; '' when they do."""
        return ""

    @property
    def span_ns(self) -> float:
        """How much time the lanes show."""
        raise NotImplementedError

    def set_span(self, span_ns: float) -> None:
        raise NotImplementedError

    def spans(self) -> tuple[Span, ...]:
        raise NotImplementedError

    def marks(self) -> tuple[Mark, ...]:
        raise NotImplementedError

    @property
    def opens_at(self) -> int:
        """The position at which there is something to be seen."""
        return 0

    def arrange(self, brief: bool) -> None:
        """``brief``: there is little room, or an audience."""

    def set_speed(self, speed: float) -> None:
        """Recorded seconds a second."""

    def go(self, position: int, budget_s: float) -> None:
        """One frame: the charts at ``position``. The figures may need several frames to get there."""
        raise NotImplementedError

    def settle(self) -> None:
        """Everything as it is at the position, at once; for pictures."""
        raise NotImplementedError

    def snapshot(self, services: Services) -> None:
        """S: a picture of it."""
        raise NotImplementedError

    def copy(self, services: Services) -> None:
        """The picture on the clipboard."""
        raise NotImplementedError

    def step_out(self) -> bool:
        """Closes what is open inside of it; False where nothing is."""
        return False

    def close_recording(self) -> None:
        """Lets go of the file."""
        raise NotImplementedError

    def _rescale(self) -> None:
        self.column.setSpacing(theme_manager().px(8))


def share_left(start_ns: int, asked_ns: int, reached_ns: int) -> float:
    """Of the way to where somebody wants to be."""
    return 0.0 if reached_ns >= asked_ns else (asked_ns - reached_ns) / max(1, asked_ns - start_ns)
