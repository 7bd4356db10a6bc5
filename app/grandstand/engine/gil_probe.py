"""Finds where this very interpreter keeps its GIL, and tells it as JSON. A script, under any CPython from 3.8 on.

Pythons before 3.13 do not publish their offsets, and tables of them by version would be wrong for the next build. So
the observer has the same executable find its own: while this thread holds the GIL, its record in memory reads
(switch interval, this thread state, 1), and nothing else does. Offsets are the same in every process of one build.
Standard library only, no import of ours: its text is handed to that Python.
"""

import ctypes
import json
import os
import struct
import sys
import threading
from typing import Any, Dict, Iterator, List, Optional, Tuple

WORD = 8
MOST = 4 << 20
"""Bytes looked through at most; 3.12's runtime has some 600 kB."""


class Memory:
    """This process's own memory, read through the kernel: an address that is none gives less, and no crash."""

    def __init__(self) -> None:
        self._fd = os.open("/proc/self/mem", os.O_RDONLY)

    def read(self, address: int, size: int) -> bytes:
        try:
            return os.pread(self._fd, size, address)
        except (OSError, OverflowError):
            return b""

    def word(self, address: int) -> int:
        raw = self.read(address, WORD)
        return int(struct.unpack("<Q", raw)[0]) if len(raw) == WORD else 0


def mapped(address: int) -> Tuple[str, str, int, int, int]:
    """(path, device, inode, address where the file begins, end of the mapping) of what lies at ``address``."""
    first: Dict[Tuple[str, str, int], int] = {}
    last: Optional[Tuple[str, str, int]] = None
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as lines:
        for line in lines:
            parts = line.split(None, 5)
            start, end = (int(part, 16) for part in parts[0].split("-"))
            if int(parts[4]):
                last = (parts[5].rstrip("\n"), parts[3], int(parts[4]))
                first.setdefault(last, start)
            if start <= address < end:
                if last is None:
                    break
                return (*last, first[last], end)
    raise RuntimeError("no file is mapped at the interpreter's runtime")


def find_gil(runtime: int, end: int, state: int) -> int:
    """The address of the record of the GIL, which this thread holds."""
    before = sys.getswitchinterval()
    raw = ctypes.string_at(runtime, min(MOST, end - runtime))  # a call that keeps the GIL
    hits = [runtime + at for at in places(raw, struct.pack("<QQi", round(before * 1e6), state, 1))]
    sys.setswitchinterval(0.003719)
    try:
        hits = [hit for hit in hits if struct.unpack("<Q", ctypes.string_at(hit, WORD))[0] == 3719]
    finally:
        sys.setswitchinterval(before)
    if len(hits) != 1:
        raise RuntimeError("{} places look like the GIL; there should be one".format(len(hits)))
    return hits[0]


def places(raw: bytes, pattern: bytes) -> Iterator[int]:
    at = raw.find(pattern)
    while at >= 0:
        if at % WORD == 0:
            yield at
        at = raw.find(pattern, at + 1)


def words_equal(raw: bytes, value: int) -> List[int]:
    return list(places(raw, struct.pack("<Q", value)))


def thread_id_in_libc(memory: Memory, idents: List[Tuple[int, int]]) -> int:
    """Where the C library keeps a thread's number, from its pthread_t on; -1 where that cannot be told."""
    common = set(range(0, 4096, 4))
    for ident, native in idents:
        raw = memory.read(ident, 4096)
        common &= {at for at in range(0, len(raw) - 3, 4) if struct.unpack_from("<i", raw, at)[0] == native}
    return min(common) if common else -1


def sub_interpreters(memory: Memory, runtime: int, size: int, interpreter: int, gil: int) -> Dict[str, int]:
    """3.12 has a GIL an interpreter: where the list of them begins and goes on, and where each points to its GIL."""
    try:
        import _xxsubinterpreters as subs  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return {}
    before = memory.read(runtime, size)
    number = subs.create()
    try:
        after = memory.read(runtime, size)
        for head in words_equal(before, interpreter):
            sub = struct.unpack_from("<Q", after, head)[0]
            following = words_equal(memory.read(sub, 512), interpreter)
            if sub == interpreter or not following:
                continue
            for at in words_equal(memory.read(interpreter, MOST), gil):
                raw = memory.read(memory.word(sub + at), 20)
                if len(raw) == 20 and struct.unpack("<QQi", raw)[2] in (-1, 0, 1):
                    return {"interpreters_head": head, "interpreter_next": following[0], "interpreter_gil": at}
    finally:
        subs.destroy(number)
    return {}


class Thread:
    """What a thread knows of itself."""

    def __init__(self) -> None:
        self.ident, self.native = threading.get_ident(), threading.get_native_id()
        self.state = int(ctypes.pythonapi.PyThreadState_Get())


def thread_states(memory: Memory, interpreter: int) -> Dict[str, int]:
    """Where a thread state has its ids and the next one: seen in two that are different."""
    states: Dict[str, int] = {}
    held, ready = threading.Event(), threading.Event()
    threads = [Thread()]

    def other() -> None:
        threads.append(Thread())
        ready.set()
        held.wait()

    thread = threading.Thread(target=other, daemon=True)
    thread.start()
    ready.wait()
    try:
        raws = [memory.read(one.state, 1024) for one in threads]
        idents = [set(words_equal(raw, one.ident)) for raw, one in zip(raws, threads)]
        if idents[0] & idents[1]:
            states["thread_ident"] = at = min(idents[0] & idents[1])
            after = [struct.unpack_from("<Q", raw, at + WORD)[0] for raw in raws]
            if after == [one.native for one in threads]:
                states["thread_native"] = at + WORD
        states["libc_thread"] = thread_id_in_libc(memory, [(one.ident, one.native) for one in threads])
        following = words_equal(raws[1][:256], threads[0].state)
        heads = words_equal(memory.read(interpreter, 65536), threads[1].state)
        if following and heads:
            states["threads_head"], states["thread_next"] = heads[0], following[0]
    finally:
        held.set()
        thread.join()
    return states


def main() -> Dict[str, Any]:
    memory = Memory()
    api = ctypes.pythonapi
    runtime = ctypes.addressof(ctypes.c_char.in_dll(api, "_PyRuntime"))
    api.PyThreadState_Get.restype = ctypes.c_void_p
    path, device, inode, base, end = mapped(runtime)
    gil = find_gil(runtime, end, int(api.PyThreadState_Get()))
    interpreter = 0
    if sys.version_info >= (3, 9):
        api.PyInterpreterState_Get.restype = ctypes.c_void_p
        interpreter = int(api.PyInterpreterState_Get())
    answer: Dict[str, Any] = {
        "version": list(sys.version_info[:3]), "path": path, "file": [device, inode], "gil": gil - base,
        "runtime": runtime - base, "interpreters_head": -1, "interpreter_next": -1, "interpreter_gil": -1,
        "threads_head": -1, "thread_next": -1, "thread_ident": -1, "thread_native": -1, "libc_thread": -1,
    }  # fmt: skip
    answer.update(thread_states(memory, interpreter))
    if sys.version_info[:2] == (3, 12):
        answer.update(sub_interpreters(memory, runtime, min(MOST, end - runtime), interpreter, gil))
    return answer


if __name__ == "__main__":
    try:
        answer = main()
    except Exception as reason:
        answer = {
            "version": list(sys.version_info[:3]),
            "problem": "{}: {}".format(type(reason).__name__, reason),
        }
    print(json.dumps(answer))
