"""The same calls in several ways, their results as digests. Each way in a child of its own."""

import json
import os
import sys
import threading
import time
from typing import Any, Dict, List

from grandstand.engine.own.digest import digest
from grandstand.engine.own.subject import Subject

_THREADS = 4


def in_order(tell: Any, described: Dict[str, Any], numbers: List[int], passes: int) -> Dict[str, Any]:
    """One call after the other, all of them ``passes`` times: ``passes`` lists of digests."""
    subject = Subject(described, tell)
    return {"passes": [[_result(subject, number) for number in numbers] for _ in range(passes)]}


def in_threads(tell: Any, described: Dict[str, Any], numbers: List[int], seconds: float) -> Dict[str, Any]:
    """Four threads share the calls, which take turns as often as can be: for each call its different digests."""
    subject = Subject(described, tell)
    digests: List[set[str]] = [set() for _ in numbers]
    until = time.perf_counter() + seconds
    rounds = 0
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        while rounds == 0 or time.perf_counter() < until:
            _round(subject, numbers, digests)
            rounds += 1
    finally:
        sys.setswitchinterval(interval)
    return {"digests": [sorted(one) for one in digests], "rounds": rounds}


def _round(subject: Subject, numbers: List[int], digests: "List[set[str]]") -> None:
    left = list(range(len(numbers)))[::-1]
    gate = threading.Barrier(_THREADS)

    def work() -> None:
        gate.wait()
        while True:
            try:
                at = left.pop()
            except IndexError:
                break
            digests[at].add(_result(subject, numbers[at]))
        subject.close()

    threads = [threading.Thread(target=work, daemon=True) for _ in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def in_forks(tell: Any, described: Dict[str, Any], numbers: List[int]) -> Dict[str, Any]:
    """Two forks of this process, made after the import, each make all the calls: a list of digests each."""
    subject = Subject(described, tell)
    digests: List[Any] = []
    for _ in range(2):
        receive, send = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.close(receive)
                told = json.dumps([_result(subject, number) for number in numbers]).encode()
                while told:
                    told = told[os.write(send, told) :]
            finally:
                os._exit(0)
        os.close(send)
        with open(receive, "rb") as stream:
            raw = stream.read()
        os.waitpid(pid, 0)
        digests.append(json.loads(raw) if raw else None)
    return {"forks": digests}


def _result(subject: Subject, number: int) -> str:
    return digest(subject.tried(number)[1])
