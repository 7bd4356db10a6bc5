"""A talk within the main window: what a scene brings onto the screen, and the keys that walk. GUI thread.

It asks nothing of the window but what every control asks: wishes, a start, a page. While a talk is open it watches
the window's own events, for the keys that would otherwise leave presenting, its size and its end.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShortcut

from grandstand.talk.scene import AT_ONCE, ON_SPACE, Scene, Talk
from grandstand.talk.toml import TalkError, read_talk
from grandstand.ui.pages.talk.blank import Blank
from grandstand.ui.pages.talk.strip import SceneStrip
from grandstand.ui.pages.talk.walk_keys import add_walk_keys

if TYPE_CHECKING:
    from grandstand.ui.pages.talk.notes_window import NotesWindow
    from grandstand.ui.pages.talk.scene_list import SceneList
    from grandstand.ui.shell.window import MainWindow

_LEAVING = (Qt.Key.Key_Escape, Qt.Key.Key_F, Qt.Key.Key_F11)
_AGAIN_MS = 50


def claim_ids() -> Collection[str]:
    """The claims that a scene can show; importing them takes a moment."""
    from grandstand.claims.check import claims

    return [claim.id for claim in claims()]


def talk_in(window: MainWindow) -> TalkInWindow:
    """The one of this window, made when it is first wanted."""
    there = getattr(window, "talk", None)
    if not isinstance(there, TalkInWindow):
        there = TalkInWindow(window)
        window.talk = there  # type: ignore[attr-defined, unused-ignore]
    return there


class TalkInWindow(QObject):
    """``open`` shows a talk, ``close`` leaves it; between them the keys of walk_keys act."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._strip: SceneStrip | None = None
        self._blank: Blank | None = None
        self._shortcuts: list[QShortcut] = []
        self._list: SceneList | None = None
        self._notes_were_open = False
        self._pending: Scene | None = None
        self.notes: NotesWindow | None = None
        self.talk: Talk | None = None
        self.at = 0
        self.began = 0.0
        """When the talk was opened, in s of time.monotonic."""

    # -- the talk ---------------------------------------------------------------------------------------------

    @property
    def opened(self) -> bool:
        return self.talk is not None

    @property
    def scene(self) -> Scene | None:
        """The one on the screen."""
        return self.talk.scenes[self.at] if self.talk is not None else None

    @property
    def blanked(self) -> bool:
        return self._blank is not None and self._blank.isVisible()

    def open(self, what: Path | Talk, at: int = 0) -> bool:
        """Presents a talk from scene ``at`` (0-based); False, with a message and no other change, when it is none."""
        window = self._window
        if isinstance(what, Talk):
            talk = what
        else:
            try:
                talk = read_talk(what, claim_ids)
            except TalkError as problem:
                window.tell("error", str(problem), "\n".join(problem.mistakes))
                return False
            self._remember(what)
        if not talk.scenes:
            window.tell("warning", "This talk has no scene yet. Add one first.")
            return False
        window.arrangements.settle(talk=True)
        self.talk = talk
        self.began = time.monotonic()
        if self._strip is None:
            self._strip = SceneStrip()
            center = window.centralWidget()
            column: Any = center.layout() if center is not None else None
            column.insertWidget(0, self._strip)
            self._blank = Blank(window)
        if not self._shortcuts:
            self._shortcuts = add_walk_keys(window, self)
            window.installEventFilter(self)
        window.present(True)
        window.activateWindow()  # the scene list, or whoever opened the talk, had the keyboard
        self._strip.show()
        self.go(max(0, min(at, len(talk.scenes) - 1)))
        if self._notes_were_open:
            self.show_notes(True)
        return True

    def close(self) -> None:
        """Leaves the talk: the window as it was before, and what runs goes on."""
        if self.talk is None:
            return
        self.talk, self._pending = None, None
        self._window.removeEventFilter(self)
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
            shortcut.deleteLater()
        self._shortcuts = []
        self.blank(False)
        if self._strip is not None:
            self._strip.hide()
        self._notes_were_open = self.notes is not None and self.notes.isVisible()
        self.show_notes(False)
        self._window.present(False)
        if self._list is not None:
            self._list.come_back()

    # -- walking ----------------------------------------------------------------------------------------------

    def go(self, at: int) -> bool:
        """Scene ``at`` (0-based); False where there is none."""
        talk = self.talk
        if talk is None or not 0 <= at < len(talk.scenes):
            return False
        self.at = at
        self.blank(False)
        while self._window.toasts.close_newest():  # what was said of the scene before would cover this one
            pass
        scene = talk.scenes[at]
        if self._strip is not None:
            self._strip.set_scene(scene.title, at + 1, len(talk.scenes))
        self._enter(scene)
        if self.notes is not None:
            self.notes.show_scene(talk, at)
        return True

    def next(self) -> bool:
        return self._step(1, "That was the last scene. Escape leaves the talk.")

    def previous(self) -> bool:
        return self._step(-1, "This is the first scene.")

    def first(self) -> bool:
        return self.go(0)

    def last(self) -> bool:
        return self.go(len(self.talk.scenes) - 1) if self.talk is not None else False

    def again(self) -> bool:
        """This scene from its beginning, after the speaker has played with it."""
        return self.go(self.at)

    def _step(self, by: int, otherwise: str) -> bool:
        if self.talk is None:
            return False
        self.blank(False)
        if self.go(self.at + by):
            return True
        self._window.tell("info", otherwise)
        return False

    # -- what a scene is --------------------------------------------------------------------------------------

    def _enter(self, scene: Scene) -> None:
        window = self._window
        claims = window.claims
        self._pending = None
        if claims.page is not None and claims.page.busy:
            claims.page.cancel()
        if scene.claim:
            self._show_claim(scene)
            return
        window.show_live()
        window.dashboard.arrange(scene.layout)
        window.dashboard.lanes.set_live(True)
        window.dashboard.lanes.set_span(scene.span * 1e9)
        controller = window.controller
        if scene.start == ON_SPACE and controller.wanted:
            controller.stop()
        possible = window.wish(
            workload=scene.workload,
            knobs=dict(scene.knobs),
            mode=scene.mode,
            workers=scene.workers,
            frame_slots=scene.frame_slots,
            start_method=scene.start_method,
        )
        if not possible:
            controller.stop()  # what still runs is the scene before: it would lie under this title
        elif scene.start == AT_ONCE and not controller.wanted:
            self._start(scene)

    def _start(self, scene: Scene) -> None:
        """Starts the run, at the latest once a claim that was being measured has given the machine free."""
        if self.scene is not scene or not self.opened:
            return
        if self._window.claims.busy:
            self._pending = scene
            QTimer.singleShot(_AGAIN_MS, self, lambda: self._start(scene) if self._pending is scene else None)
            return
        self._pending = None
        if self._window.pages.may_start():
            self._window.controller.start()

    def _show_claim(self, scene: Scene) -> None:
        claims = self._window.claims
        claims.show(True)
        if claims.page is None:
            return
        try:
            claims.page.open(scene.claim)
        except (KeyError, ValueError):
            self._window.tell("warning", f"There is no claim '{scene.claim}' any more.")
            return
        if scene.start == AT_ONCE:
            claims.page.check_this()

    # -- beside it --------------------------------------------------------------------------------------------

    def blank(self, on: bool | None = None) -> None:
        """A black screen, or the picture again; None: the other one."""
        if self._blank is not None:
            self._blank.cover((not self.blanked if on is None else on) and self.opened)

    def toggle_notes(self) -> None:
        self.show_notes(self.notes is None or not self.notes.isVisible())

    def show_notes(self, on: bool) -> None:
        """The speaker's notes, on the other screen where there are two."""
        if not on:
            if self.notes is not None:
                self.notes.close()
            return
        if self.talk is None:
            return
        if self.notes is None:
            from grandstand.ui.pages.talk.notes_window import NotesWindow

            self.notes = NotesWindow(self._window, self)
        self.notes.show_scene(self.talk, self.at)
        self.notes.show_beside(self._window)

    def edit(self) -> SceneList:
        """The list of scenes, in which talks are made, opened and saved."""
        if self._list is None:
            from grandstand.ui.pages.talk.scene_list import SceneList

            self._list = SceneList(self._window, self)
        self._list.come()
        return self._list

    def _remember(self, path: Path) -> None:
        from grandstand.ui.pages.talk.recent import remember

        remember(self._window.settings, path)

    # -- the window's own events ------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Close:
            self.close()
        elif isinstance(event, QKeyEvent) and event.key() in _LEAVING and not event.modifiers():
            # Only what nobody else wanted arrives here: a text field or a message has had its Escape before.
            if kind == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if kind == QEvent.Type.KeyPress:
                self.close()
                return True
        return super().eventFilter(watched, event)
