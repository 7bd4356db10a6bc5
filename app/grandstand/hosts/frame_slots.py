"""Frame slots: how computing threads in the window's own process leave it room to draw. Qt-free.

The window says when its next frame is due, that it has begun, and that it is done: everything painted, nothing left in
its event loop. From ``lead_ns`` before a frame is due until the window is done with it the workers rest (gate.py), so
that for those milliseconds the GIL is the window's alone. A slot is as long as the frame: a quiet window
gives the GIL back after a few milliseconds, one that is laid out anew keeps it for longer. It does not
keep it for ever: after ``LONGEST_NS`` the workers get ``GRACE_NS``, whatever the window is doing.

``lead_ns`` is for the steps that workers are at when the slot begins: each has to finish one, and needs the
interpreter for that. It is the 90th percentile of how long the last of them took, in the frames of late.

Written by the GUI thread and read by workers; every value is one reference, so none is ever torn.
"""

from __future__ import annotations

import threading
from collections import deque

from grandstand.engine.clocks import now_ns
from grandstand.hosts.gate import Gate, Ticket

FRAME_NS = 33_333_333
LONGEST_NS, GRACE_NS = 400_000_000, 20_000_000
_FIRST_LEAD_NS, _LEAST_LEAD_NS, _MOST_LEAD_NS = 500_000, 300_000, 4_000_000
_NEVER = 1 << 62
_KEPT = 120


class FrameSlots:
    """The clock of frames, and the gate at which workers rest while the window draws."""

    def __init__(self) -> None:
        self.epoch_ns = now_ns()
        self.frame_ns = FRAME_NS
        self.lead_ns = _FIRST_LEAD_NS
        self._enabled = True
        self.gate = Gate(self)
        self._due_ns = _NEVER
        self._closed_since = 0
        """Since when the window has been drawing the frame that it is at; 0 while it is not."""
        self._kept: deque[float] = deque(maxlen=_KEPT)
        self._guests: deque[threading.Lock] = deque()
        self._slowest = 0
        self._gathering: deque[int] = deque(maxlen=_KEPT)

    # -- GUI thread -------------------------------------------------------------------------------------------

    def next_frame_ns(self, t_ns: int) -> int:
        """The first start of a frame after ``t_ns``."""
        return t_ns + self.frame_ns - (t_ns - self.epoch_ns) % self.frame_ns

    def expect(self, due_ns: int) -> None:
        """The next frame will begin then; 0: no window draws any more."""
        self._due_ns = due_ns or _NEVER
        if not due_ns:
            self._closed_since = 0
            self._wake(now_ns())

    def begin(self, t_ns: int, due_ns: int) -> None:
        """A frame has begun, and the next one is due then."""
        self._closed_since = min(t_ns, self.closes_ns)
        self._due_ns = due_ns

    def done(self, t_ns: int) -> None:
        """The window is done with the frame."""
        if not self._closed_since:
            return
        self._kept.append(min(1.0, (t_ns - self._closed_since) / self.frame_ns))
        self._closed_since = 0
        slowest, self._slowest = self._slowest, 0
        if slowest:
            self._gathering.append(slowest)
            if len(self._gathering) > _KEPT // 4:
                usual = sorted(self._gathering)[len(self._gathering) * 9 // 10]
                self.lead_ns = min(_MOST_LEAD_NS, max(_LEAST_LEAD_NS, usual))
        self._wake(t_ns)

    @property
    def enabled(self) -> bool:
        """Switched off, workers do as they please."""
        return self._enabled

    @enabled.setter
    def enabled(self, on: bool) -> None:
        self._enabled = on
        if not on:
            self._wake(now_ns())

    @property
    def share(self) -> float:
        """Share of the GIL's time that the window keeps while computing threads live in its process: the mean
        of the last frames.
        """
        return sum(self._kept) / len(self._kept) if self._enabled and self._kept else 0.0

    def _wake(self, t_ns: int) -> None:
        while self._guests:
            self._guests.popleft().release()
        self.gate.open(t_ns)

    # -- any thread -------------------------------------------------------------------------------------------

    @property
    def closes_ns(self) -> int:
        """From when on workers rest for the next frame."""
        return self._due_ns - self.lead_ns

    def closed_for(self, t_ns: int) -> int:
        """For how many ns from ``t_ns`` on the GIL is the window's, at most; 0: it is not."""
        since = self._closed_since or self.closes_ns
        if not self._enabled or t_ns < since:
            return 0
        return max(0, LONGEST_NS - (t_ns - since) % (LONGEST_NS + GRACE_NS))

    def came(self, t_ns: int) -> None:
        """For the gate: a worker has come to rest. The slowest of each frame counts.

        What is lost when two come at once is one frame's figure.
        """
        into = t_ns - (self._closed_since or self.closes_ns)
        if into > self._slowest:
            self._slowest = into

    def leave_alone(self) -> None:
        """For a thread of the window that is no worker: sleeps while the GIL is the window's."""
        if not self.closed_for(now_ns()):
            return
        guest = threading.Lock()
        guest.acquire()
        self._guests.append(guest)
        longest = self.closed_for(now_ns())  # again: the window may be done by now
        guest.acquire(timeout=longest / 1e9)

    def ticket(self) -> Ticket:
        """For a worker that is about to begin."""
        return Ticket(self.gate)


_slots = FrameSlots()


def frame_slots() -> FrameSlots:
    """The app's one frame clock."""
    return _slots
