"""Each place in which something that a package brings must appear by itself: on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import grandstand
from tests.places import ROOT
from tests.plugin.installed import example


class Here:
    """The command with the example on the path, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = os.pathsep.join(map(str, example(folder / "site")))

    def __call__(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return grandstand(*arguments, cwd=self.folder, **{"PYTHONPATH": self.path, **environment})


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Here:
    return Here(tmp_path_factory.mktemp("plugin"))


@pytest.fixture(scope="module")
def listed(here: Here) -> dict[str, Any]:
    done = here("list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_list_names_workload_mode_and_export(listed: dict[str, Any]) -> None:
    workload = next(w for w in listed["workloads"] if w["key"] == "collatz")
    assert (workload["title"], workload["unit"]) == ("Collatz steps", "starts")
    assert [p["key"] for p in workload["parameters"]] == ["first"]
    keys = [mode["key"] for mode in listed["modes"]]
    assert keys == ["sequential", "threads", "processes", "spawned", "qthreads", "interpreters", "asyncio"], (
        "in its place by order"
    )
    mode = listed["modes"][3]
    assert (mode["singular"], mode["plural"], mode["available"]) == ("spawned process", "spawned processes", True)
    assert [option["key"] for option in mode["options"]] == ["warm"]
    assert {"key": "runs", "title": "Runs, a line each", "kind": "file"} in listed["exports"]
    assert listed["problems"] == []


def test_without_plugins_none_of_it_is_there(here: Here) -> None:
    found = json.loads(here("list", "--json", GRANDSTAND_PLUGINS="off").stdout)
    assert "spawned" not in {mode["key"] for mode in found["modes"]}
    assert "collatz" not in {workload["key"] for workload in found["workloads"]}


def test_run_record_export_and_open(here: Here) -> None:
    done = here(
        "run", "collatz", "--mode", "spawned", "--workers", "2", "--seconds", "0.5", "--option", "warm=on",
        "--set", "first=500", "--json", "run.json", "--record", "run.grandstand",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads((here.folder / "run.json").read_text())
    run = document["run"]
    assert (run["workload"], run["mode"], run["parameters"]) == ("collatz", "spawned", {"first": 500})
    assert run["options"] == {"warm": True}
    assert "2 spawned processes (warm): " in done.stdout
    assert "starts/s" in done.stdout
    done = here("export", "run.grandstand", "--to", "runs", "--output", "runs.txt", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["runs"] == 1
    assert (here.folder / "runs.txt").read_text() == "1 Collatz steps: 2 spawned processes (warm)\n"
    refused = here("export", "run.grandstand", "--to", "runs", "--output", "runs.png")
    assert refused.returncode == 2
    # Where the package is not there, the recording plays all the same, with the workload's own words.
    bare = grandstand("export", "run.grandstand", "--to", "csv", "--output", "tables", cwd=here.folder)
    assert bare.returncode == 0, bare.stderr
    row = (here.folder / "tables" / "runs.csv").read_text().splitlines()[1]
    assert "collatz,spawned,2,first=500,warm=True" in row
    assert ",starts," in row
    tide = document["channels"]["tide"]
    assert (tide["title"], tide["unit"]) == ("Tide", "m")
    assert all(1 <= value <= 3 for _, value in tide["series"])
    assert "tide" in "".join(path.name + path.read_text() for path in (here.folder / "tables").iterdir()), "replayed"


def test_compare_takes_both(here: Here) -> None:
    done = here(
        "compare", "collatz", "--modes", "sequential,spawned", "--workers", "2", "--repeats", "1", "--seconds", "0.2",
        "--json", "-",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [setup["mode"] for setup in found["plan"]["setups"]] == ["sequential", "spawned"]
    assert "2 spawned processes" in found["sentence"]


def test_a_talk_may_have_it_in_a_scene(here: Here) -> None:
    talk = here.folder / "talk.toml"
    talk.write_text(
        'format = 2\ntitle = "A talk"\n[[scene]]\ntitle = "Steps"\nworkload = "collatz"\nmode = "spawned"\n'
        "options = { warm = true }\n"
    )
    done = here("present", "talk.toml", "--check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Collatz" not in grandstand("present", str(talk), "--check", "--json").stdout
    assert grandstand("present", str(talk), "--check").returncode == 1, "without it the talk cannot be held"


def test_export_help_names_the_format(here: Here) -> None:
    assert "runs: Runs, a line each" in " ".join(here("export", "--help").stdout.split())


def test_the_claim_is_listed_and_checked(here: Here) -> None:
    assert "sleep-is-exact" in here("claims", "--list").stdout
    done = here("claims", "sleep-is-exact", "--json", "-")
    assert done.returncode == 0, done.stderr
    (claim,) = json.loads(done.stdout)["claims"]
    assert claim["claim"] == "A sleep lasts as long as was asked."
    assert claim["figures"][0]["n"] == 20


def test_the_command_line_imports_no_chart(here: Here) -> None:
    code = "import sys; sys.argv = ['main.py', 'list']; sys.path[:0] = {!r}.split({!r})"
    program = code.format(here.path, os.pathsep) + (
        "; from grandstand.cli.commands import run_command; run_command(['list'])"
        "; assert 'grandstand_example.tide' in sys.modules; assert 'PySide6' not in sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'app')!r}); {program}"],
        cwd=here.folder, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
