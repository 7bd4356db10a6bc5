"""The CPU quota, and how often it held threads back. Pump's thread. Source: see observe.quota."""

from __future__ import annotations

from grandstand.engine.clocks import now_ns
from grandstand.engine.samples import QuotaSample
from grandstand.observe import machine, quota
from grandstand.observe.sources.source import Source
from grandstand.vocabulary.channels import QUOTA


class QuotaLook:
    """Nothing where there is no quota that gives less than the cores; once more when it has just gone."""

    def __init__(self) -> None:
        self._had_quota = False

    def __call__(self, pids: frozenset[int]) -> list[QuotaSample]:
        limit = quota.renew()
        if limit is None or limit.cores >= machine.cores():
            had, self._had_quota = self._had_quota, False
            return [QuotaSample(now_ns(), 0.0, 0, 0, 0.0)] if had else []
        self._had_quota = True
        sample = quota.throttling(limit)
        return [QuotaSample(now_ns(), limit.cores, *(sample or (0, 0, 0.0)))]


SOURCE = Source("quota", "The CPU quota", (QUOTA,), 0.2, QuotaLook)
