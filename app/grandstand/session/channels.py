"""The channels of a session: a bounded series each, and how each is described. Model thread."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping
from typing import Any

from grandstand.engine.samples import Sample
from grandstand.session.series import Series
from grandstand.vocabulary import channels as vocabulary
from grandstand.vocabulary.channels import Channel

MOST_CHANNELS = 24
"""Beside the app's own: of more nothing is kept."""
_ROWS, _VALUES = 4_200, 16_384
"""A channel keeps its last 4,200 samples (a minute of 70 a second), and fewer where more than 16,384 values would be
kept: with the times that is some 0.3 MB, twice in memory."""
_FUTURE_NS = 50_000_000


class Channels(Mapping[str, Series]):
    """Series by key. ``own`` are the app's, which the session fills itself."""

    def __init__(self, own: dict[str, Series]) -> None:
        self._series = dict(own)
        self._own = frozenset(own)
        self._described: dict[str, Channel] = {}

    def __getitem__(self, key: str) -> Series:
        return self._series[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._series)

    def __len__(self) -> int:
        return len(self._series)

    def channel(self, key: str) -> Channel:
        """How a channel is described: by what it came with, else by what is known here."""
        return self._described.get(key) or vocabulary.described(key)

    def describe(self, channel: Channel) -> None:
        """What a channel to come is, as a recording tells it. Not of the app's own; of too many nothing is kept."""
        if channel.key not in self._own and len(self._described) < MOST_CHANNELS:
            self._described[channel.key] = channel

    @property
    def described(self) -> list[Channel]:
        """Those that were heard of, or described, but the app's own; in order."""
        keys = dict.fromkeys([*self._described, *(key for key in self._series if key not in self._own)])
        return sorted((self.channel(key) for key in keys), key=lambda channel: channel.order)

    def take(self, sample: Sample, now_ns: int) -> bool:
        """Keeps a sample; False for one that cannot be true, or for which there is no room."""
        series = self._series.get(sample.channel) if type(sample.channel) is str else None
        if not plausible(sample, now_ns) or sample.channel in self._own:
            return False
        if series is None:
            series = self._begun(sample)
            if series is None:
                return False
        last = series.last_ns
        if len(sample.values) > series.columns or (last is not None and sample.t_ns < last):
            return False
        series.append(sample.t_ns, *sample.values)
        return True

    def _begun(self, sample: Sample) -> Series | None:
        if len(self._series) - len(self._own) >= MOST_CHANNELS:
            return None
        channel = self.channel(sample.channel)
        self._described.setdefault(sample.channel, channel)
        wide = vocabulary.MOST_COLUMNS if channel.each else max(len(channel.columns), len(sample.values))
        series = self._series[sample.channel] = Series(max(60, min(_ROWS, _VALUES // wide)), wide)
        return series

    def __deepcopy__(self, memo: dict[int, Any]) -> Channels:
        """Descriptions do not change: they are shared."""
        other = Channels({})
        other._series = {key: copy.deepcopy(series, memo) for key, series in self._series.items()}
        other._own, other._described = self._own, dict(self._described)
        return other

    @property
    def bytes(self) -> int:
        """That its series take."""
        return sum(series.bytes for series in self._series.values())


def plausible(sample: Sample, now_ns: int) -> bool:
    """Whether a sample can be one: a channel's key, a time that was, finite numbers."""
    values: Any = sample.values
    try:
        return (
            vocabulary.good_key(sample.channel)
            and type(sample.t_ns) is int
            and 0 <= sample.t_ns <= now_ns + _FUTURE_NS
            and type(values) is tuple
            and 0 < len(values) <= vocabulary.MOST_COLUMNS
            and {*map(type, values)} <= {int, float}
            and all(math.isfinite(x) and abs(x) <= vocabulary.LARGEST for x in values)
        )
    except (TypeError, ValueError, OverflowError):
        return False
