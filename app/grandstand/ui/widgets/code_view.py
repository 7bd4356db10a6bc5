"""Python source to read: colored, selectable, copied with one press, opened larger with another.

Role: shows the code that runs. Read-only. GUI thread.
"""

from __future__ import annotations

from PySide6.QtCore import QMargins, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QGuiApplication, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from grandstand.ui.theme.fonts import mono_font
from grandstand.ui.theme.icons import set_icon
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import make_label
from grandstand.ui.widgets.python_highlighter import PythonHighlighter


class CodeEdit(QPlainTextEdit):
    """The text itself: `px` high letters at scale 1, no wrapping, no caret."""

    def __init__(self, px: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._px = px
        self.setProperty("role", "code")
        self.setReadOnly(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setCursorWidth(0)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._highlighter = PythonHighlighter(self.document())
        theme_manager().changed.connect(self._restyle)
        self._restyle()

    def set_source(self, source: str) -> None:
        """Show `source`, from its top."""
        self._highlighter.set_source(source)
        self.setPlainText(source)

    def height_of(self, lines: int) -> int:
        """The height at which `lines` lines are seen, frame and scroll bar included."""
        return round(lines * QFontMetricsF(self.font()).lineSpacing()) + theme_manager().px(34)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self._highlighter.painted()

    def _restyle(self) -> None:
        font = mono_font(self._px, theme_manager().scale)
        self.setFont(font)
        self.setTabStopDistance(4 * QFontMetricsF(font).horizontalAdvance(" "))


class CodeView(QWidget):
    """A code box with buttons to copy it and to open it larger; `title` heads the larger view."""

    def __init__(
        self,
        source: str = "",
        title: str = "The code that runs",
        *,
        lines: int = 8,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._source, self._title, self._visible_lines = "", title, lines
        self._edit = CodeEdit(13)
        self._edit.setAccessibleName(title)
        column = QVBoxLayout(self)
        column.setContentsMargins(QMargins())
        column.setSpacing(4)
        self._copy = self._button("copy", "Copy the code", self.copy_all)
        self._larger = self._button("expand", "Open the code larger", self.open_larger)
        head = QHBoxLayout()
        head.addWidget(make_label("The code that runs", "heading"))
        head.addStretch(1)
        head.addWidget(self._copy)
        head.addWidget(self._larger)
        column.addLayout(head)
        column.addWidget(self._edit)
        theme_manager().changed.connect(self._restyle)
        self.set_code(source)

    def code(self) -> str:
        return self._source

    def set_code(self, source: str, title: str | None = None) -> None:
        """Show other source; the scroll position is kept when it is the same."""
        if title is not None:
            self._title = title
            self._edit.setAccessibleName(title)
        if source != self._source:
            self._source = source
            self._edit.set_source(source)

    def setObjectName(self, name: str) -> None:
        """Names the parts too: NAME.text, NAME.copy, NAME.larger."""
        super().setObjectName(name)
        for part, widget in (("text", self._edit), ("copy", self._copy), ("larger", self._larger)):
            widget.setObjectName(f"{name}.{part}")

    def copy_all(self) -> None:
        """Put the whole source on the clipboard."""
        QGuiApplication.clipboard().setText(self._source)

    def open_larger(self) -> None:
        """Show the source in a window of its own, without holding up this one."""
        dialog = CodeDialog(self._source, self._title, self.window())
        dialog.show()

    def sizeHint(self) -> QSize:
        return QSize(theme_manager().px(260), self._edit.height_of(self._visible_lines) + theme_manager().px(34))

    def _button(self, icon: str, name: str, action: object) -> QToolButton:
        button = QToolButton(self)
        set_icon(button, icon, "text.secondary", 16)
        button.setToolTip(plain_tip(name))
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.clicked.connect(action)
        return button

    def _restyle(self) -> None:
        self.updateGeometry()


class CodeDialog(QDialog):
    """The source in large letters, for reading together; closes with Escape."""

    def __init__(self, source: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setObjectName("codeDialog")
        self._source = source
        edit = CodeEdit(16)
        edit.setObjectName("codeDialog.text")
        edit.setAccessibleName(title)
        edit.set_source(source)
        copy, close = QPushButton("Copy"), QPushButton("Close")
        for button, name in ((copy, "copy"), (close, "close")):
            set_icon(button, name, px=16)
            button.setObjectName(f"codeDialog.{name}")
            button.setAccessibleName(f"{button.text()} the code" if name == "copy" else "Close")
            button.setAutoDefault(False)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._source))
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(copy)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        px = theme_manager().px
        column.setContentsMargins(px(20), px(16), px(20), px(16))
        column.setSpacing(px(12))
        column.addWidget(make_label(title, "title"))
        column.addWidget(edit, 1)
        column.addLayout(foot)
        area = self.screen().availableGeometry()
        self.resize(min(px(860), area.width() - px(80)), min(px(640), area.height() - px(80)))
