"""Experiments that do well, and others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any


def doubles(tell: Any, number: int) -> dict[str, int]:
    print("a print that must not end up among the results")
    os.write(1, b"nor this\n")
    tell(progress=0.5, words="half way")
    return {"twice": 2 * number}


def raises(tell: Any) -> dict[str, Any]:
    raise ValueError("it does not work")


def leaves(tell: Any) -> dict[str, Any]:
    os._exit(7)


def deadlocks(tell: Any) -> dict[str, Any]:
    lock = threading.Lock()
    lock.acquire()
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    tell(pids=[os.getpid(), child.pid])
    lock.acquire()
    return {}


def leaves_a_child(tell: Any) -> dict[str, Any]:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    threading.Thread(target=time.sleep, args=(600,)).start()
    return {"pids": [os.getpid(), child.pid]}


def floods(tell: Any) -> dict[str, Any]:
    for _ in range(2_000):
        tell(text="x" * 2_000)
    return {"done": True}


def stands_still(tell: Any, times: int, place: str) -> dict[str, Any]:
    """Is stopped from outside the first so many times; ``place`` counts them."""
    with open(place, "a+") as file:
        file.write("x")
        file.seek(0)
        tried = len(file.read())
    if tried <= times:
        code = "import os, signal, sys, time; time.sleep(0.3); os.kill(int(sys.argv[1]), signal.SIGCONT)"
        subprocess.Popen([sys.executable, "-c", code, str(os.getpid())])
        os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(0.01)
    return {"tried": tried}
