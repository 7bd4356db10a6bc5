"""``claims``: from the command line, with its documents and its exit codes."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest
from grandstand.claims import check

from tests.cli.command import grandstand, started

QUICK = "queue-workers"


def test_the_list_names_each_claim() -> None:
    done = grandstand("claims", "--list")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert len(lines) == len(check.claims())
    assert any(line.startswith(f"{QUICK} ") for line in lines)


def test_standard_output_carries_the_document_alone(tmp_path: Path) -> None:
    report = tmp_path / "claims.html"
    done = grandstand("claims", QUICK, "--json", "-", "--report", str(report))
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    (claim,) = document["claims"]
    assert claim["id"] == QUICK
    assert claim["verdict"] in done.stderr
    text = report.read_text(encoding="utf-8")
    assert text.lower().startswith("<!doctype html>")
    assert claim["claim"] in text
    assert "<svg" in text
    assert [path.name for path in tmp_path.iterdir()] == ["claims.html"]


@pytest.mark.parametrize("name", ["claims.md", "claims.json"])
def test_other_reports(tmp_path: Path, name: str) -> None:
    done = grandstand("claims", QUICK, "--report", str(tmp_path / name))
    assert done.returncode == 0, done.stderr
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert "holds" in text
    if name.endswith(".json"):
        assert json.loads(text)["schema"] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("threads-fly",), "threads-io"),
        ((QUICK, "--report", "report.pdf"), ".html, .md or .json"),
        ((QUICK, "--report", "/no/such/folder/report.html"), "there is no folder"),
        ((QUICK, "--longer", "900"), "--longer must be from"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_measured(arguments: tuple[str, ...], words: str) -> None:
    done = grandstand("claims", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_it_with_what_was_checked_and_leaves_nothing() -> None:
    with started("claims", QUICK, "threads-no-cpu", "--json", "-") as run:
        assert run.process.stderr is not None
        first = run.process.stderr.readline()
        assert "holds" in first
        run.until_processes(2)
        os.kill(run.process.pid, signal.SIGINT)
        out, err = run.process.communicate(timeout=20)
        assert run.process.returncode == 130
        assert [claim["id"] for claim in json.loads(out)["claims"]] == [QUICK]
        assert "Interrupted" in err
        run.nothing_is_left()
