"""A package that is broken is named, with what is wrong with it, and everything else goes on."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.command import grandstand
from tests.plugin.installed import metadata

BROKEN = """
from grandstand.claims.base import Claim
from grandstand.engine.workloads.base import Parameter, Workload
from grandstand.export.formats import FILE, FILM, Format
from grandstand.modes.mode import Mode

def mode(**changes):
    usual = dict(key="warp", title="Warp", singular="warp", plural="warps", blurb="Fast.", host="a.b:C", order=5)
    return Mode(**{**usual, **changes})

TAKEN = mode(key="threads")
NO_KEY = mode(key="Warp Drive")
NO_TITLE = mode(title="")
ESCAPE = mode(title="a\\x1b[31m")
NO_HOST = mode(host="nowhere")
NO_COLOR = mode(color=("red", "blue"))
SECOND_BASELINE = mode(baseline=True)
NO_OPTIONS = mode(options=("warm",))
NO_MODE = "threads"
GONE = mode(host="no.such.module:HOST")

class NoStep(Workload):
    key, title, unit, expect = "nostep", "No step", "units", "Nothing."

class BadRange(NoStep):
    key = "badrange"
    parameters = (Parameter("a", "A", "", 5, 1, 1, 2, "linear", "Wrong way round."),)
    def step(self, meter):
        return 1.0

class BadDefault(BadRange):
    parameters = (Parameter("a", "A", "", 1, 5, 1, 9, "linear", "Out of range."),)

class TakenKey(BadRange):
    key, parameters = "primes", ()

def hidden():
    class Local(BadRange):
        key, parameters = "local", ()
    return Local
LOCAL = hidden()

CLAIM = Claim(1, "no-such id", "It is so.", "Look.", 1.0, None, None)
FILM_FORMAT = Format("reel", "Reel", FILM, (".reel",), print)
CSV = Format("csv", "Mine", FILE, (".csv",), print)
"""
REASONS = {
    ("modes", "TAKEN"): "there is a mode 'threads' already",
    ("modes", "NO_KEY"): "its key 'Warp Drive' must be lower-case",
    ("modes", "NO_TITLE"): "its title must be one line of text",
    ("modes", "ESCAPE"): "its title must be one line of text",
    ("modes", "NO_HOST"): "its host 'nowhere' must be written package.module:attribute",
    ("modes", "NO_COLOR"): "its color must be two",
    ("modes", "SECOND_BASELINE"): "there can be only one baseline",
    ("modes", "NO_OPTIONS"): "its options must be a tuple",
    ("modes", "NO_MODE"): "it is not a grandstand.modes.mode.Mode",
    ("modes", "MISSING"): "AttributeError: module 'broken_things' has no attribute 'MISSING'",
    ("workloads", "NoStep"): "it has no step",
    ("workloads", "BadRange"): "its parameter 'a' has no proper key, range, step or scale",
    ("workloads", "BadDefault"): "its parameter 'a': A must be from 1 to 5",
    ("workloads", "TakenKey"): "there is a workload 'primes' already",
    ("workloads", "LOCAL"): "workers cannot import it",
    ("exports", "FILM_FORMAT"): "it must be a file or a folder",
    ("exports", "CSV"): "its key 'csv' is taken",
    ("exports", "TAKEN"): "it is a Mode, not a grandstand.export.formats.Format",
}


def site(folder: Path, points: dict[str, dict[str, str]], **modules: str) -> str:
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return os.fspath(metadata(folder, "broken-things", points, "0.1"))


def listed(path: str) -> tuple[dict, list[dict]]:
    done = grandstand("list", "--json", PYTHONPATH=path)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    return found, found["problems"]


def test_whatever_is_wrong_is_said_and_the_rest_is_there(tmp_path: Path) -> None:
    points: dict[str, dict[str, str]] = {}
    for group, name in REASONS:
        points.setdefault(group, {})[name.lower()] = f"broken_things:{name}"
    path = site(tmp_path, points, broken_things=BROKEN)
    found, problems = listed(path)
    told = {(f"{p['group']}s", p["name"]): p["reason"] for p in problems}
    for (group, name), reason in REASONS.items():
        assert reason in told[group, name.lower()], name
    assert len(problems) == len(REASONS)
    assert {p["distribution"] for p in problems} == {"broken-things 0.1"}
    assert [mode["key"] for mode in found["modes"]] == [
        "sequential",
        "threads",
        "processes",
        "qthreads",
        "interpreters",
        "asyncio",
    ]
    assert "primes" in {workload["key"] for workload in found["workloads"]}
    table = grandstand("list", PYTHONPATH=path).stdout
    assert "broken-things 0.1: its mode 'taken' cannot be used: there is a mode 'threads' already." in table
    assert "\x1b" not in table


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("raise RuntimeError('no such \\x1b[31mluck')", "RuntimeError: no such"),
        ("import no_such_package", "ModuleNotFoundError: No module named 'no_such_package'"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("def f(:", "SyntaxError"),
    ],
)
def test_one_that_raises_while_it_is_imported(text: str, reason: str, tmp_path: Path) -> None:
    path = site(tmp_path, {"modes": {"x": "raising:MODE"}}, raising=text)
    _, (problem,) = listed(path)
    assert reason in problem["reason"]
    done = grandstand("run", "wait", "--seconds", "0.2", "--workers", "1", PYTHONPATH=path)
    assert done.returncode == 0, done.stderr


def test_a_mode_whose_host_is_gone_stays_visible_with_the_reason(tmp_path: Path) -> None:
    path = site(tmp_path, {"modes": {"gone": "broken_things:GONE"}}, broken_things=BROKEN)
    found, problems = listed(path)
    assert problems == []
    mode = next(mode for mode in found["modes"] if mode["key"] == "warp")
    assert not mode["available"]
    assert "No module named 'no'" in mode["reason"]
    done = grandstand("run", "wait", "--mode", "warp", PYTHONPATH=path)
    assert done.returncode == 2
    assert "Warp cannot be used here" in done.stderr


def test_a_claim_that_is_none(tmp_path: Path) -> None:
    path = site(tmp_path, {"claims": {"odd": "broken_things:CLAIM"}}, broken_things=BROKEN)
    done = grandstand("claims", "--list", PYTHONPATH=path)
    assert done.returncode == 0
    assert "its claim 'odd' cannot be used: its id 'no-such id' is taken, or not made of" in done.stdout
