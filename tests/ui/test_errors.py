"""Exceptions that nobody caught become messages, from whichever thread they come."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from grandstand.ui.shell.errors import Errors
from PySide6.QtCore import QThread


class Failing(QThread):
    def run(self) -> None:
        raise KeyError("on a QThread")


@pytest.fixture
def told(qtbot: Any) -> Iterator[list[tuple[str, str, str, bool]]]:
    """Level, text and details of what was told, and whether that was on the GUI thread."""
    found: list[tuple[str, str, str, bool]] = []
    gui = threading.get_ident()
    before = sys.excepthook, threading.excepthook
    errors = Errors(lambda level, text, details: found.append((level, text, details, threading.get_ident() == gui)))
    errors.install()
    yield found
    errors.remove()
    assert (sys.excepthook, threading.excepthook) == (sys.__excepthook__, threading.__excepthook__)
    sys.excepthook, threading.excepthook = before


def fail(text: str) -> None:
    raise ValueError(text)


def in_a_thread(text: str) -> None:
    thread = threading.Thread(target=fail, args=(text,))
    thread.start()
    thread.join()


def test_of_another_thread(qtbot: Any, told: list[Any], caplog: pytest.LogCaptureFixture) -> None:
    in_a_thread("in a thread")
    assert told == [], "widgets were touched from the thread that failed"
    qtbot.waitUntil(lambda: bool(told))
    ((level, text, details, on_gui_thread),) = told
    assert level == "error"
    assert "ValueError: in a thread" in text
    assert "in the background" in text
    assert "in fail" in details
    assert on_gui_thread
    assert "in a thread" in caplog.text
    caplog.clear()


def test_of_a_qthread(qtbot: Any, told: list[Any], caplog: pytest.LogCaptureFixture) -> None:
    thread = Failing()
    with qtbot.capture_exceptions():
        sys.excepthook = threading.excepthook = None  # type: ignore[assignment]
        Errors.install(errors := Errors(lambda *said: told.append((*said, True))))
        thread.start()
        thread.wait()
        qtbot.waitUntil(lambda: bool(told))
        errors.remove()
    assert "KeyError: 'on a QThread'" in told[0][1]
    caplog.clear()


def test_what_fails_in_each_frame_is_said_once(qtbot: Any, told: list[Any], caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(30):
        try:
            fail("again")
        except ValueError:
            sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    in_a_thread("something else")
    qtbot.waitUntil(lambda: len(told) == 2)
    qtbot.wait(50)
    assert [("again" in text, "background" in text) for _, text, _, _ in told] == [(True, False), (False, True)]
    caplog.clear()


def test_leaving_a_thread_is_no_error(qtbot: Any, told: list[Any]) -> None:
    thread = threading.Thread(target=sys.exit)
    thread.start()
    thread.join()
    qtbot.wait(50)
    assert told == []
