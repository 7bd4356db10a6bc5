"""The window's own session, recorded as it runs. GUI thread; the writing is the recorder's thread's.

The recorder is imported when the first run begins, so that the window opens as fast as without it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from grandstand import folders
from grandstand.control.controller import Controller
from grandstand.ui.shell.background import Worker
from grandstand.ui.shell.complaints import Complaints
from grandstand.ui.shell.settings import Settings

if TYPE_CHECKING:
    from grandstand.journal.recorder import Recorder

log = logging.getLogger(__name__)
DEFAULT_BUDGET = 2e9
"""Bytes that recordings may take before the oldest go."""


class SessionRecorder:
    """``tell(level, text)`` shows a message. Nothing is recorded, and no file made, before the first run."""

    def __init__(
        self, controller: Controller, settings: Settings, tell: Callable[[str, str], None], background: Worker
    ) -> None:
        self._controller, self._settings, self._tell, self._background = controller, settings, tell, background
        self._recorder: Recorder | None = None
        self._said = ""
        self._complaints = Complaints()

    @property
    def wanted(self) -> bool:
        """Whether sessions are recorded; remembered. GRANDSTAND_RECORDINGS=off overrides it."""
        return self._settings.text("recordings/on", "yes") != "no" and os.environ.get("GRANDSTAND_RECORDINGS") != "off"

    @property
    def path(self) -> Path | None:
        """The file being written; None when there is none."""
        return self._recorder.path if self._recorder is not None else None

    @property
    def recording(self) -> bool:
        return self._recorder is not None and not self._recorder.problem

    def set_wanted(self, on: bool) -> None:
        """Begins or ends recording; what was recorded is kept."""
        self._settings.put("recordings/on", "yes" if on else "no")
        if on and self._controller.session.runs:
            self.begin()
        elif not on and self._recorder is not None:
            # In the background: a locked file or a slow disk would hold the window up.
            recorder, self._recorder = self._recorder, None
            self._background.do(recorder.close, lambda _: None, lambda problem: self._tell("warning", str(problem)))

    def begin(self) -> None:
        """Called when a run is about to begin: from here on everything is recorded."""
        if self._recorder is not None or not self.wanted:
            return
        from grandstand.journal import library
        from grandstand.journal.recorder import Recorder

        where = library.folder()
        if where is None:
            if not self._said:
                self._said = f"{folders.NOWHERE}: nothing is recorded, and settings are lost when the window closes."
                self._tell("warning", f"{self._said} GRANDSTAND_RECORDINGS may name a folder for recordings.")
            return
        title = f"Session {datetime.now():%H:%M}"
        path = library.new_path(where)
        self._said = ""
        self._complaints.begin()
        self._recorder = Recorder.start(
            self._controller.session, path, title, self._controller.machine, window=self._controller.where.window
        )
        self.make_room(path)

    def make_room(self, live: Path) -> None:
        """What was deleted goes for good, and the oldest that are too many; in the background."""
        from grandstand.journal import library

        where, budget = live.parent, int(self._settings.number("recordings/budget", DEFAULT_BUDGET))

        def work() -> int:
            library.tighten(where)
            library.empty_trash(where)
            return len(library.tidy(where, budget, live))

        def done(gone: int) -> None:
            if gone:
                many = f"{gone} old recordings were" if gone > 1 else "An old recording was"
                self._tell("info", f"{many} deleted to make room (R). Pinned ones stay.")

        self._background.do(work, done, lambda problem: log.warning("No room was made: %s", problem))

    def note(self, text: str) -> bool:
        """A person's marker at this moment; False when nothing is being recorded."""
        if not self.recording or self._recorder is None:
            return False
        self._recorder.note(text)
        return True

    def look(self, t_ns: int) -> None:
        """Once a second: says what went wrong, once."""
        problem = self._complaints.fresh(self._recorder, t_ns) if self._recorder is not None else ""
        if problem:
            self._tell("warning", problem)

    def close(self) -> None:
        """Ends the recording; waits for the last second to be written."""
        recorder, self._recorder = self._recorder, None
        if recorder is not None:
            recorder.close()
