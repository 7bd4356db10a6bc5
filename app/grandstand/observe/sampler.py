"""Asks each source when it is due: cores and the CPU quota five times a second, memory once, others as they say.

Runs on the pump's thread, between its turns.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from typing import Any

from grandstand.engine import messages as m
from grandstand.engine.samples import CoresSample, MemorySample, QuotaSample, Sample
from grandstand.observe import sources
from grandstand.observe.sources.source import Look, Source
from grandstand.vocabulary.channels import CORES, MEMORY, QUOTA

log = logging.getLogger(__name__)

MOST_A_LOOK = 100
"""Samples. The inbox that they go to is the workers', too."""
SLOW_S, SLOW_LOOKS = 1.0, 3
"""A source that takes longer than this several times in a row holds up the workers' messages."""
_OWN = {CoresSample: CORES.key, MemorySample: MEMORY.key, QuotaSample: QUOTA.key}


class Refused(Exception):
    """Why a source is not asked any more, in words."""


class _Asked:
    """One source of one sampler."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.keys = frozenset(channel.key for channel in source.channels)
        self.look: Look | None = None
        self.due = 0.0
        self.slow = 0

    def ask(self, pids: frozenset[int], now: float, clock: Callable[[], float]) -> list[Any]:
        """What it sees, checked. Raises whatever it raises, and Refused."""
        if self.look is None:
            self.look = self.source.make()
        began = clock()
        seen = self.look(pids)
        self.slow = self.slow + 1 if clock() - began > SLOW_S else 0
        if self.slow >= SLOW_LOOKS:
            raise Refused(f"each look took longer than {SLOW_S:g} s")
        if seen is None:
            return []
        self.due = now + self.source.every_s
        told: list[Any] = []
        for sample in seen:
            key = sample.channel if isinstance(sample, Sample) else _OWN.get(type(sample))
            if key not in self.keys:
                raise Refused(f"it told of {str(key)[:40]!r}, which it did not declare")
            told.append(sample)
            if len(told) > MOST_A_LOOK:
                raise Refused(f"it told of more than {MOST_A_LOOK} samples at once")
        return told


class Sampler:
    """``watch`` may be called from any thread; everything else belongs to the pump's.

    ``chosen``: the sources; None for all that there are, also those that come later. One that raises, that tells of
    what it did not declare, of too much or too slowly is switched off, and that is said; the others go on.
    """

    def __init__(self, chosen: tuple[Source, ...] | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._chosen = chosen
        self._clock = clock
        self._pids: frozenset[int] = frozenset()
        self._known: tuple[Source, ...] = ()
        self._asked: list[_Asked] = []

    def watch(self, pids: frozenset[int]) -> None:
        """The worker processes whose CPU and memory are ours."""
        self._pids = pids - {os.getpid()}  # workers in this process: its CPU is counted anyway

    def __call__(self, now: float) -> list[Any]:
        """What is due at ``now`` (time.monotonic): samples, and Trouble for a source that was switched off."""
        there = sources.every() if self._chosen is None else self._chosen
        if there is not self._known:
            self._renew(there)
        samples: list[Any] = []
        for asked in self._asked:
            if now < asked.due:
                continue
            try:
                samples += asked.ask(self._pids, now, self._clock)
            except Exception as problem:
                asked.due = float("inf")
                samples.append(_switched_off(asked.source, problem))
        return samples

    def _renew(self, there: tuple[Source, ...]) -> None:
        before = {asked.source.key: asked for asked in self._asked if asked.source in there}
        self._asked = [before.get(source.key) or _Asked(source) for source in there]
        self._known = there


def _switched_off(source: Source, problem: Exception) -> m.Trouble:
    log.warning("The source '%s' is switched off", source.key, exc_info=problem)
    why = str(problem) if isinstance(problem, Refused) else f"{type(problem).__name__}: {problem}"
    text = f"{source.title} is not measured any more: {m.shorten(why, m.ERROR_BYTES)}."
    return m.Trouble(m.INSTEAD, text, "Everything else goes on. It is tried again when Grandstand starts anew.")
