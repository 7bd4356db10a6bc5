"""``list``: what there is, as tables and as JSON."""

from __future__ import annotations

import json
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
    assert document["schema"] == 1
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
    assert list(modes) == ["sequential", "threads", "processes", "qthreads"]
    for mode in modes.values():
        assert set(mode) == {"key", "title", "blurb", "available", "reason", "remedy"}
    assert [mode["available"] for mode in modes.values()] == [True, True, True, False]
    assert modes["threads"]["reason"] is None
    assert "window" in modes["qthreads"]["reason"]
    assert "python main.py" in modes["qthreads"]["remedy"]


def test_every_start_method(document):
    for method in document["start_methods"]:
        assert set(method) == {"key", "explained", "available", "reason"}
        assert method["available"] is (method["reason"] is None)
    assert "spawn" in {method["key"] for method in document["start_methods"]}


def test_the_tables_say_the_same(document):
    done = grandstand("list")
    assert (done.returncode, done.stderr) == (0, "")
    for workload in document["workloads"]:
        assert workload["title"] in done.stdout
        assert all(parameter["key"] in done.stdout for parameter in workload["parameters"])
    for mode in document["modes"]:
        assert mode["title"] in done.stdout
    assert document["modes"][-1]["reason"] in done.stdout


def test_version_and_help():
    from grandstand import __version__

    assert grandstand("--version").stdout == f"grandstand {__version__}\n"
    done = grandstand("run", "--help")
    assert done.returncode == 0
    for option in ("--mode", "--workers", "--seconds", "--warmup", "--set", "--start-method", "--json", "--snapshot"):
        assert option in done.stdout
