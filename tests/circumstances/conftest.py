"""Where commands run."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.circumstances.commands import MAIN, PATIENCE_S, Place

collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []
"""Signals, limits and folders of Unix."""


@pytest.fixture(scope="module")
def recording() -> Iterator[Path]:
    """Half a second of two threads."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "two threads.grandstand"
        subprocess.run(
            [sys.executable, str(MAIN), "run", "primes", "--workers", "2", "--seconds", "0.3", "--record", str(path)],
            check=True, capture_output=True, cwd=folder, timeout=PATIENCE_S,
        )  # fmt: skip
        yield path


@pytest.fixture
def place(recording: Path) -> Iterator[Place]:
    """Folders with short names, open to every user."""
    root = Path(tempfile.mkdtemp(prefix="gs", dir="/tmp"))
    root.chmod(0o777)
    made = Place(root, root / "two threads.grandstand")
    for folder in (made.work, made.out, made.temporary, made.home):
        folder.mkdir()
        folder.chmod(0o777)
    shutil.copy(recording, made.recording)
    made.recording.chmod(0o644)
    yield made
    shutil.rmtree(root)
