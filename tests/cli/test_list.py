"""``list``: what there is, as tables and as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
from grandstand.engine import workloads

from tests.cli.command import grandstand

NUMBERS = ("minimum", "maximum", "step", "default")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    done = grandstand("list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_every_workload_with_its_parameters(document):
    assert document["schema"] == 2
    assert [w["key"] for w in document["workloads"]] == workloads.keys()
    for workload in document["workloads"]:
        assert set(workload) == {"key", "title", "unit", "expect", "parameters"}
        assert all(workload[k] for k in ("title", "unit", "expect", "parameters"))
        for parameter in workload["parameters"]:
            assert set(parameter) == {"key", "title", "unit", "scale", "help", *NUMBERS}
            assert parameter["scale"] in ("linear", "log")
            assert all(isinstance(parameter[k], int | float) for k in NUMBERS)
            assert parameter["minimum"] <= parameter["default"] <= parameter["maximum"]
            assert parameter["step"] > 0


def test_every_mode_and_why_one_cannot_run_here(document):
    modes = {mode["key"]: mode for mode in document["modes"]}
    keys = ["sequential", "threads", "processes", "qthreads", "interpreters", "asyncio"]
    assert list(modes) == keys
    for mode in modes.values():
        words = {"key", "title", "blurb", "singular", "plural", "baseline"}
        assert set(mode) == {*words, "available", "reason", "remedy", "options"}
    assert [mode["available"] for mode in modes.values()] == [
        True,
        True,
        True,
        False,
        sys.version_info >= (3, 14),
        True,
    ]
    assert [key for key, mode in modes.items() if mode["baseline"]] == ["sequential"]
    assert (modes["processes"]["singular"], modes["processes"]["plural"]) == ("process", "processes")
    assert modes["threads"]["reason"] is None
    assert "window" in modes["qthreads"]["reason"]
    assert "python main.py" in modes["qthreads"]["remedy"]


def test_every_option_says_what_it_takes(document):
    options = [option for mode in document["modes"] for option in mode["options"]]
    for option in options:
        assert all(option[key] for key in ("key", "title", "kind", "help"))
        assert bool(option["choices"]) is (option["kind"] == "one of")
        for choice in option["choices"]:
            assert choice["available"] is (choice["reason"] is None)
        assert not option["choices"] or option["default"] in {choice["key"] for choice in option["choices"]}
    assert {option["key"] for option in options} == {"start_method", "frame_slots", "gil"}
    start_method = document["modes"][0]["options"][0]
    assert "spawn" in {choice["key"] for choice in start_method["choices"]}


def test_the_tables_say_the_same(document):
    done = grandstand("list")
    assert (done.returncode, done.stderr) == (0, "")
    for workload in document["workloads"]:
        assert workload["title"] in done.stdout
        assert all(parameter["key"] in done.stdout for parameter in workload["parameters"])
    for mode in document["modes"]:
        assert mode["title"] in done.stdout
    assert document["modes"][3]["reason"] in done.stdout


def test_version_and_help():
    from grandstand import __version__

    assert grandstand("--version").stdout == f"grandstand {__version__}\n"
    done = grandstand("run", "--help")
    assert done.returncode == 0
    options = "--mode --workers --seconds --warmup --set --option --start-method --json --snapshot"
    for option in options.split():
        assert option in done.stdout
