"""Under a real CPU quota: the time of one core or less where there are more cores, and the verdicts that follow."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import psutil
import pytest

from tests.cli.command import ROOT, command, environment
from tests.observe.cgroups import Group, limited

_MOVES_IN = "import os, sys; open(sys.argv[1], 'w').write(str(os.getpid())); os.execv(sys.argv[2], sys.argv[2:])"


def inside(group: Group, *arguments: str) -> dict[str, Any]:
    """The document that a command writes; it is in the group from its first instant."""
    moved = [sys.executable, "-I", "-S", "-c", _MOVES_IN, str(group.procs), *command(*arguments, "--json", "-")]
    done = subprocess.run(moved, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    document["said"] = " ".join(done.stderr.split())
    return document


def _group(cores: float) -> Iterator[Group]:
    if len(psutil.Process().cpu_affinity() if hasattr(psutil.Process, "cpu_affinity") else [0]) < 2:
        pytest.skip("one core: a quota of one takes nothing away")
    with limited(cores) as group:
        if isinstance(group, str):
            pytest.skip(group)
        yield group


@pytest.fixture
def one_core() -> Iterator[Group]:
    yield from _group(1.0)


@pytest.fixture
def a_third() -> Iterator[Group]:
    """So little that even on a busy machine it is the quota that holds everybody back."""
    yield from _group(0.3)


def test_claims_that_need_two_cores_are_not_testable(one_core: Group) -> None:
    found = inside(one_core, "claims", "processes-all-cores", "own-interpreter")
    assert (found["machine"]["quota"], found["machine"]["usable_cores"]) == (1.0, 1.0)
    assert found["machine"]["cores"] >= 2
    all_cores, own = found["claims"]
    assert all_cores["verdict"] == "not testable here"
    assert "the CPU quota gives the time of one core" in all_cores["reason"]
    assert own["verdict"] in ("holds", "undecided"), "a worker that stands still waits for a core, not for the GIL"


@pytest.mark.parametrize(("mode", "workers"), [("sequential", 1), ("processes", 2), ("threads", 3)])
def test_the_time_in_which_everybody_stood_still_was_waiting_for_a_core(
    a_third: Group, mode: str, workers: int
) -> None:
    found = inside(a_third, "run", "primes", "--mode", mode, "--workers", str(workers), "--seconds", "2")
    assert found["quota"]["cores"] == 0.3
    assert found["quota"]["throttled_periods"] > 0.3 * found["quota"]["periods"] > 1
    assert found["quota"]["throttled_seconds"] > 0.1
    assert "held back by the CPU quota (the time of 0.3 cores)" in found["said"]
    shares = [w["states"] for w in found["workers"]]
    busy = {key: sum(states[key] for states in shares) for key in shares[0]}
    if busy["unknown"] == 0:  # else this system does not tell the two apart
        assert busy["core"] > busy["gil"]
        assert busy["core"] > busy["computing"]
    if mode == "processes":
        assert busy["gil"] < 0.05 * sum(busy.values())


def test_a_comparison_names_the_quota_where_it_left_nothing_to_gain(a_third: Group) -> None:
    arguments = ("compare", "primes", "--modes", "sequential,processes", "--workers", "1,2", "--repeats", "5")
    found = inside(a_third, *arguments, "--seconds", "0.6")
    assert "Stay with sequential" not in found["sentence"]
    assert "quota: the time of 0.3" in found["sentence"]
    assert any(w.startswith("The CPU quota (the time of 0.3 cores) held back ") for w in found["warnings"])
    two = [x["held"] for x in found["measurements"] if x["workers"] == 2]
    assert sum(two) / len(two) > 0.3
