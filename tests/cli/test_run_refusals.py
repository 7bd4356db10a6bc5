"""What ``run`` refuses before it starts anything: exit code 2 and a text that says what there is."""

from __future__ import annotations

import grandstand.cli.run  # numpy's threads come with it, and stay
import pytest
from grandstand.cli import main

from tests.cli.command import grandstand
from tests.control.leftovers import Leftovers

REFUSED = {
    "an unknown workload": (["prime"], ["no workload 'prime'", "primes, compress, hash, fetch, wait, mixed, lock"]),
    "a workload that looks like mark-up": (["[/bold]"], ["no workload '[/bold]'"]),
    "a module that is not there": (["nowhere:Thing"], ["nowhere", "primes, compress"]),
    "an unknown mode": (
        ["primes", "--mode", "fibres"],
        ["no mode 'fibres'", "sequential, threads, processes, qthreads"],
    ),
    "Qt threads without a window": (
        ["primes", "--mode", "qthreads"],
        ["live in the window", "Open the window: grandstand"],
    ),
    "no worker": (["primes", "--workers", "0"], ["Workers must be a whole number from 1 to 64; 0 is not"]),
    "too many workers": (["primes", "--workers", "65"], ["from 1 to 64; 65 is not"]),
    "half a worker": (["primes", "--workers", "2.5"], ["'--workers'", "valid integer"]),
    "an unknown start method": (["primes", "--start-method", "clone"], ["Start method: there is no 'clone'", "spawn"]),
    "an unknown parameter": (["primes", "--set", "speed=3"], ["no parameter 'speed'", "size, batch"]),
    "a parameter that looks like mark-up": (["primes", "--set", "[/x]=3"], ["no parameter '[/x]'"]),
    "a value above the range": (
        ["wait", "--set", "duration_ms=1001"],
        ["Each wait must be from 1 to 1000 ms; 1001 is not"],
    ),
    "a value below the range": (["wait", "--set", "duration_ms=0"], ["Each wait must be from 1 to 1000 ms"]),
    "a value that is none": (["wait", "--set", "duration_ms=nan"], ["Each wait must be from 1 to 1000 ms"]),
    "a word for a number": (["wait", "--set", "duration_ms=long"], ["parameter=number", "duration_ms=long"]),
    "no value": (["wait", "--set", "duration_ms"], ["parameter=number", "'duration_ms'"]),
    "an empty value": (["wait", "--set", "duration_ms="], ["parameter=number"]),
    "no time": (["primes", "--seconds", "0"], ["--seconds must be above 0 and at most 86400; 0 is not"]),
    "negative time": (["primes", "--seconds", "-1"], ["--seconds must be above 0"]),
    "time without end": (["primes", "--seconds", "inf"], ["--seconds must be above 0"]),
    "time that is none": (["primes", "--seconds", "nan"], ["--seconds must be above 0"]),
    "more than a day": (["primes", "--seconds", "86400.1"], ["at most 86400"]),
    "time in words": (["primes", "--seconds", "soon"], ["'--seconds'", "valid number"]),
    "a negative warm-up": (["primes", "--warmup", "-0.1"], ["--warmup must be from 0 to 3600"]),
    "a warm-up of hours": (["primes", "--warmup", "3601"], ["--warmup must be from 0 to 3600"]),
    "a warm-up that is none": (["primes", "--warmup", "nan"], ["--warmup must be from 0 to 3600"]),
    "a file in no folder": (["primes", "--json", "/nowhere/at/all.json"], ["--json: there is no folder /nowhere/at"]),
    "a folder for a file": (["primes", "--json", "/"], ["--json expects a file; / is a folder"]),
    "a picture in no folder": (
        ["primes", "--snapshot", "/nowhere/x.png"],
        ["--snapshot: there is no folder /nowhere"],
    ),
    "a picture of another kind": (["primes", "--snapshot", "x.jpeg"], ["--snapshot writes .png, .svg or .pdf"]),
    "nothing to run": ([], ["Missing argument"]),
    "an unknown option": (["primes", "--quickly"], ["--quickly"]),
}


@pytest.fixture(autouse=True)
def wide_and_clean(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "240")
    before = Leftovers()
    yield
    before.check()


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_refused_with_a_reason(case, capsys):
    arguments, reasons = REFUSED[case]
    assert main(["run", *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    for reason in reasons:
        assert reason in said.err
    assert "Traceback" not in said.err


def test_an_unknown_command(capsys):
    assert main(["walk"]) == 2
    assert "walk" in capsys.readouterr().err


def test_the_same_in_a_process_of_its_own():
    done = grandstand("run", "primes", "--set", "size=5")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == "Cannot run: Numbers from must be from 1000 to 1e+07; 5 is not."
