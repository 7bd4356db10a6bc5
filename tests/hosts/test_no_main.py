"""Children do not import the main module of whoever started them: it may be heavy, and is none of their business."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import SOURCES

PROGRAM = """
import sys
import time
sys.path.insert(0, {root!r})
with open({log!r}, "a") as log:
    log.write("imported\\n")

def main():
    from grandstand import modes
    from grandstand.engine import messages as m
    from grandstand.hosts import base
    from grandstand.hosts.pump import Pump
    said = []
    pump = Pump(said.extend)
    spec = base.RunSpec("primes", {{"size": 5000, "batch": 60}}, 2, (("start_method", {method!r}),))
    mode = modes.load("processes")
    run = base.host_of(mode).start(mode, spec, said.extend)
    pump.attach(run)
    end = time.monotonic() + 30
    while sum(isinstance(e.message, m.Progress) for e in said) < 4 and time.monotonic() < end:
        pump.turn(0.05)
    run.stop(base.STOP)
    while not (run.done and pump.idle) and time.monotonic() < end:
        pump.turn(0.05)
    pump.close()
    assert sum(isinstance(e.message, m.Hello) for e in said) == 2
    assert sys.modules["__main__"].__dict__.get("main") is main, "the main module was not put back"

if __name__ == "__main__":
    main()
"""


@pytest.mark.parametrize(
    "method", [m for m in ("spawn", "forkserver") if m in multiprocessing.get_all_start_methods()]
)
def test_a_child_leaves_the_main_module_alone(tmp_path: Path, method: str) -> None:
    log = tmp_path / "log"
    program = tmp_path / "program.py"
    program.write_text(PROGRAM.format(root=str(SOURCES), log=str(log), method=method))
    subprocess.run([sys.executable, str(program)], cwd=tmp_path, check=True, timeout=60)
    assert log.read_text().splitlines() == ["imported"]
