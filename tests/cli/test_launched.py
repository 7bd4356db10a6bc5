"""Signals for a program that is launched to be watched."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.places import ROOT, with_tests

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="launches on Linux")
EARLY = """
import os, signal, subprocess
from grandstand.cli import launched as module
from grandstand.engine import observed as o
from grandstand.watch.program import Program

class Slow:
    "An observer that takes its time to say which process it has launched."
    problem, over, turns = "", False, 0
    def __init__(self, **_):
        self.child = subprocess.Popen(["sleep", "5"])
    def events(self, seconds):
        self.turns += 1
        if self.turns == 3:
            return [o.Watching(1, self.child.pid, 0, 0)]
        code = self.child.poll()
        return [] if code is None else [o.Ended(self.child.pid, 0, code)]
    def let_go(self):
        self.over = True
    def close(self):
        self.child.kill()
        self.child.wait()

module.Observer = Slow
program = Program()
with module.Launched(["sleep", "5"], 5.0) as launched:
    os.kill(os.getpid(), signal.SIGTERM)
    launched.follow(program, 5.0, program.apply)
    print(launched.wait(program))
"""


def test_a_signal_that_comes_before_the_programs_number_is_known_reaches_it():
    """Once it was lost on a busy machine, and the program ran on."""
    done = subprocess.run(
        [sys.executable, "-c", EARLY], cwd=ROOT, env=with_tests(), capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "143\n", done.stderr
