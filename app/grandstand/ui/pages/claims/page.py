"""The Claims page: the list at the left, the opened claim at the right, and how checks are begun. GUI thread.

It holds what is known of each claim, starts the checker once nothing else runs, and shows its news.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from grandstand.claims import check
from grandstand.claims.base import Claim, Result
from grandstand.claims.check import News, durations
from grandstand.observe.machine import machine
from grandstand.render.kinds import Lanes
from grandstand.session import words
from grandstand.ui.pages.claims import reports, store
from grandstand.ui.pages.claims.check_bar import CheckBar
from grandstand.ui.pages.claims.checker import Checker
from grandstand.ui.pages.claims.claim_list import ClaimList, ClaimRow
from grandstand.ui.pages.claims.claim_view import ClaimView
from grandstand.ui.pages.claims.entry import Entry
from grandstand.ui.pages.claims.verdict_card import LONGER
from grandstand.ui.shell.background import Job
from grandstand.ui.shell.page import Page
from grandstand.ui.shell.services import Services
from grandstand.ui.snapshot import SnapshotError, save
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.vector import png_of

log = logging.getLogger(__name__)

_LIST_SHARE = 0.36
_ALONE_EVERY_MS = 40
_ALONE_PATIENCE_S = 8.0


class ClaimsPage(Page):
    """``among``: the claims to show, all of them if not given."""

    not_pressed = ClaimRow

    def __init__(self, services: Services, among: Sequence[Claim] | None = None) -> None:
        super().__init__(services)
        self.setObjectName("claims_page")
        self._settings, self._tell, self._background = services.settings, services.tell, services.background
        self.entries = {claim.id: Entry(claim) for claim in (check.claims() if among is None else among)}
        self.checker: Checker | None = None
        self.overall = 0.0
        self._follow = False
        self._began = 0.0
        self._alone_timer = QTimer(self)
        self._alone_timer.setInterval(_ALONE_EVERY_MS)
        self._alone_timer.timeout.connect(self._start_when_alone)

        self.bar = CheckBar(list(self.entries.values()))
        self.list = ClaimList(list(self.entries.values()))
        self.view = ClaimView()
        self.list_panel, self.view_panel = _framed(self.list), _framed(self.view)
        self._sides = QHBoxLayout()
        self._sides.addWidget(self.list_panel)
        self._sides.addWidget(self.view_panel, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.bar)
        self._column.addLayout(self._sides, 1)

        self.list.chosen.connect(self._chosen)
        self.view.longer.connect(lambda: self.check_this(LONGER))
        self.view.trouble.connect(lambda text: self._tell("warning", text, ""))
        self.bar.check_this.connect(self.check_this)
        self.bar.check_all.connect(self.check_all)
        self.bar.cancel.connect(self.cancel)
        self.bar.report.connect(self.save_report)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self._refresh()
        self._save_due = False
        where, here = services.settings.claims_file(), machine().as_dict()
        self._loader: Job | None = Job(lambda: store.load(where, here), (), self)
        self._loader.finished.connect(self._take_loaded, Qt.ConnectionType.QueuedConnection)
        self._loader.start()

    # -- what a person does -----------------------------------------------------------------------------------

    @property
    def current(self) -> Entry:
        """The open claim."""
        return self.entries[self.list.current]

    @property
    def busy(self) -> bool:
        """Claims are being checked, or about to be."""
        return self.checker is not None

    @property
    def loading(self) -> bool:
        """What was kept is still being read."""
        return self._loader is not None

    @property
    def share(self) -> float | None:
        return self.overall if self.busy else None

    def why_no_start(self) -> str:
        return (
            "Claims are being checked and need the machine to themselves. Cancel the check first." if self.busy else ""
        )

    def open(self, ident: str) -> None:
        """Opens a claim."""
        self.list.set_current(ident)
        self._chosen(ident)

    def check_this(self, longer: float = 1.0) -> None:
        self.begin([self.current.claim], longer)

    def check_all(self) -> None:
        self.begin([entry.claim for entry in self.entries.values()])

    def begin(self, claims: Sequence[Claim], longer: float = 1.0) -> None:
        """Checks them in turn, once the live run has ended; does nothing while others are being checked."""
        if self.busy or not claims:
            return
        self.checker = Checker(claims, longer)
        self.checker.news.connect(self._news, Qt.ConnectionType.QueuedConnection)
        self.checker.finished.connect(self._finished, Qt.ConnectionType.QueuedConnection)
        for claim in claims:
            entry = self.entries[claim.id]
            entry.status, entry.progress, entry.words, entry.picture = "waiting", 0.0, "", None
        self.overall = 0.0
        self._follow = len(claims) > 1 or claims[0].id == self.list.current
        self._began = time.monotonic()
        self.bar.set_cancelling(False)
        self._alone_timer.start()
        self._refresh()
        self._start_when_alone()

    def cancel(self) -> None:
        """Stops the checks; the page is at rest within 2 s."""
        if self.checker is None:
            return
        self.checker.cancel()
        if self._alone_timer.isActive():
            self._finished()
        else:
            self.bar.set_cancelling(True)

    def close_down(self) -> bool:
        """Cancels and waits for the checker; False if it would not end."""
        self._alone_timer.stop()
        if self._loader is not None:
            self._loader.wait()
            self._take_loaded()
        checker, self.checker = self.checker, None
        if checker is None:
            return True
        checker.news.disconnect(self._news)
        checker.finished.disconnect(self._finished)
        ended = checker.finish()
        self._keep(checker.take())
        return ended

    def step(self, by: int) -> None:
        """The claim ``by`` further down, as the arrow keys do."""
        self.list.step(by)

    def enter(self) -> None:
        """The Enter key: a button with the keyboard is pressed, else the opened claim is checked."""
        if not self.press_focused():
            self.check_this()

    def present(self, on: bool) -> None:
        """Only the opened claim, for an audience; the arrow keys go on choosing."""
        self.list_panel.setVisible(not on)
        self.bar.setVisible(not on)

    def take_focus(self) -> None:
        self.list.rows[self.list.current].setFocus(Qt.FocusReason.OtherFocusReason)

    def copy(self) -> bool:
        """The picture of the opened claim onto the clipboard; False where there is none."""
        drawn = [view for view in self.view.shown_pictures() if view.svg]
        if drawn:
            drawn[0].copy()
            self._tell("info", "Picture copied to the clipboard.", "")
        return bool(drawn)

    def snapshot(self) -> Path | None:
        """The open claim as it is seen, as PNG in the folder for pictures; returns its path."""
        stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
        path = self._settings.pictures_folder() / f"grandstand_claim_{self.current.claim.id}_{stamp}.png"
        try:
            save(path, png_of(self.view_panel.grab().toImage()))
        except (SnapshotError, OSError) as problem:
            self._tell("error", str(problem), "")
            return None
        self._tell("good", f"Saved {path.name}.", "")
        return path

    # -- reports ----------------------------------------------------------------------------------------------

    def results(self) -> list[Result]:
        """Those there are, in the order of the claims."""
        return [entry.result for entry in self.entries.values() if entry.result is not None]

    def save_report(self) -> None:
        """Asks where to, and writes what there is, beside the window: the first report takes a third of a second."""
        path, results = reports.ask_for_file(self), self.results()
        if path is None:
            return
        self._background.do(
            lambda: reports.write(path, results),
            lambda _: self._tell("good", f"Saved {path.name}.", ""),
            lambda problem: self._tell("error", f"The report could not be written: {problem}", ""),
        )

    # -- news of the checker ----------------------------------------------------------------------------------

    def _start_when_alone(self) -> None:
        if self.checker is None or not self._alone_timer.isActive():
            return
        if self.alone("claims") or time.monotonic() - self._began > _ALONE_PATIENCE_S:
            self._alone_timer.stop()
            self._began = time.monotonic()
            self.checker.start()

    def _news(self) -> None:
        if self.checker is None:
            return
        news = self.checker.take()
        for one in news:
            self._hear(one)
        if any(one.result is not None for one in news):
            self._save()
        self._refresh(None if any(one.result for one in news) else {one.claim for one in news})

    def _hear(self, one: News) -> None:
        entry = self.entries[one.claim]
        self.overall = one.overall
        if one.result is not None:
            entry.result, entry.status, entry.picture, entry.words = one.result, "", None, ""
            return
        if not entry.at_work:
            entry.status = "running"
            if self._follow:
                self.list.set_current(one.claim)
        entry.progress = one.progress
        entry.words = one.words or entry.words
        if not (isinstance(one.picture, Lanes) and not one.picture.rows):  # a run that has just begun
            entry.picture = one.picture or entry.picture

    def _finished(self) -> None:
        self._alone_timer.stop()
        checker, self.checker = self.checker, None
        if checker is None:
            return
        self._keep(checker.take())
        for entry in self.entries.values():
            if entry.status in ("running", "waiting"):
                entry.status = "cancelled" if entry.at_work or len(checker.claims) == 1 else ""
            entry.picture, entry.progress, entry.words = None, 0.0, ""
        if checker.problem:
            log.error("Checking claims failed:\n%s", checker.details)
            self._tell("error", f"Checking stopped: {checker.problem}", checker.details)
        checker.wait(1000)
        checker.deleteLater()
        self._refresh()

    def _keep(self, news: Sequence[News]) -> None:
        for one in news:
            self._hear(one)
        if any(one.result is not None for one in news):
            self._save()

    # -- inside -----------------------------------------------------------------------------------------------

    def _take_loaded(self) -> None:
        """What was kept, once it has been read; what has been measured meanwhile is newer."""
        loader, self._loader = self._loader, None
        if loader is None:
            return
        loader.finished.disconnect(self._take_loaded)
        results, trouble = loader.result or ({}, f"The kept results could not be read: {loader.problem}.")
        if loader.details:
            log.error("%s", loader.details)
        loader.deleteLater()
        for ident, result in results.items():
            entry = self.entries.get(ident)
            if entry is not None and entry.result is None:  # a claim of an older version is not shown
                entry.result = result
        if trouble:
            log.warning("%s", trouble)
            self._tell("warning", trouble, "")
        if self._save_due or (trouble and results):
            self._save()
        self._refresh()

    def _save(self) -> None:
        if self._loader is not None:  # it would write over what is being read
            self._save_due = True
            return
        try:
            store.save(self._settings.claims_file(), self.results(), machine().as_dict())
        except OSError as problem:
            self._tell("warning", f"The results could not be kept: {problem}", "")

    def _chosen(self, ident: str) -> None:
        if self.busy:
            self._follow = self.entries[ident].at_work
        self._refresh(set())

    def _refresh(self, rows: set[str] | None = None) -> None:
        """The bar, the opened claim, and the ``rows`` of the list (None: all)."""
        for ident in self.entries if rows is None else rows:
            self.list.refresh(ident)
        self.view.show_entry(self.current, self.busy)
        self.bar.refresh(self.busy, self.overall, self._summary())
        text = "Check again" if self.current.result is not None else "Check this"
        if self.bar.this_button.text() != text:
            self.bar.this_button.setText(text)
        self.changed.emit()

    def _summary(self) -> str:
        if self.checker is None:
            done = len(self.results())
            return f"{done} of {len(self.entries)} checked" if done else "Nothing has been checked yet"
        at_work = next((entry for entry in self.entries.values() if entry.at_work), None)
        if at_work is None:
            return "Waiting for the live run to end" if self._alone_timer.isActive() else "Begins"
        whole = sum(durations(self.checker.claims)) * self.checker.longer
        left = words.seconds(max(1.0, round(whole * (1 - self.overall))))
        return f"Claim {at_work.claim.number}: {at_work.words or 'starting'}; about {left} left"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        pages = {Qt.Key.Key_PageDown: 0.9, Qt.Key.Key_PageUp: -0.9}.get(Qt.Key(event.key()))
        if pages is None:
            super().keyPressEvent(event)
        else:
            self.view.turn_pages(pages)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._rescale()

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(px(14), px(12), px(14), px(12))
        self._column.setSpacing(px(12))
        self._sides.setSpacing(px(12))
        for panel, left in ((self.list_panel, 8), (self.view_panel, 20)):
            panel.setContentsMargins(px(left), px(12), px(8), px(12))
        self.list_panel.setFixedWidth(round(min(px(640), max(px(360), _LIST_SHARE * self.width()))))


def _framed(widget: QWidget) -> QFrame:
    """A panel without a heading around ``widget``: the first thing in it says what it is."""
    panel = QFrame()
    panel.setProperty("role", "panel")
    column = QVBoxLayout(panel)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
    return panel
