"""Programs whose GIL two observers look at side by side: ``python gil_programs.py KIND``. They run until killed.

Standard library, and numpy for one of them; no grandstand.
"""

import sys
import threading
import time


def pure() -> None:
    _threads(3, lambda: sum(range(2_000)))


def zlib() -> None:
    import os
    import zlib as packer

    data = os.urandom(1 << 20)
    _threads(3, lambda: packer.compress(data, 6))


def numpy() -> None:
    import numpy as np

    large, small = np.random.default_rng(1).random((400, 400)), np.arange(8.0)

    def work() -> None:
        large.sum()
        for _ in range(200):
            small + small

    _threads(3, work)


def sleepers() -> None:
    def work() -> None:
        sum(range(20_000))
        time.sleep(0.003)

    _threads(8, work)


def fetch() -> None:
    """64 threads that fetch from a server of their own process."""
    import http.server
    import urllib.request

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(0.02)
            self.send_response(200)
            self.send_header("Content-Length", "2000")
            self.end_headers()
            self.wfile.write(b"x" * 2000)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        request_queue_size = 256
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/"

    def work() -> None:
        try:
            urllib.request.urlopen(url, timeout=10).read()
        except OSError:
            time.sleep(0.05)

    _threads(64, work)


def pool() -> None:
    """Bursts of work for a pool, and rests between them."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as executor:
        print("ready", flush=True)
        while True:
            list(executor.map(lambda n: sum(range(n)), [20_000] * 200))
            time.sleep(0.05)


def handed_on() -> None:
    """Four threads that hand a lock on."""
    lock = threading.Lock()

    def work() -> None:
        with lock:
            sum(range(5_000))

    _threads(4, work)


def processes() -> None:
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    for _ in range(2):
        context.Process(target=_half_busy, daemon=True).start()
    time.sleep(1.5)
    print("ready", flush=True)
    _half_busy()


def _half_busy() -> None:
    while True:
        until = time.monotonic() + 0.01
        while time.monotonic() < until:
            sum(range(500))
        time.sleep(0.01)


def _threads(count: int, work) -> None:  # type: ignore[no-untyped-def]
    def on_and_on() -> None:
        while True:
            work()

    for _ in range(count):
        threading.Thread(target=on_and_on, daemon=True).start()
    print("ready", flush=True)
    time.sleep(3600)


KINDS = {
    function.__name__: function
    for function in (pure, zlib, numpy, sleepers, fetch, pool, handed_on, processes)
}  # fmt: skip

if __name__ == "__main__":
    KINDS[sys.argv[1]]()
