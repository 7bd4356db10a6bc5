"""The example installed beside this very process, and gone again afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from grandstand import extensions, modes
from grandstand.claims import check
from grandstand.engine import workloads
from grandstand.export import formats
from grandstand.observe import sources
from grandstand.ui.charts import registry

from tests.plugin.installed import example
from tests.ui.conftest import Seat, nothing_is_left, seats, settings_file

__all__ = ["Seat", "nothing_is_left", "seats", "settings_file"]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for folder in example(tmp_path / "site"):
        monkeypatch.syspath_prepend(str(folder))
    extensions.forget()
    check.claims.cache_clear()
    yield
    extensions.forget()
    check.claims.cache_clear()
    modes.remove("spawned")
    workloads.remove("collatz")
    formats.remove("runs")
    sources.remove("tide")
    registry.remove("tide_table")
    for name in [name for name in sys.modules if name.startswith("grandstand_example")]:
        del sys.modules[name]
