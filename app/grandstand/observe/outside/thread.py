"""One thread as the observer sees it: its open files, and the account of its time. The observer's only thread."""

from __future__ import annotations

import os
from collections.abc import Sequence

from grandstand.engine.messages import COMPUTING, SUSPENDED, WAITING
from grandstand.observe.outside import waits
from grandstand.observe.outside.account import Account
from grandstand.observe.outside.waits import Wait

_FIELDS, _CALL = 95, 255


class Thread:
    """Raises OSError when the thread is gone already. ``inner``: what it calls itself, in its own pid namespace.

    ``wait``: what it was last seen waiting for; ``still_ns``: since when it has done nothing but that.
    """

    __slots__ = (
        "_again", "_call", "_gils", "_line", "_named", "_path", "_raw", "_sched", "account", "inner", "name",
        "still_ns", "tid", "wait",
    )  # fmt: skip

    def __init__(self, pid: int, tid: int, inner: int, name: str) -> None:
        self.tid = tid
        self.inner = inner
        self.name = name
        self.account = Account()
        self.wait: Wait = waits.RUNS
        self.still_ns = 0
        self._path = f"/proc/{pid}/task/{tid}/"
        self._raw = b""
        self._again = False
        self._call = -1
        self._line = b""
        self._gils: Sequence[tuple[int, int]] | None = None
        self._named = waits.RUNS
        self._sched = os.open(self._path + "schedstat", os.O_RDONLY | os.O_CLOEXEC)

    def sample(
        self, now: int, stopped: bool, gils: Sequence[tuple[int, int]] | None, may_look: bool, late_ns: int
    ) -> None:
        """Looks at it. ``stopped``: its process is; ``gils``: None while it is not known which futexes are a GIL's;
        ``may_look``: the system tells what it waits for.

        Raises OSError when it is gone.
        """
        raw = os.pread(self._sched, _FIELDS, 0)
        account = self.account
        if raw == self._raw and not self._again:
            kind = account.kind
            if kind != COMPUTING and (kind == SUSPENDED) is stopped:
                account.rests(now)
                return
        cpu, delay, _ = raw.split()
        if raw != self._raw:
            self.still_ns = now
            self._raw = raw
        if stopped:
            wait = Wait(SUSPENDED)
        elif may_look:
            wait = self._look(gils)
        else:
            wait = self._without_looking(raw, int(cpu))
        self.wait, self._again = wait, False
        if account.since_ns:
            account.look(now, int(cpu), int(delay), wait.state, late_ns, wait.address)
        else:
            account.begin(now, int(cpu), int(delay), wait.state, wait.address)
            self.still_ns = now

    def name_waits(self, gils: Sequence[tuple[int, int]]) -> None:
        """Now it is known which futexes are a GIL's; it may wait for one."""
        self.account.name_waits(lambda address: waits.name(address, gils))
        self._again = True

    def _look(self, gils: Sequence[tuple[int, int]] | None) -> Wait:
        if self._call < 0:
            self._call = os.open(self._path + "syscall", os.O_RDONLY | os.O_CLOEXEC)
        raw = os.pread(self._call, _CALL, 0)
        if raw != self._line or gils is not self._gils:
            self._line, self._gils = raw, gils
            self._named = waits.parse(raw, gils)
        return self._named

    def _without_looking(self, raw: bytes, cpu: int) -> Wait:
        """Whoever may not look knows only whether it ran."""
        return waits.RUNS if cpu != self.account.cpu_ns else Wait(WAITING)

    def close(self) -> None:
        for number in (self._sched, self._call):
            if number >= 0:
                os.close(number)
        self._sched = self._call = -1
