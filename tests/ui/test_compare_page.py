"""The Compare page: the plan that is typed, a real comparison, what is kept, opened and saved; nothing is left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import scipy.stats  # noqa: F401  (its threads come with the first import, and stay)
from PySide6.QtCore import Qt

from app.compare import document
from app.compare.leg import Setup
from app.compare.plan import Plan
from app.ui.compare.page import ComparePage
from app.ui.compare.runner_thread import shown
from tests.compare.made import ONE, comparison, processes, threads
from tests.ui.conftest import Seat
from tests.ui.test_window_looks import interactive, small_words

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
BASE = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2]


def page_of(seat: Seat) -> ComparePage:
    seat.press("V")
    page = seat.window.compare.page
    assert page is not None
    return page


def small(page: ComparePage, blocks: str = "5") -> None:
    """Waits of 5 ms, one by one and in 4 threads, a tenth of a second a leg."""
    page.form.workload.setCurrentIndex(page.form.workload.findData("wait"))
    page.form.modes["processes"].setChecked(False)
    for key, text in (("workers", "4"), ("blocks", blocks), ("seconds", "0.1"), ("knob.duration_ms", "5")):
        page.form.fields[key].setText(text)


def made() -> Any:
    return comparison({ONE: BASE, threads(2): BASE, processes(2): [v * 1.9 for v in BASE]}, repeats=6)


def test_v_opens_the_page_and_goes_back_to_the_charts(seat: Seat) -> None:
    assert seat.window.compare.page is None, "the page is made when it is first wanted"
    page = page_of(seat)
    assert page.isVisible()
    assert seat.window.toolbar.compare_button.isChecked()
    assert page.form.workload.currentData() == "wait", "it begins with what the window has chosen"
    seat.press("V")
    assert seat.window.live_shown
    assert not seat.window.toolbar.compare_button.isChecked()


def test_claims_and_compare_take_turns_and_escape_leaves_either(seat: Seat) -> None:
    page_of(seat)
    seat.press("C")
    assert seat.window.claims.shown
    assert not seat.window.compare.shown
    seat.press("V")
    assert seat.window.compare.shown
    seat.press(Qt.Key.Key_Escape)
    assert seat.window.live_shown


def test_the_plan_says_how_long_it_takes_or_what_is_wrong(seat: Seat) -> None:
    page = page_of(seat)
    small(page)
    assert page.form.estimate.text() == "2 setups × 5 blocks: about 5.5 s."
    page.form.fields["blocks"].setText("60s")
    assert page.form.estimate.text() == "2 setups for 60 s: about 60 s."
    for key, text, words in (
        ("workers", "1, two", "Workers wants a number"),
        ("workers", "0", "from 1 to 64"),
        ("workers", "1.5", "whole numbers"),
        ("knob.duration_ms", "-1", "must be from"),
        ("seconds", "", "Seconds a leg wants a number"),
        ("blocks", "soon", "Blocks or time"),
    ):
        field = page.form.fields[key]
        before = field.text()
        field.setText(text)
        assert words in page.form.estimate.text(), key
        page.start()
        assert not page.busy
        assert words in seat.toasts()[-1]
        assert field.text() == text, "what was typed is not lost"
        field.setText(before)


def test_several_values_of_a_knob_are_swept(seat: Seat) -> None:
    page = page_of(seat)
    small(page)
    page.form.fields["knob.duration_ms"].setText("5, 10, 20")
    plan = page.form.plan()
    assert sorted({dict(s.knobs)["duration_ms"] for s in plan.setups}) == [5, 10, 20]
    page.form.fields["work"].setText("100")
    assert page.form.plan().work == 100


def test_a_comparison_from_beginning_to_end_is_kept_and_stops_the_run(seat: Seat, seats: Any) -> None:
    seat.start()
    page = page_of(seat)
    small(page)
    page.start()
    assert page.busy
    seat.until(lambda: page.progress.value() > 0)
    assert any("measured alone" in text for text in seat.toasts())
    seat.window.toggle_run()
    assert any("Cancel that first" in text for text in seat.toasts())
    seat.until(lambda: not page.busy)
    assert "Use 4 threads." in page.results.sentence.text()
    assert page.results.rows.rowCount() == 2
    assert page.results.pictures[0].isVisible()
    again = page_of(seats())
    assert again.comparison is not None
    assert len(again.comparison.measurements) == 10
    assert "Use 4 threads." in again.results.sentence.text()


def test_a_cancelled_comparison_is_kept_and_goes_on(seat: Seat) -> None:
    page = page_of(seat)
    small(page, blocks="3")
    page.start()
    seat.until(lambda: page.share > 0.2)
    page.cancel()
    seat.until(lambda: not page.busy)
    assert page.comparison is not None
    assert page.comparison.cancelled
    assert page.resume_button.isVisible()
    page.resume()
    seat.until(lambda: not page.busy)
    assert not page.comparison.cancelled
    assert len(page.comparison.measurements) == 6


def test_closing_the_window_in_the_middle_leaves_nothing(seat: Seat) -> None:
    page = page_of(seat)
    small(page, blocks="60")
    page.start()
    seat.until(lambda: page.share > 0)
    seat.finish()


def test_files_are_opened_saved_and_refused(seat: Seat, tmp_path: Path) -> None:
    page = page_of(seat)
    file = tmp_path / "made.json"
    file.write_text(json.dumps(document.document(made())))
    assert page.open(file)
    assert "Use 2 processes." in page.results.sentence.text()
    for ending in ("json", "csv", "md", "svg", "png"):
        assert page.save(tmp_path / f"out.{ending}")
        assert (tmp_path / f"out.{ending}").stat().st_size > 300
    assert document.read((tmp_path / "out.json").read_text()) == page.comparison
    broken = tmp_path / "broken.json"
    broken.write_text("{}")
    assert not page.open(broken)
    assert not page.open(tmp_path / "nowhere.json")
    assert page.comparison is not None, "what was shown stays"
    assert not page.save(tmp_path / "no" / "such" / "folder.json")


def test_a_broken_kept_comparison_is_set_aside(seats: Any, settings_file: Path) -> None:
    kept = settings_file.with_suffix(".comparison.json")
    kept.write_text("nonsense")
    page = page_of(seats())
    assert page.comparison is None
    assert kept.with_name("settings.comparison.broken.json").exists()


def test_a_thousand_setups_are_shown_without_a_long_frame(seat: Seat, qtbot: Any) -> None:
    """Figures are made on the runner's thread; the window only shows them."""
    setups = tuple(
        Setup("threads", 1 + n % 64, (("batch", 60), ("size", 1_000 * (1 + n // 64)))) for n in range(1_000)
    )
    many = comparison({s: [float(100 + s.workers)] for s in setups})
    many.plan = Plan("primes", setups, repeats=1)
    page = page_of(seat)
    found = shown(many)
    page.results.show_results(found)
    seat.until(lambda: page.results.pictures[0].drawn > 0)
    assert page.results.rows.rowCount() == 1_000
    assert page.results.table.height() < 800


def test_every_widget_can_be_named_and_no_text_is_small(seat: Seat) -> None:
    page = page_of(seat)
    page.results.show_results(shown(made()))
    for widget in interactive(page):
        assert widget.objectName(), widget
        assert widget.accessibleName(), widget.objectName()
    assert not small_words(page, 13)
