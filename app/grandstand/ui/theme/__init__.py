"""The look: tokens (colors as data), fonts, icons, palette, style sheet, and the manager that applies them.

Import from the modules; this package offers the Qt-free tokens alone, so that the command line may use them.
"""

from grandstand.ui.theme.tokens import Theme, ThemeError, load_theme, theme_names

__all__ = ["Theme", "ThemeError", "load_theme", "theme_names"]
