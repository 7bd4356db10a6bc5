"""When workers were suspended: stopped or frozen from outside, as they told. Model thread."""

from __future__ import annotations

_MOST = 1_000
LONG_GAP_MS = 300.0
"""Between two frames: a shorter gap is always the window's own."""


class Suspensions:
    """Stretches (start, end) in ns, in order and apart; those of several workers that overlap are one."""

    def __init__(self) -> None:
        self.spans: list[tuple[int, int]] = []

    def add(self, start_ns: int, end_ns: int) -> None:
        apart = []
        for a, b in self.spans:
            if a <= end_ns and start_ns <= b:
                start_ns, end_ns = min(a, start_ns), max(b, end_ns)
            else:
                apart.append((a, b))
        self.spans = sorted([*apart, (start_ns, end_ns)])[-_MOST:]

    def within(self, start_ns: int, end_ns: int) -> list[tuple[int, int]]:
        """What of them lies in a stretch of time."""
        return [(max(a, start_ns), min(b, end_ns)) for a, b in self.spans if a < end_ns and b > start_ns]

    def touch(self, start_ns: int, end_ns: int) -> bool:
        return bool(self.within(start_ns, end_ns))

    def cover_gap(self, t_ns: int, gap_ms: float) -> bool:
        """Whether they fill most of the gap before a frame: then the window was suspended too."""
        gap_ns = int(gap_ms * 1e6)
        return 2 * sum(b - a for a, b in self.within(t_ns - gap_ns, t_ns)) > gap_ns
