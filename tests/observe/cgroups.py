"""Trees of files as the kernel shows control groups, and a real group with a quota where this machine lets us."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

NEWER = "33 24 0:29 {mounted} {point} rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate"
OLDER = "32 31 0:30 {mounted} {point} rw,relatime shared:15 - cgroup cgroup rw,{controllers}"
ROOT_DISK = "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw"


def mounted(form: str, point: str, what: str = "/", controllers: str = "cpu,cpuacct") -> str:
    """A line of mountinfo."""
    return form.format(mounted=what, point=point, controllers=controllers)


def tree(root: Path, cgroup: str, mounts: list[str], files: dict[str, str]) -> Path:
    """``cgroup``: the text of /proc/self/cgroup; ``mounts``: lines of mountinfo; ``files`` by their absolute path."""
    everything = {
        "/proc/self/cgroup": cgroup, "/proc/self/mountinfo": "\n".join([ROOT_DISK, *mounts]) + "\n", **files,
    }  # fmt: skip
    for path, text in everything.items():
        place = root / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return root


@dataclass(frozen=True)
class Group:
    """A real control group; ``procs`` takes the number of a process that is to be in it."""

    folder: Path
    newer: bool

    @property
    def procs(self) -> Path:
        return self.folder / "cgroup.procs"

    def limit(self, cores: float) -> None:
        if self.newer:
            (self.folder / "cpu.max").write_text(f"{round(cores * 100_000)} 100000")
        else:
            (self.folder / "cpu.cfs_quota_us").write_text(str(round(cores * 100_000)))


@contextlib.contextmanager
def limited(cores: float) -> Iterator[Group | str]:
    """A new group with a quota; or why there can be none here. What is left in it at the end is killed."""
    made = _make()
    if isinstance(made, str):
        yield made
        return
    try:
        made.limit(cores)
        with contextlib.suppress(OSError):  # other programs on this machine are not to take what the quota gives
            weight, most = ("cpu.weight", 10_000) if made.newer else ("cpu.shares", 200_000)
            (made.folder / weight).write_text(str(most))
        yield made
    finally:
        _remove(made)


def _make() -> Group | str:
    why = "it has no control groups that limit CPU time"
    for folder, newer in _places():
        group = folder / f"grandstand-test-{os.getpid()}"
        try:
            group.mkdir()
        except OSError as problem:
            why = f"no control group can be made in {folder}: {problem.strerror}"
            continue
        if (group / ("cpu.max" if newer else "cpu.cfs_quota_us")).exists():
            return Group(group, newer)
        group.rmdir()
    return f"this machine: {why}"


def _places() -> Iterator[tuple[Path, bool]]:
    """Where this process's own groups are, of the older and of the newer hierarchy."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
        mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    except OSError:
        return
    for mount in mounts:
        before, _, after = mount.partition(" - ")
        kind, top = after.split(), Path(before.split()[4])
        newer = kind[0] == "cgroup2"
        if not newer and not (kind[0] == "cgroup" and "cpu" in kind[2].split(",")):
            continue
        for line in lines:
            _, controllers, path = line.split(":", 2)
            if (not controllers) if newer else "cpu" in controllers.split(","):
                yield top / path.lstrip("/"), newer


def _remove(group: Group) -> None:
    end = time.monotonic() + 10
    while True:
        for pid in group.procs.read_text().split():
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(int(pid)).kill()
        try:
            group.folder.rmdir()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
