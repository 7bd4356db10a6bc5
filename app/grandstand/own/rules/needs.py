"""Memory, threads, pools, what is left behind, and what other Pythons say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grandstand.own.finding import FAILS, MIND, OK, UNCHECKED, Finding
from grandstand.own.naming import Own
from grandstand.session import words

_MUCH = 200_000_000
_GROWTH = 0.1
_BRINGS_NONE = ("process", "fork", "program", "thread")
Raw = Mapping[str, Any]


def memory(own: Own, raw: Raw, available: int) -> Finding:
    """Of what ``resources.measure`` found. ``available``: bytes of the machine that are free now."""
    evidence = {key: raw[key] for key in ("bare", "imported", "first_call", "after", "peak", "calls")}
    evidence["available"] = available
    most = max(raw["after"], raw["first_call"])
    if not most:
        return Finding("memory", UNCHECKED, "This system does not tell what memory is a process's own.", evidence)
    imports = max(0, raw["imported"] - raw["bare"])
    text = f"A worker process has {words.megabytes(most)} of its own, {words.megabytes(imports)} of it for the import"
    grown = raw["after"] - raw["first_call"]
    each = grown / max(1, raw["calls"] - 1)
    minds = []
    if raw["calls"] >= 20 and grown > max(5_000_000, _GROWTH * raw["first_call"]):
        minds.append(
            f"it grows by {each / 1e3:,.0f} kB a call ({raw['calls']:,} calls): does it keep what it should let go?"
        )
    if raw["peak"] > 2 * most and raw["peak"] > _MUCH:
        minds.append(f"at its peak {words.megabytes(raw['peak'])}")
    fit = int(available // most) if available else 0
    if most > _MUCH:
        minds.append(f"{fit:,} of them fit into what is free now ({available / 1e9:.1f} GB)")
    if minds:
        return Finding("memory", MIND, f"{text}; {'; '.join(minds)}.", evidence)
    return Finding("memory", OK, f"{text}.", evidence)


def threads(own: Own, raw: Raw) -> Finding:
    """Threads that it or its libraries start."""
    libraries, cores = raw["libraries"], raw["cores"]
    most = max((one["threads"] for one in libraries), default=0)
    started = raw["threads_most"] - raw["threads_before"]
    evidence = {
        key: raw[key]
        for key in ("threads_before", "threads_imported", "threads_most", "threads_after", "libraries", "cores")
    }
    if not raw["threads_before"] and not libraries:
        return Finding("threads", UNCHECKED, "This system does not tell how many threads a process has.", evidence)
    if most > 1:
        names = ", ".join(sorted({one["library"] for one in libraries if one["threads"] > 1}))
        return Finding(
            "threads", MIND,
            f"{names} computes with {most} threads in each process: {cores} processes would be "
            f"{cores * most} threads on "
            f"{words.cores(cores)}. Give each worker one (OMP_NUM_THREADS=1, or threadpoolctl in the initializer).",
            evidence,
        )  # fmt: skip
    if started > 0:
        return Finding(
            "threads", MIND,
            f"It has up to {started} thread{'s' if started > 1 else ''} of its own at work: {cores} workers would "
            f"have {cores * started} besides their own on {words.cores(cores)}.", evidence,
        )  # fmt: skip
    how = "" if libraries else "; threads of libraries were counted, since the project has no threadpoolctl"
    return Finding("threads", OK, f"It starts none{how}.", evidence)


def pools(own: Own, raw: Raw) -> Finding:
    """Pools, processes and programs that calls start."""
    started = {word: count for word, count in raw["started"].items() if word not in ("thread", "fork")}
    forks = raw["started"].get("fork", 0)
    evidence = {"started": raw["started"], "calls": raw["calls"]}
    calls = max(1, raw["calls"])
    if not started and not forks:
        return Finding("pools", OK, "Calls start no pool, no process and no program.", evidence)
    nested = [word for word in started if word not in _BRINGS_NONE]
    if nested or started.get("process") or forks:
        what = ", ".join(sorted(nested)) or "processes"
        cores = raw["cores"]
        daemonic = (
            " In a multiprocessing.Pool that raises (\"daemonic processes are not allowed to have children\")."
            if any(word in ("ProcessPoolExecutor", "Pool", "process") for word in started) else ""
        )  # fmt: skip
        return Finding(
            "pools", MIND,
            f"A call makes workers of its own ({what}): {cores} workers would each have theirs, on "
            f"{words.cores(cores)}."
            f"{daemonic} Share out the work at one place only.", evidence,
        )  # fmt: skip
    programs = started.get("program", 0)
    return Finding(
        "pools", OK,
        f"A call starts {programs / calls:.3g} program{'' if programs == calls else 's'} and waits: "
        "threads are enough, "
        "the programs are processes already.", evidence,
    )  # fmt: skip


def leaves(own: Own, raw: Raw) -> Finding:
    """What is still there after the calls."""
    names = ("children_left", "files_left", "files_named", "folder_changed", "signals_changed", "calls")
    evidence = {key: raw[key] for key in names}
    evidence["threads_left"] = left = max(0, raw["threads_after"] - raw["threads_imported"])
    minds = []
    calls = raw["calls"]
    if left and not raw["libraries"]:
        minds.append(f"{left} thread{'s' if left > 1 else ''} still running after {calls:,} calls")
    if raw["children_left"]:
        minds.append(f"{raw['children_left']} process{'es' if raw['children_left'] > 1 else ''} still running")
    if raw["files_left"]:
        named = f" ({raw['files_named'][0]})" if raw["files_named"] else ""
        minds.append(f"{raw['files_left']} file{'s' if raw['files_left'] > 1 else ''} still open{named}")
    if raw["folder_changed"]:
        minds.append("the working folder changed, for all threads of the process")
    if raw["signals_changed"]:
        minds.append(f"{', '.join(raw['signals_changed'])} handled otherwise, which threads may not do at all")
    if minds:
        return Finding("leaves", MIND, f"{minds[0][:1].upper()}{'; '.join(minds)[1:]}.", evidence)
    return Finding("leaves", OK, f"Nothing: no thread, no process, no open file after {calls:,} calls.", evidence)


def interpreters(own: Own, raw: Raw | None) -> Finding:
    """Of what ``interpreters.sub_interpreter`` found; None where it was not asked."""
    if raw is None or not raw["there"]:
        return Finding(
            "interpreters", UNCHECKED,
            f"Python {own.python.version} has no sub-interpreters with a GIL of their own (from 3.12 on).",
        )  # fmt: skip
    if raw["error"]:
        return Finding(
            "interpreters", FAILS,
            f"In a fresh sub-interpreter: {raw['type']}: {raw['error']}. Use processes instead.", dict(raw),
        )  # fmt: skip
    return Finding("interpreters", OK, "It imports and runs in a fresh sub-interpreter.", dict(raw))


def free_threading(own: Own, raw: Raw | None, culprits: list[str]) -> Finding:
    """Of what ``interpreters.with_gil_off`` found; None for a Python that is not free-threaded."""
    if raw is None:
        return Finding(
            "free-threading", UNCHECKED,
            f"Python {own.python.version} is not a free-threaded build: name one with --python to have it tried.",
        )  # fmt: skip
    evidence = {**raw, "culprits": culprits}
    if raw["before"]:
        return Finding("free-threading", UNCHECKED, "The GIL is on from the start here (PYTHON_GIL=1).", evidence)
    if raw["error"] is not None:
        return Finding("free-threading", UNCHECKED, f"It cannot be imported: {raw['error']['words']}.", evidence)
    if raw["after"]:
        names = ", ".join(culprits) or "a module that it imports"
        return Finding(
            "free-threading", FAILS,
            f"{names} turns the GIL back on: threads take turns as in any other build. A newer version of it may not.",
            evidence,
        )  # fmt: skip
    return Finding("free-threading", OK, "The GIL stays off.", evidence)
