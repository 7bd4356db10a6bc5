"""Turns SVG into pixels or into a page, with the fonts that ship.

Any thread once there is a QGuiApplication; where there is none it is made, which has to be on the main thread.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from grandstand.ui.shell.application import make_application
from grandstand.ui.theme.fonts import load_fonts
from grandstand.ui.vector import pdf_of, png_of

_DOTS = 4.0
"""A unit, in a PDF: fine enough for whatever is drawn as pixels."""


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


def png_bytes(svg: str, scale: float = 2.0) -> bytes:
    """Raises OSError when ``svg`` is none."""
    image = image_of(svg, scale)
    if image.isNull():
        raise OSError(0, "there is no picture to write")
    return png_of(image)


def pdf_bytes(svg: str) -> bytes:
    """One page of the picture's size, a point for each of its units; text stays text, with its font embedded.

    Raises OSError when ``svg`` is none.
    """
    make_application()
    load_fonts()
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    size = renderer.defaultSize()
    if size.isEmpty():
        raise OSError(0, "there is no picture to write")
    whole = QRectF(0, 0, size.width() * _DOTS, size.height() * _DOTS)
    return pdf_of(size, 1.0, _DOTS, lambda painter: renderer.render(painter, whole))
