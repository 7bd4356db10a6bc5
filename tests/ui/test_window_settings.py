"""What is remembered from one window to the next, and that a spoilt memory spoils nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from grandstand.control.choice import Choice
from grandstand.control.controller import Controller
from grandstand.engine.workloads import load
from grandstand.ui.shell.settings import Settings
from grandstand.ui.theme.manager import theme_manager

from tests.control.workloads_for_tests import PLACE
from tests.ui.conftest import Seat

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


def test_everything_is_as_it_was_left(seats):
    first: Seat = seats()
    assert first.window.wish(workload="mixed", mode="processes", workers=7, parameters={"share": 60})
    assert first.window.wish(options={"start_method": "spawn", "frame_slots": False})
    first.press("D")
    first.dashboard.lanes.set_span(3_000_000_000)
    first.window.resize(1_300, 700)
    first.sidebar.set_most_workers(16)
    first.wait(0.1)
    choice = first.controller.choice
    second: Seat = seats()
    assert second.controller.choice == choice
    assert not theme_manager().theme.dark
    assert second.dashboard.lanes.span_ns == 3_000_000_000
    assert second.window.height() == 700  # the offscreen screen is too narrow to tell by the width
    assert second.sidebar.most_workers == 16
    assert second.part("workload").currentData() == "mixed"
    assert second.sidebar.modes.current() == "processes"
    assert second.sidebar.workers.value() == 7
    assert second.part("start_method").currentData() == "spawn"
    assert second.state == "idle"  # remembered, not started


def test_a_first_start_has_good_defaults(seats):
    seat: Seat = seats()
    choice = seat.controller.choice
    assert (choice.workload, choice.mode) == ("primes", "threads")
    assert 1 <= choice.workers <= 4
    assert theme_manager().theme.dark
    assert seat.dashboard.lanes.span_ns == 10_000_000_000


def choice_line(**values: object) -> str:
    text = json.dumps(values).replace("\\", "\\\\").replace('"', '\\"')
    return f'[General]\nchoice="{text}"\n'


SPOILT_CHOICES = {
    "a choice that is not JSON": '[General]\nchoice="{workload"\n',
    "a choice that is a list": '[General]\nchoice="[1, 2]"\n',
    "a choice that is a number": '[General]\nchoice="5"\n',
    "a choice in several values": "[General]\nchoice=a, b, c\n",
    "an unknown workload": choice_line(workload="prime"),
    "code from elsewhere": choice_line(workload=PLACE + "Gentle"),
    "a workload that is a number": choice_line(workload=5),
    "a workload that is a list": choice_line(workload=["primes"]),
    "an unknown mode": choice_line(workload="primes", mode="fibres"),
    "too many workers": choice_line(workload="primes", workers=65_000),
    "endless workers": '[General]\nchoice="{\\"workload\\": \\"primes\\", \\"workers\\": Infinity}"\n',
    "workers in words": choice_line(workload="primes", workers="many"),
    "parameters that are a list": choice_line(workload="primes", parameters=[1, 2]),
    "a parameter out of its range": choice_line(workload="wait", parameters={"duration_ms": -4}),
    "a parameter that there is not": choice_line(workload="wait", parameters={"speed": 4}),
    "frame slots that are neither": choice_line(workload="primes", frame_slots="yes"),
    "an unknown start method": choice_line(workload="primes", start_method="clone"),
    "a start method that is unsafe here": choice_line(workload="primes", start_method="fork"),
    "something that is not to choose": choice_line(workload="primes", color="red"),
}
GARBAGE = {
    "no settings at all": "",
    "binary rubbish": "\x00\x01\x02[[[=\n==\n%%%",
    "a theme that there is not": "[General]\ntheme=plaid\n",
    "a span in words": "[General]\nspan=long\n",
    "a span that is not a number": "[General]\nspan=nan\n",
    "a span without end": "[General]\nspan=inf\n",
    "a negative span": "[General]\nspan=-5\n",
    "a geometry that is none": "[window]\ngeometry=@ByteArray(\\x1\\x2nonsense)\n",
    "a geometry that is a list": "[window]\ngeometry=1, 2, 3\n",
    "a range that is not a number": "[workers]\nmost=nan\n",
    "a range without end": "[workers]\nmost=inf\n",
    "a range of nothing": "[workers]\nmost=-3\n",
    "a scale that is not a number": "[snapshot]\nscale=nan\n",
    "a scale without end": "[snapshot]\nscale=inf\n",
    "a format that there is not": "[snapshot]\nformat=gif\nfolder=/nowhere/at/all\ncaption=perhaps\n",
    "a choice of what there is not": choice_line(workload="primes", mode=5, workers=[], frame_slots="yes"),
}


@pytest.mark.parametrize("case", GARBAGE, ids=str)
def test_a_spoilt_memory_is_forgotten(seats, settings_file: Path, case):
    settings_file.write_text(GARBAGE[case])
    seat: Seat = seats(show=False)
    assert (seat.controller.choice.workload, seat.controller.choice.mode) == ("primes", "threads")
    assert 1_000_000 <= seat.dashboard.lanes.span_ns <= 60_000_000_000
    assert seat.window.snapshots.scale in (1, 2, 3, 4)
    assert seat.window.snapshots.format == "png"


def restored(settings_file: Path, text: str) -> Choice:
    """The choice with which a window would begin."""
    settings_file.write_text(text)
    controller = Controller(window=True)
    try:
        Settings(settings_file).restore_choice(controller)
        return controller.choice
    finally:
        controller.close()


@pytest.mark.parametrize("case", SPOILT_CHOICES, ids=str)
def test_a_spoilt_choice_is_forgotten(settings_file: Path, case):
    choice = restored(settings_file, SPOILT_CHOICES[case])
    assert choice.workload in ("primes", "wait")
    assert (choice.mode, choice.options) == ("threads", ())
    assert 1 <= choice.workers <= 4
    assert dict(choice.parameters) == load(choice.workload).defaults()


def test_as_much_of_the_choice_as_is_still_possible(settings_file: Path):
    """A parameter that has another range today must not take workload, mode and workers with it."""
    line = choice_line(
        workload="wait", mode="processes", workers=7, parameters={"duration_ms": 99_999}, start_method="clone"
    )
    choice = restored(settings_file, line)
    assert (choice.workload, choice.mode, choice.workers) == ("wait", "processes", 7)
    assert dict(choice.parameters) == {"duration_ms": 20}
    assert choice.options == ()


def test_a_folder_in_which_nothing_can_be_remembered(seats, settings_file: Path):
    settings_file.mkdir()
    seat: Seat = seats()
    seat.press("D")
    seat.finish()  # no message, no crash: there is nobody left to read it
