"""What the sampler says of a CPU quota."""

from __future__ import annotations

from pathlib import Path

import pytest
from grandstand.engine.samples import QuotaSample
from grandstand.observe import quota, sampler


def said(sampler_: sampler.Sampler, now: float) -> list[QuotaSample]:
    return [one for one in sampler_(now) if isinstance(one, QuotaSample)]


def test_a_quota_is_told_while_it_is_there_and_once_when_it_has_gone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found: list[quota.Quota | None] = [None]
    monkeypatch.setattr(quota, "renew", lambda: found[0])
    monkeypatch.setattr(sampler, "cores", lambda: 4)
    there = sampler.Sampler()
    assert said(there, 1.0) == []
    (tmp_path / "cpu.stat").write_text("nr_periods 9\nnr_throttled 4\nthrottled_usec 500000\n")
    found[0] = quota.Quota(1.5, tmp_path, True)
    (one,) = said(there, 2.0)
    assert one[1:] == (1.5, 9, 4, 0.5)
    assert said(there, 2.1) == [], "five times a second at most"
    (tmp_path / "cpu.stat").unlink()
    (one,) = said(there, 3.0)
    assert one[1:] == (1.5, 0, 0, 0.0)
    for none in (None, quota.Quota(8.0, tmp_path, True)):  # lifted; or more than there are cores
        found[0] = quota.Quota(0.5, tmp_path, True)
        assert len(said(there, there._cores_at + 1)) == 1
        found[0] = none
        assert [one.cores for one in said(there, there._cores_at + 1)] == [0.0]
        assert said(there, there._cores_at + 1) == []
