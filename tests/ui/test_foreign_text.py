"""Qt reads no signs into foreign text: tool tips, menus, titles, labels."""

from __future__ import annotations

import pytest
from grandstand.ui.widgets.foreign import caption, plain_tip, window_title
from grandstand.ui.widgets.panel import ElidedLabel, make_label
from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as Text
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QPushButton, QWidget

EVIL = ("<b>bold</b>", "<img src='file:///etc/passwd'>", "a < b & c > d\n<table>", "&amp;", "<a href='http://x'>x</a>")


def read(shown: str) -> str:
    """As a tool tip shows it: HTML if Qt takes it for HTML."""
    if not Text.mightBeRichText(shown):
        return shown
    document = QTextDocument()
    document.setHtml(shown)
    return document.toPlainText()


@pytest.mark.parametrize("text", EVIL)
def test_a_tool_tip_shows_the_text_itself(text, qapp):
    shown = read(plain_tip(text)).replace("\u00a0", " ")
    assert shown.split() == text.split()


def test_a_tool_tip_has_no_commands():
    assert plain_tip("a\x1b\u202eb\nc") == "a\ufffd\ufffdb\nc"
    assert plain_tip("Count primes: 4 threads") == "Count primes: 4 threads"


def test_a_cut_label_has_its_text_as_tool_tip_and_no_html(qtbot):
    label = ElidedLabel("<b>one</b> " * 40)
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.grab()
    assert read(label.toolTip()).split() == ("<b>one</b> " * 40).split()
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert make_label("<b>", "caption").textFormat() == Qt.TextFormat.PlainText


def test_a_label_shows_all_of_a_name_that_is_not_utf8(qapp):
    label = make_label("", "caption")
    label.setText("g\udce9.grandstand is damaged\x1b\u202e")
    assert label.text() == "g\\xe9.grandstand is damaged\ufffd\ufffd"
    assert plain_tip("g\udce9.grandstand") == "g\\xe9.grandstand"


def test_an_ampersand_is_no_key_and_brackets_no_place(qtbot):
    button = QPushButton(caption("Q&A: talk\n2"))
    qtbot.addWidget(button)
    assert button.shortcut().isEmpty()
    assert button.text() == "Q&&A: talk 2"
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setWindowTitle(window_title("a[*]b"))
    widget.setWindowModified(True)
    assert widget.windowTitle() == "a[*][*]b"
