"""A function of one's own on the command line: run, compared, refused; what is said, and that nothing is left."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.cli.command import command, environment, grandstand
from tests.own.made import write

JOB = """
import os, sys, threading, time
READY = threading.local()
def setup():
    READY.done = True
def work(size=1000, *, rounds=1):
    "Adds numbers."
    return sum(range(size)) * rounds
def tiny(): return 1
def rows(): time.sleep(0.001); return 7
async def wait(ms=1):
    import asyncio
    await asyncio.sleep(ms / 1000)
class Stepper:
    def __init__(self): self.n = 0
    def step(self): self.n += 1; time.sleep(0.001)
def item(n):
    time.sleep(0.0005)
    if n == 617: raise ValueError("bad [bold] item")
    return n
def wants_setup(): return READY.done
def raises(): raise RuntimeError("no luck")
def exits(): os._exit(3)
def leaves(): sys.exit("bye")
def dies(): os.kill(os.getpid(), 9)
def never(): time.sleep(1000)
def hog(): return bytearray(10**15) and bytearray(int(1e12))
def eats():
    found = []
    while True: found.append(bytearray(b'x' * 50_000_000))
def loud(): print("x" * 100_000); time.sleep(0.01)
def where(): return os.getcwd(), sys.argv, sys.path[0], __name__
need = lambda size: size
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    write(tmp_path, JOB)
    return tmp_path


def run(
    folder: Path, *arguments: str, seconds: str = "0.5", **env: str
) -> tuple[subprocess.CompletedProcess[str], dict]:
    """The command, and the document that it wrote ({} for none)."""
    done = grandstand(
        "run", *arguments, "--seconds", seconds, "--warmup", "0.1", "--json", str(folder / "r.json"), cwd=folder, **env
    )
    assert "Traceback (most recent call last)" not in done.stderr or "item" in done.stderr, done.stderr
    text = folder / "r.json"
    return done, json.loads(text.read_text(encoding="utf-8")) if text.exists() else {}


@pytest.mark.parametrize("mode", ["sequential", "threads", "processes"])
@pytest.mark.parametrize(
    ("function", "more", "unit"),
    [
        ("work", ["--arg", "2000", "--kwarg", "rounds=2"], "calls"),
        ("wait", [], "calls"),
        ("Stepper", [], "calls"),
        ("item", ["--items", "range(100)"], "items"),
        ("rows", ["--unit", "rows"], "rows"),
        ("wants_setup", ["--setup", "setup"], "calls"),
    ],
)
def test_it_runs_in_every_mode(function, more, unit, mode, folder):
    done, document = run(folder, f"job.py:{function}", "--mode", mode, "--workers", "2", *more)
    assert done.returncode == 0, done.stderr + done.stdout
    assert document["throughput"]["unit"] == unit
    assert document["throughput"]["per_second"] > 0
    assert all(worker["units"] > 0 for worker in document["workers"])
    assert document["function"]["reference"] == f"job.py:{function}"
    assert document["function"]["file"] == str(folder / "job.py")
    assert document["function"]["failures"] == 0
    assert f"job.py:{function}" in done.stdout


def test_calls_that_are_too_short_are_batched_and_that_is_said(folder):
    done, document = run(folder, "job.py:tiny", "--mode", "sequential", "--workers", "1")
    assert document["function"]["batch"] > 10
    assert document["throughput"]["per_second"] > 100_000
    assert "calls were made" in done.stderr


def test_each_item_is_done_once_a_round_whoever_does_it(folder):
    write(
        folder,
        "import os\ndef work(n):\n    with open(f'done.{os.getpid()}', 'a') as f: f.write(f'{n}\\n')\n",
        "one.py",
    )
    done, _ = run(
        folder, "one.py:work", "--items", "range(5000)", "--mode", "processes", "--workers", "2", seconds="0.6"
    )
    assert done.returncode == 0, done.stderr
    numbers = [int(line) for path in folder.glob("done.*") for line in path.read_text().split()]
    assert len(list(folder.glob("done.*"))) == 2
    rounds = [numbers.count(n) for n in range(0, 5000, 250)]
    assert max(rounds) - min(rounds) <= 1, "at most the last round is not complete"


@pytest.mark.parametrize("mode", ["threads", "processes"])
def test_an_error_at_an_item_is_kept_and_the_rest_goes_on(mode, folder):
    done, document = run(
        folder, "job.py:item", "--items", "range(600, 640)", "--mode", mode, "--workers", "2"
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (error,) = document["function"]["errors"]
    assert (error["item"], error["value"], error["error"]) == (17, "617", "ValueError: bad [bold] item")
    assert "job.py" in error["traceback"]
    assert "work.py" not in error["traceback"], "none of ours"
    assert 1 <= document["function"]["failures"] == error["times"]
    assert "Item 17, 617: ValueError: bad [bold] item" in done.stderr
    assert sum(worker["units"] for worker in document["workers"]) > 40


def test_fail_fast_stops_at_the_first(folder):
    done, document = run(
        folder, "job.py:item", "--items", "range(600, 640)", "--fail-fast", "--workers", "2", seconds="20"
    )
    assert done.returncode == 1
    assert document["run"]["seconds"] < 15
    assert "item 17, 617: ValueError: bad [bold] item" in done.stdout + done.stderr


WRONG = {
    "raises": "RuntimeError: no luck",
    "leaves": "SystemExit: bye",
    "exits": "exit code 3",
    "dies": "SIGKILL",
    "hog": "MemoryError",
}


@pytest.mark.parametrize("function", WRONG)
def test_what_ends_a_worker_is_said(function, folder):
    done, document = run(folder, f"job.py:{function}", "--mode", "processes", "--workers", "2")
    assert done.returncode == 1
    assert all(WRONG[function] in worker["trouble"] for worker in document["workers"]), document["workers"]
    assert WRONG[function] in done.stdout


def test_a_call_that_never_returns_is_ended_and_said(folder):
    done, document = run(folder, "job.py:never", "--mode", "processes", "--workers", "2")
    assert "No call of never() came back within" in done.stderr
    assert all(worker["units"] == 0 for worker in document["workers"])
    assert document["rungs"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is limited on Linux")
def test_memory_is_limited_for_each_worker(folder):
    # It ends as soon as there is no more: on a busy machine that takes a while.
    done, document = run(
        folder, "job.py:eats", "--mode", "processes", "--workers", "1", "--memory", "300", seconds="9"
    )
    assert done.returncode == 1
    (worker,) = document["workers"]
    assert "MemoryError" in worker["trouble"]
    assert document["function"]["memory_limit"] == 300_000_000


def test_megabytes_of_prints_are_counted_and_kept_from_the_output(folder):
    done, document = run(folder, "job.py:loud", "--workers", "2")
    assert len(done.stdout) < 5_000
    assert sum(worker["printed"] for worker in document["workers"]) > 1_000_000


def test_it_is_where_python_file_would_be(folder):
    source = """
        import json, os, sys
        def work():
            with open("seen.json", "w") as file:
                json.dump([os.getcwd(), sys.argv, sys.path[0], __name__], file)
    """
    write(folder, source, "in/deep.py")
    done, _ = run(folder, "in/deep.py:work", "--mode", "processes", "--workers", "1")
    assert done.returncode == 0, done.stderr
    cwd, argv, first, name = json.loads((folder / "seen.json").read_text())
    assert cwd == str(folder)
    assert argv == [str(folder / "in" / "deep.py")]
    assert first == str(folder / "in")
    assert name == "__mp_main__", "what stands under the main guard is not run"


@pytest.mark.parametrize("mode", ["sequential", "threads", "processes"])
def test_a_project_with_names_like_the_standard_librarys_and_ours(mode, tmp_path):
    """Its own random.py, queue.py and app are imported as 'python job.py' would import them."""
    write(tmp_path, "VALUE = 'mine'\n", "random.py")
    write(tmp_path, "VALUE = 'mine'\n", "queue.py")
    write(tmp_path, "VALUE = 'mine'\n", "traceback.py")
    write(tmp_path, "VALUE = 'mine'\n", "app/__init__.py")
    write(tmp_path, "VALUE = 'mine'\n", "grandstand_helpers/__init__.py")
    source = """
        import app, grandstand_helpers, queue, random, traceback, time
        def work():
            assert {app.VALUE, grandstand_helpers.VALUE, queue.VALUE, random.VALUE, traceback.VALUE} == {"mine"}
            time.sleep(0.001)
            return 1
        def bad():
            work()
            raise RuntimeError("as meant")
    """
    write(tmp_path, source)
    plain = subprocess.run([sys.executable, "job.py"], cwd=tmp_path, capture_output=True, text=True)
    assert plain.returncode == 0, plain.stderr
    done, document = run(tmp_path, "job.py:work", "--mode", mode, "--workers", "2")
    assert done.returncode == 0, done.stderr + done.stdout
    assert all(worker["units"] for worker in document["workers"])
    done, document = run(tmp_path, "job.py:bad", "--mode", mode, "--workers", "2")
    assert all("RuntimeError: as meant" in worker["trouble"] for worker in document["workers"]), document["workers"]


def test_a_package_is_named_by_its_modules(tmp_path):
    write(tmp_path, "def helper(): return 3\n", "package/helpers.py")
    write(tmp_path, "", "package/__init__.py")
    write(tmp_path, "from .helpers import helper\ndef work(): return helper()\n", "package/module.py")
    done, document = run(tmp_path, "package.module:work", "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert document["function"]["reference"] == "package.module:work"


REFUSED = {
    "a file alone": (["job.py"], ["Which function of job.py?", "work(size=1000, *, rounds=1)", "async wait(ms=1)"]),
    "a name that is near": (["job.py:wrok"], ["Did you mean work?"]),
    "a missing argument": (["job.py:need"], ["need(size) needs size: give it with --arg VALUE"]),
    "a wrong argument": (["job.py:work", "--kwarg", "colour=3"], ["unexpected keyword argument 'colour'"]),
    "no items": (["job.py:item", "--items", "*.gif"], ["no file is called *.gif"]),
    "options of a function for a workload": (
        ["primes", "--arg", "3"],
        ["are for a function of your own, file.py:function"],
    ),
    "a setup with arguments": (
        ["job.py:work", "--setup", "need"],
        ["--setup: need(size) is called without arguments"],
    ),
    "no number of units": (["job.py:work", "--unit", "x" * 50], ["a unit is a word"]),
    "infinity": (["job.py:work", "--arg", "1e999"], ["must be finite"]),
    "the function's file as a result": (["job.py:work", "--json", "job.py"], ["the file of your function"]),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("name", ["run", "compare"])
def test_refused_before_anything_is_imported(name, case, folder):
    (folder / "job.py").write_text((folder / "job.py").read_text() + "\nopen('imported', 'w')\n")
    arguments, said = REFUSED[case]
    done = grandstand(name, *arguments, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    for words in said:
        assert words in done.stderr
    assert not (folder / "imported").exists()


def test_an_error_of_the_import_is_told_with_its_line(folder):
    write(folder, "x = 1\nimport nowhere_to_be_found\ndef work(): ...\n", "broken.py")
    done, document = run(folder, "broken.py:work", "--mode", "processes", "--workers", "2")
    assert done.returncode == 1
    assert all("No module named 'nowhere_to_be_found'" in worker["trouble"] for worker in document["workers"])
    assert "line 2" in document["workers"][0]["traceback"]


def test_a_file_that_changes_meanwhile_is_told(folder):
    write(folder, "import time, pathlib\nMARK = pathlib.Path(__file__)\ndef work():\n    time.sleep(0.2)\n"
          "    MARK.write_text(MARK.read_text() + '#')\n", "self.py")  # fmt: skip
    done, document = run(folder, "self.py:work", "--mode", "threads", "--workers", "1")
    assert document["function"]["changed"] is True
    assert "self.py was changed meanwhile" in done.stderr


def test_it_runs_under_the_projects_own_python(folder):
    import venv

    venv.create(folder / ".venv", with_pip=False, symlinks=True)
    source = f"""
        import sys
        def work():
            assert sys.prefix == {str(folder / ".venv")!r} and "numpy" not in sys.modules
            return sum(range(30_000))
    """
    write(folder, source, "there.py")
    for mode in ("threads", "processes", "sequential"):
        done, document = run(folder, "there.py:work", "--mode", mode, "--workers", "2")
        assert done.returncode == 0, done.stderr + done.stdout
        assert all(worker["units"] for worker in document["workers"])
    done, document = run(folder, "there.py:work", "--python", "own", "--workers", "1")
    assert done.returncode == 1
    assert "AssertionError" in document["workers"][0]["trouble"]


def test_a_python_that_is_none_is_told(folder):
    done, _ = run(folder, "job.py:work", "--python", "/nowhere/python")
    assert done.returncode == 2
    assert "/nowhere/python" in done.stderr


def test_compare_takes_it_too(folder):
    done = grandstand(
        "compare", "job.py:item", "--items", "range(50)", "--modes", "sequential,threads", "--workers", "2",
        "--repeats", "2", "--seconds", "0.2", "--json", "c.json", cwd=folder,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    document = json.loads((folder / "c.json").read_text())
    assert document["plan"]["unit"] == "items"
    assert len(document["measurements"]) == 4


def test_nothing_is_left_in_the_temporary_folder(folder, tmp_path_factory):
    temporary = tmp_path_factory.mktemp("t")
    done, _ = run(folder, "job.py:item", "--items", "range(50)", "--workers", "2", TMPDIR=str(temporary))
    assert done.returncode == 0, done.stderr
    assert list(temporary.iterdir()) == []


def words_of(process: psutil.Process) -> str:
    """Its command line; '' for one that has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def test_a_killed_app_leaves_no_worker_of_a_function_that_never_returns(folder):
    started = subprocess.Popen(
        command("run", "job.py:never", "--mode", "processes", "--workers", "2", "--seconds", "60"),
        cwd=folder, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        there: list[psutil.Process] = []
        for _ in range(600):
            there = psutil.Process(started.pid).children(recursive=True)
            if len([p for p in there if "forkserver" in words_of(p)]) >= 3 or len(there) >= 4:
                break
            time.sleep(0.05)  # waiting for processes that are not there yet would take no time at all
        assert len(there) >= 3
    finally:
        started.kill()
        started.wait()
    _, alive = psutil.wait_procs(there, timeout=20)
    assert alive == []


def test_once_through_ends_by_itself_and_shows_the_ragged_end(tmp_path):
    write(tmp_path, """
        import time
        def work(n):
            time.sleep(0.6 if n == 9 else 0.01)
            return n
    """)  # fmt: skip
    arguments = ("--items", "range(10)", "--once", "--mode", "threads", "--workers", "3", "--json", "r.json")
    done = grandstand("run", "job.py:work", *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "All 10 items in" in done.stdout
    assert "Ragged end" in done.stdout
    document = json.loads((tmp_path / "r.json").read_text())
    assert sum(worker["units"] for worker in document["workers"]) == 10
    assert document["function"]["once"]["alone_seconds"] > 0.3
    assert max(worker["states"]["idle"] for worker in document["workers"]) > 0.3
    refused = grandstand("run", "job.py:work", "--arg", "3", "--once", cwd=tmp_path)
    assert refused.returncode == 2
    assert "--once works through --items once" in refused.stderr
