"""Themes as data: every color of the window, read from resources/themes/*.toml and checked.

Role: the one source of colors for palette, style sheet, icons, charts and exports. No Qt, so the command
line can use it for its pictures too; any thread.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from grandstand import assets, modes
from grandstand.vocabulary.states import KEYS

MIN_CORE_COLORS = 8

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_Group = TypeVar("_Group", bound="Surface | Text | Accent | Chart | Code")


class ThemeError(ValueError):
    """A theme file that cannot be used; the message names the file and the key."""


@dataclass(frozen=True)
class Surface:
    """What things lie on: the desk, the panels, what stands out of them, what is sunk into them."""

    window: str
    panel: str
    raised: str
    sunken: str
    border: str
    hover: str
    pressed: str
    selection: str
    handle: str


@dataclass(frozen=True)
class Text:
    primary: str
    secondary: str
    disabled: str
    on_accent: str
    link: str


@dataclass(frozen=True)
class Accent:
    primary: str
    focus: str
    warning: str
    danger: str
    ok: str


@dataclass(frozen=True)
class Chart:
    """Colors of lines that belong to no state and no mode; `cores` holds one color a core, used in turn."""

    grid: str
    axis: str
    marker: str
    total: str
    heartbeat: str
    memory: str
    rest: str
    cores: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    keyword: str
    string: str
    comment: str
    number: str
    function: str


@dataclass(frozen=True)
class Theme:
    """One look of the window; all colors are '#rrggbb'."""

    name: str
    title: str
    dark: bool
    surface: Surface
    text: Text
    accent: Accent
    states: Mapping[str, str]
    modes: Mapping[str, str]
    chart: Chart
    code: Code

    def color(self, token: str) -> str:
        """The color of 'section.key', such as 'text.secondary' or 'modes.threads'.

        Raises:
            KeyError: there is no such token (for `chart.cores` use `core_color`).
        """
        section, _, key = token.partition(".")
        group = getattr(self, section, None)
        value = group.get(key) if isinstance(group, Mapping) else getattr(group, key, None)
        if value is None and section == "modes" and key:
            value = self.mode(key)
        if not isinstance(value, str) or not key:
            raise KeyError(f"theme {self.name!r} has no color {token!r}")
        return value

    def tone(self, key: str) -> str:
        """The color of a tone: neutral, info, accent, good/ok, warn/warning, bad/danger, a mode or a state.

        An unheard-of key is neutral: a mode from a plug-in without a color must not take the window down.
        """
        named = {
            "neutral": self.text.secondary,
            "info": self.accent.focus,
            "accent": self.accent.primary,
            "good": self.accent.ok,
            "ok": self.accent.ok,
            "warn": self.accent.warning,
            "warning": self.accent.warning,
            "bad": self.accent.danger,
            "danger": self.accent.danger,
        }
        key = key.replace("-", "_")
        return named.get(key) or self.states.get(key) or self.mode(key)

    def mode(self, key: str) -> str:
        """The color of a mode: the theme's own for it, else the one that the mode brings, else neutral."""
        color = self.modes.get(key)
        if color is None and key in modes.keys():  # noqa: SIM118
            color = modes.load(key).color[0 if self.dark else 1]
        return color or self.text.secondary

    def core_color(self, index: int) -> str:
        """The color of core `index`; colors come round again on machines with many cores."""
        return self.chart.cores[index % len(self.chart.cores)]


def theme_names() -> tuple[str, ...]:
    """The themes that ship with the app, dark first."""
    names = [name.removesuffix(".toml") for name in assets.names("themes", ".toml")]
    return tuple(sorted(names, key=lambda name: name != "dark"))


@cache
def load_theme(name: str) -> Theme:
    """The theme called `name`.

    Raises:
        ThemeError: no such theme, or its file is broken.
    """
    if name not in theme_names():
        raise ThemeError(f"There is no theme {name!r}; choose one of {', '.join(theme_names()) or '(none found)'}.")
    file = f"{name}.toml"
    try:
        text = assets.read_text(f"themes/{file}")
    except (OSError, UnicodeDecodeError) as error:
        raise ThemeError(f"{file}: cannot be read as a theme: {error}") from error
    return parse_theme(text, file)


def parse_theme(text: str, file: str) -> Theme:
    """The theme written in ``text``; the stem of ``file`` is its name, and messages name the file.

    Raises:
        ThemeError: the text is no TOML, or a key is missing, unknown or not a color.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"{file}: cannot be read as a theme: {error}") from error

    title, dark = data.pop("title", None), data.pop("dark", None)
    if not isinstance(title, str):
        raise ThemeError(f"{file}: title: expected text, got {title!r}")
    if not isinstance(dark, bool):
        raise ThemeError(f"{file}: dark: expected true or false, got {dark!r}")
    theme = Theme(
        name=file.removesuffix(".toml"),
        title=title,
        dark=dark,
        surface=_section(file, data, Surface),
        text=_section(file, data, Text),
        accent=_section(file, data, Accent),
        states=_mapping(file, data, "states", KEYS, others=False),
        modes=_mapping(file, data, "modes", (), others=True),
        chart=_section(file, data, Chart),
        code=_section(file, data, Code),
    )
    if data:
        raise ThemeError(f"{file}: {next(iter(data))}: unknown key")
    return theme


def _section(file: str, data: dict[str, Any], kind: type[_Group]) -> _Group:
    """The table named after the dataclass `kind`, every field of it checked."""
    name = kind.__name__.lower()
    table = _table(file, data, name)
    values: dict[str, Any] = {}
    for field in fields(kind):
        where = f"{file}: {name}.{field.name}"
        if field.name == "cores":
            values[field.name] = _colors(where, table.pop(field.name, None))
        else:
            values[field.name] = _color(where, table.pop(field.name, None))
    if table:
        raise ThemeError(f"{file}: {name}.{next(iter(table))}: unknown key")
    return kind(**values)


def _mapping(
    file: str, data: dict[str, Any], name: str, required: tuple[str, ...], *, others: bool
) -> Mapping[str, str]:
    table = _table(file, data, name)
    for key in required:
        table.setdefault(key, None)
    if not others and (unknown := [key for key in table if key not in required]):
        raise ThemeError(f"{file}: {name}.{unknown[0]}: unknown key")
    return MappingProxyType({key: _color(f"{file}: {name}.{key}", value) for key, value in table.items()})


def _table(file: str, data: dict[str, Any], name: str) -> dict[str, Any]:
    table = data.pop(name, None)
    if not isinstance(table, dict):
        raise ThemeError(f"{file}: [{name}]: the section is missing")
    return table


def _color(where: str, value: object) -> str:
    if value is None:
        raise ThemeError(f"{where}: the color is missing")
    if not isinstance(value, str) or not _COLOR.fullmatch(value):
        raise ThemeError(f"{where}: expected a color such as '#2ec4a6', got {value!r}")
    return value.lower()


def _colors(where: str, values: object) -> tuple[str, ...]:
    if not isinstance(values, list) or len(values) < MIN_CORE_COLORS:
        raise ThemeError(f"{where}: expected a list of at least {MIN_CORE_COLORS} colors, got {values!r}")
    return tuple(_color(where, value) for value in values)
