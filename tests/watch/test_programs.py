"""Programs that end, exec, fork, stop, wait for ever, have many threads, or may not be looked at."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from grandstand.observe.outside.process import NO_PROCESS
from grandstand.vocabulary import states
from grandstand.watch.sentence import sentences

from tests.watch.watching import PROGRAMS, linux, started, watching

pytestmark = linux
COMPUTE = "import time\nend = time.time() + {}\nwhile time.time() < end: sum(range(1000))\n"


def test_a_program_that_runs_exec_is_another_from_then_on(tmp_path: Path):
    second = tmp_path / "second.py"
    second.write_text(COMPUTE.format(1.5))
    first = f"import os, sys; input(); os.execv(sys.executable, [sys.executable, {str(second)!r}])"
    with started(sys.executable, "-c", first) as process, watching(process.pid) as watched:
        watched.begin(process)
        program = watched.to_the_end()
    (seen,) = program.everything
    assert seen.command[-1] == str(second)
    assert seen.gil == "read"
    assert max(gil.share_held for gil in seen.gils.values()) > 0.5


def test_children_come_and_go():
    code = (
        "import multiprocessing as m, time; input()\n"
        "def f(n):\n"
        "    end = time.time() + 1\n"
        "    while time.time() < end: sum(range(1000))\n"
        "c = m.get_context('fork')\n"
        "ps = [c.Process(target=f, args=(i,)) for i in range(3)]\n"
        "[p.start() for p in ps]\n"
        "[p.join() for p in ps]\n"
    )
    with started(sys.executable, "-c", code) as process, watching(process.pid) as watched:
        watched.begin(process)
        program = watched.to_the_end()
    assert len(program.everything) == 4
    children = [one for one in program.everything if one.parent == process.pid]
    assert len(children) == 3
    assert all(child.gil == "read" and child.main_gil.share_held > 0.5 for child in children)


def test_a_program_that_is_stopped_is_suspended():
    with started(sys.executable, "-c", COMPUTE.format(30)) as process, watching(process.pid) as watched:
        watched.follow(lambda: watched.process() is not None and watched.process().gil == "read")
        process.send_signal(signal.SIGSTOP)
        time.sleep(1.0)
        process.send_signal(signal.SIGCONT)
        main = watched.process().threads[process.pid]
        watched.follow(lambda: main.states[states.SUSPENDED.number] > 700_000_000, 10)
        assert main.states[states.SUSPENDED.number] < 1_600_000_000


def test_a_program_without_python_is_shown_without_a_gil():
    with started("sleep", "30") as process, watching(process.pid) as watched:
        watched.follow(lambda: bool(watched.process() and watched.process().threads))
        watched.follow(lambda: sum(watched.process().threads[process.pid].states) > 1_000_000_000)
        assert watched.process().gil == ""
        assert watched.process().why == ""
        assert not watched.process().gils


def test_many_threads():
    code = (
        "import threading, time\n"
        "for _ in range(300): threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)\n"
    )
    with started(sys.executable, "-c", code) as process:
        assert process.stdout.readline() == b"ready\n"
        with watching(process.pid) as watched:
            watched.follow(lambda: bool(watched.process()) and len(watched.process().threads) == 301)
            watched.follow(lambda: all(t.until - t.since > 10**9 for t in watched.process().threads.values()))
            for thread in watched.process().threads.values():
                assert thread.states[states.IO.number] > 0.9 * (thread.until - thread.since)


def test_threads_that_come_and_go_all_the_time():
    code = (
        "import threading, time; input()\n"
        "end = time.time() + 2\n"
        "while time.time() < end:\n"
        "    t = threading.Thread(target=sum, args=(range(2000),)); t.start(); t.join()\n"
    )
    with started(sys.executable, "-c", code) as process, watching(process.pid) as watched:
        watched.begin(process)
        program = watched.to_the_end()
        assert process.wait(10) == 0
    (seen,) = program.everything
    assert seen.gil == "read"
    assert all(thread.gone for thread in seen.everyone)


@pytest.mark.parametrize(
    ("kind", "stuck", "ring"),
    [("rlocks", True, True), ("locks", True, False), ("pool", False, False), ("timed", False, False)],
)
def test_who_is_stuck(kind: str, stuck: bool, ring: bool):
    with started(sys.executable, str(PROGRAMS / "stuck.py"), kind) as process:
        assert process.stdout.readline() == b"ready\n"
        with watching(process.pid, stuck_after_s=1.0) as watched:
            if not stuck:
                watched.follow(lambda: watched.program.seconds > 4.0)
                assert not watched.process().stuck
                return
            watched.follow(lambda: bool(watched.process()) and bool(watched.process().stuck), 15)
            seen = watched.process()
            assert seen.ring is (ring and sys.version_info < (3, 14))
            if seen.ring:
                assert len(seen.stuck) == 2
                assert "Deadlock" in " ".join(sentences(watched.program, None, ""))
            else:
                assert set(seen.stuck) == set(seen.threads)
                assert "looks stuck" in " ".join(sentences(watched.program, None, ""))


def test_a_process_that_is_not_there():
    with watching(2**22 + 7) as watched:
        program = watched.to_the_end()
    (trouble,) = program.troubles
    assert trouble.kind == NO_PROCESS
    assert "There is no process 4194311" in trouble.text


@pytest.mark.skipif(os.geteuid() != 0 if hasattr(os, "geteuid") else True, reason="only root can become another user")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv")
def test_another_users_program_is_refused_in_words(tmp_path: Path):
    """The observer as nobody looks at root's program: CPU time, and why there is no more."""
    from grandstand.observe import observer as module

    as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if subprocess.run(
        [*as_nobody, sys.executable, "-c", "import grandstand"], capture_output=True, check=False
    ).returncode:
        pytest.skip("nobody may not read this Python")
    assert module


def test_nothing_of_the_observer_is_left():
    with started(sys.executable, "-c", COMPUTE.format(30)) as process:
        with watching(process.pid) as watched:
            watched.follow(lambda: watched.process() is not None)
            observer = watched.observer.pid
        assert not psutil.pid_exists(observer)
        assert process.poll() is None
