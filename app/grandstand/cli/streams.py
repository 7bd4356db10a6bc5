"""Standard output and standard error that never fail in the middle of something. Main thread; standard library only.

A command writes its files first and prints then, and whether that can be printed must not matter to what it has done:
a reader that goes away (``| head``), a closed stream (``>&-``), a full disk behind it, a terminal that lacks a
character. What went wrong is remembered, and told by the exit code at the end.
"""

from __future__ import annotations

import codecs
import contextlib
import errno
import io
import os
import sys
import unicodedata
from collections.abc import Iterator
from typing import Any

UNDELIVERED = 1
READER_GONE = 141
"""128 + SIGPIPE: what a shell shows for any program whose reader went away."""
_PLAIN = {
    "×": "x", "–": "-", "—": "-", "−": "-", "…": "...", "µ": "u", "μ": "u", "·": "*", "•": "*", "±": "+/-", "≥": ">=",
    "≤": "<=", "≈": "~", "→": "->", "←": "<-", "↑": "^", "↓": "v", "█": "#", "▏": "|", "│": "|", "─": "-", "━": "-",
    "╸": "-", "╺": "-", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "σ": "sigma", "κ": "kappa", "λ": "lambda",
    "⁄": "/", "α": "alpha", "β": "beta", "ß": "ss", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2011": "-",
}  # fmt: skip


def plain(text: str) -> str:
    """``text`` in ASCII: of each character the nearest ones, or a question mark."""
    return "".join(map(_nearest, text))


def _nearest(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    parts = unicodedata.normalize("NFKD", character)
    return "".join(c if c.isascii() else _PLAIN.get(c, "") for c in parts if not unicodedata.combining(c)) or "?"


def _replace(problem: UnicodeError) -> tuple[str, int]:
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    return plain(problem.object[problem.start : problem.end]), problem.end


codecs.register_error("grandstand.plain", _replace)


class Stream(io.TextIOBase):
    """Passes text on for as long as that works. ``problem``: why it does not any more."""

    def __init__(self, stream: Any, closed: bool = False) -> None:
        self._stream = stream
        self.problem: Exception | None = OSError(errno.EBADF, "it is closed") if closed or stream is None else None
        self.missed = False
        """Whether anything was to be written that did not get through."""
        with contextlib.suppress(AttributeError, ValueError, OSError):
            stream.reconfigure(errors="grandstand.plain")

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return getattr(self._stream, "encoding", None) or "utf-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        return getattr(self._stream, "errors", None) or "strict"

    @property
    def buffer(self) -> _Bytes:
        return _Bytes(self)

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            self._do("write", text)
        return len(text)

    def flush(self) -> None:
        if self.problem is None:
            with contextlib.suppress(OSError):
                self._do("flush")

    def isatty(self) -> bool:
        try:
            return self.problem is None and bool(self._stream.isatty())
        except (ValueError, OSError):
            return False

    def fileno(self) -> int:
        if self._stream is None:
            raise io.UnsupportedOperation("fileno")
        return int(self._stream.fileno())

    def pass_bytes(self, what: str, *data: bytes) -> None:
        """The same for bytes. Raises OSError."""
        self._do(what, *data, below=True)

    def _do(self, what: str, *data: Any, below: bool = False) -> None:
        if self.problem is not None:
            self.missed = self.missed or what == "write"
            raise OSError(errno.EBADF, str(self.problem)) from self.problem
        try:
            target = getattr(self._stream, "buffer", None) if below else self._stream
            if target is None:
                target, data = self._stream, tuple(piece.decode("utf-8", "replace") for piece in data)
            getattr(target, what)(*data)
        except (OSError, ValueError) as problem:  # ValueError: somebody closed it
            self.problem, self.missed = problem, True
            self._give_up()
            raise problem if isinstance(problem, OSError) else OSError(errno.EBADF, str(problem)) from problem

    def _give_up(self) -> None:
        """What is still in its buffer goes nowhere: or Python would try once more when it ends, and complain."""
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


class _Bytes:
    """The binary side of a stream; unlike its text it raises, so that a document is never thought delivered."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        self._stream.pass_bytes("write", bytes(data))
        return len(data)

    def flush(self) -> None:
        self._stream.pass_bytes("flush")


class Streams:
    """Both, in place of Python's own for as long as the context lasts."""

    def __enter__(self) -> Streams:
        closed = _fill_gaps()
        self._before = sys.stdout, sys.stderr
        self.out, self.err = Stream(sys.stdout, 1 in closed), Stream(sys.stderr, 2 in closed)
        sys.stdout, sys.stderr = self.out, self.err
        return self

    def __exit__(self, *error: object) -> None:
        self.out.flush()
        self.err.flush()
        sys.stdout, sys.stderr = self._before

    def code(self, code: int) -> int:
        """The exit code: that of the work, unless that was well and what it found did not get through."""
        self.out.flush()
        self.err.flush()
        if not self.out.missed:
            return code
        if isinstance(self.out.problem, BrokenPipeError):
            return code or READER_GONE
        why = getattr(self.out.problem, "strerror", None) or self.out.problem
        self.err.write(f"Standard output did not accept everything: {why}\n")
        self.err.flush()
        return code or UNDELIVERED


def _fill_gaps() -> Iterator[int] | tuple[int, ...]:
    """Descriptors 0 to 2 that were closed when the app began now lead nowhere; returns which ones.

    The next file to be opened would get such a number, and whatever prints to it, a child say, would end up in it.
    """
    closed = []
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            closed.append(number)
            with contextlib.suppress(OSError):
                os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest number that is free: this one
    for number in (1, 2):  # a pipe that others have set so would refuse what does not fit into it at once
        with contextlib.suppress(OSError, AttributeError):
            os.set_blocking(number, True)
    return tuple(closed)
