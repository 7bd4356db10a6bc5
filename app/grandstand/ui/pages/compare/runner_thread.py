"""The thread on which a comparison is carried out and its figures are made. News reaches the GUI thread by signals."""

from __future__ import annotations

import threading
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from grandstand.compare import document
from grandstand.compare.comparison import Comparison
from grandstand.compare.laws import laws_note, laws_table, tried
from grandstand.compare.politeness import polite
from grandstand.compare.runner import Step, carry_out
from grandstand.compare.verdict import sentence
from grandstand.files.private import tighten
from grandstand.render.comparison import charts
from grandstand.render.kinds import Picture
from grandstand.ui.pages.compare import files

_LEAST_S = 0.5
_SHARE = 6
"""Making figures may take one in so many seconds."""


@dataclass(frozen=True)
class Shown:
    """What there is to see of a comparison; frozen, so that any thread may hand it on."""

    sentence: str
    warnings: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    pictures: tuple[Picture, ...]
    laws: tuple[dict[str, str], ...]
    laws_note: str
    conditions: str


def shown(comparison: Comparison) -> Shown:
    """Makes it; some milliseconds a setup, because every interval is a bootstrap."""
    with polite():
        fits = tried(comparison)
        return Shown(
            sentence(comparison), tuple(comparison.warnings()), tuple(document.table(comparison)), charts(comparison),
            tuple(laws_table(comparison, fits)), laws_note(comparison, fits), document.conditions(comparison),
        )  # fmt: skip


class RunnerThread(QThread):
    """``stepped(Step)`` at each leg, ``renewed(Shown)`` twice a second at most; after ``finished``: ``problem``.

    What was measured is written to ``keep`` at the end, also of a cancelled one; ``not_kept`` says why it was not.
    """

    stepped = Signal(object)
    renewed = Signal(object)

    def __init__(self, comparison: Comparison, keep: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("comparison")
        self.comparison = comparison
        self._keep = keep
        self.problem = self.details = self.not_kept = ""
        self._closing = False
        self._cancelled = threading.Event()
        self._due = 0.0

    def cancel(self) -> None:
        self._cancelled.set()

    def run(self) -> None:
        try:
            try:
                carry_out(self.comparison, self._hear, self._cancelled)
            finally:
                self._write()
            if not self._closing:
                self.renewed.emit(shown(self.comparison))
        except Exception as problem:  # a defect becomes a message, not a dead thread
            self.problem, self.details = f"{type(problem).__name__}: {problem}", traceback.format_exc()

    def finish(self) -> bool:
        """Cancels, keeps what was measured, and waits; False if it would not end."""
        self._closing = True
        self.cancel()
        return self.wait(8000)

    def _write(self) -> None:
        if not self.comparison.measurements:
            return
        try:
            self._keep.parent.mkdir(parents=True, exist_ok=True)
            with polite():
                files.write_comparison(self._keep, self.comparison, "dark")
            tighten(self._keep)
        except OSError as problem:
            self.not_kept = str(problem)

    def _hear(self, step: Step) -> None:
        self.stepped.emit(step)
        began = time.monotonic()
        if step.measurement is not None and began >= self._due and not self._cancelled.is_set():
            self.renewed.emit(shown(self.comparison))
            took = time.monotonic() - began
            self._due = time.monotonic() + max(_LEAST_S, _SHARE * took)
