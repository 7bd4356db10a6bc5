"""A run as a JSON document, schema version 2 (docs/json.md). Any thread."""

from __future__ import annotations

from typing import Any

from grandstand.session.run import Run
from grandstand.session.session import RATE_BIN_NS, Session
from grandstand.vocabulary.states import in_order

SCHEMA = 2
_IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy", "graalpy": "GraalPy"}


def run_report(
    session: Session, run: Run, unit: str, machine: dict[str, Any], python: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The document for ``run``; every figure's meaning stands in docs/json.md. ``python``: the app's own."""
    if run.introduced is not None:
        said = run.introduced
        python = {
            "version": said.python,
            "implementation": _IMPLEMENTATIONS.get(said.implementation, said.implementation),
            "free_threaded": said.free_threaded,
            "gil": said.gil,
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
        "rungs": run.rungs,
    }
