"""What the doctor found, as a list: mark, title, and what to do where there is anything. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from grandstand.own.finding import FAILS, MIND, OK, UNCHECKED, VERDICTS, Finding
from grandstand.ui.pages.claims.verdict_card import SizedLabel
from grandstand.ui.theme.icons import paint_icon
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.theme.mixing import mix
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import make_label

_LOOKS = {OK: ("good", "check-bold"), MIND: ("warn", "warning"), FAILS: ("bad", "close"),
          UNCHECKED: ("neutral", "minus-bold")}  # fmt: skip


class _Mark(QWidget):
    """A disc in the color of the verdict with its icon: the shape says it too."""

    def __init__(self, verdict: str) -> None:
        super().__init__()
        self._verdict = verdict
        self.setAccessibleName(VERDICTS[verdict])
        theme_manager().changed.connect(self._restyle)
        self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_manager().theme
        tone, icon = _LOOKS[self._verdict]
        color = theme.tone(tone)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(mix(theme.surface.panel, color, 0.2)))
        disc = QRectF(self.rect())
        painter.drawEllipse(disc)
        edge = disc.width() * 0.22
        paint_icon(painter, icon, color, disc.adjusted(edge, edge, -edge, -edge))
        painter.end()

    def _restyle(self) -> None:
        side = theme_manager().px(20)
        self.setFixedSize(QSize(side, side))
        self.update()


class _Row(QWidget):
    def __init__(self, finding: Finding) -> None:
        super().__init__()
        self.setToolTip(plain_tip(finding.text))
        self.setAccessibleName(f"{finding.title}: {VERDICTS[finding.verdict]}. {finding.text}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme_manager().px(10))
        row.addWidget(_Mark(finding.verdict), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(1)
        title = SizedLabel(14, 600)
        title.setText(finding.title)
        column.addWidget(title)
        if finding.verdict in (MIND, FAILS):
            text = make_label(finding.text, "secondary")
            text.setWordWrap(True)
            column.addWidget(text)
        row.addLayout(column, 1)


class Checklist(QWidget):
    """Empty until something is found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("race_checklist")
        self.setAccessibleName("Checked first")
        self.findings: list[Finding] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._head = make_label("Checked first", "heading")
        self._column.addWidget(self._head)
        self._rows: list[_Row] = []
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self.clear()

    def clear(self) -> None:
        self.findings.clear()
        for row in self._rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self._rows.clear()
        self._head.hide()

    def add(self, finding: Finding) -> None:
        """At the end, as it comes."""
        self.findings.append(finding)
        row = _Row(finding)
        self._rows.append(row)
        self._column.addWidget(row)
        self._head.show()

    def _rescale(self) -> None:
        self._column.setSpacing(theme_manager().px(9))
