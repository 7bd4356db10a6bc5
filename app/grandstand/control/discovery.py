"""Workloads, modes and channels from other packages, beside the app's own. Main thread, or the GUI thread."""

from __future__ import annotations

from typing import Any

from grandstand import extensions, modes
from grandstand.engine import workloads
from grandstand.extensions import Refused
from grandstand.observe import sources
from grandstand.observe.sources.source import Source

GROUPS = ("workloads", "modes", "channels")


def discover() -> None:
    """Takes up what is installed; what cannot be used is in ``extensions.problems``."""
    extensions.bring("workloads", _workload)
    extensions.bring("modes", _mode)
    extensions.bring("channels", _source)


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


def _source(brought: Any) -> None:
    """What measures comes with the channels that it tells of."""
    extensions.expect(Source, brought, "grandstand.observe.sources.source.Source")
    try:
        sources.add(brought)
    except (ValueError, TypeError, AttributeError) as problem:
        raise Refused(str(problem)) from None
