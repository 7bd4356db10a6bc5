"""What was seen of a program as JSON (docs/json.md). Pure."""

from __future__ import annotations

import math
from typing import Any

from grandstand.vocabulary import states
from grandstand.vocabulary.states import COMPUTING
from grandstand.watch.estimate import Bound, Estimate
from grandstand.watch.program import Gil, Process, Program, Thread
from grandstand.watch.sentence import sentences
from grandstand.watch.summed import Summed

SCHEMA = 2


def document(
    program: Program, estimate: Estimate | None, why_not: str, machine: dict[str, Any], problem: str = ""
) -> dict[str, Any]:
    """The document. ``problem``: what went wrong with watching itself, "" if nothing."""
    return {
        "schema": SCHEMA,
        "machine": machine,
        "pid": program.pid,
        "exit_code": program.exit_code,
        "seconds": _s(program.until - program.began),
        "rate_hz": round(program.gil_hz, 1),
        "threads_hz": round(program.threads_hz, 1),
        "missed": round(program.missed, 5),
        "observer_cpu": round(program.observer_share, 4),
        "processes": [_process(process) for process in program.everything],
        "earlier_processes": {
            "count": program.earlier_processes,
            "cpu_seconds": _s(program.earlier.states[COMPUTING.number]),
        },
        "estimate": None if estimate is None else _estimate(estimate),
        "sentences": sentences(program, estimate, why_not),
        "problem": problem or None,
    }


def _process(process: Process) -> dict[str, Any]:
    gil = process.main_gil
    return {
        "pid": process.pid,
        "parent": process.parent or None,
        "command": list(process.command),
        "seconds": _s(process.until - process.since),
        "ended": process.gone,
        "python": process.python or None,
        "free_threaded": process.free_threaded,
        "gil": None if gil is None else _gil(gil),
        "gils": [_gil(one) for one in process.gils.values()],
        "gil_source": process.source or None,
        "gil_reason": _reason(process),
        "remedy": process.remedy or None,
        "stuck": None if not process.stuck else {"threads": list(process.stuck), "ring": process.ring},
        "threads": [_thread(thread, process) for thread in process.everyone],
        "earlier_threads": _summed(process.earlier),
        "threads_too_brief": process.too_brief,
    }


def _reason(process: Process) -> str | None:
    if process.gils:
        return None
    if process.gil == "none":
        return "this Python runs without a GIL"
    return process.why or ("no Python was found in it" if not process.python else "no GIL was seen")


def _gil(gil: Gil) -> dict[str, Any]:
    return {
        "interpreter": gil.number,
        "held": round(gil.share_held, 5),
        "switches_per_second": round(gil.switches_per_second, 2),
        "rate_hz": round(gil.rate_hz, 1),
        "missed": round(gil.missed, 5),
        "invalid": gil.invalid,
        "seconds": _s(gil.held + gil.free),
    }


def _thread(thread: Thread, process: Process) -> dict[str, Any]:
    seconds = {state.key: _s(thread.states[state.number]) for state in states.STATES}
    held = process.share_held_by(thread.id)
    return {
        "id": thread.id,
        "name": thread.name or None,
        "seconds": _s(thread.until - thread.since),
        "cpu_seconds": round(thread.cpu_seconds, 6),
        "gil_held": None if held is None else round(held, 5),
        "states": states.in_order(seconds),
        "not_seen": _s(thread.unseen),
        "ended": thread.gone,
    }


def _summed(earlier: Summed) -> dict[str, Any]:
    return {
        "count": earlier.count,
        "seconds": _s(earlier.length),
        "states": states.in_order({state.key: _s(earlier.states[state.number]) for state in states.STATES}),
        "not_seen": _s(earlier.unseen),
    }


def _estimate(it: Estimate) -> dict[str, Any]:
    return {
        "pid": it.pid,
        "cores": it.cores,
        COMPUTING.key: round(it.computing, 4),
        "held": round(it.held, 5),
        "more_threads": _bound(it.more_threads),
        "processes": _bound(it.processes),
        "free_threaded": _bound(it.free_threaded),
    }


def _bound(bound: Bound) -> dict[str, Any]:
    return {
        "helps": bound.helps,
        "at_most": None if math.isinf(bound.at_most) else round(bound.at_most, 3),
        "why": bound.why,
    }


def _s(ns: int) -> float:
    return round(max(0, ns) / 1e9, 6)
