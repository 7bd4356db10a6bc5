"""The scheduler's figures of one thread, where the system keeps them."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from grandstand.engine import clocks
from grandstand.engine.clocks import SchedulerClock

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")


@pytest.fixture
def schedstat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that stands for /proc/thread-self/schedstat."""
    path = tmp_path / "schedstat"
    real = os.open

    def instead(asked: Any, *rest: Any) -> int:
        return real(path if asked == "/proc/thread-self/schedstat" else asked, *rest)

    monkeypatch.setattr(os, "open", instead)
    return path


def test_the_second_figure_is_the_run_delay(schedstat: Path) -> None:
    schedstat.write_text("123 456 7\n")
    clock = SchedulerClock()
    assert clock.available
    assert clock.run_delay_ns() == 456
    schedstat.write_text("9223372036854775807 1234567890123 99999999\n")
    assert clock.run_delay_ns() == 1_234_567_890_123
    schedstat.write_text("")
    assert clock.run_delay_ns() is None
    clock.close()
    clock.close()
    assert clock.run_delay_ns() is None


@pytest.mark.parametrize("text", ["0 0 0\n", "", "12\n", "a b c\n"])
def test_a_kernel_that_keeps_no_figures_has_none(schedstat: Path, text: str) -> None:
    schedstat.write_text(text)
    before = len(os.listdir("/proc/self/fd"))
    assert not SchedulerClock().available
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_system_without_the_file_has_none(schedstat: Path) -> None:
    assert not SchedulerClock().available


def test_who_blocks_is_told_from_who_computes() -> None:
    seen: list[bool] = []

    def work() -> None:
        clock = SchedulerClock()
        clock.switches_since_last_call()
        seen.append(clock.switches_since_last_call() > 0)
        time.sleep(0.01)
        seen.append(clock.switches_since_last_call() > 0)
        clock.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False, True]


def test_the_clock_of_cpu_time_stands_still_in_sleep() -> None:
    start, began = clocks.cpu_ns(), clocks.now_ns()
    time.sleep(0.05)
    assert clocks.now_ns() - began >= 50_000_000
    assert clocks.cpu_ns() - start < 25_000_000
