"""The time between a window's frames. Bench process."""

from __future__ import annotations

import itertools


def gaps_between(beats: list[int], began: int, ended: int) -> list[float]:
    """Gaps in ms between the frames from ``began`` to ``ended`` (ns), those that reach in and out included."""
    inside = [t for t in beats if began <= t <= ended]
    before = max((t for t in beats if t < began), default=began)
    marks = [before, *inside]
    gaps = [(b - a) / 1e6 for a, b in itertools.pairwise(marks)]
    open_gap = (ended - marks[-1]) / 1e6
    if not gaps or open_gap > max(gaps):
        gaps.append(open_gap)
    return gaps
