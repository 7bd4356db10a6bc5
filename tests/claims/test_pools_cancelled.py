"""Claims about pools that are cancelled in the middle leave no process and no file."""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from grandstand.claims.check import check, claim
from grandstand.claims.lab import Cancelled, look_around

HERE = look_around()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; nothing is left there after the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert not list(tmp_path.iterdir())


def still_there(pids: set[int]) -> set[int]:
    """Those that have not ended within the two seconds that a cancel may take; whom nobody has reaped has ended."""
    until = time.monotonic() + 2
    while True:
        left = set()
        for pid in pids:
            with contextlib.suppress(psutil.NoSuchProcess):
                if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                    left.add(pid)
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.01)


@pytest.mark.parametrize("ident", ["chunks", "map-eats", "dead-worker", "lost-exceptions", "ctrl-c", "more-is-better"])
def test_a_cancel_in_the_middle_leaves_nothing(place: Path, ident: str) -> None:
    one = claim(ident)
    if one.needs(HERE):
        pytest.skip(one.needs(HERE))
    cancelled = threading.Event()
    before = {child.pid for child in psutil.Process().children(recursive=True)}
    seen: set[int] = set()

    def hear(news: Any) -> None:
        seen.update({child.pid for child in psutil.Process().children(recursive=True)} - before)
        if 0 < news.progress < 1:
            cancelled.set()

    with pytest.raises(Cancelled):
        check([one], hear, cancelled)
    assert seen
    assert not still_there(seen)
