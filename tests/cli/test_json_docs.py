"""docs/json.md lists the keys of real documents: each of them, and no other."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from grandstand.claims.base import Result, Verdict
from grandstand.claims.report import document as claims_document
from grandstand.compare import beside_document, break_even
from grandstand.compare.beside import beside
from grandstand.compare.document import document as comparison_document
from grandstand.compare.statistics import Estimate
from grandstand.engine.samples import QuotaSample
from grandstand.own.finding import TITLES
from grandstand.pythons.record import running
from grandstand.session.report import run_report
from grandstand.vocabulary.states import KEYS
from grandstand.watch.document import document as watch_document
from grandstand.watch.estimate import estimate

from tests.cli.command import ROOT, grandstand
from tests.compare.made import ONE, comparison, processes, threads
from tests.session.made import MS, T0, Stage, progress
from tests.watch.made import busy

TEXT = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
RUN, REST = TEXT.split("## `list --json`")
LIST, REST = REST.split("## `claims --json`")
CLAIMS, REST = REST.split("## `compare --json`")
COMPARE, REST = REST.split("## `compare --open A --beside B --json`")
BESIDE, REST = REST.split("## `break-even --json`")
BREAK_EVEN, REST = REST.split("## `doctor --json`")
DOCTOR, REST = REST.split("## `race --json`")
RACE, REST = REST.split("## `watch --json`")
WATCH, REST = REST.split("## `watch --list --json`")
WATCHABLE, REST = REST.split("## `recordings --json`")
PYTHONS = REST.split("## `pythons --json`")[1]
ROW = re.compile(r"^\| `([^`]+)` \| ([^|]+) \|([^|]*)\| ([^|]+) \|$", re.MULTILINE)
ESTIMATED = ("cells[].", "laws[].", "places[].", "pairs[].")
TYPES = {
    "integer": int, "number": (int, float), "float": float, "string": str, "boolean": bool, "object": dict,
    "value": (bool, int, float, str),
}  # fmt: skip


SPAWNED = dataclasses.replace(processes(2), options=(("start_method", "spawn"),))
DOUBLED = dataclasses.replace(SPAWNED, workers=4)


def listed(part: str) -> dict[str, str]:
    """{key: type} of the tables."""
    return {key: kind.strip() for key, kind, _, _ in ROW.findall(part)}


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """(key as the tables write it, value) of everything in a document."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from leaves(part, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and path == "throughput.series[]":
        for index, part in enumerate(value):
            yield f"{path}[{index}]", part
    elif isinstance(value, list) and re.fullmatch(r"channels\.\w+\.series\[\]", path):
        yield f"{general(path)}[0]", value[0]
        for part in value[1:]:
            yield f"{general(path)}[]", part
    elif isinstance(value, list):
        for part in value:
            yield from leaves(part, f"{path}[]")
    else:
        yield general(path), value


def general(path: str) -> str:
    path = re.sub(r"^workers\[\]\.states\.\w+$", "workers[].states.STATE", path)
    path = re.sub(r"^rungs\.\w+$", "rungs.RUNG", path)
    path = re.sub(r"^gil\.gils\[\]\.shares\.\w+$", "gil.gils[].shares.WORKER", path)
    path = re.sub(r"^channels\.\w+\.", "channels.CHANNEL.", path)
    path = re.sub(r"^estimate\.(more_threads|processes|free_threaded)\.", "estimate.QUESTION.", path)
    path = re.sub(r"^(processes\[\]\.(?:threads\[\]|earlier_threads))\.states\.\w+$", r"\1.states.STATE", path)
    path = re.sub(r"(\.|^)(value|low|high|n)$", r"\1ESTIMATE", path) if path.startswith(ESTIMATED) else path
    path = re.sub(r"^(cells|measurements)\[\]\.states\.\w+$", r"\1[].states.STATE", path)
    path = re.sub(r"\.seconds\.\w+\.ESTIMATE$", ".seconds.WAY.ESTIMATE", path)
    path = re.sub(r"^code\.variants\.\w+$", "code.variants.LIBRARY", path)
    path = re.sub(r"\[\]\.parameters\.\w+$", "[].parameters.PARAMETER", path)
    path = re.sub(r"(^run|\[\])\.options\.\w+$", r"\1.options.OPTION", path)
    return re.sub(r"^run\.parameters\.\w+$", "run.parameters.PARAMETER", path)


def check(document: dict[str, Any], part: str, missing: set[str] = frozenset()) -> None:
    kinds = listed(part)
    found: set[str] = set()
    for key, value in leaves(document):
        found.add(key)
        assert key in kinds, f"{key} is not in docs/json.md"
        wanted = [TYPES[word] for word in kinds[key].split(" or ") if word != "null"]
        if value is None:
            assert kinds[key].endswith(" or null"), f"{key} is null"
        else:
            assert isinstance(value, wanted[0]), f"{key} is {value!r}, not {kinds[key]}"
            assert kinds[key] == "value" or isinstance(value, bool) is (wanted[0] is bool), key
    assert set(kinds) - found == missing


GIL = {key for key in listed(RUN) if key.startswith("gil.")}
BEATS = {f"heartbeat_ms.{key}" for key in ("p50", "p95", "p99", "max")}
LIMITED = {f"quota.{key}" for key in ("cores", "periods", "throttled_periods", "throttled_seconds")}


@pytest.mark.parametrize("mode", ["sequential", "threads", "processes"])
def test_a_real_run(finished, mode):
    document = finished(mode).document
    check(document, RUN, missing=BEATS | GIL | (LIMITED if document["quota"] is None else {"quota"}))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the GIL is read from outside on Linux only")
def test_a_run_that_looked_who_holds_the_gil() -> None:
    done = grandstand("run", "primes", "--mode", "threads", "--workers", "2", "--seconds", "3", "--gil", "--json", "-")
    found = json.loads(done.stdout)["gil"]
    assert found["why_not"] is None
    (one,) = found["gils"]
    assert set(one["shares"]) == {"1", "2"}
    assert sum(one["shares"].values()) + one["others"] + one["free"] == pytest.approx(1, abs=0.01)
    assert one["others"] < 0.3, "what workers held is theirs, also when they have ended"
    assert "The GIL was held by worker 1:" in done.stderr
    keys = {key for key, _ in leaves({"gil": found})}
    assert keys <= GIL
    assert {key for key in GIL - keys if "differences" not in key} == set()
    none = grandstand("run", "wait", "--mode", "sequential", "--seconds", "0.5", "--gil", "--json", "-")
    assert "share a thread" in json.loads(none.stdout)["gil"]["why_not"]


def test_a_run_in_the_window():
    stage = Stage(workers=1, mode="qthreads")
    stage.all_hello()
    for i in range(1, 40):
        stage.say(progress(1, T0 + i * 100 * MS, 20.0 * i))
        stage.session.beat(T0 + i * 100 * MS, 33.0)
    stage.run.rungs["flag"] = 1
    document = run_report(stage.session, stage.run, "numbers", {}, running())
    kinds = listed(RUN)
    found = {key for key, _ in leaves(document)}
    assert found >= BEATS
    assert found <= set(kinds)


def test_a_run_under_a_quota():
    stage = Stage(workers=1)
    stage.all_hello()
    for i in range(1, 40):
        stage.say(progress(1, T0 + i * 100 * MS, 20.0 * i))
        stage.say(QuotaSample(T0 + i * 100 * MS, 0.5, i, i, 0.05 * i), handle=0)
    found = dict(leaves(run_report(stage.session, stage.run, "numbers", {}, running())))
    assert found.keys() >= LIMITED
    assert all(isinstance(found[key], TYPES[listed(RUN)[key]]) for key in LIMITED)


def test_the_list():
    found = json.loads(grandstand("list", "--json").stdout)
    broken = {"distribution": "a 1", "group": "mode", "name": "b", "reason": "c"}
    check({**found, "problems": [broken]}, LIST)


def test_the_claims():
    failing = Result("b", "B.", Verdict.UNDECIDED, "It failed. Try again.", {}, 0, 0.1, "2026-01-01", (), "Traceback")
    figures = {"one": Estimate(1.0, "ms"), "many": Estimate(2.0, "×", 1.9, 2.1, 5, "blocks")}
    fine = Result("a", "A.", Verdict.HOLDS, "It does. So it holds.", figures, 1, 3.0, "2026-01-01T00:00:00+00:00")
    document = claims_document([fine, failing], {})
    check({**document, "machine": {}}, CLAIMS, missing={"machine"})
    for verdict in Verdict:
        assert f"`{verdict.value}`" in CLAIMS


def test_a_comparison():
    rates = {
        ONE: [100.0] * 5,
        SPAWNED: [99.0] * 5,
        **{processes(n): [90.0 * n + i for i in range(5)] for n in (1, 2, 4, 8)},
    }
    made = comparison(rates)
    made.failures[dataclasses.replace(SPAWNED, workers=3)] = "no more processes."
    found = {**comparison_document(made), "machine": {}, "warnings": ["a"]}
    check(found, COMPARE, missing={"machine", "cells[].wall.ESTIMATE", "laws[].options.OPTION"})
    work = comparison(rates, work=50.0)
    work.measurements = [dataclasses.replace(x, wall=1.0) for x in work.measurements]
    found = {**comparison_document(work), "machine": {}, "warnings": ["a"]}
    kinds = listed(COMPARE)
    assert {key for key, _ in leaves(found)} <= set(kinds)


def test_two_comparisons():
    one = comparison({ONE: [100.0] * 5, threads(2): [90.0] * 5, processes(2): [90.0] * 5, SPAWNED: [90.0] * 5})
    two = comparison(
        {ONE: [100.0] * 5, threads(2): [180.0] * 5, processes(4): [90.0] * 5, SPAWNED: [9.0] * 5, DOUBLED: [9.0] * 5},
        seconds=2.0,
    )
    found = beside_document.document(beside(one, two))
    check({**found, "sides": [{**side, "machine": {}} for side in found["sides"]]}, BESIDE, {"sides[].machine"})


def test_a_break_even_map():
    times = {"sequential": [1.0] * 6, "threads": [1.2] * 6, "processes": [0.6] * 6}
    found = break_even.document(break_even.Map((break_even.judge(1e-3, 100, times),), 2, "fork", {}))
    check(found, BREAK_EVEN, missing={"machine"})


def test_a_diagnosis(tmp_path):
    (tmp_path / "job.py").write_text("def work(n): return sum(range(n + 30_000))\n")
    arguments = ("--items", "range(400)", "--only", "import,call,pickle,waiting")
    done = grandstand("doctor", "job.py:work", *arguments, "--json", "-", cwd=tmp_path)
    document = json.loads(done.stdout)
    for finding in document["findings"]:
        assert isinstance(finding.pop("evidence"), dict)
    check(document, DOCTOR, missing={"findings[].evidence", "code"})
    for ident in TITLES:
        assert f"`{ident}`" in DOCTOR


def test_a_race(tmp_path):
    (tmp_path / "job.py").write_text("def work():\n    return sum(range(20_000))\n")
    arguments = ("--budget", "6s", "--modes", "sequential,threads", "--check", "threads >= 0", "--json", "-")
    found = json.loads(grandstand("race", "job.py:work", *arguments, cwd=tmp_path).stdout)
    rows = {re.sub(r"share_\w+", "share_STATE", f"rows[].{key}") for row in found["rows"] for key in row}
    parts = {f"answer.{key}" + ("[]" if key == "reasons" else "") for key in found["answer"]}
    lists = ("dropped", "left_out", "warnings", "checks")
    top = {key + ("[]" if key in lists else "") for key in found} - {"answer", "rows"}
    assert set(listed(RACE)) == rows | parts | top
    assert found["schema"] == 1


def test_a_run_of_ones_own_function(tmp_path):
    (tmp_path / "job.py").write_text("def work(n):\n    return 1 / (n - 3)\n")
    arguments = ("--items", "range(9)", "--seconds", "0.3", "--workers", "1", "--json", "-")
    function = json.loads(grandstand("run", "job.py:work", *arguments, cwd=tmp_path).stdout)["function"]
    told = DOCTOR.split("### `function` in `run --json`")[1]
    known = {key.removeprefix("function.") for key in listed(DOCTOR) if key.startswith("function.")}
    for key in {*function.keys() - known, *function["errors"][0]}:
        assert f"`{key}`" in told or f"`{key}[]`" in told, key


def test_the_pythons(tmp_path):
    done = grandstand("pythons", "--json", XDG_CACHE_HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path))
    found = json.loads(done.stdout)
    complete = not any(one["lacks"] for one in found["pythons"])
    check(found, PYTHONS, missing={"pythons[].lacks[]"} if complete else set())


def test_the_example_is_a_document_too():
    (block,) = re.findall(r"```json\n(.*?)```", RUN, re.DOTALL)
    document = json.loads(block)
    check(document, RUN, missing=BEATS | LIMITED | GIL)
    for worker in document["workers"]:
        assert sum(worker["states"].values()) == pytest.approx(worker["seconds"])


def test_all_states_are_named():
    for key in KEYS:
        assert f"`{key}`" in RUN


def test_programs_that_could_be_watched() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as program:
        try:
            document = json.loads(grandstand("watch", "--list", "--json", "-").stdout)
        finally:
            program.kill()
    assert program.pid in [one["pid"] for one in document["programs"]]
    assert {key for key, _ in leaves(document)} == set(listed(WATCHABLE))


def test_a_watched_program():
    program = busy()
    for stuck in ((), (11, 12)):
        program.processes[10].stuck = stuck
        found, why_not = estimate(program, 2.0)
        document = {**watch_document(program, found, why_not, {}), "machine": {}}
        missing = {"machine", "estimate", "processes[].gil"}
        ring = {"processes[].stuck.threads[]", "processes[].stuck.ring"}
        check(document, WATCH, missing=missing | ({"processes[].stuck"} if stuck else ring))
