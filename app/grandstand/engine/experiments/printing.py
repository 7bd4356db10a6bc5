"""Threads that print at the same time, into a stream that is captured: which lines come out whole."""

import collections
import io
import tempfile
import threading
import time
from typing import Any, BinaryIO, Dict, List, Tuple, cast

from grandstand.engine.experiment import Lanes

THREADS = 4
LINES = 60
WAYS = ("unlocked", "locked", "terminal")
"""Without a lock, with one, and without one into a stream that keeps what is written until the line is whole."""


def print_lines(worker: int, lines: int, stream: Any) -> None:
    for number in range(lines):
        print("thread", worker, "says", number, "and", worker * number, file=stream)


def print_lines_locked(worker: int, lines: int, stream: Any, lock: "threading.Lock") -> None:
    for number in range(lines):
        with lock:
            print("thread", worker, "says", number, "and", worker * number, file=stream)


def expected(threads: int, lines: int) -> "collections.Counter[str]":
    """Every line that is whole, and how often it must come."""
    return collections.Counter(
        "thread {} says {} and {}".format(w, n, w * n) for w in range(1, threads + 1) for n in range(lines)
    )


def broken(text: str, wanted: "collections.Counter[str]") -> Tuple[int, List[int]]:
    """How many of the wanted lines did not come out whole, and which lines of ``text`` (0-based) nobody printed."""
    left = wanted.copy()
    marked = []
    for at, line in enumerate(text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")):
        if left[line] > 0:
            left[line] -= 1
        else:
            marked.append(at)
    return sum(left.values()), marked


def stream_on(file: BinaryIO, way: str) -> io.TextIOWrapper:
    """Standard output as Python makes it: under ``-u``, or on a terminal, where it holds a line until it is whole."""
    if way == "terminal":
        return io.TextIOWrapper(io.BufferedWriter(cast(Any, file)), "utf-8", line_buffering=True, newline="\n")
    return io.TextIOWrapper(cast(Any, file), "utf-8", write_through=True, newline="\n")


def printed(way: str, threads: int, lines: int, lanes: Lanes) -> str:
    """What ``threads`` threads print that begin together."""
    lock = threading.Lock()
    gate = threading.Barrier(threads)
    with tempfile.TemporaryFile(buffering=0) as file:
        stream = stream_on(cast(BinaryIO, file), way)

        def run(worker: int) -> None:
            gate.wait()
            start = time.perf_counter_ns()
            if way == "locked":
                print_lines_locked(worker, lines, stream, lock)
            else:
                print_lines(worker, lines, stream)
            lanes.between(worker - 1, "modes.threads", start, time.perf_counter_ns(), way)

        workers = [threading.Thread(target=run, args=(i + 1,)) for i in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        stream.flush()
        file.seek(0)
        text = file.read().decode()
        stream.detach()
    return text


def jumbled(tell: Any, repeats: int, threads: int = THREADS, lines: int = LINES) -> Dict[str, Any]:
    """Returns ``broken`` (by way, lines not whole in each repeat), ``lines`` of a repeat, ``texts`` (by way: the
    text of the last repeat) and ``marked`` (its lines that nobody printed, 0-based)."""
    lanes = Lanes(tell, ["thread {}".format(i + 1) for i in range(threads)])
    wanted = expected(threads, lines)
    counts: Dict[str, List[int]] = {way: [] for way in WAYS}
    texts: Dict[str, str] = {}
    marked: Dict[str, List[int]] = {}
    for repeat in range(repeats):
        for way in WAYS:
            texts[way] = printed(way, threads, lines, lanes)
            count, marked[way] = broken(texts[way], wanted)
            counts[way].append(count)
        tell(progress=(repeat + 1) / repeats, words="repeat {} of {}".format(repeat + 1, repeats))
    lanes.flush()
    return {"broken": counts, "lines": threads * lines, "texts": texts, "marked": marked}
