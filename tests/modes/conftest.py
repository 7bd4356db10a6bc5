"""Every test of the modes leaves no process, no file handle and no semaphore behind."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Iterator
from multiprocessing import synchronize
from pathlib import Path

import pytest
from grandstand.hosts import start_methods

from tests.modes import runs

_SHARED_MEMORY = Path("/dev/shm")


@pytest.fixture(scope="session")
def warm() -> None:
    """multiprocessing's helpers are there: they are not what a test leaves behind."""
    start_methods.warm_up()


@pytest.fixture(autouse=True)
def light_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children import the main module: pytest itself, unless it cannot be found."""
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)


@pytest.fixture
def semaphores(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the semaphores made by this process during the test: others have theirs in the same folder."""
    names: list[str] = []
    make = synchronize.SemLock._make_name  # type: ignore[attr-defined]

    def make_and_note() -> str:
        names.append(make())
        return names[-1]

    monkeypatch.setattr(synchronize.SemLock, "_make_name", staticmethod(make_and_note))
    return names


@pytest.fixture(autouse=True)
def nothing_left(light_main: None, warm: None, semaphores: list[str]) -> Iterator[None]:
    handles, there = runs.open_handles(), runs.descendants()
    yield
    left = runs.gone_within([p for p in runs.descendants() if p not in there], 5.0)
    for process in left:
        process.kill()
    assert not left, "processes are left"
    until = time.monotonic() + 5.0
    while True:
        more = runs.open_handles() - handles
        still = [name for name in semaphores if (_SHARED_MEMORY / f"sem.{name.lstrip('/')}").exists()]
        if (more <= 0 and not still) or time.monotonic() > until:
            break
        gc.collect()
        time.sleep(0.02)
    assert more <= 0, f"{more} file handles are left"
    assert not still, "semaphores are left"
