"""The style sheet of a theme: windows, panels, labels, menus; the controls are in style_controls.

Role: a pure function of theme and scale. The dynamic properties it looks at (set with `manager.set_look`):

- `role` on QLabel: heading, title, value, body, secondary, caption; on QFrame: panel, sunken, bar, toast;
  on QPushButton: primary, danger, outline, ghost, value; on QPlainTextEdit: code;
- `accent` on QSlider: a mode, a state or a tone;
- `invalid` on QLineEdit, `focusVisible` on whatever has the keyboard.

GUI thread.
"""

from __future__ import annotations

from grandstand.ui.theme.lengths import Px
from grandstand.ui.theme.style_controls import controls_style
from grandstand.ui.theme.tokens import Theme

#: Text sizes at scale 1, in pixels; nothing in the window is smaller than 13.
TEXT_PX = {"heading": 13, "title": 18, "value": 20, "body": 14, "secondary": 14, "caption": 13}
RADIUS = 8


def build_style(theme: Theme, scale: float = 1.0) -> str:
    """The style sheet of `theme` with every length multiplied by `scale`."""
    px = Px(scale)
    return "\n".join((_frames(theme, px), _labels(theme, px), _popups(theme, px), controls_style(theme, px)))


def _frames(theme: Theme, px: Px) -> str:
    s, t = theme.surface, theme.text
    # On white paper a panel needs an edge; on the dark desk its own lightness is the edge.
    edge = s.panel if theme.dark else s.border
    return f"""
QWidget {{ color: {t.primary}; }}
QMainWindow, QDialog {{ background: {s.window}; }}
QFrame[role="panel"] {{ background: {s.panel}; border: 1px solid {edge}; border-radius: {px(RADIUS)}; }}
QFrame[role="sunken"] {{ background: {s.sunken}; border: 1px solid {s.border}; border-radius: {px(RADIUS)}; }}
QFrame[role="bar"] {{ background: {s.panel}; border: none; border-bottom: 1px solid {s.border}; }}
QScrollArea, QScrollArea > QWidget > QWidget[role="scrolled"] {{ background: transparent; border: none; }}
QSplitter::handle {{ background: transparent; }}
QStatusBar {{ background: {s.panel}; color: {t.secondary}; }}
"""


def _labels(theme: Theme, px: Px) -> str:
    t = theme.text
    size = {role: px(length) for role, length in TEXT_PX.items()}
    return f"""
QLabel {{ background: transparent; }}
QLabel:disabled {{ color: {t.disabled}; }}
QLabel[role="heading"] {{ color: {t.secondary}; font-size: {size["heading"]}; font-weight: 600;
  letter-spacing: 0.6px; text-transform: uppercase; }}
QLabel[role="title"] {{ font-size: {size["title"]}; font-weight: 600; }}
QLabel[role="value"] {{ font-size: {size["value"]}; font-weight: 700; }}
QLabel[role="body"] {{ font-size: {size["body"]}; }}
QLabel[role="secondary"] {{ color: {t.secondary}; font-size: {size["secondary"]}; }}
QLabel[role="caption"] {{ color: {t.secondary}; font-size: {size["caption"]}; }}
QLabel[tone="bad"] {{ color: {theme.accent.danger}; }}
QLabel[tone="warn"] {{ color: {theme.accent.warning}; }}
QLabel[tone="good"] {{ color: {theme.accent.ok}; }}
"""


def _popups(theme: Theme, px: Px) -> str:
    s, t = theme.surface, theme.text
    return f"""
QToolTip {{ background: {s.raised}; color: {t.primary}; border: 1px solid {s.border};
  padding: {px(5)} {px(8)}; font-size: {px(13)}; }}
QMenu {{ background: {s.raised if theme.dark else s.panel}; border: 1px solid {s.border}; padding: {px(5)}; }}
QMenu::item {{ padding: {px(7)} {px(26)} {px(7)} {px(12)}; border-radius: {px(5)}; }}
QMenu::item:selected {{ background: {s.hover}; }}
QMenu::item:disabled {{ color: {t.disabled}; }}
QMenu::icon {{ padding-left: {px(8)}; }}
QMenu::separator {{ height: 1px; background: {s.border}; margin: {px(5)} {px(8)}; }}
QMenuBar {{ background: {s.panel}; }}
QMenuBar::item {{ padding: {px(6)} {px(10)}; border-radius: {px(5)}; background: transparent; }}
QMenuBar::item:selected {{ background: {s.hover}; }}
"""
