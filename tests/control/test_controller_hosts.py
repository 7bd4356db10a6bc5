"""Runs whose workers live under another Python, as the controller sees them: what ran before goes on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from grandstand import modes
from grandstand.engine import runners
from grandstand.hosts import base, interpreter

from tests.control.conftest import Desk
from tests.places import ROOT, SOURCES

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="tried on Linux")
BREAKS_OFF = f"""#!{sys.executable}
import os, sys, time
sys.path.insert(0, {str(SOURCES)!r})
from grandstand.engine import messages as m, wire
from grandstand.engine.introduction import introduce
events = int(sys.argv[-2])
for event in (introduce(("threads",)), m.Hello(*(1, 0, time.perf_counter_ns(), os.getpid(), os.getpid(), 19))):
    wire.write(events, event)
time.sleep(0.5)
os.write(events, b"a print gone astray")
time.sleep(60)
"""


def under(monkeypatch: pytest.MonkeyPatch, mode: str, python: str, shape: str) -> None:
    """From now on workers of ``mode`` live under ``python``."""

    def start(spec: base.RunSpec, deliver: Any) -> Any:
        there = base.RunSpec(**{**vars(spec), "python": python})
        return interpreter.start(there, shape, deliver, path=(str(ROOT),))

    monkeypatch.setattr(modes.load(mode), "start", start)


def test_from_mode_to_mode(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    under(monkeypatch, "threads", sys.executable, runners.THREADS)
    under(monkeypatch, "processes", sys.executable, runners.SINGLE)
    desk.start()
    for changes in ({"workers": 3}, {"mode": "processes"}, {"workers": 1}, {"mode": "sequential"}):
        desk.choose(**changes)
        desk.until_working()
    desk.stop()
    assert desk.notices() == []
    assert [s.setting.mode for s in desk.controller.session.summaries.values()] == [
        "threads", "threads", "processes", "processes", "sequential",
    ]  # fmt: skip


def test_a_python_that_is_gone_gives_back_what_ran_before(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    under(monkeypatch, "processes", "/nowhere/python3.9", runners.SINGLE)
    desk.start()
    desk.choose(mode="processes")
    desk.until(lambda: desk.controller.notices)
    desk.until_working()
    assert desk.controller.choice.mode == "threads"
    assert desk.notices() == [
        "error: There is no Python at /nowhere/python3.9 any more. Choose another Python. Or install that one again.",
        "info: Went back to what ran before.",
    ]


def test_a_host_that_breaks_off_has_lanes_that_say_why(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "python"
    fake.write_text(BREAKS_OFF)
    fake.chmod(0o755)
    under(monkeypatch, "threads", str(fake), runners.THREADS)
    desk.choose(workers=1)
    desk.controller.start()
    desk.until(lambda: not desk.controller.active)
    (record,) = desk.run.workers.values()
    assert (record.alive, record.exit) == (False, "failed")
    assert "this is no stream of Grandstand's" in record.trouble
    assert desk.run.state.value == "failed"
    assert len(desk.notices()) == 1
