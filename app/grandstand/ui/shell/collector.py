"""Python's garbage collector, on the GUI thread alone.

Left to itself it runs on whichever thread happens to allocate. A widget in a cycle, a closed dialog say, is then
destroyed on a thread that packs a film, and Qt dies of it (seen: a segmentation fault within an import on such a
thread). GUI thread.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 100


class Collector(QObject):
    """From ``start`` to ``stop``; what is there at the start stays out of it, so that a collection is short."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self._collect)

    def start(self) -> None:
        gc.disable()
        gc.freeze()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()
        gc.unfreeze()
        gc.enable()

    @staticmethod
    def _collect() -> None:
        """As the collector would by itself: a generation whose count is over its threshold, and those younger."""
        counts, most = gc.get_count(), gc.get_threshold()
        if counts[0] > most[0]:
            gc.collect(max(n for n in range(3) if n == 0 or counts[n] > most[n] > 0))
