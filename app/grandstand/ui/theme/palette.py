"""The QPalette of a theme: for what the style sheet does not reach, such as placeholder and disabled text.

Role: a pure function of the theme; GUI thread.
"""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette

from grandstand.ui.theme.tokens import Theme


def build_palette(theme: Theme) -> QPalette:
    """The palette of `theme`, its disabled group included."""
    role, surface, text, accent = QPalette.ColorRole, theme.surface, theme.text, theme.accent
    colors = {
        role.Window: surface.window,
        role.WindowText: text.primary,
        role.Base: surface.sunken,
        role.AlternateBase: surface.panel,
        role.ToolTipBase: surface.raised,
        role.ToolTipText: text.primary,
        role.PlaceholderText: text.secondary,
        role.Text: text.primary,
        role.Button: surface.raised,
        role.ButtonText: text.primary,
        role.BrightText: accent.danger,
        role.Light: surface.hover,
        role.Midlight: surface.raised,
        role.Mid: surface.border,
        role.Dark: surface.sunken,
        role.Shadow: surface.window,
        role.Highlight: surface.selection,
        role.HighlightedText: text.primary,
        role.Accent: accent.primary,
        role.Link: text.link,
        role.LinkVisited: text.link,
    }
    palette = QPalette()
    for key, color in colors.items():
        palette.setColor(key, QColor(color))
    for key in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText, role.PlaceholderText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(text.disabled))
    return palette
