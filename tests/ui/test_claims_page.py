"""The Claims page: how it opens, what each state says, what the keys do, what is kept, and that nothing is left."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import scipy.special  # noqa: F401  (its threads come with the first import, and stay)
from grandstand.claims import check as checking
from grandstand.claims.base import Claim, Judgment, Measured, Result, Verdict
from grandstand.claims.check import News
from grandstand.claims.lab import Lab
from grandstand.compare.statistics import Estimate
from grandstand.observe.machine import machine
from grandstand.render.kinds import Lanes, Stretch
from grandstand.ui.pages.claims import picture_view, store
from grandstand.ui.pages.claims.checker import Checker
from grandstand.ui.pages.claims.entry import unbroken
from grandstand.ui.pages.claims.page import ClaimsPage
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.chip import Chip
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from tests.places import SOURCES
from tests.ui.conftest import Seat
from tests.ui.test_window_looks import interactive, small_words

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

PICTURE = Lanes("Two lanes", 1.0, (("1", (Stretch("states.io", 0.0, 0.5, "a"),)), ("2", ())))
FIGURE = {"threads against sequential": Estimate(0.98, "×", 0.96, 1.01, 6, "blocks")}
DRAWN: list[tuple[Any, str, int]] = []


def measure_quickly(lab: Lab) -> Measured:
    lab.tell(0.5, "half of it", PICTURE)
    return Measured(FIGURE, {"longer": lab.repeats(4)}, (PICTURE,))


def measure_for_ever(lab: Lab) -> Measured:
    while True:
        lab.tell(0.25, "goes on", Lanes("Live", 1.0, PICTURE.rows))
        time.sleep(0.01)


def measure_wrongly(lab: Lab) -> Measured:
    raise RuntimeError("the clock stood still")


def judge(verdict: Verdict) -> Callable[[Measured], Judgment]:
    return lambda measured: Judgment(verdict, f"It is so. Repeats: {measured.facts['longer']}.")


def claim(number: int, ident: str, verdict: Verdict = Verdict.HOLDS, measure: Any = measure_quickly) -> Claim:
    says = f"Claim {number} says something that takes more words than there is room for in a narrow list of claims."
    return Claim(number, ident, says, "By looking.", 2, measure, judge(verdict), (measure,))


CLAIMS = (
    claim(1, "one"),
    claim(2, "two", Verdict.LIMITS),
    claim(3, "three", Verdict.NOT),
    claim(4, "four", Verdict.UNDECIDED),
    Claim(
        5, "five", "Not here.", "Never.", 1, measure_quickly, judge(Verdict.HOLDS), (), lambda here: "No such core."
    ),
    claim(6, "six", measure=measure_wrongly),
    claim(7, "seven", measure=measure_for_ever),
)


@pytest.fixture(autouse=True)
def made_up(monkeypatch: Any) -> None:
    """Claims of our own, and drawings that cost nothing and are counted."""
    DRAWN.clear()

    def draw(picture: Any, theme: str, width: int, text_px: int, max_height: int) -> str:
        DRAWN.append((picture, theme, width))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="90">'
            f'<rect width="{width}" height="90" fill="#808080"/></svg>'
        )

    monkeypatch.setattr(checking, "claims", lambda: CLAIMS)
    monkeypatch.setattr(picture_view, "draw_svg", draw)


def page_of(seat: Seat) -> ClaimsPage:
    seat.press("C")
    page = seat.window.pages.slots["claims"].page
    assert page is not None
    seat.until(lambda: not page.loading)
    return page


def check(seat: Seat, page: ClaimsPage, *idents: str) -> None:
    page.begin([entry.claim for key, entry in page.entries.items() if key in idents])
    seat.until(lambda: not page.busy)


# -- opening and leaving ----------------------------------------------------------------------------------------------


def test_the_window_opens_without_any_of_it():
    code = """
import sys, grandstand.ui.shell.application
print(*[name for name in sys.modules if name.startswith('grandstand.claims')])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True, cwd=SOURCES
    )
    assert done.stdout.strip() == ""


def test_c_opens_the_page_and_leaves_it(seat: Seat):
    assert seat.window.pages.slots["claims"].page is None
    page = page_of(seat)
    assert page.isVisible()
    assert not seat.sidebar.isVisible()
    assert seat.part("claims").isChecked()
    seat.press("C")
    assert not page.isVisible()
    assert seat.dashboard.isVisible()
    seat.click(seat.part("claims"))
    assert page.isVisible()
    seat.press(Qt.Key.Key_Escape)
    assert not page.isVisible()


def test_space_leaves_the_run_alone_and_the_start_button_goes_back_to_it(seat: Seat):
    """Keys act on what is on the screen."""
    page = page_of(seat)
    seat.press(Qt.Key.Key_Space)
    assert page.isVisible()
    assert not seat.controller.wanted
    seat.click(seat.part("start"))
    seat.until(seat.working)
    assert not page.isVisible()
    assert seat.dashboard.isVisible()
    seat.press("C")
    seat.press(Qt.Key.Key_Space)
    assert seat.controller.wanted, "what runs behind the page goes on"


def test_after_the_page_space_still_starts_and_stops(seat: Seat):
    page_of(seat)
    seat.press("C")
    seat.start()


def test_keys_of_the_dashboard_do_nothing_there(seat: Seat):
    page_of(seat)
    before = seat.controller.choice
    for key in ("3", Qt.Key.Key_Up, "P"):
        seat.press(key)
    assert seat.controller.choice == before
    assert seat.dashboard.lanes.live


# -- states -----------------------------------------------------------------------------------------------------------


def test_nothing_checked_yet(seat: Seat):
    page = page_of(seat)
    assert page.view.card.title.text() == "Not checked yet"
    assert "2.0 s" in page.view.card.reason.text()
    assert page.bar.words.text() == "Nothing has been checked yet"
    assert not page.bar.report_button.isEnabled()
    assert all(row.state_words() == "not checked" for row in page.list.rows.values())


def test_enter_checks_the_opened_claim(seat: Seat):
    page = page_of(seat)
    seat.press(Qt.Key.Key_Return)
    assert page.busy
    seat.until(lambda: not page.busy)
    assert page.current.result is not None
    assert page.view.card.title.text() == "Holds"
    assert page.view.card.tone() == "good"
    assert page.view.figures.rows == [("threads against sequential", "0.98× [0.96, 1.01]", "6 blocks")]
    assert [view.picture for view in page.view.pictures] == [PICTURE]
    assert "1 of 7" in page.bar.words.text()
    assert page.bar.summary() == "1 holds"


@pytest.mark.parametrize(
    ("ident", "title", "tone", "chip"),
    [
        ("two", "Holds with limits", "warn", "holds with limits"),
        ("three", "Does not hold", "bad", "does not hold"),
        ("four", "Undecided", "neutral", "undecided"),
        ("five", "Not testable here", "info", "not testable here"),
        ("six", "The measurement failed", "warn", "failed"),
    ],
)
def test_each_verdict_says_what_it_is(seat: Seat, ident, title, tone, chip):
    page = page_of(seat)
    page.open(ident)
    check(seat, page, ident)
    assert page.view.card.title.text() == title
    assert page.view.card.tone() == tone
    assert page.list.rows[ident].state_words() == chip
    assert seat.part("run_longer").isVisible() is (ident == "four")
    assert seat.part("claim_details").isVisible() is (ident == "six")


def test_undecided_offers_to_run_longer(seat: Seat):
    page = page_of(seat)
    page.open("four")
    check(seat, page, "four")
    assert "Repeats: 4." in page.view.card.reason.text()
    seat.click(seat.part("run_longer"))
    seat.until(lambda: not page.busy)
    assert "Repeats: 12." in page.view.card.reason.text()


def test_the_traceback_of_a_failure_is_one_press_away(seat: Seat):
    page = page_of(seat)
    page.open("six")
    check(seat, page, "six")
    assert "the clock stood still" in page.view.card.reason.text()
    text = seat.part("claim_traceback")
    assert not text.isVisible()
    seat.click(seat.part("claim_details"))
    assert text.isVisible()
    assert "measure_wrongly" in text.toPlainText()


def test_the_code_is_folded_away_until_it_is_wanted(seat: Seat):
    page = page_of(seat)
    assert not page.view.code.isVisible()
    seat.click(seat.part("show_code"))
    assert page.view.code.isVisible()
    assert "def measure_quickly" in page.view.code.code()
    page.open("five")  # has no code
    assert not page.view.code.isVisible()


# -- while it goes on -------------------------------------------------------------------------------------------------


def test_while_it_runs_and_cancelled(seat: Seat):
    page = page_of(seat)
    page.open("seven")
    seat.click(seat.part("check_this"))
    seat.until(lambda: page.view.live.drawn > 1)
    assert page.view.card.title.text() == "Measuring…"
    assert page.list.rows["seven"].state_words() == "25 %"
    assert "goes on" in page.bar.words.text()
    assert seat.part("claims").text() == "Claims 25 %"
    assert seat.part("cancel_check").isVisible()
    assert not seat.part("check_all").isVisible()
    began = time.monotonic()
    seat.click(seat.part("cancel_check"))
    seat.until(lambda: not page.busy, 2)
    assert time.monotonic() - began < 2
    assert page.view.card.title.text() == "Cancelled"
    assert page.list.rows["seven"].state_words() == "cancelled"
    assert seat.part("claims").text() == "Claims"
    assert not page.view.live.isVisible()


def test_a_result_outlives_a_cancelled_check(seat: Seat):
    page = page_of(seat)
    page.entries["seven"].result = Result("seven", "", Verdict.HOLDS, "So.", FIGURE, 6, 1.0, "2026-01-02T03:04:05")
    page.open("seven")
    page.check_this()
    seat.until(lambda: page.current.at_work)
    page.cancel()
    seat.until(lambda: not page.busy)
    assert page.view.card.title.text() == "Holds"
    assert "cancelled" in page.view.card.caption.text()


def test_check_all_goes_on_in_order_and_the_list_follows_until_a_person_looks_elsewhere(seat: Seat):
    seat.window.resize(1280, 800)
    page = page_of(seat)
    seat.click(seat.part("check_all"))
    seat.until(lambda: page.entries["seven"].at_work)
    assert page.list.current == "seven"
    assert [row.state_words() for row in page.list.rows.values()][:3] == [
        "holds",
        "holds with limits",
        "does not hold",
    ]
    seat.press(Qt.Key.Key_Up)
    assert page.list.current == "six"
    seat.wait(0.2)
    assert page.list.current == "six"
    page.cancel()
    seat.until(lambda: not page.busy)
    assert len(page.results()) == 6
    assert len([chip for chip in page.bar.findChildren(Chip) if chip.isVisible()]) in (0, 5)
    for ident in page.entries:
        page.open(ident)
        seat.wait(0.05)
        assert (seat.window.width(), seat.window.height()) == (1280, 800)
    assert "failed" in page.list.rows["six"].state_words()


def test_the_live_run_is_stopped_first_and_does_not_start_beside_a_check(seat: Seat):
    seat.start()
    page = page_of(seat)
    page.open("seven")
    page.check_this()
    seat.until(lambda: page.entries["seven"].at_work)
    assert not seat.controller.active
    assert any("alone" in text for text in seat.toasts())
    seat.click(seat.part("start"))
    assert not seat.controller.wanted
    assert any("need the machine to themselves" in text for text in seat.toasts())
    seat.press("C")  # the check goes on behind the dashboard
    assert page.busy
    assert seat.part("claims").text().startswith("Claims 25")
    page.cancel()
    seat.until(lambda: not page.busy)


def test_a_cancel_before_it_begins(seat: Seat):
    seat.start()
    page = page_of(seat)
    page.check_this()
    assert page.bar.words.text() == "Waiting for the live run to end"
    page.cancel()
    assert not page.busy
    assert page.current.result is None
    assert page.view.card.title.text() == "Cancelled"


def test_the_window_closes_while_it_checks(seats: Callable[..., Seat]):
    seat = seats(workload="wait")
    page = page_of(seat)
    page.open("seven")
    page.check_this()
    seat.until(lambda: page.entries["seven"].at_work)
    began = time.monotonic()
    seat.finish()
    assert time.monotonic() - began < 4
    assert not page.busy


def test_a_defect_of_the_checker_becomes_a_message(seat: Seat, monkeypatch: Any):
    page = page_of(seat)

    def broken(self: Any, ident: str, *rest: Any) -> Any:
        raise ValueError("no lab today")

    monkeypatch.setattr(checking, "check_one", broken)
    page.check_this()
    seat.until(lambda: not page.busy)
    assert any("no lab today" in text for text in seat.toasts())
    monkeypatch.undo()


def test_news_is_never_piled_up(qtbot: Any):
    def many(wanted: Any, hear: Callable[[News], None], cancelled: threading.Event, longer: float) -> list[Result]:
        for i in range(1000):
            hear(News("one", i / 1000, i / 1000, f"step {i}", PICTURE if i == 500 else None))
        hear(News("one", 1.0, 0.5, result=Result("one", "", Verdict.HOLDS, "", {}, 0, 1.0, "")))
        hear(News("two", 0.0, 0.5, "begins"))
        return []

    checker = Checker(CLAIMS[:2], 1.0, many)
    told: list[None] = []
    checker.news.connect(lambda: told.append(None))
    checker.start()
    assert checker.wait(5000)
    qtbot.wait(20)
    news = checker.take()
    assert [(n.claim, n.result is not None) for n in news] == [("one", True), ("two", False)]
    assert len(told) == 1
    assert checker.take() == []


def test_progress_keeps_the_last_picture_that_was_not_seen(qtbot: Any):
    checker = Checker(CLAIMS[:1], 1.0)
    checker.hear(News("one", 0.1, 0.1, "a", PICTURE))
    checker.hear(News("one", 0.2, 0.2, ""))
    (news,) = checker.take()
    assert (news.progress, news.words, news.picture) == (0.2, "a", PICTURE)


def test_pictures_are_drawn_no_oftener_than_frames(seat: Seat):
    page = page_of(seat)
    view = page.view.live
    view.setVisible(True)
    before = len(DRAWN)
    for i in range(200):
        view.set_picture(Lanes(f"{i}", 1.0, ()))
    seat.wait(0.3)
    assert 1 <= len(DRAWN) - before <= 9
    assert DRAWN[-1][0].title == "199"


def test_frames_go_on_while_claims_are_checked(seat: Seat):
    page = page_of(seat)
    gaps: list[float] = []
    beat = seat.window.clock._beat
    seat.window.clock._beat = lambda t, gap: (gaps.append(gap), beat(t, gap))[-1]
    page.open("seven")
    page.check_this()
    seat.until(lambda: page.view.live.drawn > 3)
    gaps.clear()
    seat.wait(1.5)
    page.cancel()
    seat.until(lambda: not page.busy)
    assert len(gaps) > 20
    assert sorted(gaps)[len(gaps) // 2] < 70


def test_intervals_stay_on_one_line():
    assert unbroken("It did 0.94× [0.89, 0.99] of it: 45 % [40.2, 51.2].") == (
        "It did 0.94× [0.89,\u00a00.99] of it: 45\u00a0% [40.2,\u00a051.2]."
    )


# -- hands ------------------------------------------------------------------------------------------------------------


def test_arrows_choose_and_stop_at_the_ends(seat: Seat):
    page = page_of(seat)
    seat.press(Qt.Key.Key_Up)
    assert page.list.current == "one"
    for _ in range(20):
        seat.press(Qt.Key.Key_Down)
    assert page.list.current == "seven"
    seat.click(page.list.rows["two"])
    assert page.list.current == "two"
    assert page.view.says.text() == CLAIMS[1].says


def test_enter_and_space_press_the_button_that_has_the_keyboard(seat: Seat):
    page = page_of(seat)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        page.view.code_button.setFocus(Qt.FocusReason.TabFocusReason)
        before = page.view.code_button.isChecked()
        seat.press(key)
        assert page.view.code_button.isChecked() is not before
    assert not page.busy
    assert not seat.controller.wanted


def test_a_button_with_the_keyboard_goes_before_the_run(seat: Seat):
    seat.start()
    page = page_of(seat)
    seat.part("check_this").setFocus(Qt.FocusReason.TabFocusReason)
    seat.press(Qt.Key.Key_Space)
    assert page.busy
    seat.until(lambda: not page.busy)
    assert page.current.result is not None
    assert not seat.controller.active


def test_every_part_has_names_and_can_be_reached_and_read(seat: Seat):
    page = page_of(seat)
    check(seat, page, "one", "six")
    page.open("six")
    nameless = [w for w in interactive(page) if not w.objectName() or not w.accessibleName().strip()]
    assert nameless == []
    names = [w.objectName() for w in interactive(page)]
    assert len(names) == len(set(names))
    assert small_words(page, 13) == []
    unreachable = [
        w.objectName() for w in interactive(page)
        if w.isVisible() and w.isEnabled() and not w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not w.objectName().startswith("claim.")
    ]  # fmt: skip
    assert unreachable == []


def test_presenting_shows_the_claim_alone_in_large_letters(seat: Seat):
    page = page_of(seat)
    check(seat, page, "one")
    seat.press("F")
    assert not page.list.isVisible()
    assert page.view.isVisible()
    assert small_words(page, 20) == []
    seat.press(Qt.Key.Key_Down)
    assert page.view.says.text() == CLAIMS[1].says
    seat.press(Qt.Key.Key_Escape)
    assert page.list.isVisible()
    assert page.isVisible()


def test_s_saves_the_claim_as_it_is_seen(seat: Seat, tmp_path: Path):
    seat.window.settings.put("snapshot/folder", str(tmp_path))
    page_of(seat)
    seat.press("S")
    (path,) = tmp_path.glob("grandstand_claim_one_*.png")
    assert path.stat().st_size > 1000


def test_a_picture_is_redrawn_for_the_theme_and_saved(seat: Seat, tmp_path: Path):
    page = page_of(seat)
    check(seat, page, "one")
    seat.until(lambda: page.view.pictures[0].drawn)
    theme_manager().set_theme("light")
    seat.until(lambda: page.view.pictures[0].drawn > 1)
    assert DRAWN[-1][1] == "light"
    view = page.view.pictures[0]
    assert view.image().width() == 2 * DRAWN[-1][2]
    view.write(tmp_path / "a.png")
    view.write(tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text().startswith("<svg")
    with pytest.raises(OSError):
        view.write(tmp_path / "nowhere" / "a.png")
    menu = view.build_menu()
    assert [action.text() for action in menu.actions()] == ["Copy picture", "Save as PNG…", "Save as SVG…"]
    menu.deleteLater()


@pytest.mark.filterwarnings("default")
def test_a_picture_that_cannot_be_drawn_takes_nothing_with_it(seat: Seat, monkeypatch: Any):
    def broken(*_: Any) -> str:
        raise KeyError("states.purple")

    monkeypatch.setattr(picture_view, "draw_svg", broken)
    page = page_of(seat)
    check(seat, page, "one")
    seat.until(lambda: any("could not be drawn" in text for text in seat.toasts()))
    assert page.view.card.title.text() == "Holds"


# -- what is kept -----------------------------------------------------------------------------------------------------


def test_results_come_back_without_their_pictures(seats: Callable[..., Seat]):
    seat = seats(workload="wait")
    check(seat, page_of(seat), "one", "four")
    assert not list(seat.window.settings.claims_file().parent.glob("*.part"))
    seat = seats(workload="wait")
    page = page_of(seat)
    assert [result.id for result in page.results()] == ["one", "four"]
    assert page.view.card.title.text() == "Holds"
    assert page.view.figures.rows[0][1] == "0.98× [0.96, 1.01]"
    assert seat.part("no_pictures").isVisible()


def test_reading_what_was_kept_holds_nothing_up_and_loses_nothing(seat: Seat, monkeypatch: Any):
    """A disk that does not answer: frames go on, and a claim that is checked meanwhile does not replace the others."""
    file, load, answers = seat.window.settings.claims_file(), store.load, threading.Event()
    kept = Result("three", "", Verdict.HOLDS, "So.", FIGURE, 6, 1.0, "2026-01-02T03:04:05")
    store.save(file, [kept], machine().as_dict())

    def slow(*arguments: Any) -> Any:
        answers.wait(30)
        return load(*arguments)

    monkeypatch.setattr(store, "load", slow)
    try:
        seat.press("C")
        page = seat.window.pages.slots["claims"].page
        assert page is not None
        frame = seat.window.clock.last_ns
        seat.until(lambda: seat.window.clock.last_ns > frame)
        check(seat, page, "one")
        assert page.loading
        assert [entry["id"] for entry in json.loads(file.read_text())["claims"]] == ["three"]
    finally:
        answers.set()
    seat.until(lambda: not page.loading)
    assert {result.id for result in page.results()} == {"one", "three"}
    assert {entry["id"] for entry in json.loads(file.read_text())["claims"]} == {"one", "three"}


def test_a_window_that_closes_while_it_reads_keeps_both(seat: Seat, monkeypatch: Any):
    file, load = seat.window.settings.claims_file(), store.load
    kept = Result("three", "", Verdict.HOLDS, "So.", FIGURE, 6, 1.0, "2026-01-02T03:04:05")
    store.save(file, [kept], machine().as_dict())
    monkeypatch.setattr(store, "load", lambda *arguments: (time.sleep(1.5), load(*arguments))[1])
    seat.press("C")
    check(seat, seat.window.pages.slots["claims"].page, "one")
    seat.finish()
    assert {entry["id"] for entry in json.loads(file.read_text())["claims"]} == {"one", "three"}


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"schema": 9, "claims": []}', '{"schema": 1, "claims": [{"id": 1}]}']
)
def test_a_broken_file_is_set_aside(seat: Seat, text):
    file = seat.window.settings.claims_file()
    file.write_text(text)
    page = page_of(seat)
    assert page.results() == []
    assert any("could not be read" in text for text in seat.toasts())
    assert not file.exists()
    assert file.with_name(f"{file.stem}.broken.json").read_text() == text


def test_results_of_another_python_are_set_aside(seat: Seat):
    file = seat.window.settings.claims_file()
    result = Result("one", "", Verdict.HOLDS, "So.", FIGURE, 6, 1.0, "2026-01-02T03:04:05")
    store.save(file, [result], {**machine().as_dict(), "python": "3.99.0"})
    assert page_of(seat).results() == []
    assert any("Python 3.99.0" in text for text in seat.toasts())
    assert file.with_name(f"{file.stem}.other.json").exists()


def test_a_folder_that_cannot_be_written_is_a_message(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        store.save(tmp_path / "file" / "x.json", [], machine().as_dict())


def test_the_report_by_its_ending(seat: Seat, tmp_path: Path, monkeypatch: Any):
    page = page_of(seat)
    check(seat, page, "one", "three")
    for name, holds in (("r.html", "<svg"), ("r.json", '"schema": 1'), ("r.md", "| claim | verdict |")):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, name=name: (str(tmp_path / name), ""))
        seat.click(seat.part("report"))
        seat.until(lambda name=name: any(f"Saved {name}." in text for text in seat.toasts()))
        assert holds in (tmp_path / name).read_text()
    assert [c["id"] for c in json.loads((tmp_path / "r.json").read_text())["claims"]] == ["one", "three"]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "r.md"), ""))
    seat.click(seat.part("report"))
    seat.until(lambda: any("could not be written" in text for text in seat.toasts()))


# -- the real ones ----------------------------------------------------------------------------------------------------


def test_a_real_claim_in_the_window(seat: Seat, monkeypatch: Any):
    monkeypatch.undo()
    page = page_of(seat)
    page.open("queue-workers")
    page.check_this()
    seat.until(lambda: not page.busy, 60)
    result = page.current.result
    assert result is not None
    assert result.problem == ""
    assert result.verdict in (Verdict.HOLDS, Verdict.LIMITS)
    assert page.view.figures.rows
    page.view.pictures[0].setFixedWidth(600)
    seat.until(lambda: page.view.pictures[0].drawn)
