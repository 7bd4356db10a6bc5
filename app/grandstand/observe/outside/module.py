"""Which file of a running program holds its Python, and where that begins in memory. Any thread, Linux."""

from __future__ import annotations

import os
import re
from typing import NamedTuple

from grandstand.observe.outside import procfs
from grandstand.observe.outside.elf import Elf, ElfError

_LIBRARY = re.compile(r"libpython\d\.\d+\w*(\.so|\.dylib)")
_PYTHON = re.compile(r"^python[\d.]*\w*$")
_PYPY = re.compile(r"^(lib)?pypy")


class Module(NamedTuple):
    """``base``: where the file begins in that program's memory. ``runtime``: the address of ``_PyRuntime`` there.

    ``file`` is (device, inode) as ``maps`` has them; ``path`` as the program sees it, ``opened`` as we do.
    """

    file: tuple[str, int]
    path: str
    opened: str
    base: int
    runtime: int


class NoPython(Exception):
    """It is none that is known. ``reason`` is "" for a program that is plainly something else."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


def is_python_name(name: str) -> bool:
    return bool(_PYTHON.match(os.path.basename(name)))


class _Symbols(NamedTuple):
    runtime: int | None
    python: bool
    lowest: int


_known: dict[tuple[str, int], _Symbols] = {}


def find(pid: int) -> Module:
    """Raises NoPython, or OSError where the program cannot be looked at."""
    try:
        executable = os.readlink(f"/proc/{pid}/exe")
    except FileNotFoundError:  # a kernel thread, or a process that has ended
        raise NoPython from None
    mapped = procfs.mappings(pid, files_only=True)
    if not mapped:
        raise PermissionError(f"/proc/{pid}/maps")
    first: dict[tuple[str, int], procfs.Mapping] = {}
    for one in mapped:
        if one.file[1] and one.file not in first:
            first[one.file] = one
    program = executable.removesuffix(" (deleted)")
    named = [one for one in first.values() if one.path == executable or _LIBRARY.search(os.path.basename(one.path))]
    reason = ""
    for one in sorted(named, key=lambda one: one.path == executable):  # a library of that name first
        opened = f"/proc/{pid}/exe" if one.path == executable else f"/proc/{pid}/root{one.path}"
        try:
            symbols = _symbols(one.file, opened)
        except FileNotFoundError:
            reason = f"the file of its Python ({one.path}) is not there any more: start the program anew"
            continue
        except ElfError as problem:
            reason = f"the file of its Python cannot be understood: {problem}"
            continue
        if symbols.runtime is not None:
            base = one.start - one.offset
            return Module(one.file, one.path, opened, base, base + symbols.runtime - symbols.lowest)
        if symbols.python:
            reason = "its Python is older than 3.8, the oldest that can be read"
    if any(_PYPY.match(os.path.basename(one.path)) for one in first.values()):
        reason = "it runs PyPy, which keeps its lock in a way of its own that is not read"
    elif not reason and is_python_name(program):
        reason = "its Python has no symbols (it is stripped), so its GIL cannot be found: use a build that has them"
    raise NoPython(reason)


def _symbols(file: tuple[str, int], opened: str) -> _Symbols:
    """Looked up once: a file that somebody runs is not changed, only replaced by another."""
    if file not in _known:
        with Elf(opened) as elf:
            runtime = elf.symbol("_PyRuntime")
            if runtime is None:
                runtime = elf.section(".PyRuntime")
            python = runtime is not None or elf.symbol("Py_Initialize") is not None
            _known[file] = _Symbols(runtime, python, elf.lowest)
    return _known[file]
