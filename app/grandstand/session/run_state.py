"""The states of a run and the legal moves between them. Model thread."""

from __future__ import annotations

from enum import Enum


class RunState(Enum):
    IDLE = "idle"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        return self in (RunState.FINISHED, RunState.CANCELLED, RunState.FAILED)


_S = RunState
MOVES: dict[RunState, frozenset[RunState]] = {
    _S.IDLE: frozenset({_S.STARTING}),
    _S.STARTING: frozenset({_S.RUNNING, _S.STOPPING, _S.CANCELLED, _S.FAILED}),
    _S.RUNNING: frozenset({_S.STOPPING, _S.FINISHED, _S.FAILED}),
    _S.STOPPING: frozenset({_S.FINISHED, _S.CANCELLED, _S.FAILED}),
    _S.FINISHED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.FAILED: frozenset(),
}


class IllegalMove(RuntimeError):
    """A run was told to do what it cannot do from where it is."""


def move(now: RunState, then: RunState) -> RunState:
    """``then``, if the table allows it. Raises IllegalMove otherwise."""
    if then not in MOVES[now]:
        allowed = ", ".join(sorted(s.value for s in MOVES[now])) or "nothing"
        raise IllegalMove(f"A run that is {now.value} cannot become {then.value}; it can become {allowed}.")
    return then
