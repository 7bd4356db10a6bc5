"""What is measured beside the runs, taken into a session: cores, memory, quota, channels, who holds the GIL.

Model thread: called by the session alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from grandstand.engine.observed import GilSeen, Looking, ProcessSeen, ThreadsSeen, Watching
from grandstand.engine.samples import CoresSample, MemorySample, QuotaSample, Sample
from grandstand.session.channels import Channels
from grandstand.session.gils import Gils
from grandstand.session.quota_use import grown, held_back
from grandstand.session.run import Run
from grandstand.session.series import Series
from grandstand.vocabulary.channels import QUOTA


class Model(Protocol):
    """What a sample changes; the session is it."""

    channels: Channels
    memory_kind: str
    cores: Series
    memory: Series
    gils: Gils
    log: Any
    rejected: int
    core_first: CoresSample | None
    core_last: CoresSample | None
    quota_last: QuotaSample | None

    @property
    def current(self) -> Run | None: ...

    @property
    def cores_count(self) -> int: ...


def take_sample(session: Model, sample: Any, now_ns: int) -> None:
    """What a sampler says. Whatever can be told of a channel comes as a Sample; see vocabulary.channels.OWN."""
    if isinstance(sample, CoresSample):
        values = sample.percent[: session.cores_count]
        session.cores.append(sample.t_ns, *values, sample.ours_percent, sample.window_percent)
        run = session.current
        if run is not None and run.measure_from_ns and sample.t_ns >= run.measure_from_ns and not run.state.ended:
            session.core_first = session.core_first or sample
            session.core_last = sample
    elif isinstance(sample, QuotaSample):
        before, session.quota_last = session.quota_last, sample
        if sample.cores:
            session.channels[QUOTA.key].append(sample.t_ns, sample.cores, held_back(before, sample))
        run = session.current
        if run is not None and run.measure_from_ns and sample.t_ns >= run.measure_from_ns and not run.state.ended:
            begun = before is not None and before.t_ns >= run.measure_from_ns
            run.quota = grown(run.quota, before if begun else None, sample)
    elif isinstance(sample, MemorySample):
        row = [float("nan")] * session.memory.columns
        run = session.current
        if run is not None:
            counted: set[int] = set()
            for record in run.alive:  # workers that share a process: its memory stands in the first one's lane
                if record.pid not in counted and record.pid in sample.bytes_by_pid:
                    counted.add(record.pid)
                    row[record.lane] = sample.bytes_by_pid[record.pid]
        session.memory_kind = sample.kind
        session.memory.append(sample.t_ns, *row)
    elif isinstance(sample, GilSeen):
        if not session.gils.take(sample, _lane_of(session)):
            session.rejected += 1
    elif isinstance(sample, ThreadsSeen):
        if not session.gils.witnesses.outside(sample, _lane_of(session)):
            session.rejected += 1
    elif isinstance(sample, Watching):
        session.gils.observed_anew()
    elif isinstance(sample, Looking):
        session.gils.looked(sample)
    elif isinstance(sample, ProcessSeen):
        session.gils.described(sample)
    elif isinstance(sample, Sample):
        known = len(session.channels)
        if not session.channels.take(sample, now_ns):
            session.rejected += 1
        elif len(session.channels) > known and session.log is not None:
            session.log.described(session.channels.channel(sample.channel))


def _lane_of(session: Model) -> Callable[[int, int], int | None]:
    lanes = session.current.lanes_by_thread() if session.current is not None else {}
    return lambda pid, thread: lanes.get((pid, thread))
