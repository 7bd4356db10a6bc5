"""The Compare page: the plan that is typed, a real comparison, what is kept, opened and saved; nothing is left."""

from __future__ import annotations

import contextlib
import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
import scipy.stats  # noqa: F401  (its threads come with the first import, and stay)
from grandstand.compare import break_even, document
from grandstand.compare.break_even import Map
from grandstand.compare.leg import Setup
from grandstand.compare.plan import Plan
from grandstand.hosts.isolated import ExperimentCancelled, ExperimentError
from grandstand.render.comparison import charts
from grandstand.render.drawing import sheet
from grandstand.render.palette import palette
from grandstand.ui.pages.compare import map_thread
from grandstand.ui.pages.compare.page import ComparePage
from grandstand.ui.pages.compare.runner_thread import shown
from grandstand.ui.rasterize import pdf_bytes
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.compare.made import MACHINE, ONE, comparison, processes, threads
from tests.ui.conftest import Seat
from tests.ui.test_window_looks import interactive, small_words

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
BASE = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2]
TIMES = {"sequential": BASE, "threads": [v * 1.1 for v in BASE], "processes": [v * 0.6 for v in BASE]}
SLOW = {**TIMES, "processes": [v * 2 for v in BASE]}
MAP = Map((break_even.judge(1e-2, 100, TIMES), break_even.judge(1e-5, 100, SLOW)), 2, "fork", MACHINE)


def page_of(seat: Seat) -> ComparePage:
    seat.press("V")
    page = seat.window.pages.slots["compare"].page
    assert page is not None
    return page


def small(page: ComparePage, blocks: str = "5") -> None:
    """Waits of 5 ms, sequential and in 4 threads, a tenth of a second each."""
    page.form.workload.setCurrentIndex(page.form.workload.findData("wait"))
    page.form.modes["processes"].setChecked(False)
    for key, text in (("workers", "4"), ("blocks", blocks), ("seconds", "0.1"), ("parameter.duration_ms", "5")):
        page.form.fields[key].setText(text)


def made() -> Any:
    return comparison({ONE: BASE, threads(2): BASE, processes(2): [v * 1.9 for v in BASE]}, repeats=6)


def written(path: Path, what: Any) -> Path:
    path.write_text(json.dumps(document.document(what)))
    return path


def seat_of(page: Any, happened: Any) -> None:
    """Waits for what a page does in the background."""
    until = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < until
        QTest.qWait(5)


def done(seat: Seat, part: Any, act: Any) -> None:
    """Acts, and waits until what it began is over."""
    act()
    seat.until(lambda: not part.working and not part.busy)


def test_v_opens_the_page_and_goes_back_to_the_charts(seat: Seat) -> None:
    assert seat.window.pages.slots["compare"].page is None, "the page is made when it is first wanted"
    page = page_of(seat)
    assert page.isVisible()
    assert seat.window.toolbar.buttons["compare"].isChecked()
    assert page.form.workload.currentData() == "wait", "it begins with what the window has chosen"
    seat.press("V")
    assert seat.window.pages.live_shown
    assert not seat.window.toolbar.buttons["compare"].isChecked()


def test_claims_and_compare_take_turns_and_escape_leaves_either(seat: Seat) -> None:
    page_of(seat)
    seat.press("C")
    assert seat.window.pages.slots["claims"].shown
    assert not seat.window.pages.slots["compare"].shown
    seat.press("V")
    assert seat.window.pages.slots["compare"].shown
    seat.press(Qt.Key.Key_Escape)
    assert seat.window.pages.live_shown


def test_the_plan_says_how_long_it_takes_or_what_is_wrong(seat: Seat) -> None:
    page = page_of(seat)
    small(page)
    assert page.form.estimate.text() == "2 setups × 5 blocks: about 5.5 s."
    page.form.fields["blocks"].setText("60s")
    assert page.form.estimate.text() == "2 setups for 60 s: about 60 s."
    for key, text, words in (
        ("workers", "1, two", "Workers expects a number"),
        ("workers", "0", "from 1 to 64"),
        ("workers", "1.5", "whole numbers"),
        ("parameter.duration_ms", "-1", "must be from"),
        ("seconds", "", "Seconds each expects a number"),
        ("blocks", "soon", "Repeats or time"),
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


def test_several_values_of_a_parameter_are_swept(seat: Seat) -> None:
    page = page_of(seat)
    small(page)
    page.form.fields["parameter.duration_ms"].setText("5, 10, 20")
    plan = page.form.plan()
    assert sorted({dict(s.parameters)["duration_ms"] for s in plan.setups}) == [5, 10, 20]
    page.form.fields["work"].setText("100")
    assert page.form.plan().work == 100


def test_a_comparison_from_beginning_to_end_is_kept_and_stops_the_run(seat: Seat, seats: Any) -> None:
    seat.start()
    page = page_of(seat)
    small(page)
    page.start()
    assert page.busy
    seat.until(lambda: page.comparing.progress.value() > 0)
    assert any("measured alone" in text for text in seat.toasts())
    seat.window.toggle_run()
    assert any("needs the machine to itself" in text for text in seat.toasts())
    seat.until(lambda: not page.busy)
    sentence = page.results.sentence.text()
    assert "4 threads" in sentence  # whether they are faster is hard to say while other tests run
    assert page.results.rows.rowCount() == 2
    assert page.results.pictures[0].isVisible()
    again = page_of(seats())
    seat_of(again, lambda: again.comparing.comparison)
    assert again.comparing.comparison is not None
    assert len(again.comparing.comparison.measurements) == 10
    assert again.results.sentence.text() == sentence


def test_a_cancelled_comparison_is_kept_and_goes_on(seat: Seat) -> None:
    page = page_of(seat)
    small(page, blocks="3")
    page.start()
    seat.until(lambda: page.share > 0.2)
    page.comparing.cancel()
    seat.until(lambda: not page.busy)
    assert page.comparing.comparison is not None
    assert page.comparing.comparison.cancelled
    assert page.comparing.resume_button.isVisible()
    page.comparing.resume()
    seat.until(lambda: not page.busy)
    assert not page.comparing.comparison.cancelled
    assert len(page.comparing.comparison.measurements) == 6


def test_closing_the_window_in_the_middle_leaves_nothing(seat: Seat) -> None:
    page = page_of(seat)
    small(page, blocks="60")
    page.start()
    seat.until(lambda: page.share > 0)
    seat.finish()


def test_files_are_opened_saved_and_refused(seat: Seat, tmp_path: Path) -> None:
    part = page_of(seat).comparing
    file = written(tmp_path / "made.json", made())
    done(seat, part, lambda: part.open(file))
    assert "Use 2 processes." in part.results.sentence.text()
    for ending in ("json", "csv", "md", "svg", "png", "pdf"):
        done(seat, part, lambda ending=ending: part.save(tmp_path / f"out.{ending}"))
        assert (tmp_path / f"out.{ending}").stat().st_size > 300
    assert document.read((tmp_path / "out.json").read_text()) == part.comparison
    broken = tmp_path / "broken.json"
    broken.write_text("{}")
    for path, words in ((broken, "not a comparison"), (tmp_path / "nowhere.json", "nowhere.json")):
        done(seat, part, lambda path=path: part.open(path))
        assert words in seat.toasts()[-1]
    assert part.comparison is not None, "what was shown stays"
    done(seat, part, lambda: part.save(tmp_path / "no" / "such" / "folder.json"))
    assert "could not be written" in seat.toasts()[-1]


def test_a_pdf_has_the_size_of_the_picture_and_text_that_can_be_selected(qapp: object) -> None:
    svg = sheet(charts(made()), palette("light"), 1200, caption="Words.")
    data = pdf_bytes(svg)
    height = re.search(r'height="(\d+)"', svg)
    assert height is not None
    assert re.search(rb"/MediaBox \[0 0 1200\.0+ " + height[1].encode(), data), "a point a unit"
    assert b"/FontFile2" in data, "the font is embedded"
    assert b"/ToUnicode" in data, "letters are letters"
    with pytest.raises(OSError, match="no picture"):
        pdf_bytes("nonsense")


def test_a_second_comparison_is_shown_beside_the_first_and_taken_away(seat: Seat, tmp_path: Path) -> None:
    part = page_of(seat).comparing
    other = comparison({ONE: BASE, threads(2): [v * 1.8 for v in BASE], threads(8): BASE}, repeats=6)
    other.machine = {**MACHINE, "python": "3.14.0", "gil": "off"}
    first, second = written(tmp_path / "one.json", made()), written(tmp_path / "two.json", other)
    part.open_beside(second)
    assert not part.working, "there is nothing to put it beside"
    done(seat, part, lambda: part.open(first))
    done(seat, part, lambda: part.open_beside(second))
    assert part.beside.isVisible()
    text = part.beside.sentence.text()
    assert text.startswith("Different: Python 3.13.0 against 3.14.0; GIL on against off.")
    assert "of 2 common setups: faster in 1, no difference shown in 1. Most at 2 threads: 1.80×" in text
    assert part.beside.table.rows.rowCount() == 2
    assert "Only Python 3.14.0: 8 threads." in part.beside.notes.text()
    for widget in interactive(part.beside):
        assert widget.objectName(), widget
        assert widget.accessibleName(), widget.objectName()
    done(seat, part, lambda: part.save(tmp_path / "both.json"))
    assert json.loads((tmp_path / "both.json").read_text())["kind"] == "two comparisons"
    done(seat, part, lambda: part.open_beside(tmp_path / "both.json"))
    assert "Open the two files" in seat.toasts()[-1]
    seat.click(part.beside.close_button)
    assert part.results.isVisible()
    assert part.second is None


def test_the_laws_are_told_or_why_not(seat: Seat, tmp_path: Path) -> None:
    part = page_of(seat).comparing
    done(seat, part, lambda: part.open(written(tmp_path / "few.json", made())))
    assert "4 would be enough" in part.results.laws_note.text()
    assert not part.results.laws.isVisible()
    rates = {ONE: BASE, **{processes(n): [v * n / (1 + 0.05 * (n - 1)) for v in BASE] for n in (1, 2, 4, 8)}}
    done(seat, part, lambda: part.open(written(tmp_path / "many.json", comparison(rates, repeats=6))))
    laws = [row["law"] for row in part.results.laws.rows.rows]
    assert laws == ["Amdahl's law", "Universal Scalability Law"]
    assert part.results.laws.rows.rows[0]["contention"].startswith("0.05 [")


def test_what_the_form_held_is_there_again(seats: Any, settings_file: Path) -> None:
    page = page_of(seats())
    small(page, blocks="7")
    page.form.fields["workers"].setText("3, oops")
    form = page_of(seats()).form
    assert form.workload.currentData() == "wait"
    assert not form.modes["processes"].isChecked()
    assert [form.fields[key].text() for key in ("workers", "blocks", "parameter.duration_ms")] == ["3, oops", "7", "5"]
    for stored in ("nonsense", "[]", '{"fields": 7, "modes": {}, "workload": []}', '{"fields": {"blocks": 9}}'):
        form.restore(stored)
        with contextlib.suppress(ValueError):
            form.restore(json.loads(stored))
    assert form.fields["blocks"].text() == "7"


def test_the_map_is_measured_kept_cancelled_and_a_failure_is_told(seats: Any, seat: Seat, monkeypatch: Any) -> None:
    answers: list[Any] = [ExperimentError("no more processes", "Traceback"), MAP]

    def measure(hear: Any, cancelled: Any) -> Map:
        hear(0.5, "repeat 1 of 2")
        if not answers:
            cancelled.wait(10)
            raise ExperimentCancelled
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(map_thread, "measure", measure)
    page = page_of(seat)
    page.show_map()
    part = page.mapping
    assert part.empty.isVisible()
    done(seat, part, lambda: seat.click(part.start_button))
    assert "no more processes" in part.empty.accessibleName()
    assert any("no more processes" in text for text in seat.toasts())
    done(seat, part, part.start)
    assert part.sentence.text().startswith("Processes win in 1 of 2 places")
    assert part.picture.isVisible()
    part.start()
    seat.until(lambda: page.share == 0.5)
    page.start()
    assert any("Something else is being measured" in text for text in seat.toasts())
    seat.click(part.cancel_button)
    seat.until(lambda: not page.busy)
    assert part.map == MAP, "a cancelled measurement leaves the one before it"
    again = page_of(seats()).mapping
    seat_of(again, lambda: again.map)
    assert again.map == MAP


def test_maps_are_opened_saved_and_refused(seat: Seat, tmp_path: Path) -> None:
    part = page_of(seat).mapping
    file = tmp_path / "map.json"
    file.write_text(json.dumps(break_even.document(MAP)))
    done(seat, part, lambda: part.open(file))
    assert part.map == MAP
    for ending in ("json", "svg", "png", "pdf"):
        done(seat, part, lambda ending=ending: part.save(tmp_path / f"out.{ending}"))
        assert (tmp_path / f"out.{ending}").stat().st_size > 300
    done(seat, part, lambda: part.open(written(tmp_path / "made.json", made())))
    assert "not a break-even map" in seat.toasts()[-1]
    assert part.map == MAP


def test_what_is_broken_is_set_aside(seats: Any, settings_file: Path) -> None:
    for kind in ("comparison", "break-even"):
        settings_file.with_suffix(f".{kind}.json").write_text("nonsense")
    page = page_of(seats())
    seat_of(page, lambda: not page.comparing.working and not page.mapping.working)
    assert page.comparing.comparison is None
    assert page.mapping.map is None
    for kind in ("comparison", "break-even"):
        assert settings_file.with_name(f"settings.{kind}.broken.json").exists()


def test_a_thousand_setups_are_shown_without_a_long_frame(seat: Seat, qtbot: Any) -> None:
    """Figures are made on the runner's thread; the window only shows them."""
    setups = tuple(
        Setup("threads", 1 + n % 64, (("batch", 60), ("size", 1_000 * (1 + n // 64)))) for n in range(1_000)
    )
    many = comparison({s: [float(100 + s.workers)] for s in setups})
    many.plan = Plan("primes", setups, repeats=1)
    page = page_of(seat)
    found = shown(many)
    assert "The 12 best of 1,000 setups." in found.pictures[1].note
    assert len(found.sentence) < 600, "sixteen values are summed up"
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
