"""Shares of states -> pixels: each column of a lane is a stack of the states it held. GUI thread; numpy only.

All lanes are one image, and only columns that changed are painted into it: a frame costs what is new.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from PySide6.QtGui import QColor, QImage

from grandstand.session.lanes import Ints, Raster
from grandstand.ui.theme.tokens import Theme
from grandstand.vocabulary.states import IDLE, STACK

_STRIPE = 4
"""Pixels of a diagonal stripe; twice that is its period."""


class Look(NamedTuple):
    """Kinds from the bottom up, their colors, which of them (by place) are striped, and the color where none is."""

    stack: tuple[int, ...]
    colors: tuple[str, ...]
    ground: str
    striped: tuple[int, ...] = ()

    @classmethod
    def of_states(cls, theme: Theme) -> Look:
        """As a worker's lane looks."""
        return cls(
            tuple(state.number for state in STACK),
            tuple(theme.states[state.key] for state in STACK),
            theme.states[IDLE.key],
            tuple(i for i, state in enumerate(STACK) if state.texture),
        )


@dataclass(frozen=True)
class LaneGeometry:
    """Rows of the image, in device pixels: ``tops[i]`` and ``height`` of lane i."""

    tops: tuple[int, ...]
    height: int
    total: int

    @classmethod
    def fit(cls, lanes: int, total: int) -> LaneGeometry:
        """``lanes`` equal bands in ``total`` rows, with a gap that shrinks as they get many."""
        lanes, total = max(1, lanes), max(1, total)
        pitch = total / lanes
        gap = 0 if pitch < 2 else max(1, round(pitch * (0.2 if pitch > 8 else 0.3)))
        height = max(1, int(pitch) - gap)
        return cls(tuple(int(i * pitch) for i in range(lanes)), height, total)


class LaneImage:
    """A QImage over a numpy array [rows, columns], painted column by column from a Raster."""

    def __init__(
        self,
        geometry: LaneGeometry,
        columns: int,
        theme: Theme,
        look: Look | None = None,
        rows: tuple[int, ...] = (),
    ) -> None:
        """``rows`` of the raster that are shown, in this order; none: the first ones."""
        look = look or Look.of_states(theme)
        self.geometry = geometry
        self._shown = list(rows or range(len(geometry.tops)))
        self._stack, self._striped = list(look.stack), look.striped
        self._pixels = np.zeros((geometry.total, columns), np.uint32)
        high, stride = self._pixels.shape[0], self._pixels.strides[0]
        self.image = QImage(self._pixels.data, columns, high, stride, QImage.Format.Format_RGB32)
        ground = QColor(look.ground).rgb()
        stack = [QColor(color).rgb() for color in look.colors]
        self._palette = np.array([*stack, ground], np.uint32)
        self._gap = QColor(theme.surface.panel).rgb()
        height = geometry.height
        self._levels = ((height - np.arange(height) - 0.5) / height).astype(np.float32)
        self._rows = (np.array(geometry.tops)[:, None] + np.arange(height)).reshape(-1)
        self._pixels[:] = self._gap
        self._pixels[self._rows] = ground

    def paint(self, raster: Raster, columns: Ints) -> None:
        """Paints grid columns (as Raster.add returned them)."""
        if not len(columns):
            return
        index = columns % raster.columns
        lanes = len(self.geometry.tops)
        shares = raster.shares[self._shown][:, index][:, :, self._stack]
        present = np.flatnonzero(shares.any(axis=(0, 1)))
        tops = np.cumsum(shares[:, :, present], axis=2)
        if len(present):  # a column covered to within rounding is covered: no hairline of ground on top of it
            tops[:, :, -1] = np.where(tops[:, :, -1] > 0.995, 2.0, tops[:, :, -1])
        place = np.zeros((lanes, len(index), len(self._levels)), np.uint8)
        for k in range(len(present)):
            place += tops[:, :, k, None] <= self._levels
        for striped in np.flatnonzero(np.isin(present, self._striped)):
            diagonal = (np.arange(len(self._levels))[None, :] + columns[:, None]) % (2 * _STRIPE)
            place[(place == striped) & (diagonal < _STRIPE)] = len(present)
        colors = self._palette[np.append(present, len(self._stack))]
        block = colors[place].transpose(0, 2, 1).reshape(-1, len(index))
        self._pixels[np.ix_(self._rows, index)] = block
