"""The Race page: a file dropped on the window, its functions, what is asked, a real race, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import scipy.stats  # noqa: F401  (its threads come with the first import, and stay)
from grandstand.ui.pages.race.page import RacePage
from grandstand.ui.pages.race.race_thread import shown
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl, qVersion
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from tests.own.made import write
from tests.own.test_race import BASE, ONE, TWO, TWO_THREADS, begun, measured
from tests.ui.conftest import Seat
from tests.ui.test_window_looks import small_words

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
SOURCE = """
    print("imported")
    LIMIT = 3
    def work(n, more=1):
        "Adds numbers."
        return sum(range(n)) + more
    def raises(n):
        raise KeyError(n)
"""


POINT = QPointF if tuple(map(int, qVersion().split("."))) >= (6, 12) else QPoint
"""Where something is dragged: Qt 6.12 wants fractions."""


def drop(seat: Seat, path: Path) -> RacePage:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    args = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(seat.window, QDragEnterEvent(POINT(300, 300), *args))
    QApplication.sendEvent(seat.window, QDropEvent(QPointF(300, 300), *args))
    page: RacePage = seat.window.page("race")
    seat.until(lambda: not page.racing.working)
    return page


def test_a_dropped_file_lists_its_functions_and_runs_nothing(seat, tmp_path):
    page = drop(seat, write(tmp_path, SOURCE + "    open('ran', 'w')\n"))
    assert seat.window.shown("race")
    form = page.racing.form
    assert [form.function.itemData(i) for i in range(form.function.count())] == ["work", "raises"]
    assert "Adds numbers." in form.where.text()
    assert "code that you trust" in form.consent.text()
    assert form.consent.isVisible()
    assert not page.busy
    assert not (tmp_path / "ran").exists()
    other = tmp_path / "notes.txt"
    other.write_text("x")
    drop(seat, other)
    assert form.file is not None
    assert form.file.path.name == "job.py"


def test_what_is_typed_is_refused_in_words(seat, tmp_path):
    page = drop(seat, write(tmp_path, SOURCE))
    form, part = page.racing.form, page.racing
    told: list[str] = []
    part._tell = lambda level, text, details: told.append(text)
    form.fields["budget"].setText("soon")
    part.start()
    assert "60s or 2m" in told[-1]
    form.fields["budget"].setText("60s")
    form.fields["args"].setText("open('x')")
    part.start()
    assert "cannot be read" in told[-1]
    form.fields["args"].setText("")
    part.start()
    seat.until(lambda: not part.working)
    assert "needs n: give it with Arguments, or Items" in told[-1], "no option of the command line is named"
    assert not part.busy


def test_what_cannot_run_is_told_by_the_doctor(seat, tmp_path):
    page = drop(seat, write(tmp_path, SOURCE))
    part = page.racing
    part.form.function.setCurrentIndex(1)
    part.form.fields["items"].setText("range(3)")
    seat.click(part.start_button)
    seat.until(lambda: part.checklist.findings, 60)
    seat.until(lambda: not part.busy, 60)
    assert part.race is None
    assert "KeyError" in part.results.reasons.text()
    assert any(finding.verdict == "fails" for finding in part.checklist.findings)


def test_a_race_that_is_cancelled_leaves_nothing(seat, tmp_path):
    page = drop(seat, write(tmp_path, SOURCE))
    part = page.racing
    part.form.fields["items"].setText("range(1000, 1010)")
    seat.click(part.start_button)
    seat.until(lambda: part.busy, 30)
    seat.until(lambda: part.checklist.findings, 60)
    assert page.why_no_start()
    seat.click(part.cancel_button)
    seat.until(lambda: not part.busy, 60)
    assert page.share is None


@pytest.mark.parametrize("size", [(1024, 768), (1280, 800)])
def test_the_answer_comes_first_and_the_code_can_be_copied(seat, tmp_path, size):
    seat.window.resize(*size)
    seat.window.show_page("race")
    page: RacePage = seat.window.page("race")
    race = measured(begun(tmp_path), {BASE: 100, TWO_THREADS: 99, ONE: 98, TWO: 195})
    results = page.racing.results
    results.show_results(shown(race))
    seat.wait(0.3)
    assert results.answer.text().startswith("Use 2 processes")
    assert "Threads do not help" in results.reasons.text()
    assert all(view.isVisible() and view.svg for view in results.pictures)
    tops = [panel.y() for panel in results._panels]
    assert min(tops) >= results._head.geometry().bottom(), "nothing lies over the answer"
    assert results.horizontalScrollBar().maximum() == 0
    results.copy_code()
    assert "ProcessPoolExecutor" in QApplication.clipboard().text()
    results.tabs.setCurrentIndex(1)
    assert "joblib" in results.program
    assert small_words(page, 13) == []
    page.racing.race = race
    page.racing.save(tmp_path / "race.html")
    seat.until(lambda: not page.racing.working)
    assert "Use 2 processes" in (tmp_path / "race.html").read_text()
