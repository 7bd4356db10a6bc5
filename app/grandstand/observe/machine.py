"""What machine and which Python this is: the facts that belong under every figure. Any thread; read once."""

from __future__ import annotations

import functools
import os
import platform
import sys
import sysconfig
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from grandstand.engine.child import NICE


@dataclass(frozen=True)
class Machine:
    """``cores`` are those that this process may use; ``gil`` is on, off, or "off (build allows it, switched on)"."""

    cpu: str
    cores: int
    python: str
    gil: str
    os: str
    priority: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@functools.cache
def machine() -> Machine:
    """This machine. Sources: /proc/cpuinfo or platform, os.sched_getaffinity, sys._is_gil_enabled."""
    return Machine(
        cpu=_cpu(),
        cores=cores(),
        python=platform.python_version(),
        gil=_gil(),
        os=f"{platform.system()} {platform.release()}",
        priority=f"workers at nice +{NICE}" if sys.platform != "win32" else "workers below normal priority",
    )


def cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


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
