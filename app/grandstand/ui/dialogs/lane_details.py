"""What happened to one worker: the words, its traceback, and a button to copy both. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from grandstand.session.run import WorkerRecord
from grandstand.ui.theme.fonts import mono_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import make_label

_NOTHING = "There is no traceback. What a worker prints is counted, and its last words are shown when it ends."


class LaneDetails(QDialog):
    """Non-modal; closes with Escape."""

    def __init__(self, record: WorkerRecord, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("lane_details")
        self.setWindowTitle(f"Worker {record.lane + 1}")
        px = theme_manager().px
        words = make_label(record.note, "title")
        words.setWordWrap(True)
        where = make_label(f"Worker {record.lane + 1}, process {record.pid}, thread {record.thread}", "secondary")
        text = QPlainTextEdit(record.details or _NOTHING)
        text.setProperty("role", "code")
        text.setObjectName("traceback")
        text.setAccessibleName("Traceback")
        text.setReadOnly(True)
        text.setFont(mono_font(13, theme_manager().scale))
        copy, close = QPushButton("Copy"), QPushButton("Close")
        for button, name in ((copy, "copy"), (close, "close")):
            button.setObjectName(f"lane_details.{name}")
            button.setAccessibleName("Copy the details" if name == "copy" else "Close")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(f"{record.note}\n\n{record.details}"))
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(copy)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(16), px(20), px(16))
        column.setSpacing(px(10))
        for widget in (words, where):
            column.addWidget(widget)
        column.addWidget(text, 1)
        column.addLayout(foot)
        self.resize(px(760), px(460))
