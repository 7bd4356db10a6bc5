"""Numbers that are none, too large, too small or not there: each option of each command says so, exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from grandstand.cli import main

from tests.control.leftovers import Leftovers
from tests.journal.made import record

ODD = ("inf", "-inf", "nan", "-1", "1e400", "9" * 5000, "", " ", "abc", "[/b]", "\x1b[31m", "0x10", "1;5")
OPTIONS = {
    "run --workers": ["run", "primes", "--workers"],
    "run --seconds": ["run", "primes", "--seconds"],
    "run --warmup": ["run", "primes", "--warmup"],
    "compare --workers": ["compare", "primes", "--workers"],
    "compare --repeats": ["compare", "primes", "--repeats"],
    "compare --seconds": ["compare", "primes", "--seconds"],
    "compare --seconds with fixed work": ["compare", "primes", "--fixed-work", "10", "--seconds"],
    "compare --budget": ["compare", "primes", "--budget"],
    "compare --fixed-work": ["compare", "primes", "--fixed-work"],
    "compare --seed": ["compare", "primes", "--repeats", "0", "--seed"],
    "claims --longer": ["claims", "lock-waits", "--longer"],
    "present --scene": ["present", "--scene"],
    **{f"export {o}": ["export", "{file}", "--to", "png", "--output", "{out}.png", o] for o in ("--at", "--from",
       "--until", "--speed", "--fps", "--size")},
    **{f"export to trace {o}": ["export", "{file}", "--to", "trace", "--output", "{out}.json", o] for o in ("--at",
       "--speed", "--fps")},
}  # fmt: skip
SETTINGS = {
    "run --set": ["run", "primes", "--set"],
    "compare --set": ["compare", "primes", "--set"],
    "compare --sweep": ["compare", "primes", "--sweep"],
}
ONES = {
    "some workers that are none": (["compare", "primes", "--workers", "1,inf"], "whole numbers"),
    "half a worker": (["compare", "primes", "--workers", "1,2.5"], "whole numbers"),
    "more workers than there can be": (["compare", "primes", "--workers", "1e300"], "from 1 to 64"),
    "a comma too many": (["compare", "primes", "--workers", "1,,2"], "numbers with commas between"),
    "no fixed work": (["compare", "primes", "--fixed-work", "0"], "--fixed-work must be above 0"),
    "no budget": (["compare", "primes", "--budget", "0s"], "--budget expects a time like 60s"),
    "a budget of two points": (["compare", "primes", "--budget", "1.2.3"], "--budget expects a time like 60s"),
    "a budget of years": (["compare", "primes", "--budget", "999999999h"], "30 days at most"),
    "a border that is none": (["compare", "primes", "--check", "threads@1 >= ."], "--check expects something like"),
    "a border of two points": (["compare", "primes", "--check", "threads@1 >= 1.2.3"], "--check expects"),
    "more blocks than a lifetime": (["compare", "primes", "--repeats", "99999999"], "at most 100,000 measurements"),
    "a moment before the start": (
        ["export", "{file}", "--to", "png", "--output", "{out}.png", "--at", "-3"], "--at expects seconds",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("values") / "x.grandstand"
    record(path)
    return path


@pytest.fixture(autouse=True)
def wide_and_clean(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "240")
    before = Leftovers()
    yield
    before.check()


def filled(arguments: list[str], file: Path, folder: Path) -> list[str]:
    return [a.replace("{file}", str(file)).replace("{out}", str(folder / "out")) for a in arguments]


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert "\x1b" not in said.err
    assert said.err.strip()
    return said.err


@pytest.mark.parametrize("option", OPTIONS)
def test_what_is_no_number_in_range_is_refused(option, file, tmp_path, capsys):
    for value in ODD:
        if option == "compare --seed" and value == "-1":
            continue  # any whole number is a seed
        said = refused([*filled(OPTIONS[option], file, tmp_path), value], capsys)
        assert option.split()[1].lstrip("-") in said.lower().replace("-", " ").replace("fixed work", "fixed-work") or (
            "size" in said or "Workers must be" in said or "Repeats must be" in said or "to" in option
        ), value
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", SETTINGS)
@pytest.mark.parametrize("value", ODD)
def test_a_parameter_wants_a_number_in_its_range(option, value, capsys):
    said = refused([*SETTINGS[option], f"size={value}"], capsys)
    assert "parameter=" in said or "Numbers from must be" in said or "numbers with commas" in said


@pytest.mark.parametrize("case", ONES)
def test_refused_with_a_reason(case, file, tmp_path, capsys):
    arguments, reason = ONES[case]
    assert reason in refused(filled(arguments, file, tmp_path), capsys)


# -- somebody's module as a workload -------------------------------------------------------------------------------

WORKLOAD = "from grandstand.engine.workloads.base import Workload\n"
MODULES = {
    "raises": ("raise RuntimeError('no [bold] luck \\x1b[31m')\n", "RuntimeError: no [bold] luck"),
    "leaves": ("import sys\nsys.exit('bye')\n", "SystemExit: bye"),
    "wants_what_is_not_there": ("import nowhere_to_be_found\n", "No module named 'nowhere_to_be_found'"),
    "misses_a_key": ("{}['key']\n", "key"),
    "cannot_say_why": (
        "class Mute(Exception):\n    def __str__(self):\n        raise ValueError\nraise Mute\n",
        "Mute: its message cannot be read",
    ),
    "divides": ("1 / 0\n", "ZeroDivisionError: division by zero"),
}  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("command", ["run", "compare"])
def test_a_module_that_cannot_be_loaded_is_refused_in_words(name, command, tmp_path, monkeypatch, capsys):
    text, why = MODULES[name]
    (tmp_path / f"w_{name}.py").write_text(f"{WORKLOAD}{text}class Thing(Workload): ...\n")  # by its looks a plug-in
    monkeypatch.syspath_prepend(tmp_path)
    said = refused([command, f"w_{name}:Thing"], capsys)
    assert f"The workload 'w_{name}:Thing' cannot be loaded: " in said
    assert why in said
    assert "There are: primes" in said


NO_FUNCTIONS = {
    "has_an_error": ("def f(:\n", "has a syntax error in line 1"),
    "has_no_such_name": ("raise SystemExit('imported')\n", "has no function 'Thing'"),
    "holds_no_function": ("Thing = 3\nraise SystemExit('imported')\n", "has no function 'Thing'"),
}


@pytest.mark.parametrize("name", NO_FUNCTIONS)
@pytest.mark.parametrize("command", ["run", "compare"])
def test_a_module_without_the_function_is_refused_and_not_imported(name, command, tmp_path, monkeypatch, capsys):
    text, why = NO_FUNCTIONS[name]
    (tmp_path / f"w_{name}.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    said = refused([command, f"w_{name}:Thing"], capsys)
    assert why in said
    assert "Workloads of Grandstand's own are: primes" in said
