"""The app is killed with SIGKILL, and nothing of it is left: not even what hangs holding the GIL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from tests.modes.runs import GRACE, MISBEHAVING, gone_within, living
from tests.places import ROOT, with_tests

PROMISE = 2.0
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="SIGKILL and what Linux makes of it")


@pytest.mark.parametrize(
    ("mode", "method", "name"),
    [
        ("processes", "forkserver", "Behaves"),
        ("processes", "forkserver", "HangsHolding"),
        ("processes", "forkserver", "StopsItself"),
        ("processes", "spawn", "HangsHolding"),
        ("processes", "fork", "HangsHolding"),
        ("threads", "forkserver", "HangsHolding"),
        ("sequential", "forkserver", "HangsHolding"),
        ("threads", "forkserver", "fetch"),
    ],
)
def test_nothing_is_left_of_a_killed_app(mode: str, method: str, name: str) -> None:
    server = ["server"] if name == "fetch" else []
    workload = name if server else MISBEHAVING + name
    app = subprocess.Popen(
        [sys.executable, "-m", "tests.hosts.victim_app", mode, method, workload, *server],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=with_tests(),
    )
    family: list[psutil.Process] = []
    try:
        assert app.stdout is not None
        assert app.stdout.readline() == b"ready\n"
        family = psutil.Process(app.pid).children(recursive=True)
        assert len(living(family)) >= (2 if mode == "processes" else 1) + len(server)
        began = time.monotonic()
        os.kill(app.pid, signal.SIGKILL)
        app.wait(30)
        left = gone_within(family, PROMISE + GRACE - (time.monotonic() - began))
        assert not left
    finally:
        app.kill()
        app.wait(30)
        app.stdout.close()  # type: ignore[union-attr]
        for process in living(family):
            process.kill()
