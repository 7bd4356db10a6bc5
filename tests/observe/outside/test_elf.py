"""Symbols of ELF files, and files that are none."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from grandstand.observe.outside import module, procfs
from grandstand.observe.outside.elf import Elf, ElfError

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ELF files of Linux")


def test_this_python_has_its_runtime_where_it_says():
    address = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
    assert module.find(os.getpid()).runtime == address


def test_a_symbol_that_is_not_there():
    with Elf("/proc/self/exe") as elf:
        assert elf.symbol("no_such_symbol_anywhere") is None
        assert elf.section(".no_such_section") is None


@pytest.mark.parametrize("size", [0, 10, 63, 64, 200, 5000])
def test_what_is_cut_short_is_refused(size: int, tmp_path: Path):
    whole = Path(sys.executable).resolve().read_bytes()
    assert whole.startswith(b"\x7fELF")
    cut = tmp_path / "cut"
    cut.write_bytes(whole[:size])
    with pytest.raises(ElfError), Elf(str(cut)) as elf:
        elf.symbol("_PyRuntime")


def test_nonsense_in_its_tables_is_refused_or_finds_nothing(tmp_path: Path):
    whole = bytearray(Path(sys.executable).resolve().read_bytes())
    for at in range(16, 64):
        spoiled = bytearray(whole)
        spoiled[at] = 0xFF
        file = tmp_path / "spoiled"
        file.write_bytes(spoiled)
        try:
            with Elf(str(file)) as elf:
                elf.symbol("_PyRuntime")
        except ElfError:
            pass


@pytest.mark.parametrize(("symbols", "words"), [((None, False), "stripped"), ((None, True), "older than 3.8")])
def test_a_python_that_cannot_be_read_says_why(symbols, words: str, monkeypatch):
    monkeypatch.setattr(module, "_symbols", lambda file, opened: module._Symbols(*symbols, 0))
    with pytest.raises(module.NoPython) as raised:
        module.find(os.getpid())
    assert words in raised.value.reason


def test_a_program_that_is_plainly_something_else_needs_no_reason():
    with subprocess.Popen(["sleep", "30"]) as process:
        try:
            until = time.monotonic() + 10
            while not procfs.mappings(process.pid, files_only=True) and time.monotonic() < until:
                pass  # it is just becoming what it is
            with pytest.raises(module.NoPython) as raised:
                module.find(process.pid)
            assert raised.value.reason == ""
        finally:
            process.kill()
