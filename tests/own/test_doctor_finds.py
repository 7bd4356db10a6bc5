"""Planted bugs: each is found by the doctor, which has nothing to say of the correct twin."""

from __future__ import annotations

import importlib.util
import multiprocessing
import os
import sys

import pytest

from tests.own.made import finding, understood

forks = pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system does not fork")
OUTSIDE = importlib.util.find_spec("grandstand.engine.gil_probe") is not None and sys.platform.startswith("linux")

PLANTED = {
    "a global counter": (
        "globals", "mind", "COUNT (line 4)", "range(40)",
        "COUNT = 0\ndef work(n):\n    global COUNT\n    COUNT += 1\n    return n\n",
        "def work(n):\n    return n + 1\n",
    ),
    "a counter in the results": (
        "results", "fails", "depends on the calls before it", "range(40)",
        "COUNT = 0\ndef work(n):\n    global COUNT\n    COUNT += 1\n    return COUNT\n",
        "def work(n):\n    return n + 1\n",
    ),
    "a shared list": (
        "globals", "mind", "adds to FOUND (line 3)", "range(40)",
        "FOUND = []\ndef work(n):\n    FOUND.append(n)\n",
        "def work(n):\n    found = []\n    found.append(n)\n    return found\n",
    ),
    "the order of a shared list": (
        "results", "fails", "calls before it", "range(20)",
        "FOUND = []\ndef work(n):\n    FOUND.append(n)\n    return FOUND.index(n), len(FOUND)\n",
        "def work(n):\n    return [n].index(n), 1\n",
    ),
    "unseeded random": (
        "results", "mind", "draws from random without a seed", "range(10)",
        "import random\ndef work(n):\n    return random.random()\n",
        "import random\ndef work(n):\n    return random.Random(n).random()\n",
    ),
    "one seed for all workers": (
        "random", "fails", "same seed in every process", "range(10)",
        "import random\nrng = random.Random(42)\ndef work(n):\n    return rng.random()\n",
        "import random\ndef work(n):\n    return random.Random(n).random()\n",
    ),
    "an unlocked cache": (
        "globals", "mind", "stores in CACHE (line 4) without a lock", "range(20)",
        "CACHE = {}\ndef work(n):\n    if n not in CACHE:\n        CACHE[n] = n * n\n    return CACHE[n]\n",
        "import threading\nCACHE = {}\nLOCK = threading.Lock()\ndef work(n):\n    with LOCK:\n"
        "        if n not in CACHE:\n"
        "            CACHE[n] = n * n\n        return CACHE[n]\n",
    ),
    "a scratch variable that threads share": (
        "results", "fails", "Threads give other results", "range(20)",
        "import time\nclass Scratch: pass\nS = Scratch()\ndef work(n):\n    S.n = n\n    time.sleep(0.0005)\n"
        "    return S.n\n",
        "import time\ndef work(n):\n    time.sleep(0.0005)\n    return n\n",
    ),
    "a default argument that grows": (
        "globals", "mind", "a default of work", "range(20)",
        "def work(n, seen=[]):\n    seen.append(n)\n",
        "def work(n, seen=()):\n    return [*seen, n]\n",
    ),
    "an unpicklable closure": (
        "pickle", "fails", "must be found by its name", "range(5)",
        "def make(k):\n    def inner(n):\n        return n * k\n    return inner\nwork = make(3)\n",
        "import functools\ndef times(k, n):\n    return n * k\nwork = functools.partial(times, 3)\n",
    ),
    "a lock in the results": (
        "pickle", "fails", "result['rows'][1].lock", "range(5)",
        "import threading\nclass Row:\n    def __init__(self):\n        self.lock = threading.Lock()\n"
        "def work(n):\n    return {'rows': [n, Row()]}\n",
        "class Row:\n    pass\ndef work(n):\n    return {'rows': [n, Row()]}\n",
    ),
    "an exception that does not come back": (
        "pickle", "mind", "Exceptions of Lost do not come back", "range(5)",
        "class Lost(Exception):\n    def __init__(self, name, why):\n        super().__init__(name)\n"
        "def work(n): return n\n",
        "class Lost(Exception):\n    def __init__(self, name, why):\n        super().__init__(name, why)\n"
        "def work(n): return n\n",
    ),
    "much to send for little work": (
        "transfer", "mind", "times the call itself", "range(5)",
        "def work(n):\n    return list(range(200_000))\n",
        "def work(n):\n    return sum(range(200_000))\n",
    ),
    "a nested pool": (
        "pools", "mind", "ThreadPoolExecutor", "range(5)",
        "from concurrent.futures import ThreadPoolExecutor\ndef work(n):\n    with ThreadPoolExecutor(2) as pool:\n"
        "        return sum(pool.map(abs, [n, -n]))\n",
        "def work(n):\n    return sum(map(abs, [n, -n]))\n",
    ),
    "a nested pool of processes": (
        "pools", "mind", "daemonic processes are not allowed", "range(2)",
        "import multiprocessing\ndef work(n):\n    with multiprocessing.get_context('spawn').Pool(1) as pool:\n"
        "        return pool.apply(abs, (n,))\n",
        "def work(n):\n    return abs(n)\n",
    ),
    "threads of its own": (
        "threads", "mind", "3 threads of its own", "range(5)",
        "import threading, time\ndef work(n):\n"
        "    threads = [threading.Thread(target=time.sleep, args=(0.05,)) for _ in "
        "range(3)]\n    [t.start() for t in threads]\n    [t.join() for t in threads]\n",
        "import time\ndef work(n):\n    time.sleep(0.05)\n",
    ),
    "a thread that is left": (
        "leaves", "mind", "still running", "range(3)",
        "import threading\nwait = threading.Event()\ndef work(n):\n"
        "    threading.Thread(target=wait.wait, daemon=True).start()\n",
        "import threading\nwait = threading.Event()\ndef work(n):\n"
        "    t = threading.Thread(target=wait.is_set, daemon=True)\n    t.start()\n    t.join()\n",
    ),
    "a file that is left open": (
        "leaves", "mind", "still open", "range(3)",
        "import os\nopened = []\ndef work(n):\n    opened.append(open(os.devnull))\n",
        "import os\ndef work(n):\n    with open(os.devnull) as file:\n        return file.read()\n",
    ),
    "another working folder": (
        "leaves", "mind", "working folder changed", "range(3)",
        "import os\ndef work(n):\n    os.chdir('/')\n",
        "import os\ndef work(n):\n    return os.getcwd()\n",
    ),
    "memory that grows": (
        "memory", "mind", "grows by", "range(1000)",
        "KEPT = []\ndef work(n):\n    KEPT.append(bytearray(b'x' * 400_000))\n",
        "def work(n):\n    return len(bytearray(b'x' * 400_000))\n",
    ),
    "no main guard": (
        "main-guard", "fails", "Importing the file starts a process", "range(3)",
        "import multiprocessing\ndef work(n): return n\np = multiprocessing.Process(target=work, args=(1,))\n"
        "p.start()\n",
        "import multiprocessing\ndef work(n): return n\nif __name__ == '__main__':\n"
        "    p = multiprocessing.Process(target=work, args=(1,))\n    p.start()\n",
    ),
    "work at the top of the file": (
        "main-guard", "mind", "Line 2 calls work(3)", "range(3)",
        "def work(n): return n\nwork(3)\n", "def work(n): return n\n",
    ),
    "a global that only the main program sets": (
        "start-method", "fails", "reads SIZE", "range(3)",
        "def work(n):\n    try:\n        return n * SIZE\n    except NameError:\n        return n\n"
        "if __name__ == '__main__':\n    SIZE = 3\n",
        "SIZE = 3\ndef work(n):\n    return n * SIZE\n",
    ),
    "an import that prints": (
        "import", "mind", "prints", "range(3)", "print('hello from the import')\ndef work(n): return n\n",
        "def work(n): return n\nif __name__ == '__main__':\n    print('hello')\n",
    ),
    "an import that takes a signal": (
        "import", "mind", "SIGTERM", "range(3)",
        "import signal\nsignal.signal(signal.SIGTERM, lambda *_: None)\ndef work(n): return n\n",
        "import signal\ndef work(n): return n\n",
    ),
    "a call that prints": (
        "call", "mind", "prints 3 characters", "range(3)",
        "import time\ndef work(n):\n    time.sleep(0.001)\n    print('ab')\n", "import time\n"
        "def work(n): time.sleep(0.001)\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PLANTED)
def test_a_planted_bug_is_found_and_the_correct_twin_is_not_blamed(case, tmp_path):
    ident, verdict, said, items, bug, twin = PLANTED[case]
    found = finding(understood(tmp_path / "bug", bug, "work", items=items), ident)
    assert (found.verdict, said in found.text) == (verdict, True), found
    found = finding(understood(tmp_path / "twin", twin, "work", items=items), ident)
    assert found.verdict == "ok", found


def test_the_peak_is_the_functions_and_not_that_of_who_asks(tmp_path):
    kept = bytearray(b"x" * 400_000_000)
    found = finding(understood(tmp_path, "def work(n):\n    return n + 1\n", "work", items="range(20)"), "memory")
    assert len(kept) > found.evidence["peak"] > 0
    assert found.verdict == "ok", found


@pytest.mark.skipif(importlib.util.find_spec("numpy") is None, reason="numpy is not here")
@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="BLAS starts no threads on one core")
def test_threads_of_blas(tmp_path):
    body = "import numpy\nA = numpy.ones((400, 400))\ndef work():\n    return float((A @ A)[0, 0])\n"
    found = finding(understood(tmp_path / "bug", body, "work"), "threads")
    assert (found.verdict, found.evidence["threads_most"] > found.evidence["threads_before"]) == ("mind", True), found
    twin = "import os\nos.environ.update(OMP_NUM_THREADS='1', OPENBLAS_NUM_THREADS='1')\n" + body
    found = finding(understood(tmp_path / "twin", twin, "work"), "threads")
    assert found.verdict == "ok", found


@forks
def test_numbers_that_repeat_in_forked_workers(tmp_path):
    bug = "import random\nrng = random.Random()\ndef work(n):\n    return rng.random()\n"
    found = finding(understood(tmp_path, bug, "work", items="range(10)"), "random")
    assert (found.verdict, found.evidence["repeats"]) == ("fails", "forks")
    assert "two forked workers drew the same numbers" in found.text
    twin = "import random\ndef work(n):\n    return random.random()\n"  # which Python seeds anew in a fork
    found = finding(understood(tmp_path, twin, "work", items="range(10)"), "random")
    assert found.verdict == "ok", found


@pytest.mark.parametrize(
    ("body", "verdict", "said"),
    [("time.sleep(0.06)", "mind", "waiting (time.sleep"), ("await asyncio.sleep(0.01)", "ok", "never holds the loop")],
)
def test_async_functions_that_block_the_loop(body, verdict, said, tmp_path):
    source = f"import asyncio, time\nasync def work():\n    {body}\n"
    found = finding(understood(tmp_path, source, "work"), "async")
    assert (found.verdict, said in found.text) == (verdict, True), found


def test_a_function_that_is_not_async_is_not_checked_for_that(tmp_path):
    assert finding(understood(tmp_path, "def work(): ...", "work"), "async").verdict == "unchecked"


GIL = {
    "pure Python": ("def work(): return sum(i * i for i in range(20_000))", 0.9, 1.0),
    "zlib": ("import zlib\nDATA = bytes(range(256)) * 4_000\ndef work(): return len(zlib.compress(DATA))", 0.0, 0.3),
    "sleep": ("import time\ndef work(): time.sleep(0.01)", 0.0, 0.2),
    "regular expressions": (
        "import re\nT = 'ab ' * 20_000\ndef work(): return len(re.findall('(a)(b)', T))",
        0.9,
        1.0,
    ),
}


@pytest.mark.parametrize("case", GIL)
@pytest.mark.skipif(not OUTSIDE, reason="the GIL is not read from outside here")
def test_who_has_the_gil_and_for_how_long(case, tmp_path):
    source, least, most = GIL[case]
    found = finding(understood(tmp_path, source, "work"), "gil")
    assert least <= found.evidence["outside_share"] <= most, found
    assert found.verdict == ("mind" if least > 0.5 else "ok"), found


@pytest.mark.parametrize("case", ["pure Python", "sleep"])
def test_a_thread_that_counts_beside_it_agrees(case, tmp_path):
    source, least, _ = GIL[case]
    found = finding(understood(tmp_path, source, "work"), "gil")
    if found.evidence["core_wait_share"] < 0.3:  # on a busy machine it says that it cannot tell
        assert (found.evidence["counter_share"] > 0.5) == (least > 0.5), found


@pytest.mark.parametrize(
    ("body", "computing"), [("sum(range(300_000))", True), ("time.sleep(0.01)", False)], ids=["computes", "waits"]
)
def test_the_share_of_computing(body, computing, tmp_path):
    found = finding(understood(tmp_path, f"import time\ndef work(): {body}", "work"), "waiting")
    assert (found.evidence["computing_share"] > 0.5) is computing, found
    assert ("Waiting overlaps" in found.text) is not computing
