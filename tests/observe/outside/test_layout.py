"""Where a Python keeps things: as it publishes it, or as a probe found it."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from grandstand.engine import gil_probe
from grandstand.observe.outside.layout import COOKIE, LayoutError, from_debug_offsets, from_probe

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
VERSIONS = {(3, 13, 0): 0x030D00F0, (3, 14, 1): 0x030E01F0}


def published(version: tuple[int, ...], free_threaded: bool = False, **changed: int) -> bytes:
    interpreter = {
        "size": 200_000, "id": 40, "next": 32, "threads": 7344, "gc": 1, "modules": 2, "sysdict": 3, "builtins": 4,
        "gil_pointer": 16, "gil": 7784, "enabled": 0, "locked": 7800, "holder": 7792,
    }  # fmt: skip
    if free_threaded:
        interpreter.update(locked=7808, holder=7800)
    if version >= (3, 14):
        names = list(interpreter)
        at = names.index("gc")
        interpreter = {
            **{name: interpreter[name] for name in names[:at]}, "threads_main": 7352,
            **{name: interpreter[name] for name in names[at:]}, "generation": 9, "tlbc": 10,
        }  # fmt: skip
    interpreter.update(changed)
    thread = {"size": 300, "prev": 0, "next": 8, "interp": 16, "frame": 72, "ident": 152, "native": 160}
    words = [VERSIONS[version], int(free_threaded), 500_000, 8, 632, *interpreter.values(), *thread.values()]
    return (COOKIE + struct.pack(f"<{len(words)}Q", *words)).ljust(8 * 32, b"\0")


@pytest.mark.parametrize("version", VERSIONS)
def test_offsets_that_a_python_publishes(version: tuple[int, ...]):
    found = from_debug_offsets(published(version))
    assert found.version == version
    assert (found.head, found.interpreter_next, found.interpreter_gil) == (632, 32, 16)
    assert (found.threads_head, found.thread_next, found.ident, found.native) == (7344, 8, 152, 160)
    assert (found.record, found.enabled) == (0, -1)
    assert found.futexes == (32, 240)


def test_a_free_threaded_python_says_first_whether_there_is_a_gil():
    found = from_debug_offsets(published((3, 14, 1), free_threaded=True))
    assert (found.record, found.enabled, found.free_threaded) == (8, 0, True)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"xdebugpy",
        b"\0" * 256,
        COOKIE + b"\xff" * 248,
        published((3, 13, 0), locked=12),
        published((3, 13, 0), gil=2**40),
    ],
)
def test_what_makes_no_sense_is_refused(raw: bytes):
    with pytest.raises(LayoutError):
        from_debug_offsets(raw)


@pytest.mark.parametrize("found", [{}, {"version": "x"}, {"version": [3, 9, 1], "gil": "12"}])
def test_an_answer_that_makes_no_sense_is_refused(found: dict[str, Any]):
    with pytest.raises(LayoutError):
        from_probe(found)


@linux
def test_this_python_finds_its_own():
    code = Path(gil_probe.__file__).read_text(encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", "-S", "-"], input=code, capture_output=True, text=True, timeout=60)
    answer = json.loads(done.stdout)
    assert "problem" not in answer
    found = from_probe(answer)
    assert found.version == sys.version_info[:3]
    assert found.gil > 0
    assert found.native > 0 or found.libc_thread > 0
