"""Workloads and modes from other packages, offered beside the app's own. Main thread, or the GUI thread."""

from __future__ import annotations

from typing import Any

from grandstand import extensions, modes
from grandstand.engine import workloads
from grandstand.extensions import Refused

GROUPS = ("workloads", "modes")


def discover() -> None:
    """Takes up what is installed; what cannot be used is in ``extensions.problems``."""
    extensions.bring("workloads", _workload)
    extensions.bring("modes", _mode)


def _workload(brought: Any) -> None:
    try:
        workloads.add(brought)
    except ValueError as problem:
        raise Refused(str(problem)) from None


def _mode(brought: Any) -> None:
    try:
        modes.add(brought)
    except ValueError as problem:
        raise Refused(str(problem)) from None
