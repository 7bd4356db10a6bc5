"""A talk being made: every change can be undone, and what is not saved yet survives a crash. GUI thread.

Talks never change; a change puts another one in place, so that undoing is going back to the one before.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from grandstand.files.aside import set_aside
from grandstand.files.private import tighten
from grandstand.files.writer import write_text
from grandstand.talk.scene import MOST_SCENES, Scene, Talk
from grandstand.talk.toml import TalkError, read_talk, talk_text, write_talk
from grandstand.ui.shell.settings import Settings

_KEEP_AFTER_MS = 800
_MOST_UNDO = 200
NEW = Talk("A new talk", ())


class Draft(QObject):
    """``talk`` and the file it came from. ``kept`` is where unsaved changes lie until they are saved."""

    changed = Signal()

    def __init__(self, settings: Settings, kept: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self.kept = settings, kept
        self.talk = NEW
        self.path: Path | None = None
        self._saved = NEW
        self._before: list[tuple[Talk, str]] = []
        self._after: list[tuple[Talk, str]] = []
        self.problem = ""
        """Why unsaved changes cannot be kept, or ''."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_KEEP_AFTER_MS)
        self._timer.timeout.connect(self.keep)

    @property
    def unsaved(self) -> bool:
        return self.talk != self._saved

    # -- changes ----------------------------------------------------------------------------------------------

    def put(self, talk: Talk, what: str) -> None:
        """Another talk in place of this one; ``what`` names the change. The same kind again is undone with it."""
        if talk == self.talk:
            return
        if not (self._before and what.startswith("edit ") and self._before[-1][1] == what and not self._after):
            self._before.append((self.talk, what))
            del self._before[:-_MOST_UNDO]
        self._after.clear()
        self._show(talk)

    def edit(self, at: int, **values: Any) -> None:
        """New values for fields of scene ``at``."""
        scene = replace(self.talk.scenes[at], **values)
        scenes = (*self.talk.scenes[:at], scene, *self.talk.scenes[at + 1 :])
        self.put(replace(self.talk, scenes=scenes), f"edit {', '.join(values)} of scene {at + 1}")

    def insert(self, at: int, scene: Scene) -> bool:
        """False where a talk is as long as one may be."""
        scenes = self.talk.scenes
        if len(scenes) >= MOST_SCENES:
            return False
        self.put(replace(self.talk, scenes=(*scenes[:at], scene, *scenes[at:])), f"add “{scene.title}”")
        return True

    def delete(self, at: int) -> None:
        scenes = self.talk.scenes
        talk = replace(self.talk, scenes=(*scenes[:at], *scenes[at + 1 :]))
        self.put(talk, f"delete “{scenes[at].title}”")

    def move(self, at: int, to: int) -> None:
        """Scene ``at`` becomes scene ``to``."""
        scenes = list(self.talk.scenes)
        scene = scenes.pop(at)
        scenes.insert(to, scene)
        self.put(replace(self.talk, scenes=tuple(scenes)), f"move “{scene.title}”")

    def undo(self) -> str:
        """Takes the last change back; says which, or '' where there is none."""
        return self._swap(self._before, self._after)

    def redo(self) -> str:
        return self._swap(self._after, self._before)

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        return bool(self._after)

    # -- files ------------------------------------------------------------------------------------------------

    def begin(self, talk: Talk, path: Path | None) -> None:
        """A talk as it is in ``path``, or a new one (None); nothing is unsaved, nothing to undo."""
        self.path, self._saved = path, talk if path is not None else NEW
        self._before, self._after = [], []
        self._forget()
        self._show(talk)

    def save(self, path: Path) -> None:
        """Raises OSError, and TalkError for a talk that could not be read again; it stays unsaved then."""
        write_talk(path, self.talk)
        self.path, self._saved = path, self.talk
        self._forget()
        self.changed.emit()

    def discard(self) -> None:
        """Back to what was saved last."""
        self.begin(self._saved, self.path)

    def keep(self) -> None:
        """Writes unsaved changes to ``kept``, for after a crash."""
        self._timer.stop()
        if not self.unsaved or not self.talk.scenes:
            self._forget()
            return
        try:
            self.kept.parent.mkdir(parents=True, exist_ok=True)
            write_text(self.kept, talk_text(self.talk))
            tighten(self.kept)
            self.problem = ""
        except OSError as error:
            self.problem = f"Unsaved changes cannot be kept ({error.strerror or error}): save soon."
        self._settings.put("talk/kept_of", str(self.path or ""))

    def restore(self) -> bool:
        """Unsaved changes of last time; False where there are none. They count as unsaved still."""
        if not os.path.lexists(self.kept):
            return False
        try:
            talk = read_talk(self.kept)
        except TalkError as problem:
            self.problem = f"Unsaved changes from last time: {problem} {set_aside(self.kept, 'broken')}"
            return False
        of = self._settings.text("talk/kept_of", "")
        saved = NEW
        if of:
            try:
                saved = read_talk(Path(of))
            except TalkError:
                of = ""
        self.path, self._saved = Path(of) if of else None, saved
        self._before, self._after = [], []
        self._show(talk)
        return self.unsaved

    # -- inside -----------------------------------------------------------------------------------------------

    def _swap(self, here: list[tuple[Talk, str]], there: list[tuple[Talk, str]]) -> str:
        if not here:
            return ""
        talk, what = here.pop()
        there.append((self.talk, what))
        self._show(talk)
        return what

    def _show(self, talk: Talk) -> None:
        self.talk = talk
        self._timer.start()
        self.changed.emit()

    def _forget(self) -> None:
        self._timer.stop()
        with contextlib.suppress(OSError):  # it would be offered once more, no worse
            self.kept.unlink(missing_ok=True)
