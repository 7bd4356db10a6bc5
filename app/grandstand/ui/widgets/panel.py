"""The frame around every chart and control group: heading, subtitle, big value, body, and an empty state.

Role: layout only; it knows nothing of what it shows. GUI thread.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from grandstand import plain
from grandstand.ui.theme.fonts import ui_font
from grandstand.ui.theme.icons import paint_icon
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.foreign import plain_tip


class PlainLabel(QLabel):
    """A label of plain text: never mark-up, no letters that turn it, and all of a name that is not UTF-8.

    (Qt would end the text at such a byte.)
    """

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(plain.lines(text))


def make_label(text: str, role: str, parent: QWidget | None = None) -> QLabel:
    """A label whose looks come from its role in the style sheet; plain text, never mark-up."""
    label = PlainLabel(text, parent)
    label.setProperty("role", role)
    return label


_TRACKED = 1.14
_LEAST_LETTERS = 6
"""Of what is cut: less than that tells nothing."""
SEPARATOR = "  ·  "
"""Between facts on one line."""


class ElidedLabel(PlainLabel):
    """One line that gives way: last facts first, at last cut with an ellipsis; the whole of it is then the tooltip."""

    def __init__(self, text: str = "", role: str = "caption", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def shown_in(self, room: int) -> str:
        """What of it is shown in so many pixels."""
        facts = self.text().split(SEPARATOR)
        while True:
            whole = SEPARATOR.join(facts)
            shown = self.fontMetrics().elidedText(whole, Qt.TextElideMode.ElideRight, room)
            if shown == whole or len(facts) == 1:
                return shown if shown == whole or len(shown) >= _LEAST_LETTERS else ""
            facts.pop()

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self.shown_in(self.contentsRect().width())
        cut = shown != self.text()
        if cut != bool(self.toolTip()):
            self.setToolTip(plain_tip(self.text() if cut else ""))
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


class GivingLabel(ElidedLabel):
    """One line that says less when there is less room: the whole text, else the short one, else nothing."""

    def __init__(self, role: str = "caption", parent: QWidget | None = None) -> None:
        super().__init__("", role, parent)
        self._short = ""
        # The layout may take all of its width away before anything else gives way.
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def set_texts(self, text: str, short: str = "") -> None:
        if (text, short) != (self.text(), self._short):
            self._short = short
            self.setText(text)

    def paintEvent(self, event: QPaintEvent) -> None:
        metrics = self.fontMetrics()
        room = self.contentsRect().width()
        fitting = [t for t in (self.text(), self._short) if metrics.horizontalAdvance(t) <= room]
        shown = fitting[0] if fitting else ""
        if (shown != self.text()) != bool(self.toolTip()):
            self.setToolTip(plain_tip(self.text() if shown != self.text() else ""))
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(Qt.AlignmentFlag.AlignVCenter), shown)
        painter.end()


class EmptyState(QWidget):
    """What a panel shows when there is nothing to show: a quiet emblem, one line, and what to do about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._hint, self._icon = "", "", "lanes"
        theme_manager().changed.connect(self.update)

    def set_text(self, text: str, hint: str = "", icon: str = "lanes") -> None:
        """Show `text` with the smaller `hint` below it."""
        self._text, self._hint, self._icon = text, hint, icon
        self.setAccessibleName(f"{text} {hint}".strip())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        manager = theme_manager()
        text = manager.theme.text
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        big, small = ui_font(15, 500, manager.scale), ui_font(13, 400, manager.scale)
        wrap = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        column = min(self.width() - manager.px(16), manager.px(420))
        left = (self.width() - column) // 2
        heights = [
            QFontMetrics(font).boundingRect(0, 0, column, 10_000, wrap, words).height() if words else 0
            for font, words in ((big, self._text), (small, self._hint))
        ]
        side, gap = manager.px(30), manager.px(8)
        words_height = heights[0] + (heights[1] + gap // 2 if self._hint else 0)
        # The emblem is the first thing to go when the panel is low.
        with_icon = self.height() >= words_height + side + gap
        top = (self.height() - words_height - (side + gap if with_icon else 0)) // 2
        if with_icon:
            paint_icon(painter, self._icon, text.disabled, QRectF((self.width() - side) / 2, top, side, side))
            top += side + gap
        for font, words, height, color in (
            (big, self._text, heights[0], text.secondary),
            (small, self._hint, heights[1], text.secondary),
        ):
            painter.setFont(font)
            painter.setPen(color)
            painter.drawText(left, top, column, height, wrap, words)
            top += height + gap // 2
        painter.end()


def _wide(metrics: QFontMetrics, heading: str) -> int:
    """Headings are set in capitals, with a little space between them."""
    return round(metrics.horizontalAdvance(heading.upper()) * _TRACKED)


class Panel(QFrame):
    """A rounded frame with a header row and a body; add what it holds to `body`.

    `enlarged`: a person wants to see it alone (a double click on its heading).
    """

    enlarged = Signal()

    def __init__(self, title: str = "", subtitle: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        # A click on empty ground takes the keyboard out of a text field, so that Space and arrows are
        # shortcuts again.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._title = make_label(title, "heading")
        self._subtitle = GivingLabel()
        self._value = make_label("", "value")
        self._value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._value.hide()
        self._values = ("", "")
        self._titles = (title, title)
        self._corner = QHBoxLayout()
        self._header = QHBoxLayout()
        self._header.addWidget(self._title)
        self._header.addWidget(self._subtitle, 1)
        self._header.addLayout(self._corner)
        self._header.addWidget(self._value)

        content = QWidget()
        self.body = QVBoxLayout(content)
        self.body.setContentsMargins(0, 0, 0, 0)
        self._empty = EmptyState()
        self._pages = QStackedLayout()
        self._pages.addWidget(content)
        self._pages.addWidget(self._empty)
        self._outer = QVBoxLayout(self)
        self._outer.addLayout(self._header)
        self._outer.addLayout(self._pages, 1)

        self.set_title(title)
        self.set_subtitle(subtitle)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    def set_title(self, title: str, short: str = "") -> None:
        """The heading, given in ordinary case, ``short`` where room is short; '' for none."""
        self._titles = (title, short or title)
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self.setAccessibleName(title)

    def set_subtitle(self, text: str, short: str = "") -> None:
        """The small text beside the heading: unit, range, what is compared; ``short`` where room is short."""
        self._subtitle.set_texts(text, short)

    def set_value(self, text: str, short: str = "") -> None:
        """The big figure at the right, unit included; '' removes it, ``short`` is shown where room is short."""
        self._values = (text, short or text)
        self._show_value()

    def _show_value(self) -> None:
        whole, short = self._values
        px = theme_manager().px
        room = self.width() - 2 * px(16) - px(24)
        titles, values = self._title.fontMetrics(), self._value.fontMetrics()
        # What is measured goes before how it is called; both whole, or the short of either, but nothing cut.
        choices = [(t, v) for v in (whole, short) for t in self._titles]
        title, text = next(
            ((t, v) for t, v in choices if _wide(titles, t) + values.horizontalAdvance(v) <= room), choices[-1]
        )
        if title != self._title.text():
            self._title.setText(title)
        if text != self._value.text():
            self._value.setText(text)
            self._value.setVisible(bool(text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_value()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.position().y() < self._header.geometry().bottom() + self._outer.spacing():
            self.enlarged.emit()
        else:
            super().mouseDoubleClickEvent(event)

    def add_corner(self, widget: QWidget) -> None:
        """Put a widget (legend, chip, button) at the right of the header, left of the value."""
        self._corner.addWidget(widget)

    def set_empty(self, text: str | None, hint: str = "", icon: str = "lanes") -> None:
        """Show `text` and `hint` in place of the body; None brings the body back."""
        if text is not None:
            self._empty.set_text(text, hint, icon)
        self._pages.setCurrentIndex(0 if text is None else 1)

    def is_empty(self) -> bool:
        """Whether the empty state is shown."""
        return self._pages.currentIndex() == 1

    def _rescale(self) -> None:
        px = theme_manager().px
        self._outer.setContentsMargins(px(16), px(11), px(16), px(14))
        self._outer.setSpacing(px(8))
        self._header.setSpacing(px(10))
        self._corner.setSpacing(px(10))
        self.body.setSpacing(px(8))
        # As high as the big value, so that neighbors with and without one line up.
        self._title.setMinimumHeight(px(28))
