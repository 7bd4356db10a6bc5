"""Short turns for the thread that asks for them, and for nobody else."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import subprocess
import sys
import threading

import pytest
from grandstand.observe.scheduling import wake_promptly

GETATTR = {"x86_64": 315, "aarch64": 275, "riscv64": 275}.get(platform.machine())
SHORT_NS = 100_000


def slice_ns() -> int:
    """The calling thread's slice, as the kernel tells."""
    told = ctypes.create_string_buffer(48)
    assert GETATTR is not None
    assert ctypes.CDLL(None).syscall(GETATTR, 0, told, 48, 0) == 0
    return int(struct.unpack("=IIQiIQQQ", told.raw)[5])


def in_a_thread(job: object) -> object:
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(job()))  # type: ignore[operator]
    thread.start()
    thread.join()
    return found[0]


def kernel() -> tuple[int, ...]:
    return tuple(int(part) for part in platform.release().split("-")[0].split(".")[:2])


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or GETATTR is None or kernel() < (6, 12), reason="Linux 6.12 and later"
)
def test_the_thread_that_asks_gets_short_turns_and_its_offspring_does_not() -> None:
    tell = (
        "import ctypes, struct; b = ctypes.create_string_buffer(48); "
        f"ctypes.CDLL(None).syscall({GETATTR}, 0, b, 48, 0); print(struct.unpack('=IIQiIQQQ', b.raw)[5])"
    )

    def job() -> tuple[bool, int, int, object, int, int]:
        usual, nice = slice_ns(), os.getpriority(os.PRIO_PROCESS, 0)
        granted = wake_promptly()
        child = int(subprocess.check_output([sys.executable, "-c", tell]))
        assert os.getpriority(os.PRIO_PROCESS, 0) == nice
        return granted, usual, slice_ns(), in_a_thread(slice_ns), child, nice

    granted, usual, mine, of_my_thread, of_my_child, _ = in_a_thread(job)  # type: ignore[misc]
    assert granted
    assert mine == SHORT_NS < usual
    assert of_my_thread == of_my_child == usual


def test_where_it_cannot_be_asked_for_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "a machine of tomorrow")
    assert wake_promptly() is False
