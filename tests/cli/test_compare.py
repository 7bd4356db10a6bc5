"""``compare``: from the command line, with its documents, its conditions and its exit codes."""

from __future__ import annotations

import csv
import json
import os
import signal
import sys
from pathlib import Path

import pytest
from grandstand.cli.commands import run_command
from grandstand.compare import document

from tests.cli.command import grandstand, started
from tests.compare.made import GIL, MACHINE, ONE, comparison, threads
from tests.hosts.foreign import pythons

BASE = [100.0, 101.0, 99.0, 100.5, 99.5]
SMALL = ("wait", "--modes", "sequential,threads", "--workers", "4", "--set", "duration_ms=5", "--seconds", "0.15")


def test_standard_output_carries_the_document_alone(tmp_path: Path) -> None:
    table, words = tmp_path / "all.csv", tmp_path / "table.md"
    done = grandstand("compare", *SMALL, "--json", "-", "--csv", str(table), "--markdown", str(words))
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["kind"] == "comparison"
    assert len(document["measurements"]) == 10
    assert document["cells"][1]["speedup"]["low"] > 1.5
    assert "Use 4 threads." in document["sentence"]
    assert "Use 4 threads." in done.stderr
    with table.open() as lines:
        assert len(list(csv.DictReader(lines))) == 10
    assert "| 4 threads |" in words.read_text(encoding="utf-8")


def test_a_condition_that_is_not_met_gives_exit_code_1() -> None:
    done = grandstand("compare", *SMALL, "--check", "threads@4 >= 0.5", "--check", "threads@4 >= 50")
    assert done.returncode == 1
    assert "threads@4 >= 0.5: met." in done.stdout
    assert "threads@4 >= 50: not met, the lower end" in done.stdout


def test_one_python_is_that_of_every_setup(tmp_path: Path) -> None:
    """Of a workload and of a function alike."""
    other = next((path for path in pythons().values() if path != sys.executable), "")
    if not other:
        pytest.skip("there is no other Python on this machine")
    (tmp_path / "job.py").write_text("def work(): return sum(range(1000))\n")
    for what in ("wait", "job.py:work"):
        done = grandstand(
            "compare", what, "--modes", "threads", "--workers", "1", "--seconds", "0.05", "--repeats", "1",
            "--python", other, "--json", "-", cwd=tmp_path,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert os.path.samefile(json.loads(done.stdout)["plan"]["setups"][0]["python"], other)
        refused = grandstand("compare", what, "--modes", "threads", "--python", "9.9", cwd=tmp_path)
        assert "There is no Python 9.9 here" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("fly",), "There is no workload"),
        (("primes", "--modes", "qthreads"), "python main.py"),
        (("primes", "--workers", "two"), "1,2,4"),
        (("primes", "--workers", "0.5"), "whole numbers"),
        (("primes", "--sweep", "size"), "parameter=value"),
        (("primes", "--sweep", "nonsense=1,2"), "no parameter"),
        (("primes", "--budget", "soon"), "60s"),
        (("primes", "--budget", "1s"), "too little"),
        (("primes", "--check", "nonsense"), "--check expects"),
        (("primes", "--workers", "2", "--check", "threads@9 > 1"), "not compared"),
        (("primes", "--json", "/no/such/folder/x.json"), "there is no folder"),
        (("primes", "--resume", "/no/such/file.json"), "cannot read"),
        (("primes", "--resume", __file__), "cannot be read as a comparison"),
        ((), "Which workload?"),
        (("--open", "/no/such/file.json"), "--open: cannot read"),
        (("primes", "--beside", "x.json"), "needs --open"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_measured(arguments: tuple[str, ...], words: str) -> None:
    done = grandstand("compare", *arguments)
    assert done.returncode == 2, done.stderr
    assert words in done.stderr
    assert done.stdout == ""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_keeps_what_was_measured_and_it_can_be_resumed(tmp_path: Path) -> None:
    file = tmp_path / "part.json"
    with started("compare", *SMALL, "--repeats", "60", "--json", str(file)) as run:
        run.until_processes(2)
        os.kill(run.process.pid, signal.SIGINT)
        _, err = run.process.communicate(timeout=20)
        assert run.process.returncode == 130, err
        run.nothing_is_left()
    part = json.loads(file.read_text())
    assert part["cancelled"]
    part["plan"]["repeats"] = 1 + max((x["block"] for x in part["measurements"]), default=0)
    file.write_text(json.dumps(part))
    done = grandstand("compare", "wait", "--resume", str(file), "--json", "-")
    assert done.returncode == 0, done.stderr
    whole = json.loads(done.stdout)
    assert not whole["cancelled"]
    assert len(whole["measurements"]) == 2 * whole["plan"]["repeats"]
    kept = [x for x in whole["measurements"] if x in part["measurements"]]
    assert len(kept) == len(part["measurements"])


def test_what_was_saved_is_told_alone_and_beside_another_without_measuring(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for number, factor in enumerate((1.0, 2.0)):
        made = comparison({ONE: BASE, threads(2): [v * factor for v in BASE]}, {threads(2): GIL})
        made.machine = {**MACHINE, "python": f"3.1{3 + number}.0"}
        files.append(tmp_path / f"{number}.json")
        files[-1].write_text(json.dumps(document.document(made)), encoding="utf-8")
    one, two = map(str, files)
    assert run_command(["compare", "--open", one, "--check", "threads@2 >= 1.5"]) == 1
    assert "Stay with sequential." in capsys.readouterr().out
    out = [str(tmp_path / f"out.{ending}") for ending in ("json", "csv", "md", "svg")]
    options = [x for pair in zip(("--json", "--csv", "--markdown", "--snapshot"), out, strict=True) for x in pair]
    assert run_command(["compare", "--open", one, "--beside", two, *options]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Python 3.13.0 against 3.14.0" in said
    assert "faster in 1" in said
    assert json.loads(Path(out[0]).read_text())["pairs"][1]["verdict"] == "faster"
    assert all(Path(name).stat().st_size > 300 for name in out[1:])
    assert run_command(["compare", "--open", one, "--beside", out[0]]) == 2
    assert "Open the two files" in " ".join(capsys.readouterr().err.split())
