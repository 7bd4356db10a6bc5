"""The line charts' common ground: a pyqtgraph plot in the theme's clothes, time running to the left. GUI thread.

The time axis is relative to now and never moves, so a frame redraws curves and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF
from PySide6.QtWidgets import QFrame, QSizePolicy

from grandstand.render.ticks import nice_top, span_text, tick_words
from grandstand.session.session import Session
from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.vocabulary.states import SUSPENDED

_MOST_MARKERS = 8
_MOST_BANDS = 4
_SHRINK_NS = 4_000_000_000
_AXIS_WIDTH = 46
_RIGHT = 4


class LineChart(pg.PlotWidget):  # type: ignore[misc]
    """A plot of the last seconds. ``set_top`` keeps the upper end calm: it grows at once and shrinks late."""

    def __init__(self, session: Session, name: str, accessible: str) -> None:
        super().__init__()
        self._session = session
        self._span_ns = 10_000_000_000
        self._top = self._bottom = 0.0
        self._shrink_after = 0
        self._floor = 1.0
        self._curves: list[Any] = []
        self.setObjectName(name)
        self.setAccessibleName(accessible)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(80, 50)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # else its panel is painted first
        self.setAntialiasing(True)
        item = self.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.setMouseEnabled(False, False)
        item.getViewBox().setDefaultPadding(0)
        item.getViewBox().setMouseEnabled(False, False)
        for side in ("left", "bottom"):
            item.getAxis(side).enableAutoSIPrefix(False)
        self._markers = [pg.InfiniteLine(angle=90) for _ in range(_MOST_MARKERS)]
        for line in self._markers:
            line.setVisible(False)
            self.addItem(line, ignoreBounds=True)
        self._bands: list[Any] = []
        theme_manager().changed.connect(self.restyle)
        self.set_span(self._span_ns)
        self.set_top(1.0)
        self.restyle()

    # -- looks ------------------------------------------------------------------------------------------------

    def restyle(self) -> None:
        """Colors and letters of the theme in use."""
        manager = theme_manager()
        theme = manager.theme
        self.setBackground(QColor(theme.surface.panel))
        font = ui_font(13, 400, manager.scale)
        item = self.getPlotItem()
        for side in ("left", "bottom"):
            axis = item.getAxis(side)
            axis.setTickFont(font)
            axis.setTextPen(pg.mkPen(theme.chart.axis))
            axis.setPen(pg.mkPen(theme.chart.grid))
            axis.setStyle(tickLength=0, tickTextOffset=manager.px(6), hideOverlappingLabels=False)
        item.layout.setContentsMargins(0, manager.px(8), manager.px(_RIGHT), 0)  # room for the highest label
        item.getAxis("left").setWidth(manager.px(_AXIS_WIDTH))
        item.getAxis("bottom").setHeight(manager.px(24))
        for line in self._markers:
            line.setPen(pg.mkPen(theme.chart.marker, width=round(manager.scale), style=Qt.PenStyle.DashLine))
        for band in self._bands:
            band.setBrush(self._band_brush())
        self._grid()
        self._place_times()
        self.restyle_curves()

    def restyle_curves(self) -> None:
        """Colors of the curves; for the charts to fill in."""

    def pen(self, color: str, width: float = 2.0, alpha: int = 255) -> Any:
        shade = QColor(color)
        shade.setAlpha(alpha)
        return pg.mkPen(shade, width=width * theme_manager().scale)

    def curve(self, **options: Any) -> Any:
        made = pg.PlotCurveItem(antialias=True, skipFiniteCheck=False, connect="finite", **options)
        self.addItem(made)
        self._curves.append(made)
        return made

    def _grid(self) -> None:
        """Hairlines at the ticks, drawn once into the ground."""
        for line in getattr(self, "_hairlines", []):
            self.removeItem(line)
        color = theme_manager().theme.chart.grid
        self._hairlines = []
        for value in self._ticks():
            line = pg.InfiniteLine(value, angle=0, pen=pg.mkPen(color, width=1))
            line.setZValue(-10)
            self.addItem(line, ignoreBounds=True)
            self._hairlines.append(line)

    # -- axes -------------------------------------------------------------------------------------------------

    def set_span(self, span_ns: float) -> None:
        """Seconds shown; the axis' three labels say which."""
        self._span_ns = int(span_ns)
        self.getPlotItem().setXRange(-span_ns / 1e9, 0, padding=0)
        self._place_times()

    def _place_times(self) -> None:
        """Three labels, those at the ends moved inwards until they fit: pyqtgraph leaves out what does not."""
        span = self._span_ns / 1e9
        manager = theme_manager()
        metrics = QFontMetricsF(ui_font(13, 400, manager.scale))
        room = max(60.0, self.width() - manager.px(_AXIS_WIDTH) - manager.px(_RIGHT))
        words = (f"−{span_text(self._span_ns)}", f"−{span_text(self._span_ns / 2)}", "now")
        half = [metrics.horizontalAdvance(text) / 2 * span / room for text in words]
        places = (-span + half[0], -span / 2, -half[2])
        self.getPlotItem().getAxis("bottom").setTicks([list(zip(places, words, strict=True))])

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_hairlines"):  # Qt asks once while the base class is still being made
            self._place_times()
            self._place_values()

    def _place_values(self) -> None:
        """The lowest label and the highest, and those between that there is room for."""
        if not self._top:  # still being made
            return
        ticks = self._ticks()
        tall = QFontMetricsF(ui_font(13, 400, theme_manager().scale)).height()
        room = max(1.0, self.height() - self.getPlotItem().getAxis("bottom").height())
        pixels = room / ((self._top - self._bottom) * 1.04)
        kept = [ticks[0]]
        for value in ticks[1:-1]:
            if (value - kept[-1]) * pixels >= tall and (ticks[-1] - value) * pixels >= tall:
                kept.append(value)
        kept.append(ticks[-1])
        self.getPlotItem().getAxis("left").setTicks([[(v, self.tick_text(v)) for v in kept]])

    def set_top(self, highest: float, now_ns: int = 0) -> None:
        """Makes room for ``highest``: a round number above it."""
        wanted = nice_top(max(highest, self._floor))
        if wanted > self._top:
            self._shrink_after = now_ns + _SHRINK_NS
        elif wanted == self._top:
            self._shrink_after = now_ns + _SHRINK_NS
            return
        elif now_ns < self._shrink_after <= now_ns + _SHRINK_NS:  # a replay may have jumped back
            return
        self._top = wanted
        self.getPlotItem().setYRange(self._bottom * 1.04, wanted * 1.04, padding=0)
        self._place_values()
        self._grid()

    def set_bottom(self, lowest: float, now_ns: int = 0) -> None:
        """Makes room for what is below zero; once made it stays."""
        wanted = -nice_top(-lowest) if lowest < 0 else 0.0
        if wanted < self._bottom:
            self._bottom = wanted
            top, self._top = self._top, 0.0
            self.set_top(top, now_ns)

    def _ticks(self) -> Sequence[float]:
        if self._bottom:
            return (self._bottom, 0.0, self._top)
        return (0.0, self._top / 2, self._top)

    def tick_text(self, value: float) -> str:
        return tick_words(value)

    # -- data -------------------------------------------------------------------------------------------------

    def seconds(self, times: np.ndarray, edge_ns: int) -> np.ndarray:
        """Clock times as seconds before the edge (≤ 0)."""
        return (times - edge_ns) / 1e9

    def show_markers(self, edge_ns: int) -> None:
        recent = [k for k in self._session.markers if k.t_ns > edge_ns - self._span_ns][-_MOST_MARKERS:]
        for i, line in enumerate(self._markers):
            if i < len(recent):
                line.setValue((recent[i].t_ns - edge_ns) / 1e9)
                line.setVisible(True)
            elif line.isVisible():
                line.setVisible(False)

        self._show_suspensions(edge_ns)

    def _show_suspensions(self, edge_ns: int) -> None:
        """Time in which workers were suspended is striped: nothing was measured in it."""
        spans = self._session.suspensions.within(edge_ns - self._span_ns, edge_ns)[-_MOST_BANDS:]
        while len(self._bands) < len(spans):
            band = pg.LinearRegionItem(movable=False, brush=self._band_brush(), pen=pg.mkPen(None))
            band.setZValue(-5)
            self.addItem(band, ignoreBounds=True)
            self._bands.append(band)
        for i, band in enumerate(self._bands):
            if i < len(spans):
                band.setRegion([(t - edge_ns) / 1e9 for t in spans[i]])
                band.setVisible(True)
            elif band.isVisible():
                band.setVisible(False)

    def _band_brush(self) -> QBrush:
        shade = QColor(theme_manager().theme.states[SUSPENDED.key])
        shade.setAlpha(70)
        return QBrush(shade, Qt.BrushStyle.BDiagPattern)

    def advance(self, edge_ns: int) -> None:
        """One frame."""
        raise NotImplementedError
