"""Signals for a program that is launched to be watched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import pytest
from grandstand.cli import launched as module
from grandstand.cli.launched import Launched
from grandstand.engine import observed as o
from grandstand.watch.program import Program

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="launches on Linux")


class Slow:
    """An observer that takes its time to say which process it has launched."""

    problem = ""
    over = False

    def __init__(self, **_: Any) -> None:
        self.turns = 0
        self.child = subprocess.Popen(["sleep", "5"])

    def events(self, seconds: float) -> list[Any]:
        self.turns += 1
        if self.turns == 3:
            return [o.Watching(1, self.child.pid, 0, 0)]
        code = self.child.poll()
        return [] if code is None else [o.Ended(self.child.pid, 0, code)]

    def let_go(self) -> None:
        self.over = True

    def close(self) -> None:
        self.child.kill()
        self.child.wait()


def test_a_signal_that_comes_before_the_programs_number_is_known_reaches_it(monkeypatch: pytest.MonkeyPatch):
    """Once it was lost on a busy machine, and the program ran on."""
    monkeypatch.setattr(module, "Observer", Slow)
    program = Program()
    with Launched(["sleep", "5"], 5.0) as launched:
        os.kill(os.getpid(), signal.SIGTERM)
        launched.follow(program, 5.0, program.apply)
        assert launched.wait(program) == 143
