"""Fixtures for claims: what runs must be gone when a test is over."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path

import psutil
import pytest

SHM = Path("/dev/shm")


def _children() -> set[int]:
    """Of this process, without multiprocessing's own helpers: fork server and resource tracker."""
    found = set()
    for child in psutil.Process().children(recursive=True):
        try:
            line = " ".join(child.cmdline())
        except psutil.Error:
            continue
        if "multiprocessing.forkserver" in line or "resource_tracker" in line or not line:
            continue
        found.add(child.pid)
    return found


def _segments() -> set[str]:
    return {path.name for path in SHM.iterdir()} if SHM.is_dir() else set()


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """No thread, no process, no shared memory more than before."""
    resource_tracker.ensure_running()
    threads, children, segments = set(threading.enumerate()), _children(), _segments()
    yield
    until = time.monotonic() + 3
    while time.monotonic() < until and (set(threading.enumerate()) - threads or _children() - children):
        time.sleep(0.02)
    assert set(threading.enumerate()) - threads == set()
    assert _children() - children == set()
    assert {name for name in _segments() - segments if not name.startswith("sem.")} == set()
