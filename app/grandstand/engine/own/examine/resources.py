"""What a worker needs and leaves: memory, threads, pools, files. In a child of its own."""

import os
import sys
import threading
import time
from typing import Any, Dict, List

from grandstand.engine.own.examine.imports import handlers
from grandstand.engine.own.examine.traced import FORK, POOLS, PROCESS, PROGRAM, THREAD, trace
from grandstand.engine.own.subject import Subject, threads_here


def measure(tell: Any, described: Dict[str, Any], seconds: float, most: int) -> Dict[str, Any]:
    """``most`` calls within about ``seconds``. Memory in bytes of this process alone; 0 where the system is silent."""
    bare, threads = own_memory(), threads_here()
    subject = Subject(described, tell)
    imported, threads_imported = own_memory(), threads_here()
    if subject.is_async:  # the loop's own files and threads are none of the function's
        subject.run(_nothing())
    blas_before = _pools_of_libraries()
    files, folder, before = _files(), os.getcwd(), handlers()
    started: List[str] = []
    watch = _Threads()
    calls, first = 0, 0
    until = time.perf_counter() + seconds
    with trace(started):
        with watch:
            for number in range(most):
                subject.tried(number)
                calls += 1
                if number == 0:
                    first = own_memory()
                if time.perf_counter() > until:
                    break
    time.sleep(0.05)  # threads that are about to end
    return {
        "bare": bare, "imported": imported, "first_call": first, "after": own_memory(), "peak": peak_memory(),
        "calls": calls,
        "threads_before": threads, "threads_imported": threads_imported, "threads_most": watch.most,
        "threads_after": threads_here(),
        "libraries": _pools_of_libraries() or blas_before,
        "cores": _cores(),
        "started": {word: started.count(word) for word in (PROCESS, THREAD, PROGRAM, FORK, *POOLS) if word in started},
        "children_left": _children(),
        "files_left": max(0, len(_files()) - len(files)),
        "files_named": sorted(set(_files().values()) - set(files.values()))[:5],
        "folder_changed": os.getcwd() != folder,
        "signals_changed": [name for name, handler in handlers().items() if before[name] is not handler],
        "printed": subject.tail.count(),
    }  # fmt: skip


async def _nothing() -> None:
    pass


def own_memory() -> int:
    """Private bytes (USS) on Linux; 0 elsewhere."""
    try:
        with open("/proc/self/smaps_rollup", "rb") as stream:
            lines = stream.read().splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Private_"))
    except (OSError, ValueError, IndexError):
        return 0


def peak_memory() -> int:
    """The most bytes that were in memory at once; 0 where the system is silent."""
    try:
        # getrusage also counts what the process was before it became this program: the app itself, with all it has.
        with open("/proc/self/status", "rb") as stream:
            return sum(int(line.split()[1]) * 1024 for line in stream if line.startswith(b"VmHWM:"))
    except (OSError, ValueError, IndexError):
        pass
    try:
        import resource
    except ImportError:
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _files() -> Dict[str, str]:
    """Open files by number, without what this process talks with."""
    files = {}
    try:
        for number in os.listdir("/proc/self/fd"):
            try:
                name = os.readlink("/proc/self/fd/" + number)
            except OSError:
                continue
            if not name.startswith("/proc/"):
                files[number] = name
    except OSError:
        pass
    return files


def _children() -> int:
    """Processes that this one has started and that are still there."""
    me = str(os.getpid())
    count = 0
    try:
        for pid in os.listdir("/proc"):
            if pid.isdigit():
                try:
                    with open("/proc/{}/stat".format(pid), "rb") as stream:
                        fields = stream.read().rpartition(b")")[2].split()
                except OSError:
                    continue
                if fields[1].decode() == me and fields[0] != b"Z":
                    count += 1
    except OSError:
        pass
    tracker = sys.modules.get("multiprocessing.resource_tracker")
    own = getattr(getattr(tracker, "_resource_tracker", None), "_pid", None)
    server = sys.modules.get("multiprocessing.forkserver")
    own_server = getattr(getattr(server, "_forkserver", None), "_forkserver_pid", None)
    return max(0, count - sum(one is not None for one in (own, own_server)))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _pools_of_libraries() -> List[Dict[str, Any]]:
    """Thread pools of BLAS and OpenMP, by threadpoolctl where the project has it."""
    try:
        import threadpoolctl  # type: ignore[import-not-found, unused-ignore]
    except Exception:
        return []
    try:
        return [
            {"library": str(one.get("internal_api") or one.get("prefix")), "threads": int(one.get("num_threads") or 0)}
            for one in threadpoolctl.threadpool_info()
        ]
    except Exception:
        return []


class _Threads:
    """The most threads that this process had meanwhile, looked at every few ms by one more, which is not counted."""

    def __init__(self) -> None:
        self.most = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._stop.wait(0.003):
            self.most = max(self.most, threads_here() - 1)  # without this one

    def __enter__(self) -> None:
        self.most = threads_here()
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self.most = max(self.most, threads_here() - 1)
        self._stop.set()
        self._thread.join()
