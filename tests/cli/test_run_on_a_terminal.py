"""``run`` on a terminal: lanes and figures move while it runs, and are gone when the result stands there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.cli.command import command, environment
from tests.control.workloads_for_tests import PLACE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals of POSIX")


def on_a_terminal(*arguments: str, **env: str) -> tuple[int, str, str]:
    """Exit code, standard output (a pipe) and all that was written to the terminal, escapes included."""
    leader, follower = os.openpty()
    process = subprocess.Popen(
        command(*arguments), env=environment(TERM="xterm-256color", **env), stdout=subprocess.PIPE, stderr=follower,
        text=True,
    )  # fmt: skip
    os.close(follower)
    shown = b""
    try:
        while piece := read(lambda: os.read(leader, 65_536)):
            shown += piece
        out, _ = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()
        os.close(leader)
    return process.returncode, out, shown.decode()


def read(once: Callable[[], bytes]) -> bytes:
    try:
        return once()
    except OSError:  # Linux's word for the end of a terminal
        return b""


def test_live_progress_on_standard_error():
    code, out, shown = on_a_terminal(
        "run", PLACE + "Gentle", "--workers", "3", "--seconds", "1.2", "--warmup", "0.3", "--json", "-"
    )
    assert code == 0
    assert json.loads(out)["run"]["workers"] == 3
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown)
    assert "warming up" in plain
    seconds = {float(text) for text in re.findall(r"([\d.]+) of 1\.2 s", plain)}
    assert len(seconds) >= 4  # it moves
    assert max(seconds) <= 1.5
    assert "i waiting for I/O" in plain  # the legend of the lanes
    lanes = re.findall(r"^ *([123]) +([i█GLCh·? ]*i[i█GLCh·? ]*)\r?$", plain, re.MULTILINE)
    assert {number for number, _ in lanes} == {"1", "2", "3"}
    assert "naps/s" in plain  # and the result at the end


def test_without_a_terminal_there_is_no_live_progress(finished):
    error = finished("threads").done.stderr
    assert "warming up" not in error
    assert "\x1b" not in error
