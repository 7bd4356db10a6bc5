"""Pictures as bytes: SVG and PDF, in which text stays text, and PNG. Any thread once there is a QGuiApplication."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QPoint, QRect, QSize, QSizeF
from PySide6.QtGui import QImage, QPageSize, QPainter, QPdfWriter

Paint = Callable[[QPainter], None]
_POINTS_AN_INCH = 72


def svg_of(size: QSize, description: str, paint: Paint) -> bytes:
    """``paint`` draws on ``size`` units; what it draws as pixels is embedded."""
    from PySide6.QtSvg import QSvgGenerator

    buffer = _buffer()
    generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(QPoint(0, 0), size))
    generator.setTitle("Grandstand")
    generator.setDescription(description)
    _draw(generator, paint)
    return bytes(buffer.data().data())


def pdf_of(size: QSize, points: float, dots: float, paint: Paint) -> bytes:
    """One page, ``points`` for each of the picture's units; ``paint`` draws ``dots`` a unit. Fonts are embedded."""
    buffer = _buffer()
    writer = QPdfWriter(buffer)
    writer.setTitle("Grandstand")
    writer.setCreator("Grandstand")
    writer.setResolution(round(_POINTS_AN_INCH * dots / points))
    page = QSizeF(size) * points
    writer.setPageSize(QPageSize(page, QPageSize.Unit.Point, "picture", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    _draw(writer, paint)
    return bytes(buffer.data().data())


def png_of(image: QImage) -> bytes:
    """``image`` packed; 4K takes a fifth of a second. Raises OSError when that fails."""
    buffer = _buffer()
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise OSError(0, "the picture could not be packed")
    return bytes(buffer.data().data())


def _buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


def _draw(device: object, paint: Paint) -> None:
    painter = QPainter(device)  # type: ignore[call-overload]
    try:
        paint(painter)
    finally:
        painter.end()
