"""The scene list: where a talk is made, opened, saved and begun. GUI thread.

Nothing here stops anybody: questions stand in the window, not before it, and unsaved changes are kept anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QMenu

from grandstand import folders
from grandstand.talk.library import starter
from grandstand.talk.scene import Scene, Talk, mistakes_of, one_line
from grandstand.talk.toml import SUFFIX, TalkError, read_talk
from grandstand.ui.pages.talk.claims_known import claim_ids
from grandstand.ui.pages.talk.draft import NEW, Draft
from grandstand.ui.pages.talk.recent import recent, remember
from grandstand.ui.pages.talk.scene_items import scene_of
from grandstand.ui.pages.talk.scene_list_parts import Parts
from grandstand.ui.shell.background import Worker
from grandstand.ui.shell.services import Services
from grandstand.ui.theme.manager import set_look
from grandstand.ui.widgets.foreign import caption, plain_tip, window_title

_FILTER = f"Talks (*{SUFFIX})"


class Presenter(Protocol):
    """Who shows a talk; ``at``: the scene on the screen (0-based)."""

    at: int

    def open(self, talk: Talk, at: int = 0) -> bool: ...


class SceneList(QDialog):
    """``draft`` is the talk being made, ``at`` the chosen scene (0-based)."""

    def __init__(self, services: Services, walker: Presenter) -> None:
        super().__init__(services.desk.frame_widget)
        self.setObjectName("scene_list")
        self._services, self._walker = services, walker
        self._away = False
        self._then: Callable[[], None] | None = None
        self._reader = Worker((TalkError,), self)
        self.at = 0
        kept = services.settings.claims_file().with_suffix("").with_suffix(".talk.toml")
        self.draft = Draft(services.settings, kept, self)
        self.parts = Parts(self)
        self._connect()
        self.draft.changed.connect(self._refresh)
        if self.draft.restore():
            self.say("Unsaved changes from last time have been restored.", "info")
        elif self.draft.problem:
            self.say(self.draft.problem, "bad")
        self._refresh()

    # -- coming and going -------------------------------------------------------------------------------------

    def come(self) -> None:
        """Onto the screen."""
        self._away = False
        self._refresh()
        screen = self.screen()
        if screen is not None:  # never larger than the screen that it opens on
            self.resize(self.size().boundedTo(screen.availableSize()))
        self.show()
        self.raise_()
        self.activateWindow()
        first = self.parts.items if self.draft.talk.scenes else self.parts.buttons["first"]
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def come_back(self) -> None:
        """After a talk that was begun here."""
        if self._away:
            self.at = min(self._walker.at, max(0, len(self.draft.talk.scenes) - 1))
            self.come()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.draft.unsaved and self.draft.talk.scenes:
            event.ignore()
            self._ask(self.hide)
        else:
            self.parts.question.hide()
            event.accept()  # QDialog's own would ask reject() again, and stay

    def reject(self) -> None:
        self.close()

    def close_down(self) -> None:
        """The app ends: what is unsaved is kept for the next time."""
        self.draft.keep()
        self._reader.close_down()
        self.hide()

    # -- scenes -----------------------------------------------------------------------------------------------

    def choose(self, at: int) -> None:
        if 0 <= at < len(self.draft.talk.scenes):
            self.at = at
            self._refresh()

    def add(self) -> None:
        """A scene as the window is now, after the chosen one."""
        try:
            self._insert(scene_of(self._services))
        except ValueError as problem:
            self.say(str(problem), "warn")

    def duplicate(self) -> None:
        if self.scene is not None:
            self._insert(self.scene)

    def delete(self) -> None:
        scene = self.scene
        if scene is not None:
            self.draft.delete(self.at)
            self.say(f"Deleted “{scene.title}”. Ctrl+Z brings it back.", "info")

    def move_scene(self, at: int, to: int) -> None:
        if 0 <= to < len(self.draft.talk.scenes) and at != to:
            self.at = to
            self.draft.move(at, to)

    def undo(self) -> None:
        what = self.draft.undo()
        self.say(f"Undone: {what}." if what else "There is nothing to undo.", "info")

    def redo(self) -> None:
        what = self.draft.redo()
        self.say(f"Redone: {what}." if what else "There is nothing to redo.", "info")

    @property
    def scene(self) -> Scene | None:
        scenes = self.draft.talk.scenes
        return scenes[self.at] if self.at < len(scenes) else None

    def start_here(self) -> None:
        """Presents the talk from the chosen scene, saved or not."""
        mistakes = mistakes_of(self.draft.talk, claim_ids)
        if mistakes:
            self.say(f"Cannot be presented yet: {mistakes[0]}.", "warn")
            return
        self.draft.keep()
        self._away = True
        self.hide()
        self._walker.open(self.draft.talk, self.at)

    # -- files ------------------------------------------------------------------------------------------------

    def new(self) -> None:
        self._first_saved(lambda: self._show(lambda: self.draft.begin(NEW, None)))

    def open_file(self, path: Path) -> None:
        """A talk from a file, once unsaved changes have been seen to."""
        self._first_saved(lambda: self._open(lambda: read_talk(path), path))

    def open_starter(self) -> None:
        """The same with a copy of the talk that ships with the app: it has no file to be saved to yet."""
        self._first_saved(lambda: self._open(starter, None))

    def ask_open(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open talk", str(self._folder()), _FILTER)
        if name:
            self.open_file(Path(name))

    def save(self) -> bool:
        """Into its file; asks for one where there is none yet. False when it was not saved."""
        if self.draft.path is None:
            return self.ask_save()
        return self.save_as(self.draft.path)

    def ask_save(self) -> bool:
        stem = "".join(c if c.isalnum() else "-" for c in self.draft.talk.title.lower()).strip("-") or "talk"
        name, _ = QFileDialog.getSaveFileName(self, "Save talk", str(self._folder() / f"{stem}{SUFFIX}"), _FILTER)
        return bool(name) and self.save_as(Path(name))

    def save_as(self, path: Path) -> bool:
        path = path if path.suffix else path.with_suffix(SUFFIX)
        try:
            self.draft.save(path)
        except TalkError as problem:
            self.say(f"Not saved: {problem.mistakes[0]}.", "warn")
            return False
        except OSError as problem:
            self.say(f"Not saved: {path} cannot be written ({problem.strerror or problem}).", "bad")
            return False
        remember(self._services.settings, path)
        self.say(f"Saved {path.name}.", "good")
        return True

    def say(self, text: str, tone: str = "") -> None:
        """A line at the foot."""
        self.parts.said.setText(text)
        set_look(self.parts.said, tone=tone)

    # -- inside -----------------------------------------------------------------------------------------------

    def _insert(self, scene: Scene) -> None:
        at = self.at + 1 if self.draft.talk.scenes else 0
        before, self.at = self.at, at
        if not self.draft.insert(at, scene):
            self.at = before
            self.say("A talk cannot have more scenes than that.", "warn")

    def _open(self, read: Callable[[], Talk], path: Path | None) -> None:
        """Reads it in the background: a slow disk must not hold the window up."""

        def opened(talk: Talk) -> None:
            self._first_saved(lambda: self._show(lambda: self.draft.begin(talk, path)))
            if path is None:
                self.say("This is a copy of the starter talk: save it as your own.", "info")
                return
            remember(self._services.settings, path)
            self.say(f"Opened {path.name}.", "info")

        def failed(problem: Exception) -> None:
            self.say(str(problem), "bad")
            self.parts.said.setToolTip(plain_tip("\n".join(getattr(problem, "mistakes", ()))))

        self._reader.do(read, opened, failed)

    def _show(self, begin: Callable[[], None]) -> None:
        self.at = 0
        begin()

    def _first_saved(self, then: Callable[[], None]) -> None:
        if self.draft.unsaved and self.draft.talk.scenes:
            self._ask(then)
        else:
            then()

    def _ask(self, then: Callable[[], None]) -> None:
        self._then = then
        self.parts.question.show()
        self.parts.question_save.setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self, what: str) -> None:
        then, self._then = self._then, None
        self.parts.question.hide()
        if what == "discard":
            self.draft.discard()
        if then is not None and (what == "discard" or (what == "save" and self.save())):
            then()

    def _folder(self) -> Path:
        paths = [p for p in (self.draft.path, *recent(self._services.settings)) if p is not None]
        return paths[0].parent if paths else folders.start()

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.addAction("The starter talk").triggered.connect(lambda: self.open_starter())
        for path in recent(self._services.settings):
            menu.addAction(caption(path.name)).triggered.connect(lambda _=False, p=path: self.open_file(p))
        menu.addSeparator()
        menu.addAction("Open file…").triggered.connect(self.ask_open)
        menu.aboutToHide.connect(menu.deleteLater)
        button = self.parts.buttons["open"]
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def _edited(self, values: dict[str, object]) -> None:
        if self.scene is not None:
            self.draft.edit(self.at, **values)

    def _take(self) -> None:
        """What the window runs now, for the chosen scene; title, notes and start stay."""
        if self.scene is None:
            return
        try:
            now = scene_of(self._services)
        except ValueError as problem:
            self.say(str(problem), "warn")
            return
        self.draft.edit(
            self.at, workload=now.workload, mode=now.mode, workers=now.workers, parameters=now.parameters,
            span=now.span, options=now.options, claim=now.claim,
            layout=Scene.layout if now.claim else self.scene.layout,
        )  # fmt: skip

    def _title_edited(self, field: QLineEdit) -> None:
        title = one_line(field.text())
        if title:
            self.draft.put(replace(self.draft.talk, title=title), "edit title of the talk")

    def _refresh(self) -> None:
        self.at = max(0, min(self.at, len(self.draft.talk.scenes) - 1))
        self.parts.show(self.draft, self.at, recent(self._services.settings))
        name = self.draft.path.name if self.draft.path is not None else self.draft.talk.title
        self.setWindowTitle(window_title(f"{name}{' •' if self.draft.unsaved else ''} – scenes"))
        if self.draft.problem:
            self.say(self.draft.problem, "bad")

    def _connect(self) -> None:
        parts, buttons = self.parts, self.parts.buttons
        for key, action in (
            ("new", self.new), ("open", self._open_menu), ("save", self.save), ("save_as", self.ask_save),
            ("start", self.start_here), ("add", self.add), ("duplicate", self.duplicate), ("delete", self.delete),
            ("up", lambda: self.move_scene(self.at, self.at - 1)),
            ("down", lambda: self.move_scene(self.at, self.at + 1)),
            ("undo", self.undo), ("redo", self.redo), ("question_save", lambda: self._answer("save")),
            ("question_discard", lambda: self._answer("discard")), ("question_keep", lambda: self._answer("")),
            ("starter", self.open_starter), ("first", self.add),
        ):  # fmt: skip
            buttons[key].clicked.connect(lambda _=False, action=action: action())
        parts.items.currentRowChanged.connect(self.choose)
        parts.items.moved.connect(self.move_scene)
        parts.form.edited.connect(self._edited)
        parts.form.from_window.connect(self._take)
        parts.recent_chosen.connect(self.open_file)
        parts.title.textEdited.connect(lambda: self._title_edited(parts.title))
        for keys, name in (
            ("Ctrl+S", "save"), ("Ctrl+Shift+S", "save_as"), ("Ctrl+D", "duplicate"), ("Ctrl+Z", "undo"),
            ("Ctrl+Shift+Z", "redo"), ("Ctrl+Y", "redo"), ("Alt+Up", "up"), ("Alt+Down", "down"), ("F5", "start"),
        ):  # fmt: skip
            QShortcut(QKeySequence(keys), self).activated.connect(buttons[name].click)
        QShortcut(QKeySequence("Ctrl+O"), self).activated.connect(self.ask_open)
        delete = QShortcut(QKeySequence(Qt.Key.Key_Delete), parts.items)
        delete.setContext(Qt.ShortcutContext.WidgetShortcut)
        delete.activated.connect(self.delete)
