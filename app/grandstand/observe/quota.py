"""The CPU quota of this process: how much time its control groups give it, in cores, and how often they held it back.

Sources: the kernel's Documentation/admin-guide/cgroup-v2.rst (cpu.max, cpu.stat) and Documentation/scheduler/
sched-bwc.rst (cpu.cfs_quota_us, cpu.cfs_period_us, cpu.stat of the older hierarchy). A limit holds for all that is
below it, so every ancestor counts and the tightest one wins. Ancestors that a container does not show cannot be seen
from inside. Systems without control groups have no quota. Any thread.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import NamedTuple

_MOST_BYTES = 4_000_000
"""Of a file below: the mounts of a machine full of containers are a few hundred kB."""
_FRESH_S = 1.0
_known: tuple[float, Quota | None] | None = None
"""When it was read, and what came of it; replaced as a whole."""


@dataclass(frozen=True)
class Quota:
    """``cores``: seconds of CPU time a second that may be used; ``group``: the folder of the control group that says
    so; ``newer``: whether it is one of the newer hierarchy (version 2)."""

    cores: float
    group: Path
    newer: bool


class Throttling(NamedTuple):
    """Of a group since it was made: its periods, those in which it used up its quota, and the time that its threads
    were held back meanwhile, in seconds added up over the cores."""

    periods: int
    held: int
    seconds: float

    def since(self, before: Throttling | None) -> float | None:
        """The share of the periods since ``before`` in which it was held back; None where there is nothing to say."""
        if before is None or self.periods <= before.periods or self.held < before.held:
            return None
        return min(1.0, (self.held - before.held) / (self.periods - before.periods))


def read(root: Path = Path("/")) -> Quota | None:
    """The tightest quota that holds for this process, as the files under ``root`` say; None where there is none."""
    tightest: Quota | None = None
    for folder, newer in _groups(root):
        cores = _newer(folder) if newer else _older(folder)
        if cores is not None and (tightest is None or cores < tightest.cores):
            tightest = Quota(cores, folder, newer)
    return tightest


def throttling(quota: Quota) -> Throttling | None:
    """What the quota's group says; None where it cannot be read."""
    there = dict(line.split()[:2] for line in _text(quota.group / "cpu.stat").splitlines() if len(line.split()) > 1)
    try:
        time_ns = int(there["throttled_usec"]) * 1000 if quota.newer else int(there["throttled_time"])
        return Throttling(int(there["nr_periods"]), int(there["nr_throttled"]), time_ns / 1e9)
    except (KeyError, ValueError, OverflowError):
        return None


def renew() -> Quota | None:
    """The quota of this moment (of a second ago at most): it may be changed while a program runs. Reads files."""
    global _known
    known = _known
    if known is None or time.monotonic() - known[0] >= _FRESH_S:
        known = _known = (time.monotonic(), read())
    return known[1]


def now() -> Quota | None:
    """As it was when somebody renewed it last, which the sampler does: nothing is read here but the first time."""
    known = _known
    return renew() if known is None else known[1]


class Watch:
    """How often this process is held back from now on."""

    def __init__(self) -> None:
        self._quota = renew()
        self._before = throttling(self._quota) if self._quota is not None else None

    def share(self) -> float:
        """Of the quota's periods since then, those in which it was used up (0-1); 0 without a quota."""
        throttled = throttling(self._quota) if self._quota is not None else None
        return (throttled.since(self._before) or 0.0) if throttled is not None else 0.0


def _groups(root: Path) -> Iterator[tuple[Path, bool]]:
    """Folders of the groups that this process is in, each up to the top of what is mounted, and whether newer."""
    paths: dict[bool, str] = {}
    for line in _text(root / "proc/self/cgroup").splitlines():
        number, controllers, path = (*line.split(":", 2), "", "")[:3]
        if number == "0" and not controllers:
            paths[True] = path
        elif "cpu" in controllers.split(","):
            paths[False] = path
    for mounted, point, newer in _mounts(root):
        if newer not in paths:
            continue
        top = root / point.lstrip("/")
        folder = top / _inside(paths[newer], mounted)
        while folder != top:
            yield folder, newer
            folder = folder.parent
        yield top, newer


def _mounts(root: Path) -> Iterator[tuple[str, str, bool]]:
    """(group that is mounted, where, whether newer) of each hierarchy that may limit CPU time (proc_pid_mountinfo)."""
    for line in _text(root / "proc/self/mountinfo").splitlines():
        before, _, after = line.partition(" - ")
        fields, kind = before.split(), after.split()
        if len(fields) < 5 or len(kind) < 3:
            continue
        if kind[0] == "cgroup2" or (kind[0] == "cgroup" and "cpu" in kind[2].split(",")):
            yield _unescaped(fields[3]), _unescaped(fields[4]), kind[0] == "cgroup2"


def _inside(path: str, mounted: str) -> PurePosixPath:
    """The group's place below the mount. Where the two do not belong together, as in a container that does not see
    its own path, what is mounted is the group itself or one above it."""
    try:
        inside = PurePosixPath(path.removesuffix(" (deleted)")).relative_to(mounted)
    except ValueError:
        return PurePosixPath()
    return PurePosixPath() if ".." in inside.parts else inside


def _newer(folder: Path) -> float | None:
    return _cores(*(*_text(folder / "cpu.max").split(), "", "")[:2])


def _older(folder: Path) -> float | None:
    return _cores(_text(folder / "cpu.cfs_quota_us").strip(), _text(folder / "cpu.cfs_period_us").strip())


def _cores(quota: str, period: str) -> float | None:
    """Both in µs. None for 'max', -1, and for what cannot be a quota."""
    try:
        cores = int(quota) / int(period)
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    return cores if cores > 0 and math.isfinite(cores) else None


def _unescaped(text: str) -> str:
    """Blanks, tabs, line ends and backslashes stand in octal."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="surrogateescape") as file:
            return file.read(_MOST_BYTES)
    except OSError:
        return ""
