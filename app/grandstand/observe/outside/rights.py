"""Why a program cannot be looked into, in words, and what would mend it. Reads ``/proc``; any thread.

The paths are parameters, so that systems can be tried that this one is not.
"""

from __future__ import annotations

import os
from typing import NamedTuple

YAMA = "/proc/sys/kernel/yama/ptrace_scope"
_CAP_SYS_PTRACE = 19


class Refusal(NamedTuple):
    """``why`` completes "…, because"; ``remedy`` is a sentence, "" where nothing helps."""

    why: str
    remedy: str


def why_not(pid: int, ancestor: bool, yama: str = YAMA, proc: str = "/proc", uid: int | None = None) -> Refusal:
    """What keeps this user from looking into the process. ``ancestor``: the observer has started it."""
    me = os.geteuid() if uid is None else uid
    try:
        theirs = os.stat(f"{proc}/{pid}").st_uid
    except OSError:
        return Refusal(f"there is no process {pid} any more", "")
    real = _real_user(pid, proc)
    scope = _number(yama)
    if me and real is not None and real != me:
        return Refusal(
            f"process {pid} belongs to another user ({_user(real)})",
            f"Run it as that user, or as root: sudo grandstand watch --pid {pid}",
        )
    if scope == 3:
        return Refusal(
            "this system allows nobody to look into a process (kernel.yama.ptrace_scope is 3)",
            "It can only be changed before the system starts: set kernel.yama.ptrace_scope to 1 in /etc/sysctl.d "
            "and start it anew.",
        )
    if scope == 2 and not _may_trace(proc):
        return Refusal(
            "this system allows only root to look into a process (kernel.yama.ptrace_scope is 2)",
            f"Run it as root: sudo grandstand watch --pid {pid}",
        )
    if scope == 1 and not ancestor and not _may_trace(proc):
        return Refusal(
            "this system allows only whoever started a process to look into it (kernel.yama.ptrace_scope is 1)",
            "Start the program with grandstand watch -- PROGRAM, or allow it until the next start of this system: "
            "sudo sysctl kernel.yama.ptrace_scope=0",
        )
    if me and theirs != me:
        return Refusal(
            f"process {pid} keeps its memory to itself (it runs with rights that its user does not have)",
            f"Run it as root: sudo grandstand watch --pid {pid}",
        )
    if not _may_trace(proc):
        return Refusal(
            "this container does not have the right to look into processes",
            "Start the container with --cap-add=SYS_PTRACE.",
        )
    return Refusal("the system does not allow it (a security module, such as SELinux or AppArmor, may forbid it)", "")


def _real_user(pid: int, proc: str) -> int | None:
    return _status(f"{proc}/{pid}/status", "Uid:", 10)


def _may_trace(proc: str) -> bool:
    effective = _status(f"{proc}/self/status", "CapEff:", 16)
    return bool(effective is not None and effective >> _CAP_SYS_PTRACE & 1)


def _status(path: str, name: str, base: int) -> int | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if line.startswith(name):
                    return int(line.split()[1], base)
    except (OSError, ValueError, IndexError):
        pass
    return None


def _number(path: str) -> int | None:
    try:
        with open(path, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return None


def _user(number: int) -> str:
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return f"number {number}"
