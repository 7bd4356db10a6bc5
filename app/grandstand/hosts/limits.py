"""Does the system have room for so many workers? Asked before the first one is started."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from grandstand.engine import messages as m

HANDLES_PER_PROCESS = 6
"""Two pipes, a sentinel, and the ends that are open while a child is being started."""
_SPARE_HANDLES = 40
TEMPORARY = "Set TMPDIR to a folder with a short name that can be written to, or choose the start method spawn."
_FEWER = "Choose fewer workers, or close other programs. What ran before goes on."
_REMEDIES = {
    **dict.fromkeys((errno.ENOENT, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG), TEMPORARY),
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "Make room on the disk of the temporary folder, or set TMPDIR."),
}
"""By error number, what would mend it; for the others there are too many processes or handles."""
_CGROUPS = Path("/sys/fs/cgroup")
_MEMBERSHIP = Path("/proc/self/cgroup")


def refusal(processes: int, threads: int) -> m.Trouble | None:
    """None when there is room, else what is short and what to do."""
    try:
        import resource
    except ImportError:  # Windows: no such limits
        return None
    soft, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if processes and soft != resource.RLIM_INFINITY:
        needed = processes * HANDLES_PER_PROCESS + _SPARE_HANDLES
        free = soft - _open_handles()
        if needed > free:
            return m.Trouble(
                "limits",
                f"{processes} more worker processes need about {needed} file handles; {max(0, free)} are left.",
                "Choose fewer workers, or raise the limit before starting the app: ulimit -n 4096",
            )
    tasks = processes * 3 + threads
    free_tasks = _free_tasks(resource)
    if free_tasks is not None and tasks > free_tasks:
        return m.Trouble(
            "limits",
            f"So many workers need about {tasks} more threads; the system allows {max(0, free_tasks)} more.",
            "Choose fewer workers, or raise the limit on processes (ulimit -u, or pids.max of the container).",
        )
    return None


def explain(problem: BaseException, started: int) -> m.Trouble:
    """A failed start in plain words."""
    number = getattr(problem, "errno", None)
    why = getattr(problem, "strerror", None) or str(problem)
    return m.Trouble(
        "start", f"The system refused to start worker {started + 1}: {why}.", _REMEDIES.get(number or 0, _FEWER)
    )


def _open_handles() -> int:
    try:
        return len(os.listdir("/proc/self/fd"))
    except OSError:
        return 32


def _free_tasks(resource: object) -> int | None:
    """Tasks left under the container's pids.max and the user's RLIMIT_NPROC; None where nothing limits."""
    rooms: list[int] = []
    for folder in _cgroups(_CGROUPS, _MEMBERSHIP):
        try:
            most = (folder / "pids.max").read_text().strip()
            if most != "max":
                rooms.append(int(most) - int((folder / "pids.current").read_text()))
        except (OSError, ValueError):
            continue
    limit = resource.getrlimit(resource.RLIMIT_NPROC)[0]  # type: ignore[attr-defined]
    if limit not in (-1, resource.RLIM_INFINITY) and os.geteuid() != 0:  # type: ignore[attr-defined]
        rooms.append(limit - _tasks_of_user())
    return min(rooms) if rooms else None


def _cgroups(root: Path, membership: Path) -> list[Path]:
    """Folders of the control groups that limit this process: its own and those above. Source: cgroups(7)."""
    folders = [root, root / "pids"]  # a container's own, as it sees it
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return folders
    for line in lines:
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and "pids" not in controllers.split(","):
            continue
        folder = root / "pids" if controllers else root
        for part in Path(path).parts[1:]:
            folder = folder / part
            folders.append(folder)
    return folders


def _tasks_of_user() -> int:
    import psutil

    me = os.geteuid()
    count = 0
    for process in psutil.process_iter(["uids", "num_threads"]):
        uids = process.info["uids"]
        if uids is not None and uids.real == me:
            count += process.info["num_threads"] or 1
    return count
