"""Runs whose workers live under another Python, as the controller sees them: what ran before goes on."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from grandstand.hosts import base, interpreter, local
from grandstand.modes.mode import Mode

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


def under(monkeypatch: pytest.MonkeyPatch, pythons: dict[str, str]) -> None:
    """From now on workers of these modes live under these executables."""

    def start(mode: Mode, spec: base.RunSpec, deliver: base.Deliver) -> base.RunHandle:
        if mode.key not in pythons:
            return usual(mode, spec, deliver)
        there = replace(spec, python=pythons[mode.key])
        return interpreter.start(there, mode.runner, deliver, path=(str(ROOT),))

    usual = local.HOST.start
    monkeypatch.setattr(local.HOST, "start", start)


def test_from_mode_to_mode(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    under(monkeypatch, {"threads": sys.executable, "processes": sys.executable})
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
    under(monkeypatch, {"processes": "/nowhere/python3.9"})
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
    under(monkeypatch, {"threads": str(fake)})
    desk.choose(workers=1)
    desk.controller.start()
    desk.until(lambda: not desk.controller.active)
    (record,) = desk.run.workers.values()
    assert (record.alive, record.exit) == (False, "failed")
    assert "this is not a stream of Grandstand's" in record.trouble
    assert desk.run.state.value == "failed"
    assert len(desk.notices()) == 1
