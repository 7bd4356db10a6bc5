"""What ``/proc`` tells of processes and threads. Pure reading; any thread, Linux.

Everything here may vanish between two reads: functions raise OSError then (FileNotFoundError, ProcessLookupError), and
a process is known by its number *and* its start time, since numbers are given again.
"""

from __future__ import annotations

import os
from typing import NamedTuple

TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
NS_PER_TICK = 1_000_000_000 // TICKS
_STAT_BYTES = 1024


class Stat(NamedTuple):
    """Of a process or a thread. ``state`` is the kernel's letter, times are in ticks (``TICKS`` a second)."""

    name: str
    state: str
    parent: int
    cpu: int
    threads: int
    started: int


def parse_stat(raw: bytes) -> Stat:
    """One ``stat`` line. Its name may hold anything, brackets and line ends too. Raises ValueError."""
    head, bracket, tail = raw.rpartition(b")")
    fields = tail.split()
    if not bracket or len(fields) < 20:
        raise ValueError(f"no stat line: {raw[:80]!r}")
    name = head.partition(b"(")[2].decode("utf-8", "surrogateescape")
    return Stat(
        name, fields[0].decode("ascii"), int(fields[1]), int(fields[11]) + int(fields[12]), int(fields[17]),
        int(fields[19]),
    )  # fmt: skip


def read(path: str, most: int = 1 << 20) -> bytes:
    """The file, up to so many bytes. Raises OSError."""
    number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        pieces = []
        left = most
        while left > 0:
            piece = os.read(number, min(left, 65_536))
            if not piece:
                break
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)
    finally:
        os.close(number)


def stat(pid: int, tid: int = 0) -> Stat:
    """Of the process, or of its thread. Raises OSError, also for what makes no sense."""
    path = f"/proc/{pid}/task/{tid}/stat" if tid else f"/proc/{pid}/stat"
    try:
        return parse_stat(read(path, _STAT_BYTES))
    except ValueError as problem:
        raise OSError(str(problem)) from None


def threads(pid: int) -> list[int]:
    """Raises OSError."""
    return [int(name) for name in os.listdir(f"/proc/{pid}/task")]


def processes() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def command(pid: int) -> tuple[str, ...]:
    """The command line; nothing for a kernel thread or a zombie. Raises OSError."""
    raw = read(f"/proc/{pid}/cmdline", 65_536)
    if not raw:
        return ()
    return tuple(part.decode("utf-8", "surrogateescape") for part in raw.rstrip(b"\0").split(b"\0"))


def thread_name(pid: int, tid: int) -> str:
    """The name that the kernel keeps, 15 bytes at most; Python's own from 3.14 on. Raises OSError."""
    return read(f"/proc/{pid}/task/{tid}/comm", 64).rstrip(b"\n").decode("utf-8", "surrogateescape")


def owner(pid: int) -> int:
    """The real user's number. Raises OSError."""
    return os.stat(f"/proc/{pid}").st_uid


def inner_id(pid: int, tid: int) -> int:
    """What the thread calls itself, within its own pid namespace. Raises OSError."""
    for line in read(f"/proc/{pid}/task/{tid}/status", 8192).splitlines():
        if line.startswith(b"NSpid:"):
            return int(line.split()[-1])
    return tid


def same_pid_namespace(pid: int) -> bool:
    try:
        return os.readlink(f"/proc/{pid}/ns/pid") == os.readlink("/proc/self/ns/pid")
    except OSError:  # not ours to see: then its memory is not either
        return True


class Mapping(NamedTuple):
    """A line of ``/proc/PID/maps``. ``file`` is (device, inode), ``("", 0)`` for what is no file's."""

    start: int
    end: int
    flags: str
    offset: int
    file: tuple[str, int]
    path: str


def mappings(pid: int, files_only: bool = False) -> list[Mapping]:
    """``files_only``: without what is no file's, of which two thousand threads have four thousand.

    Raises OSError; without the right to look it is PermissionError, or no line at all.
    """
    mapped = []
    for raw in read(f"/proc/{pid}/maps", 32 << 20).split(b"\n"):
        if files_only and b"/" not in raw:
            continue
        parts = raw.decode("utf-8", "surrogateescape").split(maxsplit=5)
        if len(parts) < 5:
            continue
        start, _, end = parts[0].partition("-")
        inode = int(parts[4])
        mapped.append(
            Mapping(
                int(start, 16),
                int(end, 16),
                parts[1],
                int(parts[2], 16),
                (parts[3] if inode else "", inode),
                parts[5] if len(parts) > 5 else "",
            )
        )
    return mapped
