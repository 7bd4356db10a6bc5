"""For which share of its time a call has the GIL, read from outside: nobody wants the GIL meanwhile but the function.

A process beside this one looks a thousand times a second whether this one's GIL is taken (engine.gil_probe finds where
that is written). In the doctor's child. Linux, CPython; elsewhere there is no answer.
"""

import ctypes
import importlib
import json
import os
import subprocess
import sys
import time
from typing import Any, Callable, Dict, Optional

_LEAST = 60
"""Looks that make a share."""
_PR_SET_PTRACER = 0x59616D61
_READER = """
import json, os, select, struct, sys, time
pid, address, interval = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
sys.stdin.buffer.raw.read(1)
memory = os.open("/proc/%d/mem" % pid, os.O_RDONLY)
sys.stdout.write("ready\\n")
sys.stdout.flush()
looks = taken = odd = 0
while not select.select([0], [], [], 0.001)[0]:
    asked, _, locked = struct.unpack("<QQi", os.pread(memory, 20, address))
    if asked != interval or locked not in (0, 1):
        odd += 1
        continue
    looks += 1
    taken += locked
print(json.dumps([looks, taken, odd]))
"""


def taken_share(work: Callable[[], None]) -> Optional[Dict[str, Any]]:
    """``share`` of the looks, made while ``work`` runs, that found the GIL taken; None where it cannot be told."""
    if not sys.platform.startswith("linux") or sys.implementation.name != "cpython":
        return None
    try:
        probe = importlib.import_module("grandstand.engine.gil_probe")
        address = _address(probe)
    except Exception:  # a build whose runtime looks otherwise: then nothing is told
        return None
    interval = round(sys.getswitchinterval() * 1e6)
    command = [sys.executable, "-I", "-S", "-c", _READER, str(os.getpid()), str(address), str(interval)]
    try:
        reader = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
    except OSError:
        return None
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, reader.pid, 0, 0, 0)
        assert reader.stdin is not None
        assert reader.stdout is not None
        reader.stdin.write(b"!")
        if reader.stdout.readline() != b"ready\n":  # not allowed to read this process
            return None
        began = time.perf_counter()
        work()
        took = time.perf_counter() - began
        reader.stdin.write(b".")
        looks, taken, odd = json.loads(reader.stdout.read())
    except (OSError, ValueError):
        return None
    finally:
        reader.kill()
        reader.wait()
        for stream in (reader.stdin, reader.stdout):
            if stream is not None:
                stream.close()
    if looks < _LEAST or odd:
        return None
    return {"share": taken / looks, "looks": looks, "seconds": took}


def _address(probe: Any) -> int:
    api = ctypes.pythonapi
    runtime = ctypes.addressof(ctypes.c_char.in_dll(api, "_PyRuntime"))
    api.PyThreadState_Get.restype = ctypes.c_void_p
    end = probe.mapped(runtime)[-1]
    return int(probe.find_gil(runtime, end, int(api.PyThreadState_Get())))
