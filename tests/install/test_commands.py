"""The commands of an installed Grandstand, and what their children import."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.control.leftovers import wait_until_gone
from tests.install.installs import Installed

AS_A_CHILD_RUNS_IT = """
import json, runpy, sys
before = set(sys.modules)
runpy.run_path(sys.argv[1], run_name="__mp_main__")  # as multiprocessing does in every child
print(json.dumps(sorted(set(sys.modules) - before)))
"""
SPY = """
import os, sys
from grandstand.engine.workloads.base import Workload

class Spy(Workload):
    title, unit = "Spy", "looks"

    def step(self, meter):
        with open(os.environ["SPY"], "w") as file:
            print(*sorted(sys.modules), file=file)
        return 1
"""


def test_three_ways_to_call_it(installed: Installed, tmp_path: Path):
    version = installed.grandstand("--version", cwd=tmp_path)
    assert version.stdout.startswith("grandstand "), version.stderr
    module = installed.run([installed.python, "-m", "grandstand", "--version"], tmp_path)
    assert module.stdout == version.stdout
    code = "import grandstand.cli; raise SystemExit(grandstand.cli.main(['--version']))"
    assert installed.run([installed.python, "-c", code], tmp_path).stdout == version.stdout


def test_messages_name_the_command_that_was_used(installed: Installed, tmp_path: Path):
    refused = installed.grandstand("run", "primes", "--mode", "qthreads", cwd=tmp_path, COLUMNS="200")
    assert "Open the window: grandstand\n" in refused.stdout + refused.stderr
    command = [installed.python, "-m", "grandstand", "run", "primes", "--mode", "qthreads"]
    refused = installed.run(command, tmp_path, COLUMNS="200")
    assert "Open the window: python -m grandstand\n" in refused.stdout + refused.stderr


@pytest.mark.parametrize("script", ["grandstand", "grandstand-window"])
def test_the_scripts_import_next_to_nothing_in_a_child(installed: Installed, script: str, tmp_path: Path):
    done = installed.run([installed.python, "-c", AS_A_CHILD_RUNS_IT, installed.bin / script], tmp_path)
    loaded = set(json.loads(done.stdout))
    assert {name for name in loaded if name.partition(".")[0] not in sys.stdlib_module_names} == {
        "grandstand", "grandstand.cli",
    }  # fmt: skip


@pytest.mark.parametrize(
    "method", [m for m in ("spawn", "forkserver") if m in multiprocessing.get_all_start_methods()]
)
def test_workers_import_the_engine_alone(installed: Installed, method: str, tmp_path: Path):
    """And a package that is called ``app`` is found: nothing of ours has that name."""
    package = tmp_path / "app"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "jobs.py").write_text(SPY, encoding="utf-8")
    seen = tmp_path / "seen"
    done = installed.grandstand(
        "run", "app.jobs:Spy", "--mode", "processes", "--workers", "1", "--seconds", "0.2", "--start-method", method,
        cwd=tmp_path, PYTHONPATH=str(tmp_path), SPY=str(seen),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    loaded = set(seen.read_text().split())
    foreign = {name for name in loaded if name.partition(".")[0] not in sys.stdlib_module_names}
    ours = {name for name in foreign if name.startswith("grandstand")}
    assert foreign - ours == {"app", "app.jobs", "__main__", "__mp_main__"}
    rooms = ("grandstand.engine.", "grandstand.vocabulary.")
    assert {name for name in ours if not (name + ".").startswith(rooms)} == {"grandstand"}


def test_the_window_of_a_wheel_without_a_console(installed: Installed, tmp_path: Path):
    """As pythonw starts it: no standard input, output or error."""
    window = installed.bin / "grandstand-window"
    environment = installed.environment(
        QT_QPA_PLATFORM="offscreen", GRANDSTAND_SETTINGS=str(tmp_path / "settings.ini")
    )  # fmt: skip
    bare = ["sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-']
    if os.name == "nt":
        pytest.skip("closing standard streams is a shell's business")
    refused = subprocess.run([*bare, window, "no-such-recording"], cwd=tmp_path, env=environment, timeout=60)
    assert refused.returncode == 2
    process = subprocess.Popen([*bare, window], cwd=tmp_path, env=environment)
    try:
        app, end = psutil.Process(process.pid), time.monotonic() + 60
        helpers: list[psutil.Process] = []
        while len(helpers) < 2 and time.monotonic() < end:  # fork server and resource tracker: it has painted
            assert process.poll() is None, f"it ended with {process.returncode}"
            helpers = app.children(recursive=True)
            time.sleep(0.05)
        assert len(helpers) >= 2
        assert {os.readlink(f"/proc/{process.pid}/fd/{number}") for number in (0, 1, 2)} == {os.devnull}
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        wait_until_gone({helper.pid for helper in helpers}, 5)
    finally:
        process.kill()
        process.wait()
