"""The worker loop: what is said when all goes well, and when the workload misbehaves."""

from __future__ import annotations

import threading
import time
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import pytest
from grandstand.engine import messages as m
from grandstand.engine.loop import Control, Worker, run_in_turns

from tests.engine.conftest import Run, Said, routed, spec_of
from tests.engine.misbehaving import EXITS


def test_a_good_worker_says_hello_progress_goodbye(run_for: Run, tmp_path: Path) -> None:
    count = tmp_path / "count"
    said = run_for(0.3, spec_of("Behaves", environment={"count": str(count)}))
    assert isinstance(said[0], m.Hello)
    assert isinstance(said[-1], m.Goodbye)
    assert all(isinstance(x, m.Progress) for x in said[1:-1])
    assert said[-1].outcome == "stopped"
    last = said.last(m.Progress)
    assert int(Path(f"{count}.1").read_text()) == last.steps  # units counted are units done
    assert last.units == last.steps > 10
    assert sum(last.states_ns) == last.t_ns - said[0].t_ns


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("Raises", "RuntimeError: fell over at step 21"),
        ("RaisesAtOnce", "RuntimeError: cannot even begin"),
        ("RaisesInBracket", "OSError: the other side hung up"),
        ("RaisesAtClose", "RuntimeError: will not go quietly"),
        ("SystemExits", "SystemExit: bye"),
        ("HugeTraceback", "ValueError: \U0001f600\U0001f600"),
        ("RaisesTheUnspeakable", "UnspeakableError (its message cannot be read: RuntimeError)"),
    ],
)
def test_a_failing_worker_says_why(run_for: Run, name: str, error: str) -> None:
    said = run_for(0.3 if name == "RaisesAtClose" else 5.0, spec_of(name))
    goodbye = said.last(m.Goodbye)
    assert goodbye.outcome == "failed"
    assert goodbye.error.startswith(error)
    assert "misbehaving.py" in goodbye.traceback
    # One write to a pipe: multiprocessing splits what is longer, and a reader might wait for the second half.
    assert len(ForkingPickler.dumps(goodbye)) < 16_384
    if name != "RaisesAtOnce":
        last = said.last(m.Progress)
        assert last.units >= 20
        assert sum(last.states_ns) == last.t_ns - said[0].t_ns <= goodbye.t_ns - said[0].t_ns


@pytest.mark.parametrize("kind", range(len(EXITS)))
@pytest.mark.parametrize("name", ["ExitsAtBirth", "ExitsAtOnce", "ExitsInStep", "ExitsAtClose", "ExitsTwice"])
def test_what_ends_interpreters_ends_one_worker_and_is_told(run_for: Run, name: str, kind: int) -> None:
    said = run_for(0.3 if name == "ExitsAtClose" else 5.0, spec_of(name, kind=kind))
    goodbye = said.last(m.Goodbye)
    assert (goodbye.outcome, goodbye.error) == ("failed", f"{EXITS[kind].__name__}: bye")
    assert "misbehaving.py" in goodbye.traceback


@pytest.mark.parametrize("kind", range(7))
def test_units_that_are_none_end_the_worker_and_spoil_nothing(run_for: Run, kind: int) -> None:
    said = run_for(5.0, spec_of("Nonsense", kind=kind))
    goodbye = said.last(m.Goodbye)
    assert goodbye.outcome == "failed"
    assert "Nonsense" in goodbye.error
    assert "units" in goodbye.error
    assert len(goodbye.error.encode()) <= m.ERROR_BYTES
    assert said.last(m.Progress).units == 20


def test_an_unknown_workload(run_for: Run) -> None:
    said = run_for(5.0, m.WorkerSpec(1, 0, "tests.engine.misbehaving:Missing", {}, {}, 10**7))
    assert said.last(m.Goodbye).error.startswith("AttributeError")
    said = run_for(5.0, m.WorkerSpec(1, 0, "nonsense", {}, {}, 10**7))
    assert "There is no workload 'nonsense'" in said.last(m.Goodbye).error
    said = run_for(5.0, m.WorkerSpec(1, 0, "os:path", {}, {}, 10**7))
    assert "is not a workload" in said.last(m.Goodbye).error


def test_a_flood_of_prints_is_counted_and_cut(run_for: Run, capfd: pytest.CaptureFixture[str]) -> None:
    with routed():
        said = run_for(0.2, spec_of("PrintsFlood", after=3))
    goodbye, last = said.last(m.Goodbye), said.last(m.Progress)
    floods = last.steps - 3
    assert last.printed > floods * 50 * 240
    assert len(goodbye.tail.encode()) <= m.TAIL_BYTES
    assert goodbye.tail.endswith(f"the last line {last.steps}\n")
    out, err = capfd.readouterr()
    assert "flood flood" not in out + err  # what went to the bare handles is the child's affair


def test_new_parameters_take_effect_between_steps(run_for: Run) -> None:
    def change(controls: list[Control]) -> None:
        time.sleep(0.1)
        controls[0].set_parameters({"after": 0, "kind": 1_000})

    said = run_for(0.3, spec_of("Tuned", after=0, kind=1), meanwhile=change)
    first, last = said.of(m.Progress)[0], said.last(m.Progress)
    assert first.units == first.steps
    assert last.units > 1_000
    assert last.units % 1_000 < last.steps


def test_parameters_that_the_workload_refuses_end_the_worker(run_for: Run) -> None:
    said = run_for(5.0, spec_of("RaisesWhenTold"), meanwhile=lambda controls: controls[0].set_parameters({"kind": 1}))
    assert said.last(m.Goodbye).error == "RuntimeError: does not like its parameters"


def test_lost_brackets_do_not_break_the_account(run_for: Run) -> None:
    said = run_for(0.2, spec_of("LosesBrackets"))
    assert said.last(m.Goodbye).outcome == "stopped"
    assert sum(said.states().values()) == pytest.approx(said.wall(), abs=0.005)


def test_stopped_before_it_began(run_for: Run) -> None:
    said = run_for(5.0, spec_of("Behaves"), meanwhile=lambda controls: setattr(controls[0], "stop", True))
    assert said.last(m.Goodbye).outcome == "stopped"


def test_one_fails_and_the_others_go_on(run_for: Run) -> None:
    said = run_for(0.4, *(spec_of("Raises", worker, who=2) for worker in (1, 2, 3)))
    assert [said.last(m.Goodbye, w).outcome for w in (1, 2, 3)] == ["stopped", "failed", "stopped"]
    assert said.last(m.Progress, 2).units == 20
    assert min(said.last(m.Progress, w).units for w in (1, 3)) > 100


class TestInTurns:
    def run(self, seconds: float, *specs: m.WorkerSpec, later: tuple[m.WorkerSpec, ...] = ()) -> Said:
        said = Said()
        workers = [Worker(spec, said.append) for spec in specs]
        coming = [Worker(spec, said.append) for spec in later]
        everybody = workers + coming

        def stop() -> None:
            for worker in everybody:
                worker.control.stop = True

        ends = threading.Timer(seconds, stop)
        ends.start()

        def arrivals() -> list[Worker]:
            new = list(coming)
            coming.clear()
            return new

        run_in_turns(workers, arrivals)
        ends.cancel()
        return said

    def test_only_one_is_at_it_at_a_time(self) -> None:
        said = self.run(0.5, *(spec_of("Behaves", worker) for worker in (1, 2, 3)))
        active = 0.0
        for worker in (1, 2, 3):
            account = said.states(worker)
            assert sum(account.values()) == pytest.approx(said.wall(worker), rel=0.02)
            assert account["idle"] > 0.4 * said.wall(worker)
            active += said.wall(worker) - account["idle"]
            assert said.last(m.Progress, worker).steps > 0
        assert active <= 1.05 * max(said.wall(worker) for worker in (1, 2, 3))

    def test_failures_and_late_arrivals(self) -> None:
        said = self.run(
            0.6,
            spec_of("Raises", 1),
            spec_of("RaisesAtOnce", 2),
            spec_of("Behaves", 3),
            later=(spec_of("Behaves", 4), spec_of("SystemExits", 5)),
        )
        outcomes = {w: said.last(m.Goodbye, w).outcome for w in range(1, 6)}
        assert outcomes == {1: "failed", 2: "failed", 3: "stopped", 4: "stopped", 5: "failed"}
        assert said.last(m.Progress, 4).units > 100

    def test_nobody_left(self) -> None:
        assert [x.outcome for x in self.run(9, spec_of("Raises", 1)).of(m.Goodbye)] == ["failed"]
        assert self.run(9) == []


class TestRealTime:
    """Accounts of real threads. Generous: the machine may be shared and busy."""

    def test_threads_share_one_interpreter(self, run_for: Run) -> None:
        began = time.perf_counter()
        said = run_for(1.0, *(spec_of("primes", worker) for worker in (1, 2, 3, 4)))
        elapsed = time.perf_counter() - began
        computing = core = 0.0
        for worker in (1, 2, 3, 4):
            account = said.states(worker)
            assert sum(account.values()) == pytest.approx(said.wall(worker), rel=0.02)
            computing += account["computing"]
            core += account["core"]
        # Whoever holds the GIL computes, or waits for a core that others keep busy.
        assert computing <= 1.15 * elapsed
        assert computing + core >= 0.85 * elapsed
        held_up = sum(said.states(w)["gil"] + said.states(w)["unknown"] for w in (1, 2, 3, 4))
        assert held_up > elapsed  # of four, three wait

    def test_cpu_time_agrees_with_the_system(self, run_for: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        stat = Path("/proc/thread-self/stat")
        if not stat.exists():
            pytest.skip("no /proc/thread-self/stat on this system")
        import os

        from grandstand.engine import loop

        ticks: list[int] = []
        run_worker = loop.run_worker

        def watched(worker: Any) -> None:
            run_worker(worker)
            fields = stat.read_text().rpartition(")")[2].split()
            ticks.append(int(fields[11]) + int(fields[12]))

        monkeypatch.setattr("tests.engine.conftest.run_worker", watched)
        said = run_for(0.8, spec_of("primes"))
        system = ticks[0] / os.sysconf("SC_CLK_TCK")
        assert said.last(m.Progress).cpu_ns / 1e9 == pytest.approx(system, rel=0.03, abs=0.03)

    def test_waiting_is_as_long_as_asked(self, run_for: Run) -> None:
        said = run_for(0.6, spec_of("wait", duration_ms=20))
        steps = said.last(m.Progress).steps
        account = said.states()
        assert steps >= 2
        assert account["io"] >= 0.98 * 0.020 * steps
        assert account["io"] <= (0.020 + 0.0006) * steps + 0.005  # what came on top was another wait
        assert sum(account.values()) == pytest.approx(said.wall(), rel=0.02)
