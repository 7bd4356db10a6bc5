"""Which Python the workers run under: those of this machine, found on a thread; the missing ones with their reason.

GUI thread, but for the finding.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from grandstand.pythons.finding import FindingCancelled, Progress, examine, find
from grandstand.pythons.record import Python
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.select import Select

log = logging.getLogger(__name__)
_OWN = "Grandstand's own"
_ADD = "add"
_LOOKING = "Looking for more…"


class _Finder(QObject):
    """Says what it finds from its thread; a Python that does not answer keeps nobody, the thread is a daemon."""

    found = Signal(object)
    added = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.stopped = False
        self.busy = False

    def look(self) -> None:
        self._begin(self._look)

    def add(self, path: str) -> None:
        self._begin(lambda: self._add(path))

    def _begin(self, work: Callable[[], None]) -> None:
        self.busy = True
        threading.Thread(target=work, name="pythons", daemon=True).start()

    def _look(self) -> None:
        def progress(now: Progress) -> None:
            self._say(self.found, (list(now.pythons), now.done < now.total))

        try:
            pythons = find(progress, lambda: self.stopped)
        except FindingCancelled:
            return
        except Exception:  # a defect: the window goes on with what it has
            log.exception("Could not look for Pythons")
            pythons = []
        self.busy = False
        self._say(self.found, (pythons, False))

    def _add(self, path: str) -> None:
        from grandstand.pythons import added

        try:
            python = examine(path, lambda: self.stopped)
        except FindingCancelled:
            return
        if python.usable:
            with contextlib.suppress(OSError):  # then it is there until the window closes
                added.add(python.executable)
        self.busy = False
        self._say(self.added, python)

    def _say(self, signal: object, what: object) -> None:
        with contextlib.suppress(RuntimeError):  # the window may be gone
            signal.emit(what)  # type: ignore[attr-defined]


class PythonPicker(Select):
    """``chosen(python)`` is called with what a person chooses, None for the app's own; ``tell(text)`` with a refusal.

    ``known`` is emitted when all of them have been found.
    """

    known = Signal()

    def __init__(
        self, chosen: Callable[[Python | None], None], tell: Callable[[str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__("Python that the workers run under", parent)
        self.setObjectName("python")
        self._chosen, self._tell = chosen, tell
        self._finder = _Finder(self)
        self._finder.found.connect(self._found, Qt.ConnectionType.QueuedConnection)
        self._finder.added.connect(self._added, Qt.ConnectionType.QueuedConnection)
        self.pythons: list[Python] = []
        self._looked = self._looking = False
        self._shown: Python | None = None
        self._fill(looking=False)
        self.activated.connect(self._activated)

    def look(self) -> None:
        """Looks around; what is remembered is there at once, the rest within a second or two."""
        self._looked = self._looking = True
        if not self._finder.busy:
            self._fill(looking=True)
            self._finder.look()

    def look_once(self) -> None:
        """Looks around if nobody has yet."""
        if not self._looked:
            self.look()

    @property
    def finding(self) -> bool:
        """Whether there may be more than is known."""
        return self._looking

    def stop(self) -> None:
        self._finder.stopped = True

    def show_python(self, python: Python | None) -> None:
        """The one that was chosen."""
        self._shown = python
        self._select()

    def showPopup(self) -> None:
        self.look_once()
        super().showPopup()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.look_once()  # its arrow keys choose without opening it

    # -- inside -----------------------------------------------------------------------------------------------

    def _found(self, told: tuple[list[Python], bool]) -> None:
        pythons, more = told
        if pythons or not more:
            self.pythons = pythons or self.pythons
        self._looking = more
        self._fill(looking=more)
        if not more:
            self.known.emit()

    def _added(self, python: Python) -> None:
        if not python.usable:
            self._tell(f"{python.executable}: {python.reason}")
            self._select()
            return
        self.pythons = [*(p for p in self.pythons if p.executable != python.executable), python]
        self._fill(looking=False)
        self._chosen(python)
        self.look()  # its name beside the others

    def _fill(self, looking: bool) -> None:
        self.clear()
        own = next((p for p in self.pythons if p.own), None)
        self._item(own.name if own is not None else _OWN, "", "The Python that runs this window.")
        for python in self.pythons:
            if not python.own:
                where = f"{python.executable}\n{python.version}"
                self._item(python.name, python.executable, where if python.usable else python.reason, python.usable)
        if looking:
            self._item(_LOOKING, "looking", "Each one is asked what it is, in a separate process.", enabled=False)
        self._item("Add another…", _ADD, "Any Python from 3.9 on, by its path.")
        self._select()

    def _item(self, text: str, key: str, tip: str, enabled: bool = True) -> None:
        self.addItem(text, key)
        row = self.count() - 1
        self.setItemData(row, plain_tip(tip), Qt.ItemDataRole.ToolTipRole)
        if not enabled:
            self.setItemData(row, 0, Qt.ItemDataRole.UserRole - 1)  # the item flags: none, so grayed out

    def _select(self) -> None:
        python = self._shown
        at = self.findData(python.executable) if python is not None else 0
        if at < 0 and python is not None:  # chosen elsewhere, in a talk say, and not found yet
            self.insertItem(1, python.name, python.executable)
            at = 1
        self.setCurrentIndex(at)

    def _activated(self, row: int) -> None:
        key = self.itemData(row)
        if key == _ADD:
            name, _ = QFileDialog.getOpenFileName(self, "A Python, or the activate script of its environment")
            self._select()
            if name:
                self._finder.add(name)
            return
        self._chosen(next((p for p in self.pythons if p.executable == key), None) if key else None)
