"""A run as a JSON document, schema version 2 (docs/json.md). Any thread."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from grandstand.session.gils import HARDLY, NO_GIL, SHARED
from grandstand.session.run import Run
from grandstand.session.session import RATE_BIN_NS, Session
from grandstand.vocabulary.states import KEYS, in_order

SCHEMA = 2
_IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}


def run_report(
    session: Session, run: Run, unit: str, machine: dict[str, Any], python: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The document for ``run``; every figure's meaning stands in docs/json.md. ``python``: the app's own."""
    if run.introduced is not None:
        introduction = run.introduced
        python = {
            "version": introduction.python,
            "implementation": _IMPLEMENTATIONS.get(introduction.implementation, introduction.implementation),
            "free_threaded": introduction.free_threaded,
            "gil": introduction.gil,
        }
    summary = session.summary(run)
    beat = run.heartbeat
    start = run.measure_from_ns or run.started_ns
    middles, rates = session.rates.between(start, run.all_at_work_until())
    return {
        "schema": SCHEMA,
        "machine": machine,
        "python": python,
        "run": {
            "workload": run.setting.workload,
            "mode": run.setting.mode,
            "workers": run.setting.workers,
            "parameters": dict(run.setting.parameters),
            "options": dict(run.setting.options),
            "python": run.setting.python or None,
            "seconds": round(summary.seconds, 6),
            "suspended_seconds": round(summary.suspended_seconds, 6),
            "start_up_seconds": summary.start_up_seconds,
            "state": run.state.value,
            "problem": run.problem or None,
        },
        "throughput": {
            "unit": unit,
            "per_second": summary.per_second,
            "low": summary.low,
            "high": summary.high,
            "bin_seconds": RATE_BIN_NS / 1e9,
            "series": [
                [round((int(t) - start) / 1e9, 3), round(float(row.sum()), 3)]
                for t, row in zip(middles, rates, strict=True)
            ],
        },
        "workers": [
            {
                "id": w.id,
                "pid": w.pid,
                "thread": w.thread,
                "units": w.units,
                "seconds": w.seconds,
                "cpu_seconds": w.cpu_seconds,
                "states": in_order(w.states),
                "exit": w.exit,
                "trouble": w.trouble or None,
                "traceback": w.details or None,
                "printed": w.printed,
            }
            for w in summary.workers
        ],
        "cores": session.core_means(),
        "quota": (
            {
                "cores": summary.quota.cores,
                "periods": summary.quota.periods,
                "throttled_periods": summary.quota.held,
                "throttled_seconds": round(summary.quota.seconds, 6),
            }
            if summary.quota is not None
            else None
        ),
        "heartbeat_ms": (
            {
                "p50": beat.percentile(0.5),
                "p95": beat.percentile(0.95),
                "p99": beat.percentile(0.99),
                "max": beat.largest,
            }
            if beat.count
            else None
        ),
        "channels": _channels(session, start, run.all_at_work_until()),
        "gil": None,
        "rungs": run.rungs,
    }


def gil_report(session: Session) -> dict[str, Any]:
    """Who held the GIL, for ``run --gil``; over the time in which it was watched."""
    gils = session.gils
    differences = gils.witnesses.differences()
    figures = gils.figures(whole=True)
    why = " ".join(part for part in gils.trouble if part)
    if gils.none:
        why = NO_GIL
    elif not figures and not why:
        why = SHARED if session.current is not None and session.current.share_a_thread else HARDLY
    return {
        "observer_cores": round(gils.observer_share, 3),
        "why_not": why or None,
        "gils": [
            {
                "shares": {str(lane + 1): round(share, 4) for lane, share in one.shares.items()},
                "others": round(one.others, 4),
                "free": round(one.free, 4),
                "hand_overs_per_second": round(one.hand_overs, 1),
                "looks_per_second": round(one.looks, 1),
                "unseen": round(one.unseen, 4),
                "seconds": round(one.seconds, 3),
            }
            for one in figures
        ],
        "witnesses": {
            "compared": gils.witnesses.compared,
            "differences": [
                {
                    "worker": one.lane + 1,
                    "state": KEYS[one.state],
                    "inside": round(one.inside, 4),
                    "outside": round(one.outside, 4),
                    "right": one.right or None,
                    "words": one.words,
                }
                for one in differences
            ],
        },
    }


def _channels(session: Session, start_ns: int, end_ns: int) -> dict[str, Any]:
    """Whatever was sampled in the measured stretch, by channel: seconds since its beginning, and the figures."""
    channels: dict[str, Any] = {}
    for key, series in session.channels.items():
        times, values = series.since(start_ns)
        times = times[: int(np.searchsorted(times, end_ns, "right"))]
        values = values[: len(times)]
        known = np.flatnonzero(np.isfinite(values).any(axis=0))
        if not len(known):
            continue
        width = int(known[-1]) + 1
        channel = session.channels.channel(key)
        channels[key] = {
            "title": channel.title,
            "unit": channel.unit,
            "of": channel.of,
            "kind": channel.kind,
            "source": channel.source,
            "columns": list(channel.names(width)),
            "series": [
                [round((t - start_ns) / 1e9, 3), *(round(x, 6) if math.isfinite(x) else None for x in row)]
                for t, row in zip(times.tolist(), values[:, :width].tolist(), strict=True)
            ],
        }
    return channels
