"""What machine and which Python this is: the facts that belong under every figure. Any thread; read once."""

from __future__ import annotations

import functools
import math
import os
import platform
import sys
import sysconfig
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grandstand.engine.child import NICE
from grandstand.observe import quota


@dataclass(frozen=True)
class Machine:
    """``cores`` are those that this process may run on; ``gil`` is on, off, or "off (build allows it, switched on)".

    ``quota``: seconds of CPU time a second that it may use there, None without a limit.
    """

    cpu: str
    cores: int
    python: str
    gil: str
    os: str
    priority: str
    quota: float | None = None

    @property
    def usable_cores(self) -> float:
        """How many cores' time there is to have: fewer than ``cores`` where a quota says so."""
        return float(self.cores) if self.quota is None else min(float(self.cores), self.quota)

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "usable_cores": self.usable_cores}


def machine() -> Machine:
    """This machine. Sources: /proc/cpuinfo or platform, os.sched_getaffinity, observe.quota, sys._is_gil_enabled."""
    limit = quota.now()
    return _machine(None if limit is None else limit.cores)


@functools.lru_cache(maxsize=8)
def _machine(limit: float | None) -> Machine:
    return Machine(
        cpu=_cpu(),
        cores=cores(),
        python=platform.python_version(),
        gil=_gil(),
        os=f"{platform.system()} {platform.release()}",
        priority=f"workers at nice +{NICE}" if sys.platform != "win32" else "workers below normal priority",
        quota=limit,
    )


def cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def usable_cores() -> float:
    """How many cores' time this process may use: those that it may run on, or fewer by a quota."""
    limit = quota.now()
    return float(cores()) if limit is None else min(float(cores()), limit.cores)


def whole_cores() -> int:
    """The same in whole cores, at least one: so many workers have something to gain from each other."""
    return max(1, math.ceil(usable_cores()))


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(errors="replace").splitlines():
            if line.lower().startswith(("model name", "hardware")):
                return " ".join(line.partition(":")[2].replace("(R)", "").replace("(TM)", "").split())
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _gil() -> str:
    enabled = getattr(sys, "_is_gil_enabled", lambda: True)()
    free_threaded = bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
    if not free_threaded:
        return "on"
    return "on (free-threaded build, switched on)" if enabled else "off"
