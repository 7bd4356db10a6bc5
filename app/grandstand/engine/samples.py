"""What the sampler says. Immutable; made on the pump's thread, read on the GUI thread.

``Sample`` is for any channel (vocabulary.channels). Three of the app's own have events of their own, since these carry
more than values over time: totals of each core, bytes by process, counts of a control group.
"""

from typing import Dict, NamedTuple, Tuple


class Sample(NamedTuple):
    """Values of a channel at ``t_ns``, by its key: finite numbers, one a column, no more than MOST_COLUMNS.

    Of columns that are left out at the end nothing is known at that moment.
    """

    t_ns: int
    channel: str
    values: Tuple[float, ...]


class CoresSample(NamedTuple):
    """Use of the cores at ``t_ns``.

    ``percent`` each core since the last sample; ``busy_s`` and ``total_s`` each core since the system started, so
    that a mean over any stretch is a difference of two samples. ``ours_percent`` is the CPU use of the watched
    processes and of this one since the last sample, in percent of one core, ``window_percent`` this one's.
    Source: psutil (Linux: /proc/stat, /proc/<pid>/stat).
    """

    t_ns: int
    percent: Tuple[float, ...]
    busy_s: Tuple[float, ...]
    total_s: Tuple[float, ...]
    ours_percent: float
    window_percent: float


class MemorySample(NamedTuple):
    """Bytes of memory of each watched process at ``t_ns``; ``kind`` says which: USS (its own alone) or RSS."""

    t_ns: int
    kind: str
    bytes_by_pid: Dict[int, int]


class QuotaSample(NamedTuple):
    """The CPU quota at ``t_ns``: ``cores``, seconds of CPU time a second that it gives (0: none any more).

    ``periods``, ``held`` (those in which it was used up) and ``seconds`` (in which threads were held back, added up
    over the cores) count from when the control group was made. Source: cpu.max or cpu.cfs_quota_us, cpu.stat.
    """

    t_ns: int
    cores: float
    periods: int
    held: int
    seconds: float
