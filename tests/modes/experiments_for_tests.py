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


def says_raw(tell: Any, words: str) -> dict[str, Any]:
    """Writes ``words`` (Latin-1) between its frames, past the codec, and works on."""
    tell(progress=0.5)
    os.write(int(sys.argv[3]), words.encode("latin-1"))
    time.sleep(60)
    return {}


def is_cut_short(tell: Any) -> dict[str, Any]:
    os.write(int(sys.argv[3]), b"GS\1\0\0\0\1\0[")
    os._exit(7)


def closes_its_wire(tell: Any) -> dict[str, Any]:
    os.close(int(sys.argv[3]))
    time.sleep(60)
    return {}


def tells_what_does_not_travel(tell: Any, what: str) -> dict[str, Any]:
    return {"nan": {"x": float("nan")}, "huge": {"x": "y" * (1 << 21)}, "object": {"x": object()}}[what]


def results_in_a_text(tell: Any) -> Any:
    return "42"


def tells_of_an_unknown(tell: Any) -> dict[str, Any]:
    body = b'["Weather",{"rain":true}]'
    os.write(int(sys.argv[3]), b"GS\1\0" + len(body).to_bytes(4, "big") + body)
    return {"twice": 42}


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
