"""What the two parts of the Compare page share: buttons, progress, a file at a time, waiting to be alone. GUI thread.

Whatever may take longer than a frame is a Job on a thread of its own; one at a time, so that files do not race.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from grandstand import folders
from grandstand.compare.document import Unreadable
from grandstand.ui.shell.background import Job
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.button import make_button
from grandstand.ui.widgets.panel import ElidedLabel

log = logging.getLogger(__name__)
Tell = Callable[[str, str, str], None]
_ALONE_EVERY_MS = 40
_ALONE_PATIENCE_S = 8.0
_CLOSING_MS = 6000


class Part(QWidget):
    """``tell(level, text, details)`` shows a message; ``alone()`` stops the live run, true once nothing is left.

    ``controls`` goes into the page's bar. ``name`` begins the objectNames.
    """

    changed = Signal()

    def __init__(self, name: str, what: str, tell: Tell, alone: Callable[[], bool]) -> None:
        super().__init__()
        self._name, self._what = name, what
        self._tell, self._alone = tell, alone
        self.rival: Callable[[], bool] = lambda: False
        """Whether somebody else on this page is measuring."""
        self.job: Job | None = None
        self._over: Callable[[Job], None] | None = None
        self._queue: list[Callable[[], None]] = []
        self.share = 0.0
        self._began = 0.0
        self._when_alone: Callable[[], None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(_ALONE_EVERY_MS)
        self._timer.timeout.connect(self._look_if_alone)
        self.controls = QFrame()
        self._row = QHBoxLayout(self.controls)
        self._row.setContentsMargins(0, 0, 0, 0)
        self.progress = QProgressBar()
        self.progress.setObjectName(f"{name}_progress")
        self.progress.setAccessibleName(f"Progress of {what}")
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.words = ElidedLabel("", "body")
        self.words.setObjectName(f"{name}_words")
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    @property
    def working(self) -> bool:
        """Whether a file is being read or written, or figures are being made."""
        return self.job is not None

    def close_down(self) -> bool:
        """Waits for what goes on; False if it would not end."""
        self._timer.stop()
        self._queue.clear()
        job, self.job = self.job, None
        if job is None:
            return True
        job.finished.disconnect(self._job_over)
        return job.wait(_CLOSING_MS)

    # -- jobs -------------------------------------------------------------------------------------------------

    def _do(self, words: str, work: Callable[[], Any], over: Callable[[Job], None]) -> None:
        """Has ``work`` done on a thread, one job after the other; ``over`` is called with it here."""
        if self.job is not None:
            self._queue.append(lambda: self._do(words, work, over))
            return
        self.job = Job(work, (OSError, UnicodeDecodeError, Unreadable))
        self._over = over
        self.job.finished.connect(self._job_over, Qt.ConnectionType.QueuedConnection)
        self.words.setText(words)
        self.job.start()
        self._refresh()

    def _job_over(self) -> None:
        job, self.job = self.job, None
        over, self._over = self._over, None
        if job is None or over is None:
            return
        job.wait(1000)
        if job.details:
            log.error("%s", job.details)
        over(job)
        job.deleteLater()
        if self._queue:
            self._queue.pop(0)()
        self._refresh()

    def _write_in_background(self, path: Path, write: Callable[[], None]) -> None:
        def over(job: Job) -> None:
            if job.problem:
                self._tell("error", f"{path.name} could not be written: {job.problem}", job.details)
            else:
                self._tell("good", f"Saved {path.name}.", "")

        self._do(f"Saving {path.name}", write, over)

    def _held_up(self) -> bool:
        """True, with a message, while the other part of the page measures."""
        if self.rival():
            self._tell(
                "warning", "Something else is being measured and needs the machine to itself. Cancel it first.", ""
            )
            return True
        return False

    # -- alone on the machine ---------------------------------------------------------------------------------

    def _begin_when_alone(self, begin: Callable[[], None]) -> None:
        self._when_alone = begin
        self._began = time.monotonic()
        self.share = 0.0
        self.progress.setValue(0)
        self.words.setText("Waiting for the live run to end")
        self._timer.start()
        self._look_if_alone()

    def _look_if_alone(self) -> None:
        if not self._timer.isActive() or self._when_alone is None or self.working:
            return
        if self._alone() or time.monotonic() - self._began > _ALONE_PATIENCE_S:
            self._timer.stop()
            self._when_alone()

    # -- pieces -----------------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        raise NotImplementedError

    def _button(self, text: str, icon: str, name: str, action: Callable[[], None], role: str = "") -> QPushButton:
        says = text if " " in text else f"{text.rstrip('…')} {self._what}"
        return make_button(text, icon, f"{self._name}_{name}", action, role, says)

    def _ask_open(self, title: str, kind: str) -> Path | None:
        name, _ = QFileDialog.getOpenFileName(self, title, str(folders.start()), f"{kind} (*.json)")
        return Path(name) if name else None

    def _ask_save(self, title: str, first: str, endings: tuple[str, ...]) -> Path | None:
        """A name with an ending that can be written: JSON where there is none."""
        kinds = f"{self._what.capitalize()} ({' '.join(f'*{ending}' for ending in endings)})"
        name, _ = QFileDialog.getSaveFileName(self, title, str(folders.start() / first), kinds)
        if not name:
            return None
        path = Path(name)
        return path if path.suffix.lower() in endings else path.with_name(f"{path.name}.json")

    def _rescale(self) -> None:
        px = theme_manager().px
        self._row.setSpacing(px(8))
        self.progress.setFixedWidth(px(200))


def framed(widget: QWidget) -> QFrame:
    """In a panel of its own."""
    panel = QFrame()
    panel.setProperty("role", "panel")
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
    return panel
