"""Where the code is, for tests that start an interpreter of their own."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "app"
"""What must be on the path for ``import grandstand``."""


def with_tests(**more: str) -> dict[str, str]:
    """This environment with a path on which both ``grandstand`` and ``tests`` are found."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join((str(SOURCES), str(ROOT))), **more}
