"""What a thread waits for, told by the line that the kernel writes about its system call."""

from __future__ import annotations

import platform

import pytest
from grandstand.engine.messages import COMPUTING, GIL, IO, LOCK, WAITING
from grandstand.observe.outside.waits import UNNAMED, Wait, name, parse

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="lines of x86-64")
GILS = ((0x1000, 0x10D0),)
REST = b" 0x7ffd28cd2458 0x7f403a38d2ad\n"


def futex(address: int, operation: int, timeout: int) -> bytes:
    return f"202 {address:#x} {operation:#x} 0x0 {timeout:#x} 0x0 0xffffffff".encode() + REST


@pytest.mark.parametrize(
    ("line", "wait"),
    [
        (b"running\n", Wait(COMPUTING)),
        (futex(0x1020, 0x189, 0x7F0000), Wait(GIL, 0x1020)),
        (futex(0x10CF, 0x189, 0), Wait(GIL, 0x10CF)),
        (futex(0x10D0, 0x189, 0), Wait(LOCK, 0x10D0)),
        (futex(0xFFF, 0x189, 0x7F0000), Wait(LOCK, 0xFFF, timed=True)),
        (futex(0x9000, 0x109, 0), Wait(LOCK, 0x9000, shared=True)),
        (b"0 0x3 0x7f40 0x20000 0x7f403a2a4b60 0xffffffff 0x0" + REST, Wait(IO)),
        (b"230 0x1 0x1 0x7f40 0x0 0x0 0x0" + REST, Wait(IO)),
        (b"232 0x1 0x1 0x7f40 0x0 0x0 0x0" + REST, Wait(IO)),
        (b"73 0x1 0x1 0x7f40 0x0 0x0 0x0" + REST, Wait(LOCK, 0, timed=True, shared=True)),
        (b"61 0x1 0x1 0x7f40 0x0 0x0 0x0" + REST, Wait(WAITING)),
        (b"-1 0x7ffd28cd2458 0x7f403a38d2ad\n", Wait(IO)),
        (b"", Wait(WAITING)),
        (b"202 0x10\n", Wait(WAITING)),
        (b"202 nonsense 0x0 0x0 0x0\n", Wait(WAITING)),
    ],
)
def test_each_kind_of_line(line: bytes, wait: Wait):
    assert parse(line, GILS) == wait


def test_a_futex_has_no_name_before_the_gil_is_found():
    assert parse(futex(0x1020, 0x189, 0), None) == Wait(UNNAMED, 0x1020)
    assert (name(0x1020, GILS), name(0x9000, GILS)) == (GIL, LOCK)
    assert parse(b"0 0x3 0x7f40 0x0 0x0 0x0 0x0" + REST, None) == Wait(IO)
