"""The fonts that ship with the app: Inter for words and figures, JetBrains Mono for code.

Role: a bare machine has no fonts, and figures that change 30 times a second must not dance: digits are all of
one width (OpenType feature tnum). GUI thread, after the QApplication was made.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFont, QFontDatabase

from grandstand import assets

UI_FAMILY = "Inter"
MONO_FAMILY = "JetBrains Mono"

#: What "20 px and up when presenting" asks of the smallest text, which is 13 px.
PRESENTING_SCALE = 20 / 13

_log = logging.getLogger(__name__)
_families: frozenset[str] | None = None


def load_fonts(files: Mapping[str, bytes] | None = None) -> frozenset[str]:
    """Make the shipped fonts known to Qt, once; returns their families, empty when the files are missing.

    ``files``: others to take instead, by name.
    """
    global _families
    if _families is None:
        families: set[str] = set()
        for name, data in (_shipped() if files is None else files).items():
            handle = QFontDatabase.addApplicationFontFromData(QByteArray(data))
            if handle < 0:
                _log.warning("The font %s cannot be read; the system's own is used instead.", name)
                continue
            families.update(QFontDatabase.applicationFontFamilies(handle))
        _families = frozenset(families)
    return _families


def _shipped() -> dict[str, bytes]:
    return {name: assets.read_bytes(f"fonts/{name}") for name in assets.names("fonts", ".otf", ".ttf")}


def ui_font(px: float, weight: int = 400, scale: float = 1.0) -> QFont:
    """The font of the window, `px` pixels high times `scale`, weight 400 to 700, figures tabular."""
    return _font(UI_FAMILY, QFontDatabase.SystemFont.GeneralFont, px * scale, weight)


def mono_font(px: float, scale: float = 1.0) -> QFont:
    """The font of code, `px` pixels high times `scale`, without ligatures: what is shown is what is typed."""
    font = _font(MONO_FAMILY, QFontDatabase.SystemFont.FixedFont, px * scale, 400)
    font.setFeature(QFont.Tag("calt"), 0)
    font.setStyleHint(QFont.StyleHint.Monospace)
    return font


def family(name: str, fallback: QFontDatabase.SystemFont) -> str:
    """`name` if it is loaded, else the system's: asked for a missing family, Qt searches and warns."""
    return name if name in load_fonts() else QFontDatabase.systemFont(fallback).family()


def _font(name: str, fallback: QFontDatabase.SystemFont, px: float, weight: int) -> QFont:
    font = QFont(family(name, fallback))
    font.setPixelSize(max(1, round(px)))
    font.setWeight(QFont.Weight(weight))
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
