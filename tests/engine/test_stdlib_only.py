"""The engine and its vocabulary import nothing but the standard library, and are written for Python 3.9."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import ROOT, SOURCES

FILES = sorted(path for room in ("engine", "vocabulary") for path in (SOURCES / "grandstand" / room).rglob("*.py"))
MODULES = [".".join(path.relative_to(SOURCES).with_suffix("").parts).removesuffix(".__init__") for path in FILES]

_IMPORT_ALL = """
import json, sys
root, modules = json.loads(sys.argv[1])
sys.path.insert(0, root)
before = set(sys.modules)
for module in modules:
    __import__(module)
print(json.dumps(sorted(set(sys.modules) - before)))
"""

_RUN_WORKERS = """
import json, sys, threading
sys.path.insert(0, json.loads(sys.argv[1])[0])
from grandstand.engine import messages as m
from grandstand.engine import printed, workloads
from grandstand.engine.loop import Worker, run_worker, run_in_turns
printed.install()
said = []
for key in [k for k in workloads.keys() if not workloads.load(k).needs_server]:
    found = workloads.load(key)
    assert "def step(" in found.source()
    worker = Worker(m.WorkerSpec(1, 0, key, found.check_parameters({}), {}, 10_000_000), said.append)
    threading.Timer(0.05, setattr, (worker.control, "stop", True)).start()
    run_worker(worker)
    worker = Worker(m.WorkerSpec(1, 0, key, found.check_parameters({}), {}, 10_000_000), said.append)
    threading.Timer(0.05, setattr, (worker.control, "stop", True)).start()
    run_in_turns([worker], lambda: [])
outcomes = [x.outcome + x.error for x in said if isinstance(x, m.Goodbye)]
units = [x.units for x in said if isinstance(x, m.Progress)]
printed.uninstall()
print(json.dumps([outcomes, max(units)]))
"""


def run(python: list[str], code: str) -> str:
    """Runs ``code`` with the project's root and the engine's modules as its argument; returns what it printed."""
    done = subprocess.run(
        [*python, "-S", "-E", "-s", "-B", "-c", code, json.dumps([str(SOURCES), MODULES])],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=ROOT.parent,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python39() -> list[str]:
    found = shutil.which("python3.9")
    if found is None:
        pytest.skip("there is no python3.9 on PATH")
    asked = subprocess.run([found, "--version"], capture_output=True, text=True)
    if asked.returncode != 0 or "3.9" not in asked.stdout:
        pytest.skip(f"python3.9 on PATH does not run: {(asked.stderr or asked.stdout).strip()[:100]}")
    return [found]


def test_there_are_files() -> None:
    assert "grandstand.engine.meter" in MODULES
    assert "grandstand.engine.workloads.primes" in MODULES


def test_importing_everything_loads_the_standard_library_and_nothing_else() -> None:
    loaded = {name.split(".")[0] for name in json.loads(run([sys.executable], _IMPORT_ALL))}
    # __mp_main__: multiprocessing's name of __main__
    assert loaded - set(sys.stdlib_module_names) - {"__mp_main__"} == {"grandstand"}


def test_importing_everything_loads_no_other_part_of_the_app() -> None:
    loaded = [name for name in json.loads(run([sys.executable], _IMPORT_ALL)) if name.startswith("grandstand.")]
    assert {".".join(name.split(".")[:2]) for name in loaded} == {"grandstand.engine", "grandstand.vocabulary"}


def test_a_child_imports_only_the_workload_that_it_needs() -> None:
    code = "import sys, json; sys.path.insert(0, json.loads(sys.argv[1])[0])\n"
    loaded = run([sys.executable], code + "import grandstand.engine.child; print(*sys.modules)").split()
    assert "grandstand.engine.loop" in loaded
    assert not {"zlib", "http.client", "random", "grandstand.engine.workloads.primes"} & set(loaded)


@pytest.mark.parametrize("path", FILES, ids=MODULES)
def test_the_syntax_is_that_of_python_3_9(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 9))
    for node in ast.walk(tree):  # what newer parsers let through, whatever the version asked for
        assert not isinstance(node, ast.Match | getattr(ast, "TryStar", ast.Match)), f"line {node.lineno}"


def test_workers_run_without_site_packages() -> None:
    outcomes, units = json.loads(run([sys.executable], _RUN_WORKERS))
    assert set(outcomes) == {"stopped"}
    assert units > 0


def test_python_3_9_imports_it(python39: list[str]) -> None:
    run(python39, _IMPORT_ALL)


def test_python_3_9_runs_it(python39: list[str]) -> None:
    outcomes, units = json.loads(run(python39, _RUN_WORKERS))
    assert set(outcomes) == {"stopped"}
    assert units > 0
