"""Slices out of a recording's chunks. Pure; any thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from grandstand.journal.reader import Chunk
from grandstand.session.lanes import STATES, Ints

LONG_AGO = -(1 << 62)
_FUTURE_NS = 50_000_000
"""No message is later than this after it was heard of, or the session does not believe it."""


class Part(NamedTuple):
    """What was heard of in some time, in order: one value a slice ([n], ``slices`` [n, 3])."""

    lanes: Ints
    heard: Ints
    seq: Ints
    slices: Ints


class Bucket(NamedTuple):
    """A part, and what saves looking at its slices: latest heard, earliest end, latest start (ns)."""

    part: Part
    heard_ns: int
    end_ns: int
    start_ns: int

    @classmethod
    def of(cls, part: Part) -> Bucket:
        if not len(part.lanes):
            return cls(part, 0, 0, 0)
        return cls(part, int(part.heard[-1]), int(part.slices[:, 2].min()), int(part.slices[:, 1].max()))


_NONE = np.empty(0, np.int64)
EMPTY = Part(_NONE, _NONE, _NONE, np.empty((0, 3), np.int64))


def decoded(chunks: Sequence[Chunk], reach: dict[int, int] | None) -> Part:
    """Slices of chunks as LaneStore takes them: torn or impossible chunks are left out.

    And what overlaps the chunk before, if ``reach`` is there: lane -> up to when was told of it (ns), brought up to
    date. Who plays the recording knows that better, from the session itself.
    """
    chunks = [chunk for chunk in chunks if chunk[4] and not len(chunk[4]) % 24]
    if not chunks:
        return EMPTY
    slices = np.frombuffer(b"".join([chunk[4] for chunk in chunks]), "<i8").reshape(-1, 3).astype(np.int64, copy=False)
    counts = np.array([len(chunk[4]) // 24 for chunk in chunks])
    first = np.cumsum(counts) - counts
    seq, lane, t_ns, at_ns = np.array([chunk[:4] for chunk in chunks], np.int64).T
    states, starts, ends = slices.T
    bad = (states < 0) | (states >= STATES) | (ends < starts) | (starts < 0)
    before = np.concatenate([[0], ends[:-1]])
    before[first] = 0
    bad |= starts < before
    good = ~np.logical_or.reduceat(bad, first)
    good &= (ends[first + counts - 1] <= t_ns) & (t_ns <= at_ns + _FUTURE_NS)
    shown = np.repeat(good, counts)
    if reach is not None:
        reaches = np.empty(len(chunks), np.int64)
        for i, (where, t, took) in enumerate(zip(lane.tolist(), t_ns.tolist(), good.tolist(), strict=True)):
            reaches[i] = told = reach.get(where, LONG_AGO)
            if took and t > told:
                reach[where] = t
        shown &= starts >= np.repeat(reaches, counts)
    lanes, heard, seqs = (np.repeat(values, counts)[shown] for values in (lane, at_ns, seq))
    return Part(lanes, heard, seqs, slices[shown])
