"""A talk within the main window: what a scene brings onto the screen, and the keys that walk. GUI thread.

It asks nothing of the window but what every control asks: wishes, a start, a page. While a talk is open it watches
the window's own events, for the keys that would otherwise leave presenting, its size and its end.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from grandstand.modes import described
from grandstand.pythons.choosing import NoSuchPython, known
from grandstand.pythons.record import Python
from grandstand.talk.scene import AT_ONCE, ON_SPACE, Scene, Talk
from grandstand.ui.pages.talk.strip import SceneStrip
from grandstand.ui.shell.services import Services
from grandstand.ui.widgets.blank import Blank

if TYPE_CHECKING:
    from grandstand.ui.pages.live.python_picker import PythonPicker
    from grandstand.ui.pages.talk.notes_window import NotesWindow
    from grandstand.ui.pages.talk.scene_list import SceneList

_AGAIN_MS = 50


class TalkInWindow(QObject):
    """``open`` shows a talk, ``close`` leaves it; between them it is the Walker that has the keys."""

    def __init__(self, services: Services) -> None:
        super().__init__(services.desk.frame_widget)
        self._services, self._desk = services, services.desk
        self._strip: SceneStrip | None = None
        self._blank: Blank | None = None
        self._presenting_before = False
        self._python_before: Python | None = None
        self._awaited: Scene | None = None
        self._picker: PythonPicker | None = None
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

    def open(self, talk: Talk, at: int = 0) -> bool:
        """Presents a talk from scene ``at`` (0-based); False, with a message and no other change, when it has none."""
        tell = self._services.tell
        if not talk.scenes:
            tell("warning", "This talk has no scene yet. Add one first.")
            return False
        if not self.opened:
            self._presenting_before = self._desk.presenting
            self._python_before = self._services.controller.choice.python
            if any(scene.python for scene in talk.scenes):
                self._look_for_pythons()
        self.talk = talk
        self.began = time.monotonic()
        if self._strip is None:
            self._strip = SceneStrip()
            self._desk.headline(self._strip)
            self._blank = Blank(self._desk.frame_widget)
        self._desk.present(True)
        self._services.walkers.take(self)
        self._desk.frame_widget.activateWindow()  # the scene list, or whoever opened the talk, had the keyboard
        self._strip.show()
        self.go(max(0, min(at, len(talk.scenes) - 1)))
        if self._notes_were_open:
            self.show_notes(True)
        return True

    def close(self) -> None:
        """Leaves the talk: the window as it was before, and what runs goes on."""
        if self.talk is None:
            return
        self.talk, self._pending, self._awaited = None, None, None
        if self._services.controller.choice.python != self._python_before:
            self._desk.wish(python=self._python_before)
        self._services.walkers.drop(self)
        self.blank(False)
        if self._strip is not None:
            self._strip.hide()
        self._notes_were_open = self.notes is not None and self.notes.isVisible()
        self.show_notes(False)
        self._desk.present(self._presenting_before)
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
        while self._services.toasts.close_newest():  # what was said of the scene before would cover this one
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
        scenes, to, passed = self.talk.scenes, self.at + by, []
        while 0 <= to < len(scenes) and (why := self._lacks(scenes[to])):
            passed.append(f"The scene '{scenes[to].title}' was skipped. {why}")
            to += by
        went = self.go(to)
        for text in passed:
            self._services.tell("info", text)
        if not went:
            self._services.tell("info", otherwise)
        return went

    # -- which Python -----------------------------------------------------------------------------------------

    def _look_for_pythons(self) -> None:
        if self._picker is None:
            self._picker = self._desk.page("live").sidebar.python
            self._picker.known.connect(self._pythons_known)
        self._picker.look_once()

    def _pythons_known(self) -> None:
        awaited, self._awaited = self._awaited, None
        if awaited is not None and self.scene is awaited:
            self._enter(awaited)

    def _lacks(self, scene: Scene) -> str:
        """Why this machine cannot show a scene, in words; '' where it can, or nobody knows yet."""
        if not scene.python or self._picker is None or self._picker.finding:
            return ""
        try:
            known(scene.python, self._picker.pythons)
        except NoSuchPython as problem:
            return str(problem)
        return ""

    def _python_of(self, scene: Scene) -> Python | None:
        """Raises NoSuchPython."""
        if not scene.python or self._picker is None:
            return self._python_before
        python = known(scene.python, self._picker.pythons)
        return None if python.own else python

    # -- what a scene is --------------------------------------------------------------------------------------

    def _enter(self, scene: Scene) -> None:
        self._pending = self._awaited = None
        if self._claims_busy:
            self._desk.page("claims").cancel()
        if scene.claim:
            self._show_claim(scene)
            return
        self._desk.show_page("live")
        dashboard = self._desk.page("live").dashboard
        dashboard.arrange(scene.layout)
        dashboard.lanes.set_live(True)
        dashboard.lanes.set_span(scene.span * 1e9)
        controller = self._services.controller
        if scene.start == ON_SPACE and controller.wanted:
            controller.stop()
        if scene.python and self._picker is not None and self._picker.finding:
            controller.stop()
            self._awaited = scene
            return
        try:
            python = self._python_of(scene)
        except NoSuchPython as problem:
            controller.stop()  # what still runs is the scene before: it would lie under this title
            self._services.tell("warning", str(problem))
            return
        possible = self._desk.wish(
            workload=scene.workload,
            parameters=dict(scene.parameters),
            mode=scene.mode,
            workers=scene.workers,
            options=dict(described(scene.mode).complete(scene.options)),
            python=python,
        )
        if not possible:
            controller.stop()  # what still runs is the scene before: it would lie under this title
        elif scene.start == AT_ONCE and not controller.wanted:
            self._start(scene)

    def _start(self, scene: Scene) -> None:
        """Starts the run, at the latest once a claim that was being measured has given the machine free."""
        if self.scene is not scene or not self.opened:
            return
        if self._claims_busy:
            self._pending = scene
            QTimer.singleShot(_AGAIN_MS, self, lambda: self._start(scene) if self._pending is scene else None)
            return
        self._pending = None
        if self._desk.may_start():
            self._services.controller.start()

    @property
    def _claims_busy(self) -> bool:
        return self._desk.busy("claims")

    def _show_claim(self, scene: Scene) -> None:
        self._desk.show_page("claims")
        page = self._desk.page("claims")
        try:
            page.open(scene.claim)
        except (KeyError, ValueError):
            self._services.tell("warning", f"There is no claim '{scene.claim}' any more.")
            return
        if scene.start == AT_ONCE:
            page.check_this()

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

            self.notes = NotesWindow(self._desk, self)
        self.notes.show_scene(self.talk, self.at)
        self.notes.show_beside(self._desk.frame_widget)

    def edit(self) -> SceneList:
        """The list of scenes, in which talks are made, opened and saved."""
        if self._list is None:
            from grandstand.ui.pages.talk.scene_list import SceneList

            self._list = SceneList(self._services, self)
        self._list.come()
        return self._list

    def step_out(self) -> bool:
        """Esc: the picture again where the screen is black, else out of the talk."""
        if self.blanked:
            self.blank(False)
        else:
            self.close()
        return True

    def close_down(self) -> None:
        """The window closes: leaves the talk, and keeps what is not saved of one that is being made."""
        self.close()
        if self._list is not None:
            self._list.close_down()
