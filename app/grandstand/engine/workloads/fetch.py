"""Fetch pages: real HTTP over a connection kept open, against the app's own server on 127.0.0.1."""

from typing import Any, Dict, List

from grandstand.engine.workloads.base import Parameter, Workload

_PATIENCE = 10.0


class FetchPages(Workload):
    key = "fetch"
    title = "Fetch pages"
    unit = "pages"
    expect = "Waiting for a server. While one worker waits, another can ask: threads are made for this."
    needs_server = True
    parameters = (
        Parameter("latency_ms", "Server answers after", "ms", 0, 1_000, 1, 20, "linear",
             "How long the server thinks before it answers."),
        Parameter("page_kb", "Page size", "kB", 1, 1_024, 1, 16, "log", "Bytes in each answer."),
        Parameter("jitter", "Jitter", "%", 0, 100, 5, 20, "linear", "How much the server's answer time varies."),
    )  # fmt: skip
    received = 0
    _connection: Any = None
    _streams: Any = None

    def configure(self, parameters: Dict[str, float]) -> None:
        import http.client  # 20 ms, in the worker that fetches: the window only lists this workload

        self._connect = http.client.HTTPConnection
        self._address = self.environment["server"]
        self._path = "/page?latency_ms={:g}&bytes={}&jitter={:g}".format(
            parameters["latency_ms"], int(parameters["page_kb"] * 1000), parameters["jitter"] / 100
        )

    def step(self, meter: Any) -> int:
        if self._connection is None:
            self._connection = self._connect(self._address, timeout=_PATIENCE)
        self._connection.request("GET", self._path)
        with meter.io():
            answer = self._connection.getresponse()
            page = answer.read()
        if answer.status != 200:
            raise OSError("The page server answered {} {}".format(answer.status, answer.reason))
        self.received += len(page)
        return 1

    async def astep(self, meter: Any) -> int:
        import asyncio

        if self._streams is None:
            self._streams = await asyncio.open_connection(*self._address.rsplit(":", 1))
        reader, writer = self._streams
        patience = asyncio.get_running_loop().call_later(_PATIENCE, writer.transport.abort)
        try:
            writer.write("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n".format(self._path, self._address).encode("ascii"))
            status, *head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
            page = await reader.readexactly(_length(head))
        finally:
            patience.cancel()
        if status.split(None, 2)[1] != "200":
            raise OSError("The page server answered {}".format(status.partition(" ")[2]))
        self.received += len(page)
        return 1

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        if self._streams is not None:
            self._streams[1].close()


def _length(head: List[str]) -> int:
    """Bytes of the page that follows, as the head of the answer says."""
    for line in head:
        if line.startswith("content-length:"):
            return int(line.partition(":")[2])
    raise OSError("The page server did not say how long its page is")


WORKLOAD = FetchPages
