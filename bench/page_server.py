"""How many pages a second the page server can serve, against what 64 *Fetch pages* workers ask of it.

The load comes from a process of its own that speaks the bare minimum of HTTP over 64 connections kept open;
it costs a fraction of what the server does, so on two cores and more what is measured is the server.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from typing import Any

CLIENTS = 64
USUAL_LATENCY_MS = 20.0
ASKED_PER_SECOND = CLIENTS * 1000 / USUAL_LATENCY_MS
"""64 workers that each wait 20 ms for a page and do nothing else in between: 3,200 pages a second."""
_CASES = (
    ("ceiling, 1 kB", "latency_ms=0&bytes=1000&jitter=0"),
    ("ceiling, 16 kB", "latency_ms=0&bytes=16000&jitter=0"),
    ("as Fetch asks: 20 ms, 16 kB", "latency_ms=20&bytes=16000&jitter=0.2"),
)
_WARM_UP = 0.3


def measure(seconds: float = 3.0) -> dict[str, Any]:
    """Serves each case for ``seconds``.

    Returns ``asked_per_second`` and ``cases``: for each its name, query, per_second, the server's CPU
    as a share of one core, the load generator's, and response times in ms (p50, p99).
    """
    import psutil
    from grandstand.hosts.page_server import PageServer

    server = PageServer()
    address = server.start()
    cases = []
    try:
        process = psutil.Process(server.pid)
        for name, query in _CASES:
            load = subprocess.Popen(
                [sys.executable, os.path.abspath(__file__), address, query, str(seconds)],
                stdout=subprocess.PIPE,
            )
            time.sleep(2 * _WARM_UP)
            before, began = process.cpu_times(), time.perf_counter()
            time.sleep(max(0.1, seconds - 2 * _WARM_UP))
            after, ended = process.cpu_times(), time.perf_counter()
            output, _ = load.communicate(timeout=seconds + 30)
            used = after.user + after.system - before.user - before.system
            result = json.loads(output)
            cases.append({"name": name, "query": query, "server_cpu": used / (ended - began), **result})
    finally:
        server.close()
    return {"clients": CLIENTS, "asked_per_second": ASKED_PER_SECOND, "cases": cases}


class _Client(asyncio.Protocol):
    """One connection: asks, counts the bytes of the answer, asks again."""

    def __init__(self, request: bytes, took: list[float]) -> None:
        self._request = request
        self._took = took
        self._length = self._missing = 0
        self._asked_at = 0.0
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._ask()

    def _ask(self) -> None:
        self._missing = self._length
        self._asked_at = time.perf_counter()
        self._transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self._length:  # all answers are as long as the first
            head, _, _ = data.partition(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"the page server answered {head[:80]!r}")
            size = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            self._length = self._missing = len(head) + 4 + int(size.split(b":")[1])
        self._missing -= len(data)
        if self._missing <= 0:
            self._took.append(time.perf_counter() - self._asked_at)
            self._ask()


async def _load(address: str, query: str, seconds: float) -> dict[str, float]:
    host, _, port = address.partition(":")
    request = f"GET /page?{query} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode()
    took: list[float] = []
    loop = asyncio.get_running_loop()
    for _ in range(CLIENTS):
        await loop.create_connection(lambda: _Client(request, took), host, int(port))
    await asyncio.sleep(_WARM_UP)
    took.clear()
    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.sleep(seconds)
    elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu
    times = sorted(took)
    return {
        "per_second": len(times) / elapsed,
        "p50_ms": 1000 * times[len(times) // 2],
        "p99_ms": 1000 * times[int(0.99 * (len(times) - 1))],
        "load_cpu": cpu / elapsed,
    }


def main() -> None:
    result = measure()
    asked = result["asked_per_second"]
    print(f"Page server, {result['clients']} connections; 64 Fetch workers ask for at most {asked:,.0f} pages/s")
    print(f"{'':28}{'pages/s':>10}{'of asked':>10}{'server CPU':>12}{'load CPU':>10}{'p50 ms':>9}{'p99 ms':>9}")
    for case in result["cases"]:
        print(
            f"{case['name']:28}{case['per_second']:>10,.0f}{case['per_second'] / asked:>9.2f}×"
            f"{case['server_cpu']:>11.0%} {case['load_cpu']:>9.0%} "
            f"{case['p50_ms']:>8.1f} {case['p99_ms']:>8.1f}"
        )


if __name__ == "__main__":
    if len(sys.argv) == 4:
        json.dump(asyncio.run(_load(sys.argv[1], sys.argv[2], float(sys.argv[3]))), sys.stdout)
    else:
        main()
