"""A program that was launched to be watched, and had ended before anybody could look at it."""

from __future__ import annotations

import os
import shutil
import sys
import time
from typing import Any

import pytest
from grandstand.engine import observed
from grandstand.observe.outside import procfs
from grandstand.observe.outside.sampler import Sampler

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the observer looks into /proc")


def test_its_command_line_is_what_it_was_launched_with():
    command = (shutil.which("true") or "/bin/true", "--an argument")
    pid = os.posix_spawn(command[0], command, os.environ)
    try:
        until = time.monotonic() + 10
        while procfs.stat(pid).state != "Z" and time.monotonic() < until:
            time.sleep(0.005)
        assert procfs.command(pid) == ()  # there is nothing left to be read
        said: list[Any] = []
        sampler = Sampler(pid, True, said.append, 5_000_000_000, command)
        sampler.turn(0.0)
        sampler.close()
    finally:
        os.waitpid(pid, 0)
    (seen,) = {event.command for event in said if isinstance(event, observed.ProcessSeen)}
    assert seen == command
