"""Call stacks by py-spy: its answer, its refusals, and its absence. A stand-in answers as py-spy 0.4 does."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from grandstand.observe import stacks as module
from grandstand.observe.stacks import Frame, NoStacks, stacks

ANSWER = [
    {
        "pid": 7, "thread_id": 140_000, "thread_name": "MainThread", "os_thread_id": 7, "active": True,
        "owns_gil": True, "process_info": None,
        "frames": [
            {"name": "inner", "filename": "/x/a.py", "module": None, "short_filename": "a.py", "line": 3,
             "locals": None, "is_entry": False, "is_shim_entry": False},
            {"name": "<module>", "filename": "/x/a.py", "module": None, "short_filename": "a.py", "line": 9,
             "locals": None, "is_entry": True, "is_shim_entry": True},
        ],
    }
]  # fmt: skip


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    path = folder / "py-spy"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(module, "program", lambda: str(path))


def test_an_answer_becomes_stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "answer.json").write_text(json.dumps(ANSWER))
    stand_in(tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/asked; cat {tmp_path}/answer.json')
    (one,) = stacks(7)
    assert one.thread == 7
    assert one.name == "MainThread"
    assert one.frames == (Frame("inner", "/x/a.py", 3), Frame("<module>", "/x/a.py", 9))
    assert "--nonblocking" in (tmp_path / "asked").read_text(), "the program is not stopped for it"


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'Error: Permission Denied' >&2; exit 1", "could not read process 7: Error: Permission Denied"),
        ("exit 3", "it did not say why"),
        ("echo nonsense", "cannot be understood"),
        ("echo '{\"a\": 1}'", "cannot be understood"),
        ("echo '[{\"frames\": [{}]}]'", "cannot be understood"),
    ],
)
def test_what_it_cannot_do_is_said(script: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, monkeypatch, script)
    with pytest.raises(NoStacks) as problem:
        stacks(7)
    assert words in str(problem.value)


def test_where_it_is_not_installed_how_to_get_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "program", lambda: "")
    with pytest.raises(NoStacks) as problem:
        stacks(os.getpid())
    assert "pip install py-spy" in str(problem.value)


@pytest.mark.skipif(not module.program(), reason="py-spy is not installed")
def test_a_real_program_with_the_real_one() -> None:
    code = "import time\ndef waits_here(): time.sleep(60)\nprint(1, flush=True)\nwaits_here()\n"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as program:
        try:
            assert program.stdout is not None
            program.stdout.readline()
            until = time.monotonic() + 10
            names: list[str] = []
            while "waits_here" not in names and time.monotonic() < until:
                names = [frame.function for stack in stacks(program.pid) for frame in stack.frames]
            assert "waits_here" in names
        finally:
            program.kill()


def test_who_waits_no_longer_does_not_have_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the window stayed for up to eight seconds when it was closed meanwhile."""
    stand_in(tmp_path, monkeypatch, f"echo $$ > {tmp_path}/pid; exec sleep 60")
    given_up = threading.Event()
    threading.Timer(0.5, given_up.set).start()
    begun = time.monotonic()
    with pytest.raises(NoStacks):
        stacks(7, given_up)
    assert time.monotonic() - begun < 5
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
