"""Hosts that misbehave: what is said of each, that nobody else is disturbed, and that nothing of it is left.

A fake is a script in the place of a Python. It gets a Python's command line, finds its descriptors there, and does
whatever its few lines say.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
import textwrap
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from grandstand.engine import messages as m
from grandstand.engine import runners, wire
from grandstand.engine.clocks import now_ns
from grandstand.hosts import base, clocks, interpreter, limits, wire_channel

from tests.hosts.foreign import Foreign, find
from tests.modes.conftest import light_main, nothing_left, semaphores, warm  # noqa: F401
from tests.modes.runs import GRACE, STOP_PROMISE, gone_within
from tests.places import SOURCES

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="tried on Linux")

_BEFORE = f"""#!{sys.executable}
import os, signal, sys, threading, time
sys.path.insert(0, {str(SOURCES)!r})
from grandstand.engine import messages as m
from grandstand.engine import wire
from grandstand.engine.introduction import introduce
orders, events = int(sys.argv[-3]), int(sys.argv[-2])
HERE = introduce(("single", "threads", "turns"))

def say(*said):
    for event in said:
        wire.write(events, event)

def raw(data):
    os.write(events, data)

def plan():
    decoder, come = wire.Decoder(), []
    while not come:
        come += decoder.feed(os.read(orders, 65536))
    return come[0]

def hello(worker=1, lane=0):
    return m.Hello(worker, lane, time.perf_counter_ns(), os.getpid(), os.getpid(), 0)

def good():
    '''A good host from its plan to its end, which does nothing.'''
    decoder = wire.Decoder()
    workers = []
    while True:
        piece = os.read(orders, 65536)
        if not piece:
            os._exit(0)
        for order in decoder.feed(piece):
            if isinstance(order, m.ChildPlan):
                workers = [spec.worker for spec in order.specs]
                say(*(hello(spec.worker, spec.lane) for spec in order.specs))
            if isinstance(order, m.Stop):
                say(*(m.Goodbye(w, time.perf_counter_ns(), "stopped", "", "", "") for w in workers))
                os._exit(0)

"""
Fake = Callable[[str], str]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """``fake(code)``: the path of a fake Python; its patience with those that say nothing is short."""
    monkeypatch.setattr(wire_channel, "INTRODUCE_S", 3.0)
    monkeypatch.setattr(wire_channel, "CLOSED_S", 0.3)

    def make(code: str) -> str:
        path = tmp_path / "fake python é"
        path.write_text(_BEFORE + textwrap.dedent(code), encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make


def troubles(run: Foreign) -> list[m.Trouble]:
    return run.of(m.Trouble)


CANNOT_BEGIN = {
    "leaves at once": ("os._exit(3)", r"before it had said what it is \(exit code 3\)\.$"),
    "leaves with an error": ("raise ModuleNotFoundError('No module named _struct')", r"It said: ModuleNotFoundError"),
    "is killed": ("os.kill(os.getpid(), 9)", r"before it had said what it is \(signal 9\)"),
    "says nothing": ("time.sleep(60)", r"not said what it is within 3 s"),
    "stands still": ("os.kill(os.getpid(), signal.SIGSTOP)", r"not said what it is within 3 s"),
    "closes its wire": ("os.close(events); time.sleep(60)", r"closed its wire and went on"),
    "prints into its wire": ("raw(b'Hello, world\\n'); time.sleep(60)", r"not a stream of Grandstand's"),
    "speaks a newer protocol": (
        "raw(b'GS\\x02\\0\\0\\0\\0\\0'); time.sleep(60)",
        r"protocol 2 and this Grandstand up",
    ),
    "says it is newer": ("say(HERE._replace(protocol=2)); time.sleep(60)", r"protocol 2 and this Grandstand up to 1"),
    "says too much": ("raw(b'GS\\x01\\0\\x7f\\0\\0\\0'); time.sleep(60)", r"the longest may have 1,048,576"),
    "is cut short": ("raw(wire.encode(HERE)[:40]); os._exit(0)", r"before it had said what it is \(exit code 0\)"),
    "does not introduce itself": ("say(hello()); time.sleep(60)", r"its first word was Hello and no introduction"),
    "says what it is wrongly": (
        "raw(wire.encode(HERE).replace(b'true', b'1234')); time.sleep(9)",
        r"Introduction\.gil",
    ),
    "offers nothing": (
        "say(HERE._replace(runners=())); time.sleep(60)",
        r"does not offer 'threads'; it offers nothing",
    ),
    "says it in another tongue": ("raw(b'GS\\x01\\x01\\0\\0\\0\\0'); time.sleep(60)", r"an unknown kind"),
    "is not JSON": ("raw(b'GS\\x01\\0\\0\\0\\0\\x02{]'); time.sleep(60)", r"a frame that makes no sense"),
    "screams and leaves": (
        "sys.stderr.write('x' * 10**6 + '\\n\\x1b[31mred\\n'); os._exit(1)",
        r"It said: .\[31mred$",
    ),
}
"""What the fake does, and what is said of it."""


@pytest.mark.parametrize("case", CANNOT_BEGIN)
def test_one_that_cannot_begin(fake: Fake, case: str) -> None:
    code, words = CANNOT_BEGIN[case]
    with Foreign(fake(code), runners.THREADS, "Behaves", 2) as run:
        run.until_done()
        (trouble,) = troubles(run)
        assert re.search(words, trouble.text), trouble.text
        assert trouble.kind == "start"
        assert "fake python é" in trouble.text
        assert trouble.remedy.endswith(".")
        assert "\x1b" not in trouble.text
        assert [type(x) for x in run.said] == [m.Trouble], "nobody has begun, so nobody has ended"


@pytest.mark.parametrize("case", ["leaves at once", "prints into its wire", "says nothing"])
def test_of_many_that_cannot_begin_it_is_said_once(fake: Fake, case: str) -> None:
    with Foreign(fake(CANNOT_BEGIN[case][0]), runners.SINGLE, "Behaves", 4) as run:
        run.until_done()
        assert [type(x) for x in run.said] == [m.Trouble]


BREAKS_OFF = {
    "prints into its wire": ("raw(b'a print gone astray\\n')", r"not a stream of Grandstand's"),
    "is not JSON": ("raw(wire.encode(m.Ready(7)).replace(b'7', b'x'))", r"a frame that makes no sense"),
    "lies about types": ("raw(wire.encode(hello(1, 10)).replace(b':10,', b':[],'))", r"Hello\.lane: a whole number"),
    "is newer on second thoughts": ("raw(b'GS\\x09\\0\\0\\0\\0\\0')", r"protocol 9"),
    "says too much": ("raw(b'GS\\x01\\0\\xff\\xff\\xff\\xff')", r"4,294,967,295 bytes"),
    "closes its wire": ("os.close(events)", r"closed its wire and went on"),
}


@pytest.mark.parametrize("case", BREAKS_OFF)
def test_one_that_breaks_off(fake: Fake, case: str) -> None:
    """Its workers' lanes say why; another host beside it goes on."""
    code, words = BREAKS_OFF[case]
    code = f"say(HERE); plan(); say(hello(1), hello(2, 1))\n{code}\ntime.sleep(60)"
    with Foreign(sys.executable, runners.THREADS, "Behaves", 2) as other:
        other.until_working(2)
        with Foreign(fake(code), runners.THREADS, "Behaves", 2) as run:
            run.until_done()
            (trouble,) = troubles(run)
            assert re.search(words, trouble.text), trouble.text
            assert trouble.kind == "host"
            assert set(run.hellos()) == {1, 2}
            assert {(g.worker, g.outcome, g.error) for g in run.of(m.Goodbye)} == {
                (1, "failed", trouble.text), (2, "failed", trouble.text),
            }  # fmt: skip
            (end,) = run.of(m.ChildExit)
            assert (end.exitcode, end.workers, end.rung) == (-9, (), "")
        before = other.units(1)
        other.until(lambda: other.units(1) > before)
        other.stop()


@pytest.mark.parametrize("ending", ["os._exit(5)", "raw(wire.encode(hello())[:20]); os._exit(5)"])
def test_one_that_dies_is_a_process_that_died(fake: Fake, ending: str) -> None:
    with Foreign(fake(f"say(HERE); plan(); say(hello())\n{ending}"), runners.SINGLE, "Behaves", 1) as run:
        run.until_done()
        (end,) = run.of(m.ChildExit)
        assert (end.exitcode, end.workers, end.rung) == (5, (1,), "")
        assert troubles(run) == []


def test_what_is_not_its_to_say_is_passed_over(fake: Fake) -> None:
    code = """
    say(HERE._replace(python="3.9\x1b[31m", implementation="x" * 1000))
    plan()
    say(hello(), HERE._replace(python="2.7"), m.ChildExit(1, 2, 3, (1,), "kill"), m.Parameters({}), m.Stop())
    say(m.Ready(1))
    say(hello(7, 3), m.Goodbye(7, 1, "failed", "not mine", "", ""), wire.Told({"result": 1}))
    say(m.Batch((m.Batch((m.Hello(1, 0, 5, 6, 7, 8),)), m.Hello(99, 0, 1, 1, 1, 1))))
    body = b'["Weather",{"rain":true}]'
    raw(b"GS\\1\\0" + len(body).to_bytes(4, "big") + body)
    say(m.Trouble("resize", "a text with \\x1b[31m color", "and\\nlines"))
    say(m.Goodbye(1, time.perf_counter_ns(), "stopped", "", "", ""))
    os._exit(0)
    """
    with Foreign(fake(code), runners.SINGLE, "Behaves", 1) as run:
        run.until_done()
        kinds = [type(x) for x in run.said]
        assert kinds == [wire.Introduction, m.Hello, m.Hello, m.Trouble, m.Goodbye, m.ChildExit]
        assert "\x1b" not in run.said[0].python
        assert len(run.said[0].implementation) < 70
        (trouble,) = troubles(run)
        assert trouble.kind == "host", "it is not asked about the number of workers"
        assert "\x1b" not in trouble.text + trouble.remedy
        assert "\n" not in trouble.remedy


def test_prints_before_it_begins_do_no_harm(fake: Fake) -> None:
    code = "print('x' * 10**6, flush=True); os.write(2, b'y' * 300_000); say(HERE); good()"
    with Foreign(fake(code), runners.THREADS, "Behaves", 2) as run:
        run.until(lambda: len(run.hellos()) == 2)
        run.stop()
        assert set(run.goodbyes()) == {1, 2}
        assert troubles(run) == []


def test_one_that_never_obeys_is_ended(fake: Fake) -> None:
    code = "signal.signal(signal.SIGTERM, signal.SIG_IGN); say(HERE); plan(); say(hello())\nwhile True: time.sleep(1)"
    with Foreign(fake(code), runners.SINGLE, "Behaves", 1) as run:
        run.until(lambda: run.hellos())
        for kind in range(3_000):
            run.handle.set_parameters({f"parameter {i}": kind for i in range(20)})
        assert run.stop(base.STOP) < STOP_PROMISE + GRACE
        assert run.rungs() == ["kill"]
        assert troubles(run) == []


def test_one_that_floods_keeps_nobody_waiting(fake: Fake) -> None:
    code = """
    say(HERE)
    plan()
    say(hello())
    frame = wire.encode(m.Progress(1, 1, 1.0, 1, (0,) * m.STATE_COUNT, 0, 0, b"", 0))
    while True:
        raw(100 * frame)
    """
    with Foreign(fake(code), runners.SINGLE, "Behaves", 1) as run:
        run.until(lambda: len(run.of(m.Progress)) > 5_000)
        longest = 0.0
        for _ in range(20):
            began = time.thread_time()
            run.pump.turn(0)
            longest = max(longest, time.thread_time() - began)
        assert longest < 0.5
        assert run.stop(base.STOP) < STOP_PROMISE + GRACE
        del run.said[:]


def test_what_it_leaves_behind_holds_nobody_up(fake: Fake) -> None:
    """A grandchild has every descriptor of its own; it is nobody's business but the workload's."""
    code = """
    say(HERE)
    plan()
    pid = os.fork()
    if not pid:
        time.sleep(20)
        os._exit(0)
    say(m.Hello(1, 0, time.perf_counter_ns(), os.getpid(), pid, 0), m.Goodbye(1, 1, "stopped", "", "", ""))
    os._exit(0)
    """
    with Foreign(fake(code), runners.SINGLE, "Behaves", 1) as run:
        began = time.monotonic()
        run.until_done()
        assert time.monotonic() - began < 10
        left = psutil.Process(run.hellos()[1].thread)
        left.kill()
        assert gone_within([left], GRACE) == []


@pytest.mark.parametrize("wall", [0, 10**15], ids=["wall clock shared", "no clock shared"])
def test_times_of_another_clock_are_shifted(fake: Fake, wall: int) -> None:
    code = f"""
    away = 3600 * 10**9
    say(HERE._replace(t_ns=HERE.t_ns + away, wall_ns=HERE.wall_ns + {wall}))
    plan()
    t = time.perf_counter_ns()
    slices = m.pack_slices([0, t + away - 1000, t + away])
    say(hello()._replace(t_ns=t + away), m.Progress(1, t + away, 1.0, 1, (0,) * m.STATE_COUNT, 0, 0, slices, 0))
    say(m.Goodbye(1, t + away, "stopped", "", "", str(t)))
    os._exit(0)
    """
    with Foreign(fake(code), runners.SINGLE, "Behaves", 1) as run:
        run.until_done()
        true = int(run.goodbyes()[1].tail)
        slack = 5e6 if not wall else 3e9  # without any clock in common, what a message's way takes
        ((state, start, end),) = m.unpack_slices(run.progress()[1].slices)
        for t in (run.hellos()[1].t_ns, run.progress()[1].t_ns, run.goodbyes()[1].t_ns, end):
            assert abs(t - true) < slack
        assert (state, end - start) == (0, 1000)
        assert troubles(run) == []


def test_a_clock_that_is_shared_is_left_alone() -> None:
    asked = now_ns()
    said = wire.Introduction(1, "3.9.18", "cpython", False, True, 1, now_ns(), time.time_ns() + 10**12, ())
    assert clocks.offset_of(said, asked) == 0
    hello = m.Hello(1, 0, 5, 6, 7, 8)
    assert clocks.shifted(hello, 0) is hello
    torn = m.Progress(1, 5, 0, 0, (), 0, 0, b"torn", 0)
    assert clocks.shifted(torn, 10) == torn
    far = m.Progress(1, 5, 0, 0, (), 0, 0, m.pack_slices([0, 2**63 - 1, 2**63 - 1]), 0)
    assert clocks.shifted(far, 10) == far


# -- Pythons that cannot be started, or cannot do what is asked of them -----------------------------------------------


def cannot(python: str, workers: int = 2, **how: Any) -> m.Trouble:
    """The one trouble that a run under it has."""
    with Foreign(python, runners.SINGLE, "primes", workers, **how) as run:
        run.until_done()
        (trouble,) = run.said
        assert isinstance(trouble, m.Trouble)
        assert trouble.kind == "start"
        return trouble


def test_it_was_removed_meanwhile(tmp_path: Path) -> None:
    gone = tmp_path / "bin" / "python"
    assert cannot(str(gone)).text == f"There is no Python at {gone} any more."
    gone.parent.mkdir()
    gone.symlink_to("/nowhere/python3.9")  # a virtual environment whose base is gone
    assert cannot(str(gone)).text == f"There is no Python at {gone} any more."


def test_it_was_built_for_another_system(tmp_path: Path) -> None:
    path = tmp_path / "python"
    path.write_bytes(b"\x7fELF nonsense")
    assert "may not be run" in cannot(str(path)).text
    path.chmod(0o755)
    assert "not a program for this system" in cannot(str(path)).text
    path.write_text("#!/lib/ld-musl-nowhere.so.1\n")
    assert "what it was built for is missing" in cannot(str(path)).text
    assert "may not be run" in cannot(str(tmp_path)).text


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.8"])
def test_it_is_too_old(version: str) -> None:
    found = sorted(Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/python"))
    if not found:
        pytest.skip(f"there is no Python {version} on this machine")
    assert cannot(str(found[0])).remedy == "Choose Python 3.9 or newer."


def test_its_standard_library_lacks_something(tmp_path: Path) -> None:
    """Also a path with spaces and accents, and an environment without pip."""
    folder = tmp_path / "Ünter wegs é"
    venv.create(folder, with_pip=False, symlinks=True)
    python = str(folder / "bin" / "python")
    with Foreign(python, runners.THREADS, "primes", 1) as run:
        run.until_working(1)
        run.stop()
    custom = next(folder.glob("lib/python3*/site-packages")) / "sitecustomize.py"

    def customize(code: str) -> None:
        custom.unlink(missing_ok=True)
        shutil.rmtree(custom.parent / "__pycache__", ignore_errors=True)  # files of one second and length look alike
        custom.write_text(code)

    customize("import sys; sys.modules['struct'] = None")
    trouble = cannot(python)
    assert "import of struct halted" in trouble.text
    assert "standard library is not complete" in trouble.remedy
    customize("import sys; sys.modules['ctypes'] = None")  # without it some figures are not to be had
    with Foreign(python, runners.THREADS, "primes", 2) as run:
        run.until_working(2)
        run.turn_for(0.3)
        run.stop()
        last, hello = run.progress()[1], run.hellos()[1]
        assert sum(last.states_ns) == last.t_ns - hello.t_ns
        assert last.states_ns[m.GIL] == 0 < last.states_ns[m.UNKNOWN]
    customize("import ctypes; del ctypes.PyDLL")  # as in PyPy
    with Foreign(python, runners.SINGLE, "primes", 1) as run:
        run.until_working(1)
        run.stop()
    customize("print('customized'); import sys; sys.stderr.write('customized')")
    with Foreign(python, runners.THREADS, "primes", 1) as run:
        run.until_working(1)
        run.stop()
        assert troubles(run) == []


@pytest.mark.parametrize("version", ["3.12", "3.13"])
def test_a_gil_that_cannot_be_had_otherwise(version: str) -> None:
    trouble = cannot(find(version), gil="0")
    assert "free-threaded build" in trouble.remedy
    with Foreign(find(version), runners.THREADS, "primes", 1, gil="1") as run:
        run.until_working(1)
        run.stop()


def test_an_option_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="'0', '1' or ''"):
        interpreter.Interpreter(sys.executable, "maybe")


def test_what_others_would_break_on_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nowhere")
    monkeypatch.setenv("PYTHONPATH", f"{SOURCES}:/theirs")
    monkeypatch.setenv("MINE", "kept")
    found = interpreter.environment()
    assert "PYTHONHOME" not in found
    assert (found["PYTHONPATH"], found["MINE"]) == ("/theirs", "kept")
    monkeypatch.setenv("PYTHONPATH", str(SOURCES))
    assert "PYTHONPATH" not in interpreter.environment()
    monkeypatch.setenv("PYTHONINSPECT", "1")
    with Foreign(sys.executable, runners.SINGLE, "Behaves", 1) as run:
        run.until_working(1)
        run.stop()


@pytest.mark.parametrize("spare", range(0, 10, 2))
def test_no_handles_are_left_to_start_one(spare: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """However far it gets; the fixture of all these tests sees to it that none is left open."""
    import resource

    monkeypatch.setattr(limits, "refusal", lambda processes, threads: None)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Foreign(sys.executable, runners.SINGLE, "Behaves", 1) as run:
        highest = max(int(number) for number in os.listdir("/proc/self/fd"))
        filled = [os.open(os.devnull, os.O_RDONLY) for _ in range(highest)]
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(filled) + 1 + spare, hard))
        try:
            said = run.handle.service([], time.monotonic())
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            for number in filled:
                os.close(number)
        assert [x.kind for x in said] == ["start"]
        assert said[0].text.startswith("The system refused to start worker 1: Too many open files")
        run.until_done()
