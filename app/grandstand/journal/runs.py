"""A row of ``runs`` as a run that was recorded: everything in it is checked. Pure; any thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from grandstand import modes, plain
from grandstand.journal import checks, upgrade
from grandstand.journal.checks import Unreadable
from grandstand.session.run import Setting
from grandstand.session.run_state import RunState


@dataclass(frozen=True)
class RecordedRun:
    """A row of ``runs``; times are the recording's clock in ns, 0 for what did not happen."""

    seq: int
    at_ns: int
    number: int
    handle: int
    setting: Setting
    text: str
    stopping_seq: int
    stopping_ns: int
    ended_seq: int
    ended_ns: int
    state: RunState | None


def run_of(row: tuple[Any, ...]) -> RecordedRun:
    """From today's columns, then those that older schemas have (upgrade.OPTIONS). Raises Unreadable."""
    (
        seq, at, number, handle, workload, mode, workers, parameters, options, python, python_name, about,
        text, stopping_seq, stopping_ns, ended_seq, ended_ns, state, *former,
    ) = row  # fmt: skip
    whole = (seq, at, number, handle, workers)
    if not all(type(x) is int for x in whole) or not all(
        x is None or type(x) is int for x in (stopping_seq, stopping_ns, ended_seq, ended_ns)
    ):
        raise Unreadable("it is damaged: a run holds the wrong kinds of values.")
    if not all(type(x) is str for x in (workload, mode, parameters, options, python, python_name, about, text)):
        raise Unreadable("it is damaged: a run holds the wrong kinds of values.")
    if not 1 <= workers <= 64 or handle <= 0:
        raise Unreadable("it is damaged: a run with a number of workers that cannot be.")
    workload, mode = plain.one_line(workload[:200]), plain.one_line(mode[:40])
    own = checks.options(options) if options else upgrade.options(former)
    setting = Setting(
        workload, mode, workers, checks.parameters(parameters),
        own if options else modes.described(mode).complete(own), plain.one_line(python[:200]),
        checks.about(about) if about else None, plain.one_line(python_name[:80]),
    )  # fmt: skip
    ends = {kind.value: kind for kind in RunState if kind.ended}
    if state is not None and state not in ends:
        raise Unreadable("it is damaged: a run ended in an unknown way.")
    return RecordedRun(
        seq, at, number, handle, setting, plain.one_line(text[:500]), stopping_seq or 0,
        stopping_ns or 0, ended_seq or 0, ended_ns or 0,
        ends[state] if state is not None and ended_seq else None,
    )  # fmt: skip
