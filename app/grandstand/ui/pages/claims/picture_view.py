"""Shows one picture of a claim, sharp at any size, in the colors of the theme; copies and saves it. GUI thread.

Drawing takes some milliseconds, so it waits until it has been still for as long as a few drawings take: pictures that
come faster are left out, and the window's frames go on.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QGuiApplication,
    QImage,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog, QMenu, QSizePolicy, QWidget

from grandstand.files.writer import write_bytes, write_text
from grandstand.render.kinds import Picture
from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.vector import png_of

log = logging.getLogger(__name__)

TEXT_PX = 14
MAX_HEIGHT = 400
_FRAME_MS = 33
_SHARE = 5
"""A live picture may take one in so many milliseconds of the window's time."""
_SAVED_SCALE = 2


def draw_svg(picture: Picture, theme: str, width: int, text_px: int, max_height: int) -> str:
    """The picture as SVG text; imported late, since most of the app never draws one."""
    from grandstand.render.drawing import draw
    from grandstand.render.palette import palette

    return draw(picture, palette(theme), width, text_px, max_height)


class PictureView(QWidget):
    """As wide as there is room, as high as the picture needs. A right click copies or saves it."""

    failed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.picture: Picture | None = None
        self.steady = False
        """Live pictures come with one lane, then with eight: their place only grows, so that nothing below jumps."""
        self.svg = ""
        self.drawn = 0
        self._height = 0
        self._pixmap: QPixmap | None = None
        self._took_ms = 0.0
        self._trouble = ""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._draw)
        theme_manager().changed.connect(self._soon)

    def set_picture(self, picture: Picture) -> None:
        """Shows it within a frame or two; the same one again costs nothing."""
        if picture is self.picture:
            return
        self.picture = picture
        title = picture.title or "What goes on"
        self.setAccessibleName(f"Picture: {title}")
        self.setToolTip("Right-click: copy or save this picture")
        self._soon()

    def start_afresh(self) -> None:
        """Forgets how high it has been."""
        self._height = 0

    def sizeHint(self) -> QSize:
        return QSize(theme_manager().px(400), self._height or theme_manager().px(160))

    def image(self, scale: float = _SAVED_SCALE) -> QImage:
        """The picture on the panel's color, ``scale`` pixels a logical one. Null before it has been drawn."""
        renderer = QSvgRenderer(QByteArray(self.svg.encode()))
        size = renderer.defaultSize() * scale
        if size.isEmpty():
            return QImage()
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(QColor(theme_manager().theme.surface.panel))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter, QRectF(0, 0, size.width(), size.height()))
        painter.end()
        return image

    def copy(self) -> None:
        """Onto the clipboard, as pixels."""
        clipboard = QGuiApplication.clipboard()
        if self.svg:
            clipboard.setImage(self.image())

    def write(self, path: Path) -> None:
        """Writes SVG or PNG, by the ending. Raises OSError."""
        if path.suffix.lower() == ".svg":
            write_text(path, self.svg)
        else:
            write_bytes(path, png_of(self.image()))

    def build_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("picture_menu")
        menu.addAction("Copy picture").triggered.connect(self.copy)
        menu.addAction("Save as PNG…").triggered.connect(lambda: self._save_as("png"))
        menu.addAction("Save as SVG…").triggered.connect(lambda: self._save_as("svg"))
        menu.setEnabled(bool(self.svg))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    # -- inside -----------------------------------------------------------------------------------------------

    def _save_as(self, ending: str) -> None:
        name, _ = QFileDialog.getSaveFileName(self, "Save picture", f"claim.{ending}", f"Pictures (*.{ending})")
        if name:
            path = Path(name)
            try:
                self.write(path if path.suffix.lower() == f".{ending}" else path.with_name(f"{path.name}.{ending}"))
            except OSError as problem:
                self.failed.emit(str(problem))

    def _soon(self) -> None:
        if not self._later.isActive():
            self._later.start(max(_FRAME_MS, round(_SHARE * self._took_ms)) if self.svg else 0)

    def _draw(self) -> None:
        if self.picture is None or self.width() < 40:
            return
        manager = theme_manager()
        began = time.perf_counter()
        try:
            svg = draw_svg(self.picture, manager.theme.name, self.width(), manager.px(TEXT_PX), manager.px(MAX_HEIGHT))
        except Exception as problem:
            # A picture is an extra: a defect in drawing one must not take the figures with it.
            self._give_up(f"A picture could not be drawn: {type(problem).__name__}: {problem}")
            return
        renderer = QSvgRenderer(QByteArray(svg.encode()))
        size = renderer.defaultSize()
        ratio = self.devicePixelRatioF()
        pixmap = QPixmap(size * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        if not pixmap.isNull():
            painter = QPainter(pixmap)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            renderer.render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
            painter.end()
        pixmap.setDevicePixelRatio(ratio)
        self.svg, self._pixmap, self._trouble = svg, pixmap, ""
        self.drawn += 1
        height = max(size.height(), self._height) if self.steady else size.height()
        if height != self._height:
            self._height = height
            self.setFixedHeight(height)
        self._took_ms = 1000 * (time.perf_counter() - began)
        self.update()

    def _give_up(self, text: str) -> None:
        """Says so, once: live pictures come several times a second."""
        if text != self._trouble:
            self._trouble = text
            log.error("%s", text, exc_info=True)
            self.failed.emit(text)
        self.svg, self._pixmap = "", None
        self._height = theme_manager().px(60)
        self.setFixedHeight(self._height)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._soon()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.build_menu().popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        painter = QPainter(self)
        if self._pixmap is not None:
            painter.drawPixmap(0, 0, self._pixmap)
        elif self._trouble:
            painter.setFont(ui_font(14, 400, manager.scale))
            painter.setPen(QColor(manager.theme.text.secondary))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), "This picture could not be drawn.")
        if self.property("focusVisible"):
            painter.setPen(QColor(manager.theme.accent.focus))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()
