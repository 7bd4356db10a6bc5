"""What is watched is recorded as it is heard, where the person wants recordings. GUI thread; a thread writes.

The recorder is imported when it is needed, so that the window opens as fast as without it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from grandstand import folders
from grandstand.ui.shell.complaints import Complaints
from grandstand.ui.shell.services import Services
from grandstand.watch.so_far import so_far

if TYPE_CHECKING:
    from grandstand.journal.watch_recorder import WatchRecorder
    from grandstand.watch.program import Program


class WatchRecording(QObject):
    """One recording at a time. ``changed``: it has begun or ended."""

    changed = Signal()

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._recorder: WatchRecorder | None = None
        self._leaving: list[WatchRecorder] = []
        self._title = ""
        self._complaints = Complaints()

    @property
    def on(self) -> bool:
        """Whether what is heard is being written."""
        return self._recorder is not None and not self._recorder.problem

    @property
    def path(self) -> Path | None:
        """The file being written; None when there is none."""
        return self._recorder.path if self._recorder is not None else None

    def begin(self, title: str, program: Program) -> None:
        """From now on; of a program that has been watched for a while, what is known of it comes first."""
        from grandstand.journal import library
        from grandstand.journal.watch_recorder import WatchRecorder

        where = library.folder()
        if self._recorder is not None:
            return
        if where is None:
            self._services.tell("warning", f"{folders.NOWHERE}, so this is not recorded.")
            return
        services = self._services
        path = library.new_path(where, "watched")
        self._title = title
        self._complaints.begin()
        self._recorder = WatchRecorder.start(path, title, services.controller.machine, window=True)
        self._recorder.hear(so_far(program))
        services.recorder.make_room(path)
        self.changed.emit()

    def hear(self, events: list[Any]) -> None:
        """What the observer has just said."""
        if self._recorder is not None:
            self._recorder.hear(events)

    def look(self, t_ns: int) -> None:
        """Once a second: says what went wrong, once."""
        problem = self._complaints.fresh(self._recorder, t_ns) if self._recorder is not None else ""
        if problem:
            self._services.tell("warning", problem)
            self.changed.emit()

    def end(self) -> None:
        """Finishes the file in the background; a message says where it plays."""
        recorder, self._recorder = self._recorder, None
        if recorder is None:
            return
        title = self._title
        self._leaving.append(recorder)

        def done(_: Any) -> None:
            self._leaving.remove(recorder)
            self._told(recorder.path, title)

        self._services.background.do(recorder.close, done, lambda why: self._services.tell("warning", str(why)))
        self.changed.emit()

    def close_down(self) -> None:
        """The window closes: waits for the last second to be written."""
        recorder, self._recorder = self._recorder, None
        for one in (*self._leaving, *([recorder] if recorder is not None else [])):
            one.close()

    def _told(self, path: Path, title: str) -> None:
        if path.exists():  # of a program that was never seen there is none
            self._services.toasts.show_message(
                f"Recorded “{title[:60]}”.", "good", action="Play", on_action=lambda: self._play(path)
            )

    def _play(self, path: Path) -> None:
        desk = self._services.desk
        desk.show_page("recordings")
        desk.page("recordings").open(path)
