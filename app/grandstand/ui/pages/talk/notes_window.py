"""The speaker's notes: a small window for the laptop's own screen. It walks scenes too. GUI thread."""

from __future__ import annotations

import time
from typing import Protocol

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from grandstand.talk.scene import Talk
from grandstand.ui.shell.services import Desk
from grandstand.ui.shell.walking import Walker, add_walk_keys
from grandstand.ui.theme.manager import set_look, theme_manager
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import ElidedLabel, make_label

_CLOCK_MS = 500


class Telling(Walker, Protocol):
    """Who walks through the talk; ``began``: when, in s of time.monotonic."""

    began: float


class NotesWindow(QWidget):
    """Notes of this scene, the next one's title, the clock and the time since the talk began (a press: from 0)."""

    def __init__(self, desk: Desk, walker: Telling) -> None:
        super().__init__(
            desk.frame_widget, Qt.WindowType.Dialog
        )  # a plain window would lie below one that fills the screen
        self.setObjectName("notes_window")
        self.setWindowTitle("Grandstand: notes")
        # It must not take the keyboard from the talk; should a click give it some, the same keys act here.
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._walker = walker
        self._where = make_label("", "secondary")
        self._title = make_label("", "title")
        self._title.setWordWrap(True)
        self.words = make_label("", "body")
        self.words.setObjectName("notes_words")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.next_title = ElidedLabel("", "secondary")
        self.next_title.setObjectName("notes_next")
        self.clock = make_label("", "value")
        self.elapsed = QPushButton("0:00")
        set_look(self.elapsed, role="value")
        self.elapsed.setObjectName("notes_elapsed")
        self.elapsed.setAccessibleName("Time since the talk began; click to restart")
        self.elapsed.setToolTip(plain_tip(self.elapsed.accessibleName()))
        self.elapsed.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.elapsed.clicked.connect(self.begin_anew)
        self.area = QScrollArea()
        self.area.setObjectName("notes_area")
        self.area.setAccessibleName("Notes")
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        inner.setProperty("role", "scrolled")
        self._inner = QVBoxLayout(inner)
        self._inner.addWidget(self.words)
        self._inner.addStretch(1)
        self.area.setWidget(inner)
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._where)
        self._foot.addStretch(1)
        self._foot.addWidget(self.elapsed)
        self._foot.addWidget(self.clock)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._foot)
        self._column.addWidget(self._title)
        self._column.addWidget(self.area, 1)
        self._column.addWidget(self.next_title)
        self._timer = QTimer(self)
        self._timer.setInterval(_CLOCK_MS)
        self._timer.timeout.connect(self._tell_time)
        add_walk_keys(self, walker)
        for key, action in (("Space", desk.toggle_run), ("Escape", walker.step_out)):
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(action)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self.resize(theme_manager().px(420), theme_manager().px(380))

    def show_scene(self, talk: Talk, at: int) -> None:
        scene = talk.scenes[at]
        self._where.setText(f"{at + 1} / {len(talk.scenes)}")
        self._title.setText(scene.title)
        self.words.setText(scene.notes or "No notes for this scene.")
        last = at + 1 >= len(talk.scenes)
        self.next_title.setText("The last scene." if last else f"Next: {talk.scenes[at + 1].title}")
        self.area.verticalScrollBar().setValue(0)

    def show_beside(self, window: QWidget) -> None:
        """On the screen that the talk is not on; where there is one only, in its lower right corner."""
        screens = QGuiApplication.screens()
        others = [screen for screen in screens if screen is not window.screen()]
        room = (others[0] if others else window.screen()).availableGeometry()
        width, height = min(self.width(), room.width()), min(self.height(), room.height())
        self.resize(width, height)
        if others:
            self.move(room.center().x() - width // 2, room.center().y() - height // 2)
        else:
            self.move(room.right() - width - 24, room.bottom() - height - 56)  # a title bar comes on top
        self.show()
        window.activateWindow()  # some window managers hand the keyboard to whatever is new all the same

    def begin_anew(self) -> None:
        """The elapsed time from 0."""
        self._walker.began = time.monotonic()
        self._tell_time()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._tell_time()
        self._timer.start()

    def closeEvent(self, event: QCloseEvent) -> None:
        self._timer.stop()
        super().closeEvent(event)

    def _tell_time(self) -> None:
        seconds = int(time.monotonic() - self._walker.began)
        self.elapsed.setText(f"{seconds // 60}:{seconds % 60:02d}")
        self.clock.setText(time.strftime("%H:%M"))

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(px(16), px(12), px(16), px(12))
        self._column.setSpacing(px(8))
        self._foot.setSpacing(px(18))
        self._inner.setContentsMargins(0, 0, px(8), 0)
