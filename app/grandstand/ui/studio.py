"""Pictures of a session at any size and in any theme, whatever the window looks like. GUI thread.

A studio has charts of its own, off the screen, laid out for the picture's size: text grows with the picture, so that
the back row can read it. Building one takes 0.1 to 0.3 s (seen on two cores), a picture of 1920 × 1080 after that 50
to 70 ms.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from grandstand.ui.pages.live.dashboard import Dashboard
from grandstand.ui.pages.live.sentences import current_sentence
from grandstand.ui.snapshot import caption, save, wrapped
from grandstand.ui.snapshot_look import PRESETS, parse_size
from grandstand.ui.stage import Stage
from grandstand.ui.theme.fonts import PRESENTING_SCALE
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.theme.palette import build_palette
from grandstand.ui.theme.style import build_style
from grandstand.ui.vector import pdf_of, png_of, svg_of
from grandstand.ui.widgets.panel import make_label
from grandstand.ui.widgets.sentence_bar import SentenceBar
from grandstand.vocabulary.panels import story, usual

__all__ = ["PRESETS", "Studio", "parse_size"]


class Studio:
    """``stage`` as a picture of ``size`` px.

    ``panels`` as in Dashboard.arrange; none: the story. That, and all of them, come with the sentence.
    """

    def __init__(
        self, stage: Stage, size: tuple[int, int], theme: str = "", panels: Sequence[str] = (),
        with_caption: bool = True, transparent: bool = False, span_ns: float = 10e9,
    ) -> None:  # fmt: skip
        panels = tuple(panels) or story()
        whole = set(panels) >= set(usual())
        self.stage = stage
        self.size = QSize(*size)
        self.theme = theme or theme_manager().theme.name
        # Six small charts want the room of a window of 1440 × 900; what carries a story can be read from afar.
        far = not whole
        self.scale = (
            PRESENTING_SCALE * min(size[1] / 1080, size[0] / 960) if far else min(size[0] / 1440, size[1] / 900)
        )
        self.transparent = transparent
        with theme_manager().borrowed(self.theme, self.scale) as look:
            px = theme_manager().px
            self.root = QWidget()
            self.root.setObjectName("studio")
            self.root.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
            self.root.setPalette(build_palette(look))
            self.root.setStyleSheet(build_style(look, theme_manager().scale))
            self.dashboard = Dashboard(stage)
            self.dashboard.build_charts(panels)
            self.dashboard.arrange(panels)
            self.dashboard.lanes.set_span(span_ns)
            self.sentence = SentenceBar()
            self.caption = make_label("", "caption")
            self.caption.setWordWrap(True)
            self.caption.setVisible(with_caption)
            self.description = ""
            column = QVBoxLayout(self.root)
            column.setContentsMargins(px(16), px(14), px(16), px(12))
            column.setSpacing(px(10))
            column.addWidget(self.dashboard, 1)
            column.addWidget(self.sentence)
            column.addWidget(self.caption)
            self.sentence.setVisible(whole or panels == story())
            self.root.resize(self.size)
            self.root.show()

    def still(self, t_ns: int) -> None:
        """Shows the session as it is, at that moment."""
        with theme_manager().borrowed(self.theme, self.scale):
            sentence = current_sentence(self.stage)
            self.sentence.set_sentence(sentence.text, sentence.tone)
            told = caption(self.stage)
            self.description = "\n".join(told)
            room, metrics = self.size.width() - 2 * theme_manager().px(16), QFontMetricsF(self.caption.font())
            self.caption.setText("\n".join(short for line in told for short in wrapped(line, metrics, room)))
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
            self.dashboard.still(t_ns)

    def image(self) -> QImage:
        """The picture as pixels."""
        kind = QImage.Format.Format_ARGB32_Premultiplied if self.transparent else QImage.Format.Format_RGB32
        image = QImage(self.size, kind)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        self.paint(painter)
        painter.end()
        image.setText("Description", self.description)
        return image

    def paint(self, painter: QPainter) -> None:
        """Draws it, a unit a pixel."""
        with theme_manager().borrowed(self.theme, self.scale) as look:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self.transparent:
                painter.fillRect(QRect(QPoint(0, 0), self.size), QColor(look.surface.window))
            self.root.render(painter, QPoint(0, 0), renderFlags=QWidget.RenderFlag.DrawChildren)

    def write(self, path: Path) -> None:
        """PNG, SVG or PDF by the ending, whole or not at all. Raises SnapshotError."""
        save(path, self.packed(path.suffix.lower()[1:]))

    def packed(self, kind: str) -> bytes:
        """As "svg" or "pdf", else as PNG."""
        if kind == "svg":
            return svg_of(self.size, self.description, self.paint)
        if kind == "pdf":
            return pdf_of(self.size, 0.5, 1.0, self.paint)
        return png_of(self.image())

    def close(self) -> None:
        self.root.hide()
        self.root.deleteLater()
