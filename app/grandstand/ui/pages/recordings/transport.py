"""The bar under a replay: play, markers, position, speed. It holds no time of its own. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from grandstand.ui.pages.recordings.timeline import Timeline, clock_text
from grandstand.ui.theme.icons import set_icon
from grandstand.ui.theme.manager import set_look, theme_manager
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import ElidedLabel, make_label
from grandstand.ui.widgets.select import Select

SPEEDS = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class Transport(QFrame):
    """Buttons and the line of time; ``speed_chosen`` tells one of SPEEDS."""

    play = Signal()
    back = Signal()
    forward = Signal()
    speed_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setObjectName("transport")
        self.back_button = self._button("step-back", "Previous change (Page Up)", self.back, "replay_back")
        self.play_button = self._button("play", "Play (Space)", self.play, "replay_play", "primary")
        self.forward_button = self._button("step-forward", "Next change (Page Down)", self.forward, "replay_forward")
        self.time = make_label("", "value")
        self.time.setObjectName("replay_time")
        self.timeline = Timeline()
        self.note = ElidedLabel("", "secondary")
        self.speed = Select("Speed")
        self.speed.setObjectName("replay_speed")
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}×", speed)
        self.speed.activated.connect(lambda: self.speed_chosen.emit(float(self.speed.currentData())))
        self._row = row = QHBoxLayout(self)
        for widget in (self.back_button, self.play_button, self.forward_button, self.time):
            row.addWidget(widget)
        row.addWidget(self.timeline, 1)
        row.addWidget(self.note)
        row.addWidget(self.speed)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    def show_playing(self, playing: bool) -> None:
        text = "Pause (Space)" if playing else "Play (Space)"
        if self.play_button.accessibleName() != text:
            self.play_button.setAccessibleName(text)
            self.play_button.setToolTip(plain_tip(text))
            set_icon(self.play_button, "pause" if playing else "play", "text.on_accent", 18)

    def show_speed(self, speed: float) -> None:
        self.speed.setCurrentIndex(self.speed.findData(speed))

    def show_position(self, position: int, behind: float, lacking: str = "") -> None:
        """``behind``: the share that the figures still have to count up, 0 when they are there.

        ``lacking``: why the lanes do not show everything.
        """
        self.timeline.set_position(position)
        text = f"{clock_text(position)} / {clock_text(self.timeline.length, fine=False)}"
        if self.time.text() != text:
            self.time.setText(text)
        note = f"Counting up, {100 * (1 - behind):.0f} %" if behind > 0 else lacking[:1].upper() + lacking[1:]
        if self.note.text() != note:
            self.note.setText(note)

    def _button(self, icon: str, tip: str, signal: SignalInstance, name: str, role: str = "") -> QPushButton:
        button = QPushButton()
        button.setObjectName(name)
        button.setToolTip(plain_tip(tip))
        button.setAccessibleName(tip)
        button.setFocusPolicy(button.focusPolicy().TabFocus)
        if role:
            set_look(button, role=role)
        set_icon(button, icon, "text.on_accent" if role == "primary" else "text.primary", 18)
        button.clicked.connect(lambda: signal.emit())
        return button

    def _rescale(self) -> None:
        manager = theme_manager()
        px = manager.px
        self._row.setContentsMargins(px(14), px(8), px(14), px(8))
        self._row.setSpacing(px(10))
        self.play_button.setMinimumWidth(px(64))
        # As wide as the longest text, so that the line of time does not move while it plays.
        self.time.setMinimumWidth(_widest(self.time, "8:88.888 / 8:88"))


def _widest(label: QLabel, text: str) -> int:
    return label.fontMetrics().horizontalAdvance(text) + theme_manager().px(12)
