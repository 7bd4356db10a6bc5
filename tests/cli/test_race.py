"""``race`` on the command line: what is refused before anything runs, what does not run, and an interruption."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import command, environment, grandstand
from tests.own.made import write

SOURCE = """
    import time
    def work(n=1000):
        return sum(range(n))
    def raises():
        raise RuntimeError("no luck")
    def slow():
        time.sleep(1.5)
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    write(tmp_path, SOURCE)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("job.py",), "Which function of job.py?"),
        (("job.py:wrok",), "Did you mean work?"),
        (("job.py:work", "--budget", "soon"), "--budget expects a time like 60s"),
        (("job.py:work", "--modes", "treads"), "There is no mode 'treads'"),
        (("job.py:work", "--check", "fast"), "--check expects something like"),
        (("job.py:work", "--check", "treads >= 2"), "There is no mode 'treads'"),
        (("job.py:work", "--limit", "0"), "--limit must be from 0.1"),
        (("job.py:work", "--against", "nothing.json"), "--against: cannot read nothing.json"),
        (("job.py:work", "--report", "out.txt"), "--report"),
        (("job.py:work", "--code", "job.py"), "job.py"),
    ],
)
def test_what_is_refused_before_anything_runs(folder, arguments, why):
    before = (folder / "job.py").read_bytes()
    done = grandstand("race", *arguments, cwd=folder)
    assert done.returncode == 2, done.stdout
    assert why in " ".join(done.stderr.split())
    assert (folder / "job.py").read_bytes() == before
    assert [path.name for path in folder.iterdir() if path.name != "__pycache__"] == ["job.py"]


def test_what_does_not_run_is_told_by_the_doctor(folder):
    done = grandstand("race", "job.py:raises", cwd=folder)
    assert done.returncode == 1
    assert "RuntimeError: no luck" in " ".join(done.stderr.split())


def test_a_race_that_is_interrupted_tells_what_it_has(folder):
    arguments = ("race", "job.py:work", "--arg", "20000", "--modes", "threads", "--json", "r.json")
    with subprocess.Popen(
        command(*arguments), cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "setups to begin with" in line:
                break
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130
    document = json.loads((folder / "r.json").read_text())
    assert document["comparison"]["cancelled"]
    assert document["answer"]["text"]
