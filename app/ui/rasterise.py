"""Turns SVG into pixels, with the fonts that ship. GUI thread (a QGuiApplication is made if there is none)."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from app.ui.application import make_application
from app.ui.theme.fonts import load_fonts


def image_of(svg: str, scale: float = 2.0) -> QImage:
    """``svg`` with ``scale`` pixels a unit; null when it is none."""
    make_application()
    load_fonts()
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    size = renderer.defaultSize() * scale
    if size.isEmpty():
        return QImage()
    image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()
    return image


def write_png(path: Path, svg: str, scale: float = 2.0) -> None:
    """Raises OSError."""
    if not image_of(svg, scale).save(str(path)):
        raise OSError("the file could not be written")
