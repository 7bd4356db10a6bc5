"""A process that speaks the wire, whatever it runs: a host under another Python. Pump's thread; never waits.

It must say what it is before anything else. What is wrong with it then (nothing said, or nonsense, or too new, or too
late) ends it, and becomes a ``failure`` in words.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Callable
from typing import Any

from grandstand import plain
from grandstand.engine import messages as m
from grandstand.engine import wire
from grandstand.engine.clocks import now_ns
from grandstand.engine.introduction import introduced
from grandstand.hosts import clocks, start_methods
from grandstand.hosts.wires import Wires

CLOSED_S = 2.0
"""The longest that a process may live on without its wire."""
INTRODUCE_S = 20.0
"""The longest that a host may take to say what it is; a Python begins in 0.02 to 0.5 s, on a busy machine in more."""
_LOOK_S = 0.5
"""Of a longer time between two looks at the clock so much counts: the app itself may have stood still."""
_AT_ONCE = 1 << 18
"""Bytes taken from one host per turn: a flood must not keep the others waiting."""
_LAST_WORDS = 4_000
_OF_WORKERS = (m.Hello, m.Progress, m.Goodbye)


class WireChannel:
    """A hosts.base.Link over two pipes. ``check`` raises WireError for a host that will not do, ``explain`` makes a
    failure of what was wrong and what it said last on its standard error. Raises OSError like Popen.
    """

    def __init__(
        self,
        command: list[str],
        environment: dict[str, str],
        plan: m.ChildPlan,
        check: Callable[[wire.Introduction], None],
        explain: Callable[[str, str], m.Trouble],
    ) -> None:
        self._plan, self._check, self._explain = plan, check, explain
        self.introduction: wire.Introduction | None = None
        self._failure: m.Trouble | None = None
        self.silent = False
        self._decoder = wire.Decoder()
        self._offset = 0
        self._unsent: list[Any] = []
        self._sending = b""
        self._last_words = b""
        self._waited, self._looked = 0.0, time.monotonic()
        self._wires = Wires(lifeline=True)
        self._errors = -1
        try:
            self._errors, theirs = os.pipe()
            try:
                self._asked_ns = now_ns()
                with start_methods.held_back("SIGINT", "SIGHUP"):  # until it is deaf to them
                    self.process = self._wires.start(
                        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=theirs, env=environment
                    )
            finally:
                os.close(theirs)
        except BaseException:
            self._close_pipes()
            raise
        for number in (self._wires.orders, self._wires.events, self._errors):
            if hasattr(os, "set_blocking"):
                os.set_blocking(number, False)
        self.pid = self.process.pid
        self.sentinel = _pidfd(self.pid)

    @property
    def begun(self) -> bool:
        return self.introduction is not None

    @property
    def failure(self) -> m.Trouble | None:
        return self._failure

    def waitables(self) -> list[Any]:
        ends = [] if self.silent else [self._wires.events]
        return ends if self._errors < 0 else [*ends, self._errors]

    # -- orders -----------------------------------------------------------------------------------------------

    def send(self, order: Any) -> None:
        """Queues an order; of several parameter settings that nobody has read, the last one is kept."""
        if isinstance(order, m.Parameters):
            self._unsent = [o for o in self._unsent if not isinstance(o, m.Parameters)]
        self._unsent.append(order)
        self.push()

    def push(self) -> None:
        """Sends what waits, once it has introduced itself; ends it when that takes too long."""
        now = time.monotonic()
        self._waited += min(now - self._looked, _LOOK_S)
        self._looked = now
        if self._failure is None and self.silent and self._waited > CLOSED_S:
            self._fail("it closed its wire and went on")
        elif self._failure is None and self.introduction is None and self._waited > INTRODUCE_S:
            self._fail(f"it has not said what it is within {INTRODUCE_S:g} s")
        if self.introduction is None:
            return
        try:
            while self._sending or self._unsent:
                if not self._sending:
                    self._sending = wire.encode(self._unsent.pop(0))
                self._sending = self._sending[os.write(self._wires.orders, self._sending) :]
        except BlockingIOError:
            return
        except OSError:  # it is gone; its sentinel tells
            self._unsent.clear()
            self._sending = b""

    # -- what it says -----------------------------------------------------------------------------------------

    def drain(self) -> list[Any]:
        """What it has said since. Nothing that it says can raise here."""
        self._read_errors()
        messages: list[Any] = []
        for _ in range(_AT_ONCE // 65_536):
            piece = self._read(self._wires.events) if not self.silent else None
            if piece is None:
                break
            if not piece:
                self.silent, self._waited = True, 0.0
                break
            try:
                events = self._decoder.feed(piece)
            except wire.WireError as problem:
                messages += self._take(getattr(problem, "events", []))
                self._fail(str(problem))
                break
            messages += self._take(events)
        return messages

    def _take(self, events: list[Any]) -> list[Any]:
        messages: list[Any] = []
        for event in events:
            if self._failure is not None:
                break
            if self.introduction is None:
                messages += self._meet(event)
            elif isinstance(event, m.Batch):
                messages += self._take(list(event.messages))
            elif isinstance(event, _OF_WORKERS):
                messages.append(clocks.shifted(event, self._offset))
            elif isinstance(event, wire.Introduction):
                messages += self._met_again(event)
            elif isinstance(event, m.Trouble):
                kind = m.INSTEAD if event.kind == m.INSTEAD else "host"
                messages.append(m.Trouble(kind, plain.one_line(event.text), plain.one_line(event.remedy)))
        return messages

    def _meet(self, event: Any) -> list[Any]:
        try:
            introduction = introduced(event)
            self._check(introduction)
        except wire.WireError as problem:
            self._fail(str(problem))
            return []
        self._offset = clocks.offset_of(introduction, self._asked_ns)
        introduction = self.introduction = introduction._replace(
            python=plain.one_line(introduction.python, most=60),
            implementation=plain.one_line(introduction.implementation, most=60),
        )
        self._unsent.insert(0, self._plan)
        self.push()
        return [introduction]

    def _met_again(self, event: wire.Introduction) -> list[Any]:
        """All that may change of a host is whether its GIL is on."""
        known = self.introduction
        if known is None or event.gil == known.gil:
            return []
        self.introduction = known._replace(gil=event.gil, t_ns=event.t_ns + self._offset)
        return [self.introduction]

    def _fail(self, why: str) -> None:
        """It is of no more use; whoever waits for its sentinel buries it."""
        self._failure = self._explain(why, self._said_last())
        self.silent = True
        self.kill()

    def _said_last(self) -> str:
        return plain.lines(self._last_words.decode("utf-8", "replace"))

    def _read(self, number: int) -> bytes | None:
        """None when there is nothing, b"" at the end."""
        try:
            return os.read(number, 65_536)
        except BlockingIOError:
            return None
        except OSError:
            return b""

    def _read_errors(self) -> None:
        piece = self._read(self._errors) if self._errors >= 0 else None
        if piece:
            self._last_words = (self._last_words + piece)[-_LAST_WORDS:]
        elif piece is not None:
            os.close(self._errors)
            self._errors = -1

    # -- its end ----------------------------------------------------------------------------------------------

    def ended(self) -> bool:
        return self.process.poll() is not None

    def terminate(self) -> None:
        self.process.terminate()

    def kill(self) -> None:
        self.process.kill()

    def close(self) -> int:
        """Takes leave of a process that is gone; returns its exit code."""
        code = -9
        try:
            code = self.process.wait(1.0)
        except subprocess.TimeoutExpired:  # still there although its sentinel said otherwise
            self.process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self.process.wait(1.0)
        self._read_errors()
        if self._failure is None:
            self._failure = self._unexpected(code)
        self._close_pipes()
        return code

    def _unexpected(self, code: int) -> m.Trouble | None:
        """What a death means that nobody has asked for: before it has said what it is, that it cannot run."""
        if self.introduction is not None:
            return None
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return self._explain(f"it ended before it had said what it is ({how})", self._said_last())

    def _close_pipes(self) -> None:
        self._wires.close()
        if self._errors >= 0:
            os.close(self._errors)
            self._errors = -1
        if getattr(self, "sentinel", -1) >= 0:
            os.close(self.sentinel)
            self.sentinel = -1


def _pidfd(pid: int) -> int:
    """A descriptor that is ready when the process is gone; -1 where the system has none (then it is asked)."""
    if hasattr(os, "pidfd_open"):
        with contextlib.suppress(OSError):
            return os.pidfd_open(pid)
    return -1
