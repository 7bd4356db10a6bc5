"""Frame slots: how computing threads in the window's own process leave it room to draw. Qt-free.

Every worker looks at the shared clock after each step; in the first ``slot_ns`` of each frame it sleeps until the
slot is over. The window's timer fires at the start of the slot, so for those milliseconds the GIL is the
window's alone. The slot costs throughput, so it is sized from measured frames.

Eight workers do not all look at the clock at the same instant: each has a step to finish, and needs the GIL to
finish it. So they begin to sleep ``lead_ns`` before the slot, as long as the last of them was seen to take.

``slot_ns`` and ``lead_ns`` are written by the GUI thread and read by workers; a torn read is impossible (one
reference). ``_slowest`` is written by all of them: what is lost when two write at once is one frame's figure.
"""

from __future__ import annotations

import time
from collections import deque

from grandstand.engine import messages as m
from grandstand.engine.clocks import now_ns
from grandstand.engine.meter import Meter

FRAME_NS = 33_333_333
_SHORTEST_MS, _LONGEST_MS = 5.0, 18.0
_START_MS = 12.0
_MARGIN_MS = 2.0
_SHORTEST_LEAD_MS, _LONGEST_LEAD_MS = 0.3, 4.0


class FrameSlots:
    """The clock of frames and the length of the slot at the start of each."""

    def __init__(self) -> None:
        self.epoch_ns = now_ns()
        self.frame_ns = FRAME_NS
        self.slot_ns = int(_START_MS * 1e6)
        self.lead_ns = int(_SHORTEST_LEAD_MS * 1e6)
        self.enabled = True
        self._recent: deque[float] = deque(maxlen=120)
        self._gathering: deque[float] = deque(maxlen=120)
        self._slowest = 0

    def next_frame_ns(self, t_ns: int) -> int:
        """The first start of a frame after ``t_ns``."""
        return t_ns + self.frame_ns - (t_ns - self.epoch_ns) % self.frame_ns

    @property
    def share(self) -> float:
        """Share of the GIL's time that the window keeps while computing threads live in its process."""
        return (self.lead_ns + self.slot_ns) / self.frame_ns if self.enabled else 0.0

    def learn(self, cpu_ms: float) -> None:
        """A frame needed ``cpu_ms`` of the GUI thread's CPU time (its wall time would count the others' turns too).

        The slot becomes the 97th percentile of the last 120 frames and a margin; the lead the 90th percentile of how
        long the last worker took to fall asleep.
        """
        self._recent.append(cpu_ms)
        slowest, self._slowest = self._slowest, 0
        if slowest:
            self._gathering.append(slowest / 1e6)
        if len(self._recent) >= 30:
            wanted = 1.15 * _percentile(self._recent, 0.97) + _MARGIN_MS
            self.slot_ns = int(min(_LONGEST_MS, max(_SHORTEST_MS, wanted)) * 1e6)
        if len(self._gathering) >= 30:
            wanted = _percentile(self._gathering, 0.9)
            self.lead_ns = int(min(_LONGEST_LEAD_MS, max(_SHORTEST_LEAD_MS, wanted)) * 1e6)

    def rest_ns(self, t_ns: int) -> int:
        """How long a worker that looks at the clock at ``t_ns`` has to leave the GIL alone; 0: not at all."""
        if not self.enabled:
            return 0
        into = (t_ns - self.epoch_ns + self.lead_ns) % self.frame_ns
        left = self.lead_ns + self.slot_ns - into
        if left <= 0:
            return 0
        if into > self._slowest:
            self._slowest = into
        return left

    def pace(self, t_ns: int, meter: Meter) -> int:
        """Called by a worker after each step; sleeps if the slot is on. Returns the time after it."""
        left = self.rest_ns(t_ns)
        if not left:
            return t_ns
        meter.enter(m.IDLE)
        time.sleep(left / 1e9)
        meter.leave()
        meter.bracketed = False
        return now_ns()


def _percentile(values: deque[float], share: float) -> float:
    return sorted(values)[int(share * (len(values) - 1))]


_slots = FrameSlots()


def frame_slots() -> FrameSlots:
    """The app's one frame clock."""
    return _slots
