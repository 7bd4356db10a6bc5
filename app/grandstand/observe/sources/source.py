"""What a source is: something that looks at a quantity every so often, described as data. Any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from grandstand.vocabulary.channels import Channel

LEAST_S, MOST_S = 0.02, 3600.0

Look = Callable[[frozenset[int]], Iterable[Any] | None]
"""From the processes of the workers to what is seen now: samples of the source's channels (engine.samples).

None: there is nothing to look at yet; it is asked again at the next turn. Runs on the pump's thread, between its
turns, so it must not wait for anything.
"""


@dataclass(frozen=True)
class Source:
    """A descriptor. ``title`` names it in messages: "Room temperature is not measured any more". ``channels``: all
    that it may tell of. ``make`` is called once for each sampler, on the thread that samples.
    """

    key: str
    title: str
    channels: tuple[Channel, ...]
    every_s: float
    make: Callable[[], Look]
