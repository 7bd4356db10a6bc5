"""A CPU quota in the window: named wherever cores are, also when it is changed while the window is open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from grandstand.claims.base import Result, Verdict
from grandstand.observe import quota
from grandstand.observe.machine import cores
from grandstand.ui.pages.claims import store
from grandstand.ui.snapshot import caption
from grandstand.ui.widgets.panel import Panel

from tests.ui.conftest import Seat

Limit = Callable[[float | None], None]


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Limit:
    """Sets the quota, as the files would say it; as a share of the cores."""
    found: list[quota.Quota | None] = [None]
    (tmp_path / "cpu.stat").write_text("nr_periods 1\nnr_throttled 0\nthrottled_usec 0\n")
    monkeypatch.setattr(quota, "_FRESH_S", 0.0)
    monkeypatch.setattr(quota, "_known", None)
    monkeypatch.setattr(quota, "read", lambda: found[0])

    def set_to(share: float | None) -> None:
        found[0] = None if share is None else quota.Quota(share * cores(), tmp_path, True)

    return set_to


def subtitle(panel: Panel) -> str:
    return panel._subtitle.text()


def test_it_is_named_and_follows_its_changes(seat: Seat, limit: Limit):
    window = seat.window
    assert "quota" not in window.toolbar.facts.text()
    for share in (0.375, 0.875, 0.25):
        limit(share)
        amount = f"{share * cores():.3g}"
        words = f"quota: the time of {'one' if share * cores() == 1 else amount}"
        seat.until(lambda words=words: words in window.toolbar.facts.text())
        assert words in caption(seat.controller)[1]
        ours = f"of {100 * share * cores():.0f} % (quota)"
        seat.until(lambda ours=ours: ours in subtitle(seat.dashboard.panels["cores"]))
    limit(None)
    seat.until(lambda: "quota" not in window.toolbar.facts.text())
    seat.until(lambda: "quota" not in subtitle(seat.dashboard.panels["cores"]))


def test_results_of_claims_from_under_another_quota_are_set_aside(tmp_path: Path):
    here = {"cpu": "A", "cores": 4, "python": "3.13.1", "gil": "on"}
    path = tmp_path / "claims.json"
    kept = [Result("three", "", Verdict.HOLDS, "So.", {}, 6, 1.0, "2026-01-02T03:04:05")]
    store.save(path, kept, here)
    assert store.load(path, {**here, "quota": None, "usable_cores": 4.0})[1] == "", "nobody asked about quotas once"
    store.save(path, kept, {**here, "quota": 1.5})
    assert store.load(path, {**here, "quota": 1.5})[1] == ""
    assert "4 cores, quota: the time of 1.5" in store.load(path, here)[1]
    assert [file.name for file in tmp_path.iterdir()] == ["claims.other.json"]
