"""How a call spends its time: computing, waiting, the GIL, the event loop. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grandstand.own.finding import MIND, OK, UNCHECKED, Finding
from grandstand.own.naming import Own
from grandstand.own.reference import ASYNC
from grandstand.own.rules.starting import duration
from grandstand.session import words
from grandstand.vocabulary.states import COMPUTING

_HOLDS, _GIVES = 0.8, 0.2
_BLOCKS_S = 0.02
_BUSY, _CONVOY = 0.3, 5.0


def waiting(own: Own, raw: Mapping[str, Any]) -> Finding:
    """Of what ``sharing.measure`` found."""
    wall = max(raw["wall"] - raw["run_delay"], 1e-9)  # waits for a core are the machine's, not the function's
    computing = min(1.0, raw["thread_cpu"] / wall)
    others = max(0.0, raw["process_cpu"] - raw["thread_cpu"]) / wall
    programs = raw["children_cpu"] / wall
    evidence = {
        "calls": raw["calls"], "wall_seconds": raw["wall"], "waited_for_core_seconds": raw["run_delay"],
        "thread_cpu_seconds": raw["thread_cpu"],
        "process_cpu_seconds": raw["process_cpu"], "children_cpu_seconds": raw["children_cpu"],
        "computing_share": computing,
    }  # fmt: skip
    text = f"{words.percent(computing)} of a call is computing, {words.percent(1 - computing)} waiting"
    if programs > 0.05:
        text += f"; programs that it starts compute for {words.percent(programs)} of the time meanwhile"
    if others > 0.05:
        text += f"; threads of its own compute for {words.percent(others)} of the time besides"
    if computing < 0.5:
        kind = "asyncio tasks or threads" if own.function.kind == ASYNC else "threads"
        text += f". Waiting overlaps: {kind} help, many more of them than there are cores"
    return Finding("waiting", OK, f"{text}.", evidence)


def gil(own: Own, raw: Mapping[str, Any]) -> Finding:
    """Of what ``sharing.measure`` found: from outside, and with a thread counting beside."""
    outside = raw.get("outside")
    evidence = {
        "outside_share": outside["share"] if outside else None, "outside_looks": outside["looks"] if outside else 0,
        "counter_share": raw.get("gil_share"), "counter_shares": raw.get("gil_shares", []),
        "slower": raw.get("slower"), "core_wait_share": raw.get("busy"), "calls": raw["calls"],
    }  # fmt: skip
    if not raw["gil_enabled"]:
        return Finding("gil", OK, f"Python {own.python.version} runs without a GIL here.", evidence)
    share = outside["share"] if outside else raw.get("gil_share")
    if share is None or (not outside and raw.get("busy", 0.0) > _BUSY):
        return Finding(
            "gil", UNCHECKED, "The machine was too busy with other things to tell. Examine it again when it is quiet.",
            evidence,
        )  # fmt: skip
    need = f"It has the GIL for {words.percent(share)} of a call"
    slower = raw.get("slower") or 1.0
    beside = f"beside a thread that computes, a call took {words.times(slower)} its time"
    if share >= _HOLDS:
        return Finding("gil", MIND, f"{need}: threads do not speed it up ({beside}).", evidence)
    if share <= _GIVES:
        often = slower > _CONVOY and raw.get("busy", 0.0) <= _BUSY
        convoy = f" Mind that {beside}: it gives the GIL away often, and waits for it each time." if often else ""
        return Finding(
            "gil", MIND if often else OK, f"{need} and gives it away for the rest: threads can help.{convoy}", evidence
        )
    return Finding(
        "gil", MIND, f"{need}: with threads it can become {1 / share:.1f} times as fast at most ({beside}).", evidence
    )


def blocking(own: Own, raw: Mapping[str, Any] | None) -> Finding:
    """Of what ``loops.measure`` found; None for a function that is not async."""
    if raw is None:
        return Finding(
            "async", UNCHECKED,
            "It is not an async function: in an event loop it would keep all others waiting until it is done "
            "(asyncio.to_thread runs it beside the loop).",
        )  # fmt: skip
    evidence = dict(raw)
    blocked, used = raw["blocked_seconds"], raw["blocked_cpu_seconds"]
    overlap = f"{raw['tasks']} tasks at a time made {words.times(raw['overlap'])} the calls of one"
    if blocked >= _BLOCKS_S:
        why = COMPUTING.title if used > blocked / 2 else "waiting (time.sleep, a request or a query that is not async)"
        return Finding(
            "async", MIND,
            f"Each call holds the event loop for {duration(blocked)} at a stretch, {why}: all other tasks stand still "
            f"meanwhile ({overlap}). Await something that is async, or use asyncio.to_thread.", evidence,
        )  # fmt: skip
    return Finding(
        "async", OK, f"It never holds the loop for long: {duration(blocked)} at a time; {overlap}.", evidence
    )
