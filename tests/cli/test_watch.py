"""``grandstand watch``: the program is untouched, its exit code is ours, and what was seen is told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.cli.command import ROOT, command, environment, grandstand
from tests.control.leftovers import wait_until_gone

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")
COMPUTE = "import time\nend = time.time() + {}\nwhile time.time() < end: sum(range(1000))\n"
SAYS = (
    "import os, sys, time\n"
    "print('out'); print('err', file=sys.stderr)\n"
    "print(sys.stdin.read(), os.getcwd(), sorted(os.environ.items()), os.umask(0), flush=True)\n"
    "import signal; print([signal.getsignal(n) for n in (2, 15, 1, 3, 13)], signal.pthread_sigmask(0, []))\n"
    "print(os.nice(0), os.getpgrp(), os.getsid(0), sys.flags, sys.path)\n"
)


def started(*arguments: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("watch", *arguments), cwd=ROOT, env=environment(), text=True,
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )  # fmt: skip


def test_the_programs_output_and_exit_code_are_untouched(tmp_path: Path):
    arguments = [sys.executable, "-c", SAYS + "sys.exit(7)"]
    alone = subprocess.run(
        arguments, cwd=ROOT, env=environment(), input="in\x00put", capture_output=True, text=True, timeout=60
    )
    there = tmp_path / "seen.json"
    watched = subprocess.run(
        command("watch", "--json", str(there), "--", *arguments), cwd=ROOT, env=environment(), input="in\x00put",
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert watched.returncode == alone.returncode == 7
    assert watched.stdout == alone.stdout
    assert watched.stderr.startswith("err\n")
    document = json.loads(there.read_text())
    assert document["exit_code"] == 7
    assert document["processes"][0]["command"][0] == sys.executable


def test_a_program_that_computes(tmp_path: Path):
    there, report = tmp_path / "seen.json", tmp_path / "seen.html"
    done = grandstand(
        "watch", "--json", str(there), "--report", str(report), "--", sys.executable, "-c", COMPUTE.format(2)
    )
    assert done.returncode == 0
    assert done.stdout == ""
    assert "GIL was held" in done.stderr
    document = json.loads(there.read_text())
    (process,) = document["processes"]
    assert process["gil"]["held"] > 0.5
    (thread,) = process["threads"]
    assert sum(thread["states"].values()) + thread["not_seen"] == pytest.approx(thread["seconds"], abs=0.03)
    assert document["estimate"]["more_threads"]["helps"] == "no"
    page = report.read_text()
    assert "GIL was held" in page
    assert "<svg" in page
    assert "http" not in page.replace("http://www.w3.org", "").replace("http-equiv", "")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, 137)])
def test_a_signal_for_the_command_is_the_programs(number: int, code: int, tmp_path: Path):
    """Whoever ends the command wants the program ended; SIGKILL goes to the program itself here."""
    pid_file = tmp_path / "pid"
    waits = (
        "import os, signal, time; signal.signal(2, signal.SIG_DFL)\n"
        f"open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    )
    process = started("--", sys.executable, "-c", waits)
    try:
        until(lambda: pid_file.exists() and pid_file.read_text().isdigit())
        time.sleep(0.3)
        pid = int(pid_file.read_text())
        if number == signal.SIGKILL:
            os.kill(pid, number)
        else:
            process.send_signal(number)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == code
        assert "time" in errors
        wait_until_gone({pid}, 10)
    finally:
        process.kill()
        process.communicate()


def test_an_observer_that_is_killed_costs_the_figures_and_nothing_else(tmp_path: Path):
    there = tmp_path / "done"
    process = started(
        "--", sys.executable, "-c", f"import time; time.sleep(2.5); open({str(there)!r}, 'w').write('x'); exit(5)"
    )
    try:
        me = psutil.Process(process.pid)
        until(lambda: any(child.children() for child in me.children()))
        observer = next(child for child in me.children() if child.children())
        observer.kill()
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 5
        assert there.read_text() == "x"
        assert "observer was ended from outside" in errors
    finally:
        process.kill()
        process.communicate()


def test_a_command_that_is_killed_leaves_the_program_unharmed_and_nothing_else(tmp_path: Path):
    there = tmp_path / "done"
    process = started(
        "--", sys.executable, "-c", f"import time; time.sleep(2); open({str(there)!r}, 'w').write('x')",
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    me = psutil.Process(process.pid)
    try:
        until(lambda: any(child.children() for child in me.children()))
        everyone = {child.pid for child in me.children(recursive=True)}
    finally:
        process.kill()
        process.communicate()
    wait_until_gone(everyone, 30)
    assert there.read_text() == "x"


def test_watching_a_process_for_some_time():
    with subprocess.Popen([sys.executable, "-c", COMPUTE.format(60)]) as target:
        try:
            done = grandstand("watch", "--pid", str(target.pid), "--seconds", "1.5", "--json", "-")
            assert done.returncode == 0
            document = json.loads(done.stdout)
            assert document["pid"] == target.pid
            assert 1.0 < document["seconds"] < 4
            assert document["processes"][0]["gil"]["held"] > 0.5
            assert target.poll() is None
        finally:
            target.kill()


def test_ctrl_c_ends_the_watching_of_a_process():
    with subprocess.Popen([sys.executable, "-c", COMPUTE.format(60)]) as target:
        try:
            process = started("--pid", str(target.pid))
            until(lambda: psutil.Process(process.pid).children())
            time.sleep(2)
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=30)
            assert process.returncode == 0
            assert "GIL was held" in out
            assert target.poll() is None
        finally:
            target.kill()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ([], 2, "name one program"),
        (["--pid", "1", "--", "x"], 2, "name one program"),
        (["--list", "--pid", "1"], 2, "--list only lists"),
        (["--list", "--report", "x.html"], 2, "--list only lists"),
        (["--pid", "4194311"], 2, "There is no process 4194311"),
        (["--", "/no/such/program"], 127, "there is no such program"),
        (["--", "/etc/passwd"], 126, "it may not be run"),
        (["--json", "-", "--", "true"], 2, "standard output belongs to the program"),
        (["--report", "x.pdf", "--", "true"], 2, "ends otherwise"),
        (["--seconds", "-1", "--", "true"], 2, "--seconds"),
        (["--stuck-after", "0", "--", "true"], 2, "--stuck-after"),
    ],
)
def test_refusals(arguments: list[str], code: int, words: str):
    done = grandstand("watch", *arguments)
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert done.stdout == ""


def test_a_program_of_another_kind_is_watched_too():
    done = grandstand("watch", "--", "sh", "-c", "sleep 0.5; exit 3")
    assert done.returncode == 3
    assert "no Python" in done.stderr


def test_open_files_beyond_the_three_are_the_programs_too(tmp_path: Path):
    there = tmp_path / "four"
    with there.open("w") as file:
        done = subprocess.run(
            command("watch", "--", sys.executable, "-c", f"import os; os.write({file.fileno()}, b'x')"),
            cwd=ROOT, env=environment(), pass_fds=[file.fileno()], capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert there.read_text() == "x"


def until(happened: Any, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_is_recorded_is_told_again_to_the_digit(tmp_path: Path):
    live, again, file = tmp_path / "live.json", tmp_path / "again.json", tmp_path / "x.grandstand"
    done = grandstand(
        "watch", "--json", str(live), "--record", str(file), "--", sys.executable, "-c", COMPUTE.format(2)
    )
    assert done.returncode == 0, done.stderr
    assert f"Recorded in {file}" in done.stderr
    told = grandstand("watch", "--open", str(file), "--json", str(again), "--report", str(tmp_path / "again.html"))
    assert told.returncode == 0, told.stderr
    assert "GIL was held" in told.stdout
    assert "GIL was held" in (tmp_path / "again.html").read_text()
    was, found = json.loads(live.read_text()), json.loads(again.read_text())
    assert was == found
    (entry,) = json.loads(grandstand("recordings", "--json", GRANDSTAND_RECORDINGS=str(tmp_path)).stdout)["recordings"]
    assert entry["watched"] is True
    assert entry["title"].startswith(sys.executable)


def test_a_signal_is_the_programs_also_while_it_is_recorded(tmp_path: Path):
    """Threads that libraries start must not get it instead: once numpy's did."""
    file, pid_file = tmp_path / "x.grandstand", tmp_path / "pid"
    waits = f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    process = started("--record", str(file), "--", sys.executable, "-c", waits)
    try:
        until(lambda: pid_file.exists() and pid_file.read_text().isdigit())
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=30)
        assert process.returncode == 143
        assert f"Recorded in {file}" in errors
    finally:
        process.kill()
        process.communicate()


def test_a_program_that_goes_on_has_not_ended(tmp_path: Path):
    """Once whoever stopped watching was told that the program had ended."""
    there = tmp_path / "seen.json"
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as program:
        done = grandstand("watch", "--pid", str(program.pid), "--seconds", "1.5", "--json", str(there))
        assert program.poll() is None
        program.kill()
    assert done.returncode == 0, done.stderr
    (process,) = json.loads(there.read_text())["processes"]
    assert process["ended"] is False
    assert "ended" not in done.stdout


def test_where_it_cannot_be_recorded_nothing_is_launched(tmp_path: Path):
    there, touched = tmp_path / "x.grandstand", tmp_path / "touched"
    there.write_text("mine")
    program = f"open({str(touched)!r}, 'w')"
    done = grandstand("watch", "--record", str(there), "--", sys.executable, "-c", program)
    assert done.returncode == 2
    assert "--record" in done.stderr
    assert there.read_text() == "mine"
    assert not touched.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--open", "nothing.grandstand"), "nothing.grandstand"),
        (("--open", "x.grandstand", "--pid", "1"), "--open"),
        (("--open", "x.grandstand", "--record", "y.grandstand"), "--open"),
        (("--list", "--record", "y.grandstand"), "--list"),
        (("--record", "y.txt", "--pid", "1"), ".grandstand"),
    ],
)
def test_words_that_do_not_go_together_are_refused(arguments: tuple[str, ...], words: str, tmp_path: Path):
    done = subprocess.run(
        command("watch", *arguments), cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60
    )
    assert done.returncode in (1, 2)
    assert words in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_where_memory_cannot_be_read_it_is_recorded_too(tmp_path: Path):
    """As on macOS and Windows: CPU time of each thread. Once --record was ignored there."""
    file = tmp_path / "x.grandstand"
    script = (
        "import sys; from grandstand.cli.terminal import Terminal\n"
        "from grandstand.cli.watch_elsewhere import watch_elsewhere\n"
        "from grandstand.cli.watched import WatchRequest\n"
        f"request = WatchRequest(command=(sys.executable, '-c', {COMPUTE.format(2)!r}), record={str(file)!r})\n"
        "sys.exit(watch_elsewhere(request, Terminal(stderr=True)))\n"
    )
    path = {**environment(), "PYTHONPATH": str(ROOT / "app")}
    done = subprocess.run([sys.executable, "-c", script], env=path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert f"Recorded in {file}" in done.stderr + done.stdout
    told = grandstand("watch", "--open", str(file), "--json", str(tmp_path / "again.json"))
    assert told.returncode == 0, told.stderr
    (process,) = json.loads((tmp_path / "again.json").read_text())["processes"]
    assert process["cpu_seconds"] > 0.5 if "cpu_seconds" in process else process["threads"]
