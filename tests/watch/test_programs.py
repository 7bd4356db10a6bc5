"""Programs that end, exec, fork, stop, wait for ever, have many threads, or may not be looked at."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import grandstand
import psutil
import pytest
from grandstand.engine.observed import ThreadsSeen
from grandstand.observe.outside.process import NO_PROCESS
from grandstand.vocabulary import states
from grandstand.watch.sentence import sentences

from tests.control.leftovers import wait_until_gone
from tests.places import ROOT
from tests.watch.watching import PROGRAMS, linux, pythons, started, watching

pytestmark = linux
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
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


@pytest.mark.parametrize("python", pythons())
def test_sub_interpreters_that_have_a_gil_each_have_a_band_each(python: str):
    """From 3.12 on; the program says whether it could."""
    code = (
        "import sys, threading, time\n"
        "print(sys.version_info >= (3, 12), flush=True)\n"
        "if sys.version_info < (3, 12): sys.exit()\n"
        "try: import _interpreters as i\n"
        "except ImportError: import _xxsubinterpreters as i\n"
        "sys.stdin.readline()\n"
        "code = 'import time; end = time.time() + 1.5\\nwhile time.time() < end: sum(range(1000))'\n"
        "def run():\n"
        "    one = i.create(); (i.exec if hasattr(i, 'exec') else i.run_string)(one, code)\n"
        "ts = [threading.Thread(target=run) for _ in range(2)]\n"
        "[t.start() for t in ts]; [t.join() for t in ts]\n"
    )
    with started(python, "-c", code) as process:
        if process.stdout.readline() != b"True\n":
            return
        with watching(process.pid) as watched:
            watched.begin(process)
            program = watched.to_the_end()
    (seen,) = program.everything
    assert len(seen.gils) == 3
    busy = [gil for gil in seen.gils.values() if gil.share_held > 0.8]
    assert len(busy) == 2
    assert len({max(gil.holders, key=gil.holders.get) for gil in busy}) == 2


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


def python_for_everybody() -> str:
    """A Python that any user of this machine may run; skips where there is none."""
    for python in ("/usr/bin/python3", "/usr/local/bin/python3"):
        asked = [*AS_NOBODY, python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
        if subprocess.run(asked, check=False, stderr=subprocess.DEVNULL).returncode == 0:
            return python
    pytest.skip("no Python that another user may run")


@pytest.mark.skipif(os.geteuid() != 0 if hasattr(os, "geteuid") else True, reason="only root can become another user")
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv")
def test_another_users_program_is_refused_in_words_and_its_cpu_time_is_shown():
    """The observer as nobody looks at root's program."""
    python = python_for_everybody()
    watch = (
        "import sys, time\n"
        "from grandstand.observe.observer import Observer\n"
        "observer = Observer(pid=int(sys.argv[1])); end = time.time() + 4\n"
        "while time.time() < end and not observer.over:\n"
        "    for event in observer.events(0.1): print(event)\n"
        "observer.close()\n"
    )
    with tempfile.TemporaryDirectory() as folder, started(sys.executable, "-c", COMPUTE.format(60)) as process:
        shutil.copytree(Path(grandstand.__file__).parent, Path(folder, "grandstand"))
        subprocess.run(["chmod", "-R", "a+rX", folder], check=True)
        done = subprocess.run(
            [*AS_NOBODY, python, "-c", watch, str(process.pid)], cwd=folder, env={"PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert process.poll() is None
    assert "belongs to another user (root)" in done.stdout, done.stderr
    assert f"sudo grandstand watch --pid {process.pid}" in done.stdout
    assert "ThreadsSeen" in done.stdout
    assert "GilSeen" not in done.stdout


def test_nothing_of_the_observer_is_left():
    with started(sys.executable, "-c", COMPUTE.format(30)) as process:
        with watching(process.pid) as watched:
            watched.follow(lambda: watched.process() is not None)
            observer = watched.observer.pid
        assert not psutil.pid_exists(observer)
        assert process.poll() is None


@pytest.mark.parametrize("seed", range(6))
def test_whoever_is_killed_at_whatever_moment_the_others_are_unharmed(seed: int, tmp_path: Path):
    """The observer, or whoever watches, by SIGKILL: the program's output is what it is unwatched."""
    chance = random.Random(seed)
    code = "n = 0\nfor i in range(3_000_000): n += i * i % 7\nprint(n)"
    with started(sys.executable, "-c", code) as process:
        watcher = subprocess.Popen(
            [sys.executable, "-c", "import sys, time\nfrom grandstand.observe.observer import Observer\n"
             "o = Observer(pid=int(sys.argv[1])); print(o.pid, flush=True)\nwhile not o.over: o.events(0.1)",
             str(process.pid)],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
        )  # fmt: skip
        observer = int(watcher.stdout.readline())
        time.sleep(chance.uniform(0, 0.4))
        if chance.random() < 0.5:
            watcher.kill()
        elif psutil.pid_exists(observer):
            psutil.Process(observer).kill()
        out, _ = process.communicate(timeout=60)
        watcher.wait(20)
        watcher.stdout.close()
    assert out == b"5999999\n"
    assert process.returncode == 0
    wait_until_gone({observer}, 10)


LARGE = """
import mmap, sys, threading
untouched = mmap.mmap(-1, 240 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)  # never used
lock = threading.Lock(); lock.acquire()
for _ in range(2): threading.Thread(target=lock.acquire, daemon=True).start()
print("ready", flush=True)
while True: sum(range(1000))
"""


def test_looking_for_who_owns_a_lock_neither_blinds_the_observer_nor_touches_what_was_never_used():
    """Once a large program with two idle threads was not seen for four seconds, and slowed down for as long."""

    def tables(pid: int) -> int:
        """kB of page tables: they grow with every page that is touched, be it by a reader."""
        return int(next(x for x in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmPTE" in x).split()[1])

    with started(sys.executable, "-c", LARGE) as process, watching(process.pid, stuck_after_s=0.5) as watched:
        assert process.stdout is not None
        process.stdout.readline()
        before = tables(process.pid)
        watched.follow(lambda: watched.program.seconds > 4, 30)
        spoke = [event.t_ns for event in watched.events if isinstance(event, ThreadsSeen)]
        assert tables(process.pid) - before < 100
        assert not watched.process().stuck
    assert max(b - a for a, b in itertools.pairwise(spoke)) < 1.5e9
