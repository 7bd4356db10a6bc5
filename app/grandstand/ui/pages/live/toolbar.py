"""The bar at the top: Start, what else can be done, and what runs where. GUI thread."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from grandstand.session.run_state import RunState
from grandstand.ui.theme.icons import set_icon
from grandstand.ui.theme.manager import set_look, theme_manager
from grandstand.ui.widgets.panel import ElidedLabel


class Toolbar(QFrame):
    """Buttons follow the run's state; nothing here knows what they do."""

    start_stop = Signal()
    pause = Signal()
    compare = Signal()
    claims = Signal()
    recordings = Signal()
    snapshot = Signal()
    snapshot_menu = Signal()
    present = Signal()
    talks = Signal()
    theme = Signal()
    help = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self.setObjectName("toolbar")
        self.start_button = self._button("Start", "play", "Start or stop the run (Space)", self.start_stop, "primary")
        self.start_button.setObjectName("start")
        self.pause_button = self._button("Pause view", "pause", "Freeze lanes and microscope (P)", self.pause)
        self.pause_button.setCheckable(True)
        self.compare_button = self._button("Compare", "compare", "Modes and workers, with intervals (V)", self.compare)
        self.compare_button.setCheckable(True)
        self.claims_button = self._button("Claims", "claims", "Claims, checked on this machine (C)", self.claims)
        self.claims_button.setCheckable(True)
        self.recordings_button = self._button("Recordings", "record", "Recordings (R)", self.recordings)
        self.recordings_button.setCheckable(True)
        self.snapshot_button = self._button("Snapshot", "snapshot", "Picture of the charts (S)", self.snapshot)
        self.snapshot_more = self._button("", "chevron-down", "Kind of picture", self.snapshot_menu)
        self.snapshot_more.setObjectName("snapshot_more")
        self.present_button = self._button("Present", "present", "Large letters; ← → choose charts (F)", self.present)
        self.talks_button = self._button("", "chevron-down", "Talks: scenes, made and presented (T)", self.talks)
        self.talks_button.setObjectName("talks")
        self.facts = ElidedLabel("", "secondary")
        self.facts.setObjectName("facts")
        self.theme_button = self._button("", "sun", "Light or dark (D)", self.theme, "ghost")
        self.theme_button.setObjectName("theme")
        self.help_button = self._button("", "help", "Keys and words (?)", self.help, "ghost")
        self.help_button.setObjectName("help")
        self._row = row = QHBoxLayout(self)
        for widget in (
            self.start_button,
            self.pause_button,
            self.compare_button,
            self.claims_button,
            self.recordings_button,
            self.snapshot_button,
            self.snapshot_more,
            self.present_button,
            self.talks_button,
        ):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.facts)
        row.addWidget(self.theme_button)
        row.addWidget(self.help_button)
        self._recording = False
        theme_manager().changed.connect(self._restyle)
        self._restyle()
        self.show_state(RunState.IDLE, False)

    def show_state(self, state: RunState, wanted: bool) -> None:
        """The start button says what a press would do."""
        text, icon, tip = "Start", "play", "Start the run (Space)"
        if wanted and state is RunState.STARTING:
            text, icon, tip = "Starting…", "stop", "Workers are starting; press to stop (Space)"
        elif wanted:
            text, icon, tip = "Stop", "stop", "Stop the run (Space)"
        elif state is RunState.STOPPING:
            text, icon, tip = "Stopping…", "play", "Workers finish their step; press to start again (Space)"
        if self.start_button.text() != text:
            self.start_button.setText(text)
            set_icon(self.start_button, icon, "text.on_accent", 16)
            self.start_button.setToolTip(tip)
            self.start_button.setAccessibleName(tip)

    def show_live(self, live: bool) -> None:
        self.pause_button.setChecked(not live)
        text = "Pause view" if live else "Go live"
        if self.pause_button.text() != text:
            self.pause_button.setText(text)
            set_icon(self.pause_button, "pause" if live else "play", px=16)

    def show_pages(self, pages: Mapping[str, tuple[bool, float | None]]) -> None:
        """By page (``claims``, ``compare``): whether it is on the screen, and how far its work is (0 to 1)."""
        buttons = {
            "claims": (self.claims_button, "Claims"),
            "compare": (self.compare_button, "Compare"),
            "recordings": (self.recordings_button, "Recordings"),
        }
        for key, (shown, share) in pages.items():
            button, title = buttons[key]
            button.setChecked(shown)
            text = title if share is None else f"{title} {100 * share:.0f} %"
            if button.text() != text:
                button.setText(text)
        for button in (self.pause_button, self.snapshot_more):  # these are about the charts
            button.setEnabled(not any(shown for shown, _ in pages.values()))

    def show_recording(self, on: bool) -> None:
        """Red while the session is being recorded."""
        if on != self._recording:
            self._recording = on
            set_icon(self.recordings_button, "record", "accent.danger" if on else "text.primary", 16)
            tip = "Recordings: this session is being recorded (R)" if on else "Recordings (R)"
            self.recordings_button.setToolTip(tip)
            self.recordings_button.setAccessibleName(tip)

    def set_facts(self, text: str) -> None:
        if self.facts.text() != text:
            self.facts.setText(text)

    def _button(self, text: str, icon: str, tip: str, signal: SignalInstance, role: str = "") -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(text.lower().replace(" ", "_").replace("…", ""))
        if role:
            set_look(button, role=role)
        set_icon(button, icon, "text.on_accent" if role == "primary" else "text.primary", 16)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(button.focusPolicy().TabFocus)
        button.clicked.connect(lambda: signal.emit())
        return button

    def _restyle(self) -> None:
        manager = theme_manager()
        px = manager.px
        self._row.setContentsMargins(px(16), px(10), px(16), px(10))
        self._row.setSpacing(px(8))
        self.start_button.setMinimumWidth(px(116))
        set_icon(self.theme_button, "sun" if manager.theme.dark else "moon", px=16)
