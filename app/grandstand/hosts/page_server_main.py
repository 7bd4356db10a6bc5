"""The page server that *Fetch pages* asks. A process of its own: ``python -m grandstand.hosts.page_server_main``.

``GET /page?latency_ms=20&bytes=16000&jitter=0.2`` answers ``bytes`` bytes after ``latency_ms`` ms, give or
take the ``jitter`` share. It listens on 127.0.0.1 only, on a port that the system chooses, says on standard
output where (one line of JSON: ``{"port": 1234}``, or ``{"error": ..., "remedy": ...}``), and ends when its
standard input does: that is the app's end of a pipe, and it closes however the app dies.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from aiohttp import web

LONGEST_MS = 5_000.0
LARGEST_PAGE = 4_000_000
_BACKLOG = 512
_HANDLES = 4_096
_LINE = b"Nothing waits so patiently as a page that somebody else has to send. "


class PageRequest(NamedTuple):
    """What a request asked for: seconds, bytes, and the share by which the seconds vary."""

    seconds: float
    size: int
    jitter: float


@lru_cache(maxsize=256)
def parse(query: str) -> PageRequest:
    """The query as numbers; every worker asks the same thing, so it is parsed once. Raises ValueError."""
    values = {"latency_ms": 20.0, "bytes": 16_000.0, "jitter": 0.0}
    most = {"latency_ms": LONGEST_MS, "bytes": LARGEST_PAGE, "jitter": 1.0}
    for key, text in parse_qsl(query, keep_blank_values=True):
        if key not in values:
            raise ValueError(f"There is no parameter '{key[:40]}'. There are: {', '.join(values)}.")
        try:
            number = float(text)
        except ValueError:
            raise ValueError(f"{key} needs a number, not '{text[:40]}'.") from None
        if not 0 <= number <= most[key]:  # also catches NaN
            raise ValueError(f"{key} must be from 0 to {most[key]:g}; {number:g} is not.")
        values[key] = number
    if not values["bytes"].is_integer():
        raise ValueError(f"bytes must be a whole number; {values['bytes']:g} is not.")
    return PageRequest(values["latency_ms"] / 1000, int(values["bytes"]), values["jitter"])


@lru_cache(maxsize=8)
def page(size: int) -> bytes:
    """A page of ``size`` bytes; the same object each time, so that serving it copies nothing."""
    return (_LINE * (size // len(_LINE) + 1))[:size]


async def answer(request: web.BaseRequest) -> web.StreamResponse:
    """One request."""
    from aiohttp import web

    if request.path != "/page":
        return web.Response(status=404, text="Not found. There is /page?latency_ms=20&bytes=16000&jitter=0.2\n")
    if request.method not in ("GET", "HEAD"):
        return web.Response(status=405, text="Only GET.\n", headers={"Allow": "GET, HEAD"})
    try:
        wanted = parse(request.query_string)
    except ValueError as problem:
        return web.Response(status=400, text=f"{problem}\n")
    seconds = wanted.seconds
    if wanted.jitter:
        seconds *= 1 + wanted.jitter * random.uniform(-1, 1)
    if seconds > 0:
        await asyncio.sleep(seconds)
    return web.Response(body=page(wanted.size), content_type="text/plain")


async def serve() -> None:
    """Serves until the process ends."""
    from aiohttp import web

    # The low-level server, without routing, middlewares and access log: they cost more than the page.
    server = web.Server(answer, access_log=None)
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(server, "127.0.0.1", 0, backlog=_BACKLOG)
    say({"port": listening.sockets[0].getsockname()[1]})
    fall_silent()
    await asyncio.Event().wait()


def say(words: dict[str, object]) -> None:
    """One line to whoever started this."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def fall_silent() -> None:
    """Nobody reads on from here: what is still said must not fail or block."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):
        os.dup2(nowhere, number)
    os.close(nowhere)


def leave_with_the_app() -> None:
    """Waits in a thread for the end of standard input, then ends the process."""
    lifeline = os.dup(0)

    def watch() -> None:
        with contextlib.suppress(OSError):
            while os.read(lifeline, 512):
                pass
        os._exit(0)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def raise_handle_limit() -> None:
    """64 workers are 64 connections, and those of the workers before them may still be closing."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _HANDLES if hard == resource.RLIM_INFINITY else min(_HANDLES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(OSError, ValueError):  # not granted: it then serves fewer connections
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def main() -> int:
    """Returns the exit code: 0 is never seen (the lifeline ends the process), 1 when it could not start."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # these are for the app, which then closes the lifeline
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    leave_with_the_app()
    raise_handle_limit()
    try:
        import aiohttp.web  # noqa: F401
    except ImportError as problem:
        say({
            "error": f"The page server needs aiohttp, which cannot be imported: {problem}.",
            "remedy": f"Install it: {sys.executable} -m pip install aiohttp",
        })  # fmt: skip
        return 1
    try:
        asyncio.run(serve())
    except OSError as problem:
        say({
            "error": f"The page server found no free port on 127.0.0.1: {problem}.",
            "remedy": "Close programs that hold many connections, or wait a minute for their ports.",
        })  # fmt: skip
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
