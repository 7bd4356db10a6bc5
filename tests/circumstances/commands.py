"""The commands that are tried in each circumstance, as short as they can be, and what each must bring."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.places import ROOT

MAIN = ROOT / "main.py"
PATIENCE_S = 90
WINDOW = Path(__file__).with_name("window_main.py")


@dataclass(frozen=True)
class Place:
    """Where one command runs: its working folder, the folder for results, temporary files, and a home."""

    root: Path
    recording: Path  # for commands that read one

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    @property
    def home(self) -> Path:
        return self.root / "home"


@dataclass(frozen=True)
class Command:
    """``arguments`` after ``python``; ``check(place, stdout)`` looks at what it has brought, where it should."""

    arguments: Callable[[Place], list[str]]
    check: Callable[[Place, str], None]


def _json(path: Path) -> dict[str, Any]:
    document = json.loads(path.read_text(encoding="utf-8"))
    assert isinstance(document, dict)
    return document


def _list(place: Place, stdout: str) -> None:
    found = json.loads(stdout)
    assert "primes" in [entry["key"] for entry in found["workloads"]]


def _run(place: Place, stdout: str) -> None:
    found = _json(place.out / "run.json")
    assert found["throughput"]["per_second"] > 0
    assert [w["exit"] for w in found["workers"]] == ["stopped"] * len(found["workers"])


def _compare(place: Place, stdout: str) -> None:
    assert _json(place.out / "compare.json")["measurements"]


def _claims(place: Place, stdout: str) -> None:
    (claim,) = _json(place.out / "claims.json")["claims"]
    assert claim["verdict"] in ("holds", "holds with limits", "does not hold", "undecided"), claim


def _export(place: Place, stdout: str) -> None:
    tables = list((place.out / "tables").iterdir())
    assert tables
    assert all(table.stat().st_size for table in tables)


def _recordings(place: Place, stdout: str) -> None:
    assert json.loads(stdout)["kind"] == "recordings"


def _window(place: Place, stdout: str) -> None:
    found = _json(place.out / "window.json")
    assert found["working"], found


def _main(*arguments: str) -> list[str]:
    return [str(MAIN), *arguments]


RUN = ("run", "primes", "--mode", "processes", "--workers", "2", "--seconds", "0.2", "--warmup", "0.1")
COMMANDS = {
    "list": Command(lambda place: _main("list", "--json"), _list),
    "run": Command(lambda place: _main(*RUN, "--json", str(place.out / "run.json")), _run),
    "compare": Command(
        lambda place: _main(
            "compare", "primes", "--modes", "threads", "--workers", "1", "--repeats", "1", "--seconds", "0.1",
            "--json", str(place.out / "compare.json"),
        ),
        _compare,
    ),
    "claims": Command(
        lambda place: _main(
            "claims", "daemon-threads", "--longer", "0.2", "--json", str(place.out / "claims.json")
        ),
        _claims,
    ),
    "export": Command(
        lambda place: _main("export", str(place.recording), "--to", "csv", "--output", str(place.out / "tables")),
        _export,
    ),
    "recordings": Command(lambda place: _main("recordings", "--json"), _recordings),
    "window": Command(lambda place: [str(WINDOW), str(place.out / "window.json")], _window),
}  # fmt: skip
ALL = tuple(COMMANDS)


def bare(place: Place) -> dict[str, str]:
    """The environment that a circumstance changes."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(place.home),
        "TMPDIR": str(place.temporary),
        "LANG": "C.UTF-8",
        "COLUMNS": "200",
        "TERM": "xterm-256color",
        "QT_QPA_PLATFORM": "offscreen",
        "QT_LOGGING_RULES": "*.debug=false;*.info=false",
    }
