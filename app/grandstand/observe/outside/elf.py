"""Finds symbols and sections in an ELF file (64 bits, little-endian). Pure but for reading the file.

The file belongs to the program that is watched: nothing in it is trusted, sizes are bounded, and whatever makes no
sense raises ElfError.
"""

from __future__ import annotations

import os
import struct
from typing import NamedTuple

_HEAD = struct.Struct("<16sHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_PROGRAM = struct.Struct("<IIQQQQQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_LOAD, _SYMTAB, _DYNSYM = 1, 2, 11
_MOST_TABLE = 64 << 20


class ElfError(ValueError):
    """No ELF file of this kind, or a broken one."""


class _Section(NamedTuple):
    name: int
    kind: int
    address: int
    offset: int
    size: int
    link: int


class Elf:
    """An open file: ``close`` it, or use ``with``. ``lowest`` is the page of the first byte that is loaded."""

    def __init__(self, path: str) -> None:
        """Raises OSError or ElfError."""
        self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def _begin(self) -> None:
        raw = self._read(0, _HEAD.size)
        ident, _, _, _, _, programs, sections, _, _, psize, pcount, ssize, scount, names = _HEAD.unpack(raw)
        if ident[:6] != b"\x7fELF\x02\x01" or psize != _PROGRAM.size:
            raise ElfError("it is no 64-bit ELF file")
        loads = []
        table = self._read(programs, psize * pcount)
        for kind, _, offset, address, *_ in _PROGRAM.iter_unpack(table):
            if kind == _LOAD:
                loads.append(address - offset % 4096 if offset < 4096 else address)
        if not loads:
            raise ElfError("nothing of it is loaded")
        self.lowest = min(loads) & ~4095
        self._sections: list[_Section] = []
        if scount and ssize == _SECTION.size:
            for name, kind, _, address, offset, size, link, *_ in _SECTION.iter_unpack(
                self._read(sections, ssize * scount)
            ):
                self._sections.append(_Section(name, kind, address, offset, size, link))
        self._names = self._table(names) if names < len(self._sections) else b""

    def __enter__(self) -> Elf:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1

    def symbol(self, name: str) -> int | None:
        """The address of a defined symbol as the file has it, before it is moved to where it is loaded."""
        for kind in (_DYNSYM, _SYMTAB):
            for section in self._sections:
                if section.kind == kind:
                    address = self._in_table(section, name.encode())
                    if address is not None:
                        return address
        return None

    def section(self, name: str) -> int | None:
        """The address of a section of that name."""
        wanted = name.encode()
        for section in self._sections:
            if self._names[section.name : section.name + len(wanted) + 1] == wanted + b"\0":
                return section.address
        return None

    def _in_table(self, section: _Section, name: bytes) -> int | None:
        if section.link >= len(self._sections):
            return None
        strings = self._table(section.link)
        table = self._read(section.offset, section.size // _SYMBOL.size * _SYMBOL.size)
        at = strings.find(name + b"\0")
        while at >= 0:  # it may be the end of a longer name: linkers share them
            wanted = struct.pack("<I", at)
            place = table.find(wanted)
            while place >= 0:
                if place % _SYMBOL.size == 0:
                    _, _, _, where, value, _ = _SYMBOL.unpack_from(table, place)
                    if where:  # else it is wanted from elsewhere, not defined here
                        return int(value)
                place = table.find(wanted, place + 1)
            at = strings.find(name + b"\0", at + 1)
        return None

    def _table(self, number: int) -> bytes:
        section = self._sections[number]
        return self._read(section.offset, section.size)

    def _read(self, offset: int, size: int) -> bytes:
        if not 0 <= size <= _MOST_TABLE or not 0 <= offset < 1 << 62:
            raise ElfError("a table of it is too large")
        raw = os.pread(self._fd, size, offset)
        if len(raw) != size:
            raise ElfError("it ends too early")
        return raw
