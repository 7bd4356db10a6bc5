"""Workers under every Python on this machine: true figures, and orders obeyed as by children of this one."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from grandstand.engine import guest, paths, runners, wire, workloads
from grandstand.engine import messages as m
from grandstand.hosts import base
from grandstand.hosts.page_server import PageServer

from tests.hosts.foreign import WANTED, Foreign, can, find, pythons
from tests.modes.conftest import light_main, nothing_left, semaphores, warm  # noqa: F401
from tests.modes.runs import GENTLE, GRACE, STOP_PROMISE, gone_within, living
from tests.places import SOURCES

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="tried on Linux")
WITNESS = "tests.hosts.witness_for_tests:"
LISTS = """
import json, sys
from grandstand.engine.workloads.base import Workload
class Lists(Workload):
    def step(self, meter):
        names, missing = set(sys.modules), []
        for name in ("grandstand.ui", "grandstand.hosts", "grandstand.assets", "PySide6", "numpy", "psutil", "typer"):
            try:
                __import__(name)
            except ImportError:
                missing.append(name)
        with open(self.environment["books"], "w") as file:
            json.dump([sys.path, sys.argv, missing, sorted(names)], file)
        raise RuntimeError("done")
"""


@pytest.fixture(params=WANTED)
def python(request: pytest.FixtureRequest) -> str:
    return find(request.param)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    page_server = PageServer()
    yield page_server.start(patience=30)
    page_server.close()


@pytest.mark.parametrize("shape", runners.KEYS)
def test_figures_are_true(python: str, shape: str, tmp_path: Path) -> None:
    can(python, shape)
    with Foreign(python, shape, WITNESS + "Witness", 2, {"books": f"{tmp_path}/books"}, size=100_000, batch=60) as run:
        run.until_working(2)
        run.turn_for(0.8)
        run.stop()
        assert run.of(m.Trouble) == []
        books = {w: json.loads((tmp_path / f"books.{w}").read_text()) for w in (1, 2)}
        by_thread: dict[int, list[int]] = {}
        for worker, book in books.items():
            hello, last = run.hellos()[worker], run.progress()[worker]
            wall = last.t_ns - hello.t_ns
            assert abs(sum(last.states_ns) - wall) <= 0.02 * wall
            assert last.units == book["units"] > 0
            assert hello.t_ns <= book["began"][0] < book["ended"][0] <= run.goodbyes()[worker].t_ns
            by_thread.setdefault(hello.thread, []).append(worker)
        for mine in by_thread.values():  # workers in turns share one thread
            system = max(books[w]["ended"][1] for w in mine) - min(books[w]["began"][1] for w in mine)
            ours = sum(run.progress()[w].cpu_ns for w in mine)
            assert abs(ours - system) <= 0.03 * system + 5e6
        said = run.of(wire.Introduction)
        assert {i.pid for i in said} == {h.pid for h in run.hellos().values()}
        (version,) = (name for name, executable in pythons().items() if executable == python)
        assert {i.free_threaded for i in said} == {version.endswith("t")}
        assert all(i.python.startswith(version.rstrip("t") + ".") for i in said)


@pytest.mark.parametrize("shape", runners.KEYS)
def test_a_run_from_start_to_stop(python: str, shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    can(python, shape)
    monkeypatch.setattr(base, "STOP", GENTLE)  # of fewer workers too: on a busy machine an answer may take a while
    with Foreign(python, shape, "Tuned", 2, after=0, kind=1) as run:
        run.until_working(2)
        assert {h.lane for h in run.hellos().values()} == {0, 1}
        assert len({h.pid for h in run.hellos().values()}) == (2 if shape == runners.SINGLE else 1)
        mine = psutil.Process().nice()
        assert {h.nice for h in run.hellos().values()} == {min(19, mine + guest.NICE)}
        run.handle.resize(4)
        run.until_working(4)
        run.handle.resize(1)
        run.until(lambda: len(run.goodbyes()) == 3)
        assert {run.hellos()[w].lane for w in run.goodbyes()} == {1, 2, 3}
        before = run.units(1)
        run.handle.set_parameters({"after": 0, "kind": 1_000})
        run.until(lambda: run.units(1) > before + 1_000)
        run.handle.resize(2)  # one that comes later has the parameters of now
        run.until(lambda: len(run.working()) == 5)
        newest = max(run.hellos())
        assert run.units(newest) == 1_000 * run.progress()[newest].steps
        run.stop()
        assert set(run.goodbyes()) == set(run.hellos()) == {1, 2, 3, 4, 5}
        assert set(run.rungs()) == {"flag"}
        assert all(x.exitcode == 0 and x.workers == () for x in run.of(m.ChildExit))
        assert run.of(m.Trouble) == []


@pytest.mark.parametrize("shape", [runners.THREADS, runners.TASKS, runners.INTERPRETERS])
@pytest.mark.parametrize("key", workloads.keys())
def test_every_workload_runs(python: str, key: str, shape: str, server: str) -> None:
    can(python, shape)
    with Foreign(python, shape, key, 2, {"server": server}) as run:
        run.until(lambda: all(run.units(w) > 0 for w in (1, 2)))
        run.stop()
        assert {g.outcome for g in run.goodbyes().values()} == {"stopped"}


FILES = [path for room in ("engine", "vocabulary") for path in (SOURCES / "grandstand" / room).rglob("*.py")]


def test_it_finds_the_engine_and_nothing_of_ours_beside_it(
    python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does it hear of what lies where the app was started."""
    (tmp_path / "lists_for_tests.py").write_text(LISTS)
    for name in ("random.py", "queue.py", "grandstand.py", "types.py"):
        (tmp_path / name).write_text("raise RuntimeError('not mine')")
    monkeypatch.chdir(tmp_path)
    books = tmp_path / "books"
    with Foreign(
        python, runners.SINGLE, "lists_for_tests:Lists", 1, {"books": str(books)}, path=(str(tmp_path),)
    ) as run:
        run.until_done()
    path, argv, missing, names = json.loads(books.read_text())
    ours = os.path.dirname(os.path.dirname(os.path.abspath(wire.__file__)))
    assert not {os.path.dirname(ours), ours, ""} & set(path)
    assert path[-1] == str(tmp_path)
    assert argv == ["-c"]
    assert {"grandstand.ui", "grandstand.hosts", "grandstand.assets"} <= set(missing)
    assert not {"multiprocessing", "PySide6", "typing_extensions"} & set(names)
    assert {".".join(n.split(".")[:2]) for n in names if n.startswith("grandstand.")} == {
        "grandstand.engine", "grandstand.vocabulary",
    }  # fmt: skip


@pytest.mark.parametrize("shape", runners.KEYS)
def test_prints_reach_nobody(python: str, shape: str, capfd: pytest.CaptureFixture[str]) -> None:
    can(python, shape)
    with Foreign(python, shape, "PrintsFlood", 2, who=1, after=5) as run:
        run.until(lambda: 1 in run.progress() and run.progress()[1].printed > 200_000)
        run.until(lambda: run.units(2) > 10)
        run.stop()
        assert "the last line" in run.goodbyes()[1].tail
        assert run.goodbyes()[2].tail == ""
    out, err = capfd.readouterr()
    assert "flood" not in out + err


def test_a_worker_that_needs_what_is_not_there_says_so(python: str) -> None:
    with Foreign(python, runners.THREADS, WITNESS + "WithoutZlib", 1) as run:
        run.until_done()
        assert "No module named 'no_such_module_in_any_library'" in run.goodbyes()[1].error


def test_the_engine_may_lie_in_a_wheel(python: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = tmp_path / "grandstand-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        for path in [SOURCES / "grandstand" / "__init__.py", *FILES]:
            file.write(path, path.relative_to(SOURCES))
    monkeypatch.setattr(paths, "SOURCES", str(wheel))
    with Foreign(python, runners.THREADS, "primes", 2) as run:
        run.until_working(2)
        run.stop()
        assert run.of(m.Trouble) == []


# -- with this Python alone: what does not depend on the version ------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "name", "rungs"),
    [
        (runners.SINGLE, "HangsHolding", {"terminate", "kill"}),
        (runners.SINGLE, "IgnoresTermination", {"kill"}),
        (runners.THREADS, "StopsItself", {"kill"}),
        (runners.TURNS, "HangsInC", {"terminate", "kill"}),
    ],
)
def test_stop_keeps_its_promise_whatever_hangs(shape: str, name: str, rungs: set[str]) -> None:
    with Foreign(sys.executable, shape, name, 2, who=1) as run:
        run.until_misbehaving(1)
        assert run.stop(base.STOP) < STOP_PROMISE + GRACE
        hung = next(x for x in run.of(m.ChildExit) if 1 in x.workers)
        assert hung.rung in rungs
        assert run.of(m.Trouble) == []


@pytest.mark.parametrize(("name", "code"), [("KillsItself", -9), ("LeavesAtOnce", 3), ("ClosesHandles", 1)])
def test_a_host_dies_and_the_others_go_on(name: str, code: int) -> None:
    with Foreign(sys.executable, runners.SINGLE, name, 3, who=2) as run:
        run.until(lambda: run.of(m.ChildExit))
        (died,) = run.of(m.ChildExit)
        assert (died.exitcode, died.workers, died.rung) == (code, (2,), "")
        run.until(lambda: len(run.working() - {2}) == 2)
        run.stop()
        assert set(run.goodbyes()) == {1, 3}
        assert run.of(m.Trouble) == []


def test_a_raise_is_told_with_its_traceback_and_the_others_go_on() -> None:
    with Foreign(sys.executable, runners.TURNS, "Raises", 3, who=2) as run:
        run.until(lambda: 2 in run.goodbyes() and len(run.working()) == 3)
        assert run.goodbyes()[2].error.startswith("RuntimeError: fell over")
        assert "misbehaving.py" in run.goodbyes()[2].traceback
        run.stop()


def test_a_stopped_host_makes_nobody_wait() -> None:
    with Foreign(sys.executable, runners.THREADS, "Tuned", 2, after=0, kind=1) as run:
        run.until_working(2)
        os.kill(run.pid_of(1), signal.SIGSTOP)
        began = time.monotonic()
        for kind in range(4_000):
            run.handle.set_parameters({**{f"parameter {i}": 0.1 for i in range(20)}, "after": 0, "kind": kind})
            if not kind % 100:
                run.pump.turn(0)
        assert time.monotonic() - began < 10
        os.kill(run.pid_of(1), signal.SIGCONT)
        run.handle.set_parameters({"after": 0, "kind": 1_000_000})
        run.until(lambda: run.units(1) > 1_000_000)
        run.stop()


@pytest.mark.parametrize("shape", [runners.SINGLE, runners.THREADS])
def test_a_worker_does_not_wait_for_an_app_that_does_not_read(shape: str, tmp_path: Path) -> None:
    books = {"books": f"{tmp_path}/books"}
    with Foreign(sys.executable, shape, WITNESS + "Witness", 1, books, size=100_000, batch=10) as run:
        run.until_working(1)
        pid = run.pid_of(1)
        before = psutil.Process(pid).cpu_times().user
        time.sleep(3)  # some 100 messages, more than a pipe takes
        assert psutil.Process(pid).cpu_times().user - before > 0.3
        run.stop()
        assert run.units(1) == json.loads((tmp_path / "books.1").read_text())["units"]


def test_who_is_not_lowered_is_not() -> None:
    with Foreign(sys.executable, runners.SINGLE, "Behaves", 1, lower_priority=False) as run:
        run.until_working(1)
        assert run.hellos()[1].nice == psutil.Process().nice()
        run.stop()


def test_stopped_before_and_while_it_starts() -> None:
    for turns in (0, 1, 3):
        with Foreign(sys.executable, runners.SINGLE, "Behaves", 3) as run:
            for _ in range(turns):
                run.pump.turn(0)
            run.stop()
            assert set(run.hellos()) == set(run.goodbyes())
            assert run.of(m.Trouble) == []


def test_closed_while_it_starts_and_while_it_runs() -> None:
    with Foreign(sys.executable, runners.SINGLE, "Behaves", 4) as run:
        run.pump.turn(0)
    with Foreign(sys.executable, runners.SINGLE, "StopsItself", 2) as run:
        run.until_misbehaving(1, 2)
        family = psutil.Process().children()
        run.pump.close()
        assert gone_within([p for p in living(family) if p.pid in {h.pid for h in run.hellos().values()}], GRACE) == []
