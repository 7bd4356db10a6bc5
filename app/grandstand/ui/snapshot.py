"""Pictures of charts for slides: PNG at 1x to 4x and SVG, with a caption that says what was measured. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QWidget

from grandstand.control.controller import Controller
from grandstand.files.targets import words as reason
from grandstand.files.writer import write_bytes
from grandstand.hosts.frame_slots import frame_slots
from grandstand.modes import baseline, described
from grandstand.modes.mode import value_of
from grandstand.modes.qthreads import FRAME_SLOTS
from grandstand.observe.machine import Machine
from grandstand.session import words
from grandstand.session.scoreboard import LONG_ENOUGH
from grandstand.ui.stage import Stage
from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.vector import png_of, svg_of
from grandstand.ui.widgets.panel import SEPARATOR

_MARGIN = 16


class SnapshotError(Exception):
    """The picture could not be written; the text says why and what to do."""


def caption(stage: Stage) -> list[str]:
    """Two lines: what ran and what it gave; where it ran."""
    here = stage.machine
    choice = stage.choice
    run = stage.session.current
    setting = run.setting if run is not None else choice.setting()
    about = setting.about
    parts = [about.title, setting.words]
    parts += [about.told(key, value) for key, value in setting.parameters]
    if run is not None:
        summary = stage.session.steady(run)
        if summary.measured:
            parts.append(f"{words.rate(summary.per_second, about.unit)} over {words.seconds(summary.seconds)}")
            base = stage.session.scoreboard.baseline(setting.work, setting.python)
            compared = not described(setting.mode).baseline and summary.seconds >= LONG_ENOUGH
            if compared and base is not None and base.per_second > 0:
                parts.append(f"{words.times(summary.per_second / base.per_second)} {baseline().title.lower()}")
        parts += _how(stage)
    machine_line = [
        python_words(stage), here.cpu, words.cores(here.cores, here.quota),
        _priority(setting.mode, here), here.os, stage.made_on, "Grandstand",
    ]  # fmt: skip
    return [SEPARATOR.join(parts), SEPARATOR.join(p for p in machine_line if p)]


def python_words(stage: Stage) -> str:
    """'Python 3.14.7, GIL off': of the run that is shown, which may have been under another one than the window."""
    run, here = stage.session.current, stage.machine
    introduction = run.introduced if run is not None else None
    if introduction is None:
        return f"Python {here.python}, GIL {here.gil}"
    return f"Python {introduction.python}, GIL {'on' if introduction.gil else 'off'}"


def _how(stage: Stage) -> list[str]:
    run = stage.session.current
    if run is None or not described(run.setting.mode).in_window:
        return []
    if not value_of(run.setting.options, FRAME_SLOTS.key, FRAME_SLOTS.default):
        return []  # its words say so
    if not isinstance(stage, Controller):  # a replay: how much its window kept was not recorded
        return [FRAME_SLOTS.told_on]
    slots = frame_slots()
    return [words.kept(slots.share, slots.gate.crowd.most, run.setting.workers)]


def _priority(mode: str, here: Machine) -> str:
    return "normal priority" if described(mode).in_window else here.priority


def picture(widget: QWidget, stage: Stage, scale: float, with_caption: bool = True) -> QImage:
    """``widget`` as an image at ``scale`` pixels per logical pixel, on the theme's ground, caption below."""
    return _painted(_Layout(widget, caption(stage) if with_caption else []), scale)


def png_with(widget: QWidget, lines: Sequence[str], scale: float) -> bytes:
    """``widget`` as a PNG with these ``lines`` as its caption: what no session shows."""
    return png_of(picture_with(widget, lines, scale))


def picture_with(widget: QWidget, lines: Sequence[str], scale: float) -> QImage:
    """The same as pixels."""
    image = _painted(_Layout(widget, lines), scale)
    image.setText("Description", "\n".join(lines))
    image.setDevicePixelRatio(1.0)
    return image


def _painted(layout: _Layout, scale: float) -> QImage:
    size = layout.size
    image = QImage(round(size.width() * scale), round(size.height() * scale), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    painter = QPainter(image)
    layout.paint(painter)
    painter.end()
    return image


def write_png(path: Path, widget: QWidget, stage: Stage, scale: float, with_caption: bool = True) -> None:
    """Raises SnapshotError."""
    image = picture(widget, stage, scale, with_caption)
    image.setText("Description", "\n".join(caption(stage)))
    image.setDevicePixelRatio(1.0)
    save(path, png_of(image))


def write_svg(path: Path, widget: QWidget, stage: Stage, with_caption: bool = True) -> None:
    """Text stays text, lines stay lines; lanes are embedded as an image. Raises SnapshotError."""
    layout = _Layout(widget, caption(stage) if with_caption else [])
    save(path, svg_of(layout.size, "\n".join(caption(stage)), layout.paint))


def save(path: Path, data: bytes) -> None:
    """Whole or not at all. Any thread. Raises SnapshotError."""
    try:
        write_bytes(path, data)
    except OSError as problem:
        raise SnapshotError(f"Cannot write {path}: {reason(problem)}") from problem


class _Layout:
    """Where widget and caption go."""

    def __init__(self, widget: QWidget, lines: Sequence[str]) -> None:
        self._widget = widget
        self._font = ui_font(13, 400, theme_manager().scale)
        self._lines: list[str] = []
        room = widget.width()
        metrics = QFontMetricsF(self._font)
        for line in lines:
            self._lines += wrapped(line, metrics, room)
        self._line_height = round(QFontMetricsF(self._font).height() * 1.25)
        foot = self._line_height * len(self._lines) + (_MARGIN // 2 if self._lines else 0)
        self.size = QSize(widget.width() + 2 * _MARGIN, widget.height() + 2 * _MARGIN + foot)

    def paint(self, painter: QPainter) -> None:
        theme = theme_manager().theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(QRectF(0, 0, self.size.width(), self.size.height()), QColor(theme.surface.window))
        painter.save()
        painter.translate(_MARGIN, _MARGIN)
        self._widget.render(painter, QPoint(0, 0))
        painter.restore()
        painter.setFont(self._font)
        painter.setPen(QColor(theme.text.secondary))
        y = _MARGIN + self._widget.height() + _MARGIN // 2
        for line in self._lines:
            rect = QRectF(_MARGIN, y, self._widget.width(), self._line_height)
            painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), line)
            y += self._line_height


def wrapped(line: str, metrics: QFontMetricsF, room: float) -> list[str]:
    """Breaks a line of a caption at its dots, for so much room."""
    lines: list[str] = []
    current = ""
    for part in line.split(SEPARATOR):
        longer = f"{current}{SEPARATOR}{part}" if current else part
        if current and metrics.horizontalAdvance(longer) > room:
            lines.append(current)
            current = part
        else:
            current = longer
    return [*lines, current] if current else lines
