"""The Watch page: the list of programs, a real one watched, details, what is saved, and what is left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from array import array
from pathlib import Path

import psutil
import pytest
from grandstand.engine.observed import ThreadGone, ThreadsSeen
from grandstand.observe import stacks as stacks_module
from grandstand.observe.running import Running
from grandstand.ui.pages.watch import watch_thread, watching
from grandstand.ui.pages.watch.page import WatchPage
from grandstand.ui.pages.watch.watching import WatchingView
from grandstand.watch.rows import FIRST, MOST
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from tests.ui.conftest import TWO_THREADS, Seat
from tests.watch.made import T0, rows
from tests.watch.made import row as account

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="programs are seen from outside on Linux only"),
]


def page_of(seat: Seat) -> WatchPage:
    page: WatchPage = seat.window.page("watch")
    return page


def observers() -> list[int]:
    found = []
    for child in psutil.Process().children(recursive=True):
        try:
            if "observe.outside" in " ".join(child.cmdline()):
                found.append(child.pid)
        except psutil.Error:
            continue
    return found


def texts_of(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel))


def watch(seat: Seat, pid: int) -> WatchPage:
    seat.window.show_page("watch")
    page = page_of(seat)
    page.watch_process(pid, "two threads")
    return page


def drawn(page: WatchPage) -> bool:
    """Whether its threads and its GIL have slices."""
    assert page.view is not None
    rows = page.view.watched.rows
    numbers = [row.number for group in rows.groups for row in group.rows]
    return len(numbers) >= 3 and all(len(rows.lanes.lanes[n].between(0, 1 << 62)) > 2 for n in numbers[:3])


def drawn_view(seat: Seat, program: subprocess.Popen[bytes]) -> tuple[WatchPage, WatchingView]:
    """Of a program that is being watched, and drawn."""
    page = watch(seat, program.pid)
    seat.until(lambda: drawn(page))
    assert page.view is not None
    return page, page.view


def test_a_running_program_is_watched_and_let_go(seat: Seat, program: subprocess.Popen[bytes]) -> None:
    page = watch(seat, program.pid)
    view = page.view
    assert view is not None
    seat.until(lambda: drawn(page))
    (group,) = view.watched.rows.groups
    band, main, other = group.rows
    assert (band.thread, main.thread) == (0, program.pid)
    kinds = view.watched.rows.lanes.lanes[band.number].between(0, 1 << 62)[:, 0].tolist()
    assert FIRST + other.color in kinds, "the thread that computes holds the GIL"
    seat.until(lambda: "2 threads" in texts_of(view.panel) and not view.panel.is_empty())
    seat.until(lambda: "looks a second" in texts_of(view.panel))
    seat.until(lambda: "Its 2 threads spent their time" in view.sentence.text())
    title, facts, warning = view.watched.words.heading(group)
    assert "two threads" in title
    assert f"Python {sys.version_info[0]}.{sys.version_info[1]}" in facts
    assert not warning
    seat.until(lambda: int(view.watched.words.row(other)[1].removesuffix(" %") or 0) > 20)
    assert view.watched.words.row(main)[0] == "main thread"
    seat.press(Qt.Key.Key_Escape)
    assert page.view is None
    assert seat.window.shown("watch"), "one level only"
    seat.until(lambda: not observers())
    assert program.poll() is None, "it goes on"


def test_the_list_shows_programs_and_enter_watches_the_chosen_one(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def look(_: object) -> list[Running]:  # the machine's own programs come and go
        looks.append(1)
        return [
            Running(7_000_001, ("/usr/bin/python3", "server.py"), 1.5 if looks[1:] else None, 9, 50_000_000, 0.0),
            Running(7_000_002, ("/usr/bin/python3", "batch.py", "<b>x</b>"), None, 1, 9_000_000, 0.0),
        ]

    monkeypatch.setattr(watch_thread.RunningPythons, "look", look)
    seat.press("W")
    page = page_of(seat)
    assert seat.window.shown("watch")
    table, model = page.programs.table, page.programs.model
    seat.until(lambda: model.programs and model.data(model.index(0, 2)) == "150 %")
    assert [model.data(model.index(0, column)) for column in range(5)] == [
        "python3 server.py", "7000001", "150 %", "9", "50 MB"
    ]  # fmt: skip
    assert page.programs.current is not None
    assert page.programs.current.pid == 7_000_001
    seat.press(Qt.Key.Key_Down)
    assert page.programs.current.pid == 7_000_002
    page.programs.filter.setText("server")
    assert [one.pid for one in model.programs] == [7_000_001]
    page.programs.filter.setText("7000002")
    assert [one.pid for one in model.programs] == [7_000_002]
    page.programs.filter.setText("nobody")
    assert not table.isVisible()
    assert not page.programs.watch_button.isEnabled()
    page.programs.filter.clear()
    seat.press(Qt.Key.Key_Return)
    view = page.view
    assert view is not None
    seat.until(lambda: not view.watched.running)
    assert "There is no process" in view.sentence.text()
    assert not page.stop_button.isEnabled()


def test_a_list_that_is_renewed_keeps_its_order_and_its_choice(seat: Seat) -> None:
    seat.window.show_page("watch")
    programs = page_of(seat).programs
    page_of(seat)._look_no_longer()
    first = [Running(pid, ("python3", f"{pid}.py"), 0.1, 1, 1, 0.0) for pid in (1, 2, 3)]
    programs.set_programs(first)
    programs.table.choose(1)
    programs.set_programs([Running(4, ("python3", "4.py"), 0.9, 1, 1, 0.0), *reversed(first)])
    assert [one.pid for one in programs.model.programs] == [1, 2, 3, 4]
    assert programs.current is not None
    assert programs.current.pid == 2


def test_a_click_on_a_heading_folds_and_a_click_on_a_thread_tells_of_it(
    seat: Seat, program: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def answer(pid: int, given_up: object) -> list[stacks_module.Stack]:
        asked.append(pid)
        frame = stacks_module.Frame("compute", "/x/two_threads.py", 4)
        return [stacks_module.Stack(view.lanes.lines[-1].row.thread, "", (frame,))]  # type: ignore[union-attr]

    monkeypatch.setattr(watching, "stacks", answer)
    page = watch(seat, program.pid)
    view = page.view
    assert view is not None
    seat.until(lambda: drawn(page) and not view.panel.is_empty())
    view.lanes.rebuild()
    assert [line.row is None for line in view.lanes.lines] == [True, False, False, False]
    click(view.lanes, 0)
    assert [line.row is None for line in view.lanes.lines] == [True]
    click(view.lanes, 0)
    assert len(view.lanes.lines) == 4
    click(view.lanes, 3)
    assert view.details.isVisible()
    seat.until(lambda: "compute" in view.details.stack.toPlainText())
    assert "two_threads.py:4" in view.details.stack.toPlainText()
    seat.until(lambda: "In the last two seconds" in view.details.facts.text())
    assert asked == [program.pid]
    seat.press(Qt.Key.Key_Escape)
    assert not view.details.isVisible()
    assert page.view is view, "one level only"


def click(lanes: QWidget, line: int) -> None:
    """On the middle of a line of the picture, at its name."""
    tops = [(top, high) for _, top, high in lanes._visible]  # type: ignore[attr-defined]
    top, high = tops[line]
    QTest.mouseClick(lanes, Qt.MouseButton.LeftButton, pos=QPointF(60, top + high / 2).toPoint())


def test_where_there_is_no_py_spy_how_to_get_it_is_said(
    seat: Seat, program: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stacks_module, "program", lambda: "")
    page = watch(seat, program.pid)
    view = page.view
    assert view is not None
    seat.until(lambda: drawn(page))
    view.show_details(program.pid, program.pid)
    seat.until(lambda: "pip install py-spy" in view.details.stack.toPlainText())


def test_what_was_seen_is_saved_as_report_figures_and_picture(
    seat: Seat, program: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    page = watch(seat, program.pid)
    view = page.view
    assert view is not None
    seat.until(lambda: drawn(page) and view.watched.program.seconds > 1.0)
    for ending in (".html", ".md", ".json", ".png"):
        page.save(tmp_path / f"seen{ending}")
    seat.until(lambda: len(list(tmp_path.iterdir())) == 4 and not seat.window.services.background.busy)
    document = json.loads((tmp_path / "seen.json").read_text())
    assert document["pid"] == program.pid
    assert len(document["processes"][0]["threads"]) == 2
    assert "two threads" in (tmp_path / "seen.html").read_text()
    picture = QImage(str(tmp_path / "seen.png"))
    assert picture.width() > 400
    assert "watched from outside" in picture.text("Description")


def test_a_program_that_ends_stays_on_the_screen(seat: Seat, program: subprocess.Popen[bytes]) -> None:
    page = watch(seat, program.pid)
    view = page.view
    assert view is not None
    seat.until(lambda: drawn(page))
    program.kill()
    program.wait()
    seat.until(lambda: not view.watched.running)
    assert len(view.lanes.lines) == 4
    assert all(row.ended_ns for group in view.watched.rows.groups for row in group.rows)
    assert not page.stop_button.isEnabled()
    assert "threads" in view.sentence.text()


def test_watching_goes_on_behind_another_page_and_ends_with_the_window(
    seat: Seat, program: subprocess.Popen[bytes]
) -> None:
    page, view = drawn_view(seat, program)
    seat.window.show_page("live")
    before = view.watched.program.until
    seat.until(lambda: view.watched.program.until > before)
    assert observers()
    seat.window.show_page("watch")
    assert page.view is view
    seat.finish()
    assert not observers()
    assert program.poll() is None


def test_two_hundred_threads_show_what_there_is_room_for(seat: Seat) -> None:
    view = made_up(seat)
    for group in range(20):
        threads = [group * 100 + thread + 1 for thread in range(10)]
        view.watched.hear([ThreadsSeen(group * 100 + 1, T0, rows(*(account(t, 1.0) for t in threads)), b"")])
    view.tell(0)
    view.lanes.rebuild()
    assert len(view.lanes.lines) == 20 + 200
    shown = view.lanes.store.shown  # type: ignore[attr-defined]
    assert 10 < len(shown) < 60
    assert view.lanes.bar.isVisible()
    view.lanes.bar.setValue(view.lanes.bar.maximum())
    last = view.lanes.lines[-1].row
    assert last is not None
    assert view.lanes.store.shown[-1][0] == last.number  # type: ignore[attr-defined]


def made_up(seat: Seat) -> WatchingView:
    """A view that nobody tells anything but the test."""
    seat.window.show_page("watch")
    page = page_of(seat)
    page.watch_process(7_000_001, "made up")
    view = page.view
    assert view is not None
    seat.until(lambda: not view.watched.running)
    return view


def one_thread(tid: int, t_ns: int) -> ThreadsSeen:
    """It has computed for the microsecond before ``t_ns``."""
    packed = array("q", (tid, 0, t_ns - 1_000, t_ns)).tobytes()
    return ThreadsSeen(1, t_ns, rows(account(tid, 1.0)), packed)


def test_while_paused_lines_stay_whoever_comes_and_goes(seat: Seat) -> None:
    view = made_up(seat)
    view.watched.hear([one_thread(1, T0), one_thread(2, T0)])
    view.lanes.rebuild()
    page_of(seat).toggle_live()
    assert not view.lanes.live
    before = view.lanes.lines
    view.watched.hear([one_thread(3, T0), ThreadGone(1, 1, T0)])
    view.lanes.advance(T0 + 10**9)
    view.lanes.rebuild()
    assert view.lanes.lines == before
    page_of(seat).toggle_live()
    assert [line.row.thread for line in view.lanes.lines if line.row is not None] == [2, 3, 1]


def test_a_lane_that_goes_to_another_thread_shows_nothing_of_it_in_the_old_line(seat: Seat) -> None:
    view = made_up(seat)
    watched, store = view.watched, view.lanes.store
    watched.hear([one_thread(tid, T0) for tid in range(1, MOST + 1)])
    view.lanes.rebuild()
    before = view.lanes.lines
    assert 0 in store.take_new()[0], "the first thread has the first line"
    watched.hear([ThreadGone(1, 1, T0), one_thread(9_000, T0 + 5_000)])
    assert {row.thread for group in watched.rows.groups for row in group.rows} == {*range(2, MOST + 1), 9_000}
    assert len(store.take_new()[0]) == 0, "the line still belongs to the thread that has ended"
    view.lanes.rebuild()
    assert view.lanes.lines != before


def test_a_command_of_many_lines_is_a_title_of_one(seat: Seat, program: subprocess.Popen[bytes]) -> None:
    """Once `python -c` with a program of some lines made the bar as high as the program is long."""
    seat.window.show_page("watch")
    page = page_of(seat)
    command = (sys.executable, "-c", TWO_THREADS + "#" * 9_000)
    page.watch(Running(program.pid, command, None, 2, 0, 0.0))
    assert "\n" not in page.title.text()
    assert len(page.title.text()) <= 500
    page.back()


def test_that_programs_cannot_be_listed_is_said_and_it_is_tried_again(
    seat: Seat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Once the page looked for ever."""
    looks: list[int] = []

    def look(_: object) -> list[Running]:
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError("no /proc here")
        return [Running(7, ("python3", "job.py"), 0.5, 1, 10**7, 0.0)]

    monkeypatch.setattr(watch_thread.RunningPythons, "look", look)
    seat.window.show_page("watch")
    programs = page_of(seat).programs
    seat.until(lambda: "cannot be listed RuntimeError: no /proc here" in programs.empty.accessibleName())
    seat.until(lambda: programs.current is not None and programs.current.pid == 7)


def test_an_observer_that_is_killed_is_told_and_what_was_seen_stays(
    seat: Seat, program: subprocess.Popen[bytes]
) -> None:
    page, view = drawn_view(seat, program)
    seat.until(lambda: view.watched.program.seconds > 1)
    (observer,) = observers()
    psutil.Process(observer).kill()
    seat.until(lambda: not view.watched.running)
    assert view.watched.problem
    assert view.watched.problem in view.sentence.text()
    assert "spent their time" in view.sentence.text(), "what was seen"
    assert not view.panel.is_empty()
    assert not page.stop_button.isEnabled()
    page.back()
    assert not page.watching
    page.watch_process(program.pid, "again")
    seat.until(lambda: drawn(page))
    page.back()


def test_details_fit_into_the_smallest_window_and_a_refusal_says_it_once(seat: Seat) -> None:
    """Once a click on a thread made a window of 1024 pixels wider than the projector."""
    view = made_up(seat)
    seat.window.resize(1024, 768)
    did = dict.fromkeys(("computing", "gil", "lock", "core", "io", "waiting", "idle"), 0.14)
    view.watched.hear([ThreadsSeen(1, T0, rows(account(7, 1.0, **did)), b"")])
    view.tell(0)
    view.show_details(1, 7)
    assert view.details.isVisibleTo(view)
    seat.wait(0.1)
    assert view.minimumSizeHint().width() <= 1024 - 28
    assert seat.window.width() == 1024
    page = page_of(seat)
    page.watch_process(2**22 + 1, "nothing")
    assert page.view is not None
    refused = page.view
    seat.until(lambda: not refused.watched.running)
    assert refused.sentence.text() == "There is no process 4194305. To see which there are: grandstand watch --list."
