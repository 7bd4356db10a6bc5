"""Pages that have nothing to do with each other: fetched one after another and in threads, combined at the end."""

import hashlib
import http.client
import threading
import time
from typing import Any, Dict, List, Optional

from grandstand.engine.experiment import Lanes

PATIENCE = 10.0


def page(server: str, number: int) -> bytes:
    """One page, over a connection of its own; pages differ in length, and so does what they combine to."""
    connection = http.client.HTTPConnection(server, timeout=PATIENCE)
    try:
        connection.request("GET", "/page?latency_ms=20&bytes={}&jitter=0.5".format(2_000 + 500 * number))
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise OSError("The page server answered {}".format(answer.status))
    return "page {}\n".format(number).encode() + body


def one_by_one(server: str, pages: int, lanes: Lanes) -> bytes:
    pages_read = []
    for number in range(pages):
        with lanes.doing(0, "io", str(number + 1)):
            pages_read.append(page(server, number))
    return b"".join(pages_read)


def in_threads(server: str, pages: int, lanes: Lanes) -> bytes:
    pages_read: List[Optional[bytes]] = [None] * pages

    def fetch(number: int) -> None:
        with lanes.doing(1 + number % 8, "io", str(number + 1)):
            pages_read[number] = page(server, number)

    threads = [threading.Thread(target=fetch, args=(number,)) for number in range(pages)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return b"".join(part for part in pages_read if part is not None)


def combine(tell: Any, server: str, pages: int, repeats: int) -> Dict[str, Any]:
    """Returns ``sequential`` and ``threads``: seconds of each repeat; ``checksums``: pairs of both ways' results."""
    lanes = Lanes(tell, ["sequential"] + ["threads {}".format(i + 1) for i in range(8)])
    result: Dict[str, Any] = {"sequential": [], "threads": [], "checksums": []}
    for repeat in range(repeats):
        sums = {}
        ways = [("sequential", one_by_one), ("threads", in_threads)]
        for name, way in ways if repeat % 2 else ways[::-1]:
            began = time.perf_counter()
            whole = way(server, pages, lanes)
            result[name].append(time.perf_counter() - began)
            sums[name] = hashlib.sha256(whole).hexdigest()
        result["checksums"].append([sums["sequential"], sums["threads"]])
        tell(progress=(repeat + 1) / repeats, words="repeat {} of {}".format(repeat + 1, repeats))
    return result
