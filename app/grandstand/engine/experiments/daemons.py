"""A process whose main thread ends while another thread works: watched from outside. ``main`` is that process, a
helper Python with the argument ``daemon`` or ``other``."""

import subprocess
import sys
import threading
import time
from typing import Any, Dict, List

from grandstand.engine import helper_python
from grandstand.engine.experiment import Lanes

WORK_S = 0.25
"""How long the other thread has to work after the main thread has ended."""
CASES = ("daemon", "other")


def say(word: str) -> None:
    """One line on the pipe, stamped with the clock that both processes share."""
    sys.stdout.write("{} {}\n".format(word, time.perf_counter_ns()))
    sys.stdout.flush()


def work(working: "threading.Event") -> None:
    say("began")
    working.set()
    try:
        time.sleep(WORK_S)
        say("done")
    finally:
        say("finally")


def main() -> None:
    case = sys.argv[1]
    working = threading.Event()
    threading.Thread(target=work, args=(working,), daemon=case == "daemon").start()
    working.wait()
    say("main")  # the last thing that the main thread does


def watch(case: str) -> Dict[str, int]:
    """Starts such a process; returns when (ns) it was ``started`` and ``gone``, and each word it said."""
    seen = {"started": time.perf_counter_ns()}
    child = subprocess.Popen(
        helper_python.command("grandstand.engine.experiments.daemons:main", case), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    with child:
        assert child.stdout is not None
        for line in child.stdout:
            word, _, stamp = line.decode().partition(" ")
            seen[word] = int(stamp)
        child.wait()
        seen["gone"] = time.perf_counter_ns()
    return seen


def outlive(tell: Any, repeats: int) -> Dict[str, List[Dict[str, int]]]:
    """Returns, for ``daemon`` and ``other``, what ``watch`` saw in each repeat."""
    outlived: Dict[str, List[Dict[str, int]]] = {case: [] for case in CASES}
    names: Dict[str, str] = {"daemon": "daemon", "other": "not daemon"}
    lanes = Lanes(tell, ["{}, {}".format(who, names[c]) for c in CASES for who in ("main thread", "other thread")])
    for repeat in range(repeats):
        for number, case in enumerate(CASES):
            seen = watch(case)
            outlived[case].append(seen)
            lanes.between(2 * number, "modes.threads", seen["started"], seen["main"])
            lanes.between(2 * number + 1, "io", seen["began"], seen.get("done", seen["gone"]))
        lanes.flush()
        tell(progress=(repeat + 1) / repeats, words="repeat {} of {}".format(repeat + 1, repeats))
    return outlived
