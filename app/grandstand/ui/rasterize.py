"""Turns SVG into pixels or into a page, with the fonts that ship.

Any thread once there is a QGuiApplication; where there is none it is made, which has to be on the main thread.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from grandstand.ui.shell.application import make_application
from grandstand.ui.theme.fonts import load_fonts
from grandstand.ui.vector import pdf_of

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


def write_png(path: Path, svg: str, scale: float = 2.0) -> None:
    """Raises OSError."""
    if not image_of(svg, scale).save(str(path)):
        raise OSError("the file could not be written")


def write_pdf(path: Path, svg: str) -> None:
    """One page of the picture's size, a point for each of its units; text stays text, with its font embedded.

    Whole or not at all. Raises OSError.
    """
    make_application()
    load_fonts()
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    size = renderer.defaultSize()
    if size.isEmpty():
        raise OSError("there is no picture to write")
    whole = QRectF(0, 0, size.width() * _DOTS, size.height() * _DOTS)
    data = pdf_of(size, 1.0, _DOTS, lambda painter: renderer.render(painter, whole))
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
