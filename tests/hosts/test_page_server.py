"""The page server: its answers, and that it comes and goes with the app."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from grandstand.hosts import page_server_main
from grandstand.hosts.page_server import PageServer, PageServerError

from tests.modes.runs import GRACE, PATIENCE, gone_within
from tests.places import SOURCES


@pytest.fixture(scope="module")
def server() -> Iterator[PageServer]:
    one = PageServer()
    one.start(PATIENCE)
    yield one
    one.close()


@pytest.fixture
def connection(server: PageServer) -> Iterator[http.client.HTTPConnection]:
    one = http.client.HTTPConnection(server.address, timeout=PATIENCE)
    yield one
    one.close()


def ask(connection: http.client.HTTPConnection, path: str, method: str = "GET") -> tuple[int, bytes]:
    connection.request(method, path)
    answer = connection.getresponse()
    return answer.status, answer.read()


@pytest.fixture
def broken_aiohttp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package aiohttp that stands in front of the real one; write its code into the file."""
    package = tmp_path / "aiohttp"
    package.mkdir()
    (package / "web.py").write_text("")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])  # PYTHONPATH comes last
    return package / "__init__.py"


class TestAnswers:
    @pytest.mark.parametrize("size", [0, 1, 1_000, 16_000, 1_024_000])
    def test_a_page_is_as_large_as_asked(self, connection: http.client.HTTPConnection, size: int) -> None:
        for _ in range(3):  # over one connection, which is kept open
            status, page = ask(connection, f"/page?latency_ms=0&bytes={size}&jitter=0.2")
            assert (status, len(page)) == (200, size)
        assert connection.sock is not None

    def test_it_takes_as_long_as_asked(self, connection: http.client.HTTPConnection) -> None:
        began = time.perf_counter()
        ask(connection, "/page?latency_ms=80&bytes=1&jitter=0")
        assert 0.08 <= time.perf_counter() - began < 0.08 + GRACE

    def test_requests_do_not_wait_for_each_other(self, server: PageServer) -> None:
        def one() -> None:
            connection = http.client.HTTPConnection(server.address, timeout=PATIENCE)
            ask(connection, "/page?latency_ms=300&bytes=1")
            connection.close()

        threads = [threading.Thread(target=one) for _ in range(16)]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.perf_counter() - began < 16 * 0.3 / 2

    @pytest.mark.parametrize(
        ("query", "words"),
        [
            ("latency_ms=-1", "latency_ms must be from 0 to 5000; -1 is not."),
            ("latency_ms=5001", "latency_ms must be from 0 to 5000"),
            ("latency_ms=nan", "latency_ms must be"),
            ("bytes=4000001", "bytes must be from 0 to 4e+06"),
            ("bytes=1e400", "bytes must be"),
            ("bytes=1.5", "bytes must be a whole number"),
            ("jitter=1.1", "jitter must be from 0 to 1"),
            ("jitter=much", "jitter needs a number, not 'much'."),
            ("bytes=", "bytes needs a number"),
            ("nonsense=1", "There is no parameter 'nonsense'."),
        ],
    )
    def test_what_is_out_of_range_is_answered_with_words(
        self, connection: http.client.HTTPConnection, query: str, words: str
    ) -> None:
        status, text = ask(connection, f"/page?{query}")
        assert status == 400
        assert words in text.decode()
        assert ask(connection, "/page?latency_ms=0&bytes=5") == (200, b"Nothi")

    def test_other_paths_and_methods(self, connection: http.client.HTTPConnection) -> None:
        assert ask(connection, "/")[0] == 404
        assert ask(connection, "/page/more")[0] == 404
        assert ask(connection, "/page?latency_ms=0", "DELETE")[0] == 405
        assert ask(connection, "/page?latency_ms=0&bytes=7", "HEAD") == (200, b"")

    def test_jitter_spreads_evenly_around_the_latency(self) -> None:
        asked = page_server_main.parse("latency_ms=100&jitter=0.2&bytes=10")
        assert asked == page_server_main.PageRequest(0.1, 10, 0.2)

    def test_it_listens_on_this_machine_only(self, server: PageServer) -> None:
        host, _, port = server.address.partition(":")
        assert host == "127.0.0.1"
        listening = [
            c.laddr for c in psutil.Process(server.pid).net_connections("inet") if c.status == psutil.CONN_LISTEN
        ]
        assert [(address.ip, address.port) for address in listening] == [("127.0.0.1", int(port))]


class TestComingAndGoing:
    def test_from_start_to_close(self) -> None:
        server = PageServer()
        assert (server.address, server.pid) == ("", None)
        address = server.start(PATIENCE)
        assert server.address == address
        process = psutil.Process(server.pid)
        assert process.nice() == psutil.Process().nice()
        began = time.monotonic()
        server.close()
        server.close()
        assert time.monotonic() - began < GRACE + 1
        assert (server.address, server.pid) == ("", None)
        assert gone_within([process], GRACE) == []

    def test_from_another_folder_with_an_app_of_its_own(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "app.py").write_text("raise SystemExit('the wrong app')")
        (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
        monkeypatch.chdir(tmp_path)
        server = PageServer()
        try:
            assert server.start(PATIENCE)
        finally:
            server.close()

    def test_it_can_be_started_by_a_thread_that_ends(self) -> None:
        server = PageServer()
        thread = threading.Thread(target=server.start, args=(PATIENCE,))
        thread.start()
        thread.join()
        time.sleep(0.1)
        assert server.address
        server.close()

    def test_it_is_not_started_twice_nor_after_its_close(self) -> None:
        server = PageServer()
        server.start(PATIENCE)
        with pytest.raises(PageServerError, match="used already"):
            server.start()
        assert server.address
        server.close()
        with pytest.raises(PageServerError, match="used already"):
            server.start()
        unused = PageServer()
        unused.close()
        with pytest.raises(PageServerError):
            unused.start()

    def test_closed_while_it_starts(self) -> None:
        server = PageServer()
        problems: list[str] = []

        def start() -> None:
            try:
                server.start(PATIENCE)
            except PageServerError as problem:
                problems.append(str(problem))

        thread = threading.Thread(target=start)
        thread.start()
        while server.pid is None:
            time.sleep(0.001)
        server.close()
        thread.join(PATIENCE)
        assert problems == ["The page server was closed while it started."]

    def test_one_that_dies_has_no_address(self) -> None:
        server = PageServer()
        server.start(PATIENCE)
        pid = server.pid or 0
        assert pid
        psutil.Process(pid).kill()
        until = time.monotonic() + PATIENCE
        while server.address:
            assert time.monotonic() < until
            time.sleep(0.01)
        assert server.pid is None
        server.close()

    @pytest.mark.skipif(sys.platform == "win32", reason="signals")
    def test_interrupt_is_not_for_it(self, server: PageServer) -> None:
        assert server.pid is not None
        os.kill(server.pid, signal.SIGINT)
        time.sleep(0.1)
        assert server.address

    def test_its_lifeline_ends_it(self) -> None:
        process = subprocess.Popen(
            [sys.executable, "-m", "grandstand.hosts.page_server_main"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=SOURCES,
        )
        with process:
            assert process.stdout is not None
            assert process.stdin is not None
            assert b"port" in process.stdout.readline()
            process.stdin.close()
            assert process.wait(PATIENCE) == 0


class TestWhenItCannot:
    def test_without_aiohttp(self, broken_aiohttp: Path) -> None:
        broken_aiohttp.write_text("raise ImportError('No module named aiohttp')")
        with pytest.raises(PageServerError, match="needs aiohttp") as caught:
            PageServer().start(PATIENCE)
        assert "pip install aiohttp" in caught.value.remedy

    def test_without_a_free_port(self, broken_aiohttp: Path) -> None:
        broken_aiohttp.write_text("")
        (broken_aiohttp.parent / "web.py").write_text(
            "def Server(*_, **__): raise OSError(98, 'Address already in use')"
        )
        with pytest.raises(PageServerError, match=r"no free port on 127\.0\.0\.1") as caught:
            PageServer().start(PATIENCE)
        assert caught.value.remedy

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("import os; os._exit(7)", r"ended \(exit code 7\) before it could listen\."),
            ("raise RuntimeError('out of order')", r"exit code 1.*RuntimeError: out of order"),
            ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "exit code -9"),
            ("print('{}')\nprint('not json')\nimport os; os._exit(0)", "exit code 0"),
            ("print('x' * 300_000, flush=True)\nimport os; os._exit(2)", "exit code 2"),
        ],
    )
    def test_it_dies_while_it_starts(self, broken_aiohttp: Path, code: str, words: str) -> None:
        broken_aiohttp.write_text(code)
        with pytest.raises(PageServerError, match=words) as caught:
            PageServer().start(PATIENCE)
        assert "grandstand.hosts.page_server_main" in caught.value.remedy
        assert len(str(caught.value)) < 3_000

    def test_it_takes_too_long(self, broken_aiohttp: Path) -> None:
        broken_aiohttp.write_text("import time; time.sleep(600)")
        server = PageServer()
        began = time.monotonic()
        with pytest.raises(PageServerError, match="did not start in time") as caught:
            server.start(patience=0.5)
        assert time.monotonic() - began < 0.5 + 2 * GRACE
        assert caught.value.remedy
        assert server.pid is None

    def test_there_is_no_room_for_another_process(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise BlockingIOError(11, "Resource temporarily unavailable")

        monkeypatch.setattr(subprocess, "Popen", refuse)
        with pytest.raises(PageServerError, match="refused to start the page server") as caught:
            PageServer().start()
        assert caught.value.remedy
