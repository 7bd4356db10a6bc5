"""No test here reads or writes what this machine's person has, and none leaves a process or a thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.control.leftovers import children, wait_until_gone


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The app's folders, empty: ``cache`` and ``data``."""
    folder = tmp_path_factory.mktemp("folders")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / "data"))
    return folder


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    before, threads = children(), threading.active_count()
    yield
    wait_until_gone(children() - before, 5.0)
    assert threading.active_count() <= threads
