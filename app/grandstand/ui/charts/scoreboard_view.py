"""Scoreboard: each mode's newest result on this work against the baseline. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from grandstand.modes import described
from grandstand.render.whisker import whisker
from grandstand.session import words
from grandstand.session.scoreboard import Row
from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager

_ROW = 46
_LEAST_ROW = 18
"""Px at scale 1 that the letters of a row need."""
_LEAST_FIT = 0.5
_WIDE = 520
"""Px at scale 1 that a row needs for names, bar, figure and range."""
_MOST_GROWTH = 1.8


class ScoreboardView(QWidget):
    """One bar a mode with its ratio, and the range of half-second windows as a whisker and in figures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []
        self._unit = ""
        self.setObjectName("scoreboard")
        self.setAccessibleName("Scoreboard: each mode against the baseline")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        theme_manager().changed.connect(self.update)

    def set_rows(self, rows: list[Row], unit: str) -> None:
        if (rows, unit) != (self._rows, self._unit):
            self._rows, self._unit = rows, unit
            self.setAccessibleDescription("; ".join(f"{r.name}: {self._figure(r)}" for r in rows))
            self.update()

    def _figure(self, row: Row) -> str:
        return words.times(row.times) if row.times is not None else words.rate(row.per_second, self._unit)

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        theme = manager.theme
        scale = manager.scale * self._growth() * self._fit()

        def px(length: float) -> int:
            return max(1, round(length * scale))

        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.surface.panel))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._rows:
            painter.end()
            return
        name, small, bold = (ui_font(s, w, scale) for s, w in ((14, 500), (13, 400), (16, 700)))
        texts = [self._figure(r) for r in self._rows]
        left = max(QFontMetricsF(name).horizontalAdvance(r.name) for r in self._rows) + px(12)
        figure = max(QFontMetricsF(bold).horizontalAdvance(t) for t in texts) + px(16)
        ranges = [self._range(r) for r in self._rows]
        aside = max(QFontMetricsF(small).horizontalAdvance(t) for t in ranges) + px(4)
        if self.width() - left - figure - aside < px(60):
            aside, ranges = 0, [""] * len(ranges)
        if self.width() - left - figure - aside < px(40):  # no room for the unit: the workload says it too
            texts = [self._figure(r) if r.times is not None else words.rate(r.per_second, "") for r in self._rows]
            figure = max(QFontMetricsF(bold).horizontalAdvance(t) for t in texts) + px(16)
        letters, names = QFontMetricsF(name), [r.name for r in self._rows]
        if self.width() - left - figure - aside < px(40):  # nor for the whole name: figures are never cut
            left = max(px(60), self.width() - figure - px(40))
            names = [letters.elidedText(n, Qt.TextElideMode.ElideMiddle, left - px(12)) for n in names]
        room = max(20.0, self.width() - left - figure - aside)
        most = max(max(r.per_second, r.high or 0) for r in self._rows) or 1
        row = min(self.height() / max(3, len(self._rows)), px(_ROW))
        thick = min(px(18), row * 0.5)
        for i, r in enumerate(self._rows):
            middle = (i + 0.5) * row
            line = QRectF(0, i * row, self.width(), row)
            painter.setFont(name)
            painter.setPen(QColor(theme.text.primary))
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), names[i])
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.mode(r.setting.mode)))
            bar = QRectF(left, middle - thick / 2, max(3.0, room * r.per_second / most), thick)
            painter.drawRoundedRect(bar, 3, 3)
            end = bar.right()
            if r.low is not None and r.high is not None:
                strokes, last = whisker(r.low, r.high, left, room / most, middle, thick)
                for color, wide in ((theme.surface.panel, 3.8), (theme.text.primary, 1.6)):
                    painter.setPen(QPen(QColor(color), wide * scale))
                    painter.drawLines([QLineF(*stroke) for stroke in strokes])
                end = max(end, last)
            painter.setFont(bold)
            painter.setPen(QColor(theme.text.primary))
            painter.drawText(
                QRectF(end + px(10), line.top(), figure, row), int(Qt.AlignmentFlag.AlignVCenter), texts[i]
            )
            painter.setFont(small)
            painter.setPen(QColor(theme.text.secondary))
            painter.drawText(line, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), ranges[i])
        painter.end()

    def _growth(self) -> float:
        """Larger than the window's scale where an audience sees the scoreboard alone."""
        scale = theme_manager().scale
        if scale <= 1 or not self._rows:
            return 1.0
        needed = max(4, len(self._rows)) * _ROW * scale
        return min(_MOST_GROWTH, max(1.0, self.height() / needed), max(1.0, self.width() / (_WIDE * scale)))

    def _fit(self) -> float:
        """Smaller where there are more rows than fit in letters of the usual size: they must not overlap."""
        high = self.height() / max(1, len(self._rows))
        return max(_LEAST_FIT, min(1.0, high / (_LEAST_ROW * theme_manager().scale)))

    @staticmethod
    def _range(row: Row) -> str:
        if row.times_low is None or row.times_high is None:
            return (
                ""
                if described(row.setting.mode).one_thread
                else described(row.setting.mode).workers(row.setting.workers)
            )
        return f"{row.times_low:.2f} – {row.times_high:.2f}"
