"""Asks an executable where its Python keeps the GIL: a short process of its own, which nobody waits for.

Only what is called ``python`` is run, never a program that has Python within it: that might do anything. It runs as
the user to whom the program belongs, isolated, with its input from here, and is ended after ten seconds.
"""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

from grandstand.observe.outside import procfs
from grandstand.observe.outside.layout import Layout, LayoutError, from_probe
from grandstand.observe.outside.module import Module, is_python_name

if TYPE_CHECKING:
    import subprocess

PATIENCE_S = 10.0


class Probe:
    """One such question. ``poll`` from time to time, until it gives a Layout or raises LayoutError."""

    def __init__(self, pid: int, module: Module) -> None:
        """Raises LayoutError where there is no executable to ask."""
        self._file = module.file
        self._until = time.monotonic() + PATIENCE_S
        path, shown = _executable(pid, module)
        try:
            self._process = _start(pid, path, shown)
        except OSError as problem:
            raise LayoutError(f"{shown} could not be asked for its offsets: {problem.strerror}") from None

    def poll(self) -> Layout | None:
        """None while there is no answer yet."""
        if self._process.poll() is None:
            if time.monotonic() < self._until:
                return None
            self.close()
            raise LayoutError(f"the executable did not find its offsets within {PATIENCE_S:g} s")
        assert self._process.stdout is not None
        raw = self._process.stdout.read(65_536)
        self._process.stdout.close()
        try:
            answer: Any = json.loads(raw)
            if type(answer) is not dict:
                raise ValueError
        except ValueError:
            raise LayoutError("the executable could not be asked for its offsets: it gave no answer") from None
        if "problem" in answer:
            raise LayoutError(f"the executable did not find its offsets: {str(answer['problem'])[:200]}")
        if answer.get("file") != list(self._file):
            raise LayoutError("the executable, run again, uses another Python library than the program does")
        return from_probe(answer)

    def close(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


def _executable(pid: int, module: Module) -> tuple[str, str]:
    """What to run, and the name under which: that is how Python finds its library."""
    link = f"/proc/{pid}/exe"
    try:
        name = os.readlink(link)
        if is_python_name(name):
            try:
                theirs, ours = os.stat(link), os.stat(name)
                same = (theirs.st_dev, theirs.st_ino) == (ours.st_dev, ours.st_ino)
            except OSError:
                same = False
            return (name if same else link), name
    except OSError:
        pass
    library = os.path.basename(module.path)  # a program with Python within it: the python that came with that library
    version = library.removeprefix("libpython").partition(".so")[0]
    beside = os.path.join(os.path.dirname(os.path.dirname(module.path)), "bin", f"python{version}")
    if library.startswith("libpython") and os.access(beside, os.X_OK):
        return beside, beside
    raise LayoutError(
        f"it has {library} within it, and there is no python{version} beside that which could be asked for its offsets"
    )


def _start(pid: int, path: str, name: str) -> subprocess.Popen[bytes]:
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    try:
        for variable in procfs.read(f"/proc/{pid}/environ").split(b"\0"):
            if variable.startswith(b"LD_LIBRARY_PATH="):  # else another library of the same name might be found
                environment["LD_LIBRARY_PATH"] = os.fsdecode(variable.partition(b"=")[2])
    except OSError:
        pass
    owner = os.stat(f"/proc/{pid}")
    other: dict[str, Any] = {}
    if owner.st_uid != os.geteuid():
        other = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
    import subprocess  # only here: the observer starts without them
    from importlib import resources

    code = resources.files("grandstand.engine").joinpath("gil_probe.py").read_bytes()
    process = subprocess.Popen(
        [name, "-I", "-S", "-B", "-"], executable=path, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, env=environment, cwd="/", start_new_session=True, **other,
    )  # fmt: skip
    assert process.stdin is not None
    try:
        process.stdin.write(code)  # some 8 kB: less than a pipe holds
        process.stdin.close()
    except OSError:  # it has ended already; poll tells
        pass
    return process
