"""Runs under other Pythons for the tests, and which Pythons there are on this machine."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from grandstand.engine import runners
from grandstand.engine.workloads import load
from grandstand.hosts import base, interpreter
from grandstand.hosts.pump import Pump

from tests.modes.runs import MISBEHAVING, Running
from tests.places import ROOT

WANTED = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.13t", "3.14", "3.14t")
_ASK = "import json, sys; print(json.dumps(['%d.%d' % sys.version_info[:2], getattr(sys, 'abiflags', '')]))"


@functools.cache
def pythons() -> dict[str, str]:
    """Version ('3.14t' for a free-threaded build) -> executable: pyenv's, those on PATH, and this one."""
    roots = [Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions", Path("/opt")]
    candidates = [str(path) for root in roots for path in sorted(root.glob("*/bin/python3"))]
    candidates += [found for name in WANTED if (found := shutil.which(f"python{name}"))]
    there: dict[str, str] = {}
    for python in [sys.executable, *candidates]:
        try:
            asked = subprocess.run([python, "-I", "-c", _ASK], capture_output=True, text=True, timeout=20)
            version, flags = json.loads(asked.stdout)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            continue
        there.setdefault(version + ("t" if "t" in flags else ""), python)
    return there


def find(name: str) -> str:
    """The executable of a Python of WANTED; skips the test, by name, where there is none."""
    if name not in pythons():
        pytest.skip(f"there is no Python {name} on this machine")
    return pythons()[name]


def can(python: str, shape: str) -> None:
    """Skips the test where that Python has no such runner."""
    name = next(name for name, executable in pythons().items() if executable == python)
    if shape == runners.INTERPRETERS and not name.startswith("3.14"):
        pytest.skip(f"Python {name} has no concurrent.interpreters")


class Foreign(Running):
    """A run under ``python``, looked after by the pump in this thread; see Running."""

    def __init__(
        self,
        python: str,
        shape: str,
        workload: str,
        workers: int = 2,
        environment: dict[str, str] | None = None,
        lower_priority: bool = True,
        gil: str = "",
        path: tuple[str, ...] = (str(ROOT),),
        **parameters: float,
    ) -> None:
        self.said: list[Any] = []
        self.pump = Pump(self._hear)
        self.done_said = False
        self._marks = tempfile.TemporaryDirectory()
        if workload[0].isupper():
            workload = MISBEHAVING + workload
        values = parameters if ":" in workload else load(workload).check_parameters(parameters)
        spec = base.RunSpec(
            workload, dict(values), workers, "", {"mark": f"{self._marks.name}/mark", **(environment or {})},
            lower_priority=lower_priority, python=python,
        )  # fmt: skip
        handle: Any = interpreter.start(spec, shape, self._hear, gil=gil, path=path)
        self.handle = handle
        self.pump.attach(handle)
