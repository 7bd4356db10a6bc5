"""The app is killed with SIGKILL, and nothing of it is left: not even what hangs holding the GIL."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from tests.hosts.foreign import find
from tests.modes.runs import GRACE, MISBEHAVING, gone_within, living
from tests.places import ROOT, with_tests

PROMISE = 2.0
HELPERS = ("forkserver", "resource_tracker")
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
        ("single", sys.executable, "Behaves"),
        ("single", sys.executable, "HangsHolding"),
        ("single", sys.executable, "StopsItself"),
        ("threads", sys.executable, "HangsHolding"),
        ("turns", sys.executable, "HangsHolding"),
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
        assert len(living(family)) >= (2 if mode in ("processes", "single") else 1) + len(server)
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


@pytest.mark.parametrize("wrapped", [False, True], ids=["at once", "behind a script"])
def test_nothing_is_left_of_hosts_under_an_older_python(tmp_path: Path, wrapped: bool) -> None:
    """Nor where the executable is a script that starts the Python as its child."""
    python = find("3.9")
    if wrapped:
        script = tmp_path / "python"
        script.write_text(f'#!/bin/sh\n"{python}" "$@"\nexit $?\n')
        script.chmod(0o755)
        python = str(script)
    test_nothing_is_left_of_a_killed_app("single", python, "HangsHolding")


@pytest.mark.parametrize("mode", ["processes", "threads"])
def test_what_a_workload_leaves_behind_keeps_no_helper_alive(mode: str) -> None:
    temporary = Path(tempfile.mkdtemp(dir="/tmp"))
    app = subprocess.Popen(
        [sys.executable, "-m", "tests.hosts.victim_app", mode, "forkserver", MISBEHAVING + "LeavesAFork"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=with_tests(TMPDIR=str(temporary)),
    )  # fmt: skip
    family: list[psutil.Process] = []
    try:
        assert app.stdout is not None
        assert app.stdout.readline() == b"ready\n"
        helpers = [
            process
            for process in psutil.Process(app.pid).children()
            if any(f"multiprocessing.{name} " in " ".join(process.cmdline()) for name in HELPERS)
        ]
        family = psutil.Process(app.pid).children(recursive=True)
        assert len(helpers) == len(HELPERS)
        app.kill()
        app.wait(30)
        assert not gone_within(helpers, PROMISE + GRACE)
        until = time.monotonic() + PROMISE + GRACE
        while left := list(temporary.iterdir()):
            assert time.monotonic() < until, left
            time.sleep(0.02)
    finally:
        app.kill()
        app.wait(30)
        app.stdout.close()  # type: ignore[union-attr]
        for process in living(family):
            process.kill()
        shutil.rmtree(temporary)
