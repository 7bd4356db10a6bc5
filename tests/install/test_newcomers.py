"""The wheel in an empty environment, started in a folder of somebody's own: with a package called ``app``, and with
files that have the names of modules of the standard library."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.install.installs import Installed
from tests.places import ROOT

CLASHING = {"a package called app": ["app/__init__.py"],
            "modules called random and types": ["app/__init__.py", "random.py", "types.py"]}  # fmt: skip
FILE = """
with open({log!r}, "a") as log:
    print(__name__, file=log)
raise ImportError("this file is none of Grandstand's business")
"""
STARTER = "Sequential: one worker"


class Folder:
    """Somebody's own; ``imported``: which of its files anything has run."""

    def __init__(self, path: Path, log: Path, files: list[str]) -> None:
        self.path, self._log = path, log
        for name in files:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_text(FILE.format(log=str(log)), encoding="utf-8")

    @property
    def imported(self) -> list[str]:
        return self._log.read_text(encoding="utf-8").split() if self._log.exists() else []


@pytest.fixture(params=CLASHING)
def theirs(request: pytest.FixtureRequest, tmp_path: Path) -> Folder:
    return Folder(tmp_path / "theirs", tmp_path / "imported", CLASHING[request.param])


def test_list(installed: Installed, theirs: Folder):
    done = installed.grandstand("list", cwd=theirs.path)
    assert done.returncode == 0, done.stderr
    assert "Count primes" in done.stdout
    assert theirs.imported == []


@pytest.mark.parametrize("mode", ["sequential", "threads", "processes"])
def test_run(installed: Installed, theirs: Folder, mode: str):
    done = installed.grandstand(
        "run", "primes", "--mode", mode, "--workers", "2", "--seconds", "0.3", "--json", "-", cwd=theirs.path
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sum(worker["units"] for worker in json.loads(done.stdout)["workers"]) > 0
    assert theirs.imported == []


def test_run_against_the_page_server(installed: Installed, theirs: Folder):
    done = installed.grandstand(
        "run", "fetch", "--mode", "threads", "--workers", "2", "--seconds", "0.3", "--json", "-", cwd=theirs.path
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sum(worker["units"] for worker in json.loads(done.stdout)["workers"]) > 0
    assert theirs.imported == []


def test_claims(installed: Installed, theirs: Folder):
    done = installed.grandstand("claims", "threads-no-cpu", "--longer", "0.2", "--json", "-", cwd=theirs.path)
    assert done.returncode == 0, done.stderr
    (result,) = json.loads(done.stdout)["claims"]
    assert result["id"] == "threads-no-cpu"
    assert result["problem"] is None
    assert result["figures"]  # the verdict is the machine's
    assert theirs.imported == []


def look(what: str, installed: Installed, theirs: Folder, folder: Path) -> dict[str, Any]:
    """What is seen in the window of ``grandstand present``, opened in that folder (see look.py)."""
    script, result = shutil.copy(ROOT / "tests" / "install" / "look.py", folder), folder / "seen.json"
    done = installed.run(
        [installed.python, script, result, STARTER, what, "present"], theirs.path, QT_QPA_PLATFORM="offscreen",
        GRANDSTAND_SETTINGS=str(folder / "settings.ini"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return seen


def test_the_window_has_its_fonts_its_icons_and_the_starter_talk(installed: Installed, theirs: Folder, tmp_path: Path):
    seen = look("look", installed, theirs, tmp_path)
    assert seen["scene"] == STARTER
    assert seen["families"] == ["Inter"]
    assert seen["icons"] > 5
    assert seen["blank"] == []


def test_workers_start_in_the_window(installed: Installed, theirs: Folder, tmp_path: Path):
    assert look("start", installed, theirs, tmp_path)["workers"] > 0
    assert theirs.imported == []
