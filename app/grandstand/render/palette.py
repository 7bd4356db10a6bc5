"""The themes' colors without Qt: for pictures and reports made where no window is. Pure functions; any thread."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from grandstand import assets

THEMES = ("dark", "light")
_INKS = ("text.on_accent", "text.primary")


def palette(theme: str) -> dict[str, str]:
    """All colors of ``dark`` or ``light`` by token: ``states.computing`` -> ``#2ec4a6``; lists are numbered from 0
    (``chart.cores.0``). Raises ValueError for another theme, OSError when its file is missing.
    """
    return dict(_read(theme))


def variables(theme: str) -> str:
    """The same as CSS custom properties, one a line: ``--states-computing: #2ec4a6;``."""
    return "\n".join(f"{_property(token)}: {color};" for token, color in _read(theme).items())


def as_variables() -> dict[str, str]:
    """Each token and the CSS that refers to its property: ``states.computing`` -> ``var(--states-computing)``."""
    return {token: f"var({_property(token)})" for token in _read("dark")}


@cache
def ink_on(token: str) -> str:
    """The text token that is read best on a ground of that token, in the theme where it is read worse."""
    if any(token not in _read(theme) for theme in THEMES):
        return "text.primary"

    def worst(ink: str) -> float:
        return min(contrast(_read(theme)[ink], _read(theme)[token]) for theme in THEMES)

    return max(_INKS, key=worst)


def contrast(one: str, other: str) -> float:
    """Contrast of two ``#rrggbb`` colors, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _property(token: str) -> str:
    return "--" + token.replace(".", "-").replace("_", "-")


def _luminance(color: str) -> float:
    shares = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def _read(theme: str) -> Mapping[str, str]:
    if theme not in THEMES:
        raise ValueError(f"There is no theme '{theme}'. There are: {', '.join(THEMES)}.")
    data = tomllib.loads(assets.read_text(f"themes/{theme}.toml"))
    colors: dict[str, str] = {}
    for section, tokens in data.items():
        if not isinstance(tokens, dict):
            continue
        for name, value in tokens.items():
            if isinstance(value, list):
                colors.update({f"{section}.{name}.{i}": str(color) for i, color in enumerate(value)})
            else:
                colors[f"{section}.{name}"] = str(value)
    return colors
