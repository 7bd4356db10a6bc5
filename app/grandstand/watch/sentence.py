"""What was seen of a program, in a few short sentences. Pure."""

from __future__ import annotations

import math

from grandstand.session.words import percent, seconds, times
from grandstand.vocabulary import states
from grandstand.watch.estimate import Estimate, busiest
from grandstand.watch.program import Process, Program

_MISSED = 0.02
_HALF = 0.5
_CORE_WAIT, _ALL_BUSY = 0.1, 0.9
_MOST_STATES = 3


def sentences(program: Program, estimate: Estimate | None, why_not: str, brief: bool = False) -> list[str]:
    """The answer first: what the threads did, the GIL, what would help, then what is wrong with any of it.

    ``brief``: what is wrong comes first, and the GIL is left out, for its share stands beside.
    """
    process = busiest(program)
    told: list[str] = []
    if process is None:
        process = next(iter(program.everything), None)
        if process is None:
            return ["Nothing was seen of the program."]
    told += stuck(program) if brief else []
    told.append(_threads(process, len(program.everything) + program.earlier_processes > 1))
    told += [_gil(process)] if process.main_gil is not None and not brief else []
    if estimate is not None:
        told.append(_estimate(estimate, shares(process), brief))
    elif process.gil:
        told.append(why_not)
    told += [] if brief else stuck(program)
    told += _quality(program, process)
    told += _other_load(program, process, estimate, brief)
    return [text for text in told if text]


def shares(process: Process) -> dict[str, float]:
    """By state key: the share of all its threads' time that was seen."""
    totals = process.sum_up().states
    whole = sum(totals)
    return {state.key: totals[state.number] / whole if whole else 0.0 for state in states.IN_ORDER}


def _threads(process: Process, several: bool) -> str:
    count = process.count
    ranked = sorted(shares(process).items(), key=lambda item: -item[1])
    parts = [f"{percent(share)} {_doing(key)}" for key, share in ranked[:_MOST_STATES] if share >= 0.01]
    who = f"Process {process.pid}: its" if several else "Its"
    subject = f"{who} one thread spent its time" if count == 1 else f"{who} {count:,} threads spent their time"
    more = f" Another {process.too_brief:,} ended too soon to be seen." if process.too_brief else ""
    return f"{subject} {_listed(parts)}.{more}" if parts else ""


def _doing(key: str) -> str:
    return states.BY_KEY[key].title


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _gil(process: Process) -> str:
    gil = process.main_gil
    if gil is None:
        return ""
    switches = gil.switches_per_second
    rate = f", and went from thread to thread {switches:.0f} times a second" if switches >= 1 else ""
    return f"The GIL was held {percent(gil.share_held)} of the time{rate}."


def _estimate(it: Estimate, spent: dict[str, float], brief: bool) -> str:
    threads, processes, free = it.more_threads, it.processes, it.free_threaded
    if it.held < _HALF and it.computing < _HALF * it.cores and spent["io"] > _HALF and free.helps == "no":
        return (
            f"Neither the GIL nor the cores held it up: it waited for I/O. More at once, by whatever means, can only "
            f"overlap those waits (threads at most {times(threads.at_most)}, an estimate)."
        )
    if threads.helps == processes.helps == free.helps == "no":
        return (
            f"Neither more threads nor processes nor a free-threaded Python would help: {processes.why}. (Estimates.)"
        )
    if brief:
        bounds = (("more threads", threads), ("processes", processes), ("a free-threaded Python", free))
        parts = [
            f"no limit seen with {name}" if math.isinf(one.at_most) else f"{times(one.at_most)} with {name}"
            for name, one in bounds
        ]
        return f"Estimates, at most: {', '.join(parts)}."
    return (
        f"Estimates: more threads {threads.words}; processes {processes.words}; a free-threaded Python {free.words}."
    )


def stuck(program: Program) -> list[str]:
    """One sentence for each process whose threads wait for ever, as far as can be told."""
    told = []
    for process in program.everything:
        if not process.stuck:
            continue
        length = seconds(max(0, program.until - process.stuck_since) / 1e9)
        names = [_name(process, tid) for tid in process.stuck]
        if process.ring:
            ring = ", ".join(
                f"{name} waits for a lock that {names[(i + 1) % len(names)]} holds" for i, name in enumerate(names)
            )
            told.append(f"Deadlock in process {process.pid}, for {length}: {ring}.")
        else:
            told.append(
                f"Process {process.pid} looks stuck: all its threads ({_listed(names[:8])}) have waited for locks for "
                f"{length}, none with a time limit. Whether they wait for each other cannot be told."
            )
    return told


def _name(process: Process, tid: int) -> str:
    thread = process.threads.get(tid)
    name = thread.name if thread is not None else ""
    return f"thread {tid} ({name})" if name else f"thread {tid}"


def _other_load(program: Program, process: Process, estimate: Estimate | None, brief: bool) -> list[str]:
    """Who waited for a core although the program did not keep them all busy had others beside it."""
    if estimate is None or not program.seconds:
        return []
    share = shares(process)[states.CORE.key]
    used = sum(one.cpu_seconds for one in program.everything) + program.earlier.states[states.COMPUTING.number] / 1e9
    if share < _CORE_WAIT or used / program.seconds > _ALL_BUSY * estimate.cores:
        return []
    if brief:
        return ["Other programs took cores meanwhile, so processes would gain less than that."]
    return [
        f"Its threads waited for a core {percent(share)} of their time, so other programs were at work too, and what "
        "processes could do is estimated too high. Measure again on a quieter machine."
    ]


def _quality(program: Program, process: Process) -> list[str]:
    told = []
    gil = process.main_gil
    missed = max(program.missed, gil.missed if gil is not None else 0.0)
    if missed > _MISSED:
        told.append(f"{percent(missed)} of the time was not seen: the observer itself had to wait for a core.")
    for one in program.everything:
        if one.why:
            told.append(f"Of process {one.pid} not everything is known: {one.why}. {one.remedy}".rstrip())
    return told[:5]
