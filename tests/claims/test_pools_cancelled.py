"""Claims about pools that are cancelled in the middle leave no process and no file."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from grandstand.claims.check import check, claim
from grandstand.claims.lab import Cancelled, look_around

from tests.control.leftovers import wait_until_gone

HERE = look_around()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; nothing is left there after the test."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert not list(tmp_path.iterdir())


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
    wait_until_gone(seen, 2)
