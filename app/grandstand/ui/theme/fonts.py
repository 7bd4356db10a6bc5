"""The fonts that ship with the app: Inter for words and figures, JetBrains Mono for code.

Role: a bare machine has no fonts, and figures that change 30 times a second must not dance: digits are all of
one width (OpenType feature tnum). GUI thread, after the QApplication was made.
"""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

from grandstand.assets import RESOURCES

FONTS_DIR = RESOURCES / "fonts"
UI_FAMILY = "Inter"
MONO_FAMILY = "JetBrains Mono"

#: What "20 px and up when presenting" asks of the smallest text, which is 13 px.
PRESENTING_SCALE = 20 / 13

_log = logging.getLogger(__name__)
_families: frozenset[str] | None = None


def load_fonts(folder: Path = FONTS_DIR) -> frozenset[str]:
    """Make the shipped fonts known to Qt, once; returns their families, empty when the files are missing."""
    global _families
    if _families is None:
        found: set[str] = set()
        for path in sorted(folder.glob("*.[to]tf")):
            handle = QFontDatabase.addApplicationFont(str(path))
            if handle < 0:
                _log.warning("The font %s cannot be read; the system's own is used instead.", path.name)
                continue
            found.update(QFontDatabase.applicationFontFamilies(handle))
        _families = frozenset(found)
    return _families


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
