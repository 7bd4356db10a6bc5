"""The style sheet of the controls: buttons, sliders, inputs, lists.

Role: a pure function of the theme and of `px`, which scales a length and adds its unit. Pictures in it
(ticks, chevrons) are tinted icons held in memory as Qt resources. GUI thread.
"""

from __future__ import annotations

from grandstand.ui.theme.icon_resources import icon_path
from grandstand.ui.theme.lengths import Px
from grandstand.ui.theme.mixing import mix
from grandstand.ui.theme.tokens import Theme

_TONES = ("neutral", "info", "accent", "good", "warn", "bad")


def controls_style(theme: Theme, px: Px) -> str:
    """The rules of all controls."""
    parts = (_buttons, _sliders, _checks, _inputs, _combos, _scroll_bars, _views)
    return "\n".join(part(theme, px) for part in parts)


def _buttons(theme: Theme, px: Px) -> str:
    s, t, a = theme.surface, theme.text, theme.accent
    edge = s.raised if theme.dark else s.border
    # A step lighter under the mouse, a step darker under the finger.
    lit, deep = mix(a.primary, "#ffffff", 0.14), mix(a.primary, "#000000", 0.12)
    danger_bg, danger_lit = mix(s.raised, a.danger, 0.10), mix(s.raised, a.danger, 0.18)
    checked = mix(s.selection, a.primary, 0.10)
    return f"""
QPushButton {{ background: {s.raised}; color: {t.primary}; border: 1px solid {edge}; border-radius: {px(7)};
  padding: {px(6)} {px(13)}; font-size: {px(14)}; font-weight: 500; min-height: {px(20)}; }}
QPushButton:hover {{ background: {s.hover}; border-color: {s.hover if theme.dark else s.border}; }}
QPushButton:pressed {{ background: {s.pressed}; }}
QPushButton:checked {{ background: {s.selection}; border-color: {a.primary}; }}
QPushButton:checked:hover {{ background: {checked}; }}
QPushButton[role="primary"] {{ background: {a.primary}; color: {t.on_accent}; border-color: {a.primary};
  font-weight: 600; }}
QPushButton[role="primary"]:hover {{ background: {lit}; border-color: {lit}; }}
QPushButton[role="primary"]:pressed {{ background: {deep}; border-color: {deep}; }}
QPushButton[role="danger"] {{ background: {danger_bg}; color: {a.danger};
  border-color: {mix(s.raised, a.danger, 0.45)}; }}
QPushButton[role="danger"]:hover {{ background: {danger_lit}; border-color: {a.danger}; }}
QPushButton[role="danger"]:pressed {{ background: {danger_bg}; }}
QPushButton[role="outline"] {{ background: transparent; border-color: {mix(s.border, t.secondary, 0.3)}; }}
QPushButton[role="outline"]:hover {{ background: {s.hover}; }}
QPushButton[role="outline"]:pressed {{ background: {s.pressed}; }}
QPushButton[role="ghost"] {{ background: transparent; border-color: transparent; }}
QPushButton[role="ghost"]:hover {{ background: {s.hover}; }}
QPushButton[role="ghost"]:pressed {{ background: {s.pressed}; }}
QPushButton:disabled, QPushButton[role]:disabled {{ color: {t.disabled};
  background: {mix(s.panel, s.raised, 0.6)}; border-color: {mix(s.panel, s.border, 0.6)}; }}
QPushButton[role="ghost"]:disabled {{ background: transparent; border-color: transparent; }}
QPushButton[role="value"] {{ background: transparent; border: 2px solid transparent;
  border-radius: {px(5)}; padding: 0; font-size: {px(15)}; font-weight: 700; min-height: {px.less(24, 4)};
  max-height: {px.less(24, 4)}; }}
QPushButton[role="value"]:hover {{ color: {t.link}; }}
QPushButton[role="value"]:disabled {{ background: transparent; border-color: transparent; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: {px(7)};
  padding: {px(6)}; font-size: {px(14)}; font-weight: 500; }}
QToolButton:hover {{ background: {s.hover}; }}
QToolButton:pressed {{ background: {s.pressed}; }}
QToolButton:checked {{ background: {s.selection}; border-color: {a.primary}; }}
QToolButton:disabled {{ color: {t.disabled}; }}
QToolButton::menu-indicator {{ image: none; }}
QPushButton::menu-indicator {{ image: url({icon_path("chevron-down", t.secondary)}); width: {px(14)};
  subcontrol-position: right center; right: {px(6)}; }}
QPushButton, QToolButton, QCheckBox, QRadioButton, QComboBox, QSlider, QTabBar {{ outline: none; }}
QPushButton[focusVisible="true"] {{ border: 2px solid {a.focus}; padding: {px.less(6)} {px.less(13)}; }}
QToolButton[focusVisible="true"] {{ border: 2px solid {a.focus}; padding: {px.less(6)}; }}
QPushButton[role="value"][focusVisible="true"] {{ border: 2px solid {a.focus}; padding: 0; }}
QPushButton[role="primary"][focusVisible="true"] {{ border: 2px solid {t.primary}; }}
"""


def _sliders(theme: Theme, px: Px) -> str:
    s, t, a = theme.surface, theme.text, theme.accent
    rim = s.handle if theme.dark else mix(s.border, t.secondary, 0.5)
    track = mix(s.border, t.secondary, 0.12)
    colors = {key: theme.tone(key) for key in (*_TONES, *theme.states, *theme.modes)}
    accents = "\n".join(
        f'QSlider[accent="{key}"]::sub-page:horizontal {{ background: {color}; }}' for key, color in colors.items()
    )
    return f"""
QSlider {{ background: transparent; min-height: {px(24)}; max-height: {px(24)}; }}
QSlider::groove:horizontal {{ height: {px(4)}; border-radius: {px.half(4)}; background: {track}; }}
QSlider::sub-page:horizontal {{ background: {a.focus}; border-radius: {px.half(4)}; }}
{accents}
QSlider::handle:horizontal {{ width: {px(16)}; height: {px(16)}; margin: -{px(7)} 0;
  border-radius: {px.half(16, 1)}; background: {s.handle}; border: 1px solid {rim}; }}
QSlider::handle:horizontal:hover {{ border-color: {a.focus}; }}
QSlider[focusVisible="true"]::handle:horizontal {{ border: 2px solid {a.focus}; width: {px.less(16, 2)};
  height: {px.less(16, 2)}; }}
QSlider::sub-page:horizontal:disabled, QSlider[accent]::sub-page:horizontal:disabled {{
  background: {t.disabled}; }}
QSlider::handle:horizontal:disabled {{ background: {mix(s.panel, t.disabled, 0.7)};
  border-color: transparent; }}
"""


def _checks(theme: Theme, px: Px) -> str:
    s, t, a = theme.surface, theme.text, theme.accent
    rim = mix(s.border, t.secondary, 0.45)
    box = f"width: {px(16)}; height: {px(16)}; border: 1px solid {rim}; background: {s.sunken};"
    return f"""
QCheckBox, QRadioButton {{ spacing: {px(9)}; background: transparent; font-size: {px(14)};
  min-height: {px(22)}; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {t.disabled}; }}
QCheckBox::indicator {{ {box} border-radius: {px(5)}; }}
QRadioButton::indicator {{ {box} border-radius: {px.half(16, 1)}; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: {a.primary}; }}
QCheckBox::indicator:checked {{ background: {a.primary}; border-color: {a.primary};
  image: url({icon_path("check-bold", t.on_accent)}); }}
QCheckBox::indicator:indeterminate {{ background: {a.primary}; border-color: {a.primary};
  image: url({icon_path("minus-bold", t.on_accent)}); }}
QRadioButton::indicator:checked {{ background: {a.primary}; border-color: {a.primary};
  image: url({icon_path("dot", t.on_accent)}); }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ border-color: {s.border};
  background: {s.raised}; }}
QCheckBox[focusVisible="true"]::indicator, QRadioButton[focusVisible="true"]::indicator {{
  border-color: {a.focus}; }}
QCheckBox[focusVisible="true"], QRadioButton[focusVisible="true"] {{ color: {t.link}; }}
QProgressBar {{ background: {s.sunken}; border: none; border-radius: {px.half(8)};
  max-height: {px(8)}; color: transparent; }}
QProgressBar::chunk {{ background: {a.primary}; border-radius: {px.half(8)}; }}
"""


def _inputs(theme: Theme, px: Px) -> str:
    s, t, a = theme.surface, theme.text, theme.accent
    # Minus at the left and plus at the right: Qt leaves no padding beside the text when both are on one side.
    plus, minus = icon_path("plus", t.secondary), icon_path("minus", t.secondary)
    kinds = ("QLineEdit", "QAbstractSpinBox")
    fields, focused, disabled = (", ".join(kind + state for kind in kinds) for state in ("", ":focus", ":disabled"))
    return f"""
{fields} {{ background: {s.sunken}; color: {t.primary}; border: 1px solid {s.border}; border-radius: {px(6)};
  padding: {px(4)} {px(8)}; min-height: {px(20)}; font-size: {px(14)};
  selection-background-color: {a.primary}; selection-color: {t.on_accent}; }}
{focused} {{ border: 1px solid {a.focus}; }}
{disabled} {{ color: {t.disabled}; background: {s.panel}; }}
QAbstractSpinBox {{ qproperty-alignment: AlignCenter; padding: {px(4)} 0; }}
QLineEdit[invalid="true"] {{ border: 1px solid {a.danger}; }}
QLineEdit[role="value"] {{ padding: 0 {px(4)}; font-size: {px(15)}; font-weight: 700;
  min-height: {px.less(24, 2)}; max-height: {px.less(24, 2)}; border-radius: {px(5)}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: {px(26)}; height: {px(26)}; border: none;
  background: transparent; border-radius: {px.half(26)}; }}
QAbstractSpinBox::up-button {{ subcontrol-position: center right; right: {px(2)}; }}
QAbstractSpinBox::down-button {{ subcontrol-position: center left; left: {px(2)}; }}
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover {{ background: {s.hover}; }}
QAbstractSpinBox::up-arrow {{ image: url({plus}); width: {px(14)}; height: {px(14)}; }}
QAbstractSpinBox::down-arrow {{ image: url({minus}); width: {px(14)}; height: {px(14)}; }}
QPlainTextEdit, QTextEdit {{ background: {s.sunken}; color: {t.primary}; border: 1px solid {s.border};
  border-radius: {px(8)}; selection-background-color: {s.selection}; selection-color: {t.primary}; }}
QPlainTextEdit[role="code"] {{ padding: {px(6)} {px(4)}; }}
QPlainTextEdit[focusVisible="true"] {{ border: 1px solid {a.focus}; }}
"""


def _combos(theme: Theme, px: Px) -> str:
    s, t, a = theme.surface, theme.text, theme.accent
    edge = s.raised if theme.dark else s.border
    chevron, popup = icon_path("chevron-down", t.secondary), s.raised if theme.dark else s.panel
    return f"""
QComboBox {{ combobox-popup: 0; background: {s.raised}; border: 1px solid {edge}; border-radius: {px(7)};
  padding: {px(6)} {px(32)} {px(6)} {px(11)}; min-height: {px(22)}; font-size: {px(15)}; font-weight: 600; }}
QComboBox:hover {{ background: {s.hover}; }}
QComboBox:on {{ border-color: {a.focus}; }}
QComboBox:disabled {{ color: {t.disabled}; }}
QComboBox[focusVisible="true"] {{ border: 2px solid {a.focus};
  padding: {px.less(6)} {px.less(32)} {px.less(6)} {px.less(11)}; }}
QComboBox::drop-down {{ border: none; width: {px(32)}; subcontrol-position: center right; }}
QComboBox::down-arrow {{ image: url({chevron}); width: {px(16)}; height: {px(16)}; }}
QComboBox QAbstractItemView {{ background: {popup}; border: 1px solid {s.border}; padding: {px(4)};
  outline: none; font-size: {px(14)}; font-weight: 500; }}
QComboBox QAbstractItemView::item {{ min-height: {px(32)}; padding: 0 {px(8)}; border-radius: {px(5)}; }}
QComboBox QAbstractItemView::item:hover {{ background: {s.hover}; }}
QComboBox QAbstractItemView::item:selected {{ background: {s.selection}; color: {t.primary}; }}
QComboBox QAbstractItemView::item:disabled {{ color: {t.disabled}; }}
"""


def _scroll_bars(theme: Theme, px: Px) -> str:
    s, t = theme.surface, theme.text
    thumb, lit = mix(s.border, t.secondary, 0.2), mix(s.border, t.secondary, 0.55)
    return f"""
QScrollBar {{ background: transparent; border: none; margin: 0; }}
QScrollBar:vertical {{ width: {px(10)}; }}
QScrollBar:horizontal {{ height: {px(10)}; }}
QScrollBar::handle {{ background: {thumb}; border-radius: {px.half(10, -2)}; margin: 2px; }}
QScrollBar::handle:vertical {{ min-height: {px(28)}; }}
QScrollBar::handle:horizontal {{ min-width: {px(28)}; }}
QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {lit}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; border: none; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
"""


def _views(theme: Theme, px: Px) -> str:
    s, t, a = theme.surface, theme.text, theme.accent
    return f"""
QListView, QTreeView, QTableView {{ background: {s.panel}; alternate-background-color: {s.sunken};
  border: 1px solid {s.border}; border-radius: {px(8)}; gridline-color: {s.border}; outline: none; }}
QListView::item, QTreeView::item, QTableView::item {{ padding: {px(5)} {px(8)}; }}
QListView::item:hover, QTreeView::item:hover {{ background: {s.hover}; }}
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {{ background: {s.selection};
  color: {t.primary}; }}
QHeaderView {{ background: transparent; }}
QHeaderView::section {{ background: transparent; color: {t.secondary}; border: none;
  border-bottom: 1px solid {s.border}; padding: {px(7)} {px(10)}; font-size: {px(13)}; font-weight: 600; }}
QTabWidget::pane {{ border: none; }}
QTabBar::tab {{ background: transparent; color: {t.secondary}; padding: {px(8)} {px(14)}; font-weight: 500;
  border-bottom: 2px solid transparent; }}
QTabBar::tab:hover {{ color: {t.primary}; }}
QTabBar::tab:selected {{ color: {t.primary}; border-bottom-color: {a.primary}; }}
"""
