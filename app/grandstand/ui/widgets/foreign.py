"""Places in which Qt reads signs into a text: tool tips, buttons and menus, window titles. Any thread.

Labels need nothing of it: ``make_label`` makes them plain. Tool tips guess whether a text is HTML, buttons and menus
take an ampersand for a key, a window's title has a place for an asterisk.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import Qt as Text

from grandstand import plain


def plain_tip(text: str) -> str:
    """``text`` for a tool tip."""
    text = plain.lines(text)
    return Text.convertFromPlainText(text, Qt.WhiteSpaceMode.WhiteSpaceNormal) if Text.mightBeRichText(text) else text


def caption(text: str) -> str:
    """``text`` for a button or an entry of a menu."""
    return plain.one_line(text, most=200).replace("&", "&&")


def window_title(text: str) -> str:
    """``text`` for a window's title."""
    return plain.one_line(text, most=200).replace("[*]", "[*][*]")
