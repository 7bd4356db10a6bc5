"""Grandstand from Python: function objects, those of notebooks, what is refused, and what comes back."""

from __future__ import annotations

import ast
import importlib
import linecache
import subprocess
import sys
import types
from pathlib import Path

import grandstand
import pytest
from grandstand.api.by_value import written
from grandstand.api.calling import understood
from grandstand.api.magic import run_cell
from grandstand.api.results import DoctorResult, RaceResult

from tests.own.made import write
from tests.own.test_race import BASE, TWO, begun, measured

CELL = """
import math as m
from json import dumps
LIMIT = 3
def helper(n):
    return m.sqrt(n) * LIMIT
def work(n):
    return dumps(helper(n))
def worse(n):
    return data
data = object()
"""


@pytest.fixture
def notebook(monkeypatch) -> types.ModuleType:
    """A __main__ without a file, as a notebook's is, with the functions of a cell."""
    main = types.ModuleType("__main__")
    linecache.cache["<cell>"] = (len(CELL), None, CELL.splitlines(keepends=True), "<cell>")
    monkeypatch.setitem(sys.modules, "__main__", main)
    exec(compile(CELL, "<cell>", "exec"), main.__dict__)
    return main


def test_a_function_of_a_module_is_found_by_its_file(tmp_path, monkeypatch):
    write(tmp_path, "def work(n):\n    return n\n", "some_job.py")
    monkeypatch.syspath_prepend(str(tmp_path))
    module = importlib.import_module("some_job")
    called = understood(module.work, range(5), (), {}, "", "own")
    assert called.own.shown == "some_job.py:work"
    assert called.own.items is not None
    assert list(called.own.items.values) == [0, 1, 2, 3, 4]
    assert str(tmp_path) in called.own.path
    assert called.price == ""


def test_a_function_of_a_notebook_is_written_down_with_what_it_names(notebook):
    made = written(notebook.work)
    tree = ast.parse(made.source)
    assert [node.name for node in tree.body if isinstance(node, ast.FunctionDef)] == ["helper", "work"]
    space: dict[str, object] = {}
    exec(compile(made.source, "there", "exec"), space)
    assert space["work"](4) == "6.0", "by itself, it does the same"
    assert made.copied == ("LIMIT",)
    assert "math" in made.price
    assert "copy of LIMIT" in made.price
    called = understood(notebook.work, range(3), (), {}, "", "own")
    assert called.own.function.name == "work"


def test_what_cannot_be_written_down_is_named(notebook):
    with pytest.raises(ValueError, match="worse uses data, of type object"):
        written(notebook.worse)


@pytest.mark.parametrize(
    ("function", "items", "why"),
    [
        (lambda n: n, None, "Define it with def"),
        (7, None, "no function, but of type int"),
        (len, None, "not written in Python"),
        ("job.py:nothing", None, "there is no such file"),
    ],
)
def test_what_is_refused(function, items, why):
    with pytest.raises(ValueError, match=why):
        understood(function, items, (), {}, "", "own")


def test_items_that_cannot_be_sent(tmp_path):
    job = write(tmp_path, "def work(n):\n    return n\n")
    with pytest.raises(ValueError, match=r"item 1: .* is of type object"):
        understood(f"{job}:work", [1, object()], (), {}, "", "own")
    with pytest.raises(ValueError, match="no items"):
        understood(f"{job}:work", [], (), {}, "", "own")
    with pytest.raises(ValueError, match="items is a text"):
        understood(f"{job}:work", "abc", (), {}, "", "own")


def test_results_are_tables_and_pictures(tmp_path):
    race = measured(begun(tmp_path), {BASE: 100, TWO: 195})
    found = RaceResult(race, understood(f"{tmp_path / 'job.py'}:work", range(9), (), {}, "", "own"))
    assert found.answer.startswith("Use 2 processes")
    assert {row["setup"] for row in found.to_dicts()} == {"sequential", "2 processes"}
    html = found._repr_html_()
    assert "Use 2 processes" in html
    assert "<svg" in html
    assert "<script" not in html
    assert "Use 2 processes" in repr(found)
    assert "ProcessPoolExecutor" in found.code
    found.save(tmp_path / "race.md")
    assert "Use 2 processes" in (tmp_path / "race.md").read_text()
    with pytest.raises(ValueError, match=r"\.json, \.html or \.md"):
        found.save(tmp_path / "race.doc")
    assert isinstance(found.doctor, DoctorResult)
    assert "Gives the GIL away" in found.doctor._repr_html_()


class Shell:
    """As much of IPython as the magic asks for."""

    def __init__(self) -> None:
        self.user_ns: dict[str, object] = {}

    def run_cell(self, cell: str) -> types.SimpleNamespace:
        exec(cell, self.user_ns)
        return types.SimpleNamespace(success=True)


def test_the_magic_takes_the_last_function_of_the_cell(monkeypatch):
    seen: list[tuple[object, object, float]] = []
    monkeypatch.setattr("grandstand.api.magic.race", lambda f, items, budget, **_: seen.append((f, items, budget)))
    shell = Shell()
    shell.user_ns["many"] = [1, 2]
    run_cell(shell, "--items many --budget 2m", "def first(n): return n\ndef second(n): return n\n")
    assert seen == [(shell.user_ns["second"], [1, 2], 120.0)]
    with pytest.raises(ValueError, match="defines no function"):
        run_cell(shell, "", "x = 1")
    with pytest.raises(ValueError, match="expects a time"):
        run_cell(shell, "--budget soon", "def f(): pass")


def test_importing_it_imports_nothing_and_never_qt(tmp_path):
    code = (
        "import sys, grandstand; assert not [m for m in sys.modules if m.startswith('grandstand.')]; "
        "grandstand.race; assert not [m for m in sys.modules if m.startswith(('PySide6', 'pyqtgraph'))]"
    )
    source = str(Path(grandstand.__file__).parent.parent)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env={"PYTHONPATH": source, "PATH": "/usr/bin"},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        grandstand.nothing  # noqa: B018


def test_a_script_without_a_guard_is_told(tmp_path):
    script = write(
        tmp_path,
        """
        import grandstand
        def work(n):
            return n
        grandstand.race(work, range(10))
        """,
        "script.py",
    )
    source = str(Path(grandstand.__file__).parent.parent)
    done = subprocess.run([sys.executable, str(script)], env={"PYTHONPATH": source, "PATH": "/usr/bin"},
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert "script.py, line 5: workers import this file" in done.stderr
