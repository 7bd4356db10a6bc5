"""Tinted icons as Qt resources held in memory, so that style sheets and QIcon can name them by a path.

Role: a style sheet takes pictures by path only, and our icons take their color from the theme; writing
tinted copies to disk would leave litter behind. This builds what `rcc` builds (format version 1) for one
small tree at a time and hands it to Qt, whose SVG engine then draws it sharp at any device pixel ratio. GUI
thread.
"""

from __future__ import annotations

import struct
from functools import cache

from PySide6.QtCore import qRegisterResourceData

from grandstand import assets

_FORMAT = 1
_DIRECTORY = 2
_kept: list[bytes] = []  # Qt reads these bytes in place, for as long as the process lives


@cache
def svg_source(name: str) -> str:
    """The text of icon `name`.

    Raises:
        KeyError: there is no such icon.
    """
    if name not in icon_names():
        raise KeyError(f"there is no icon {name!r} in icons/")
    return assets.read_text(f"icons/{name}.svg")


@cache
def icon_names() -> tuple[str, ...]:
    """All icons that ship with the app."""
    return tuple(name.removesuffix(".svg") for name in assets.names("icons", ".svg"))


def tinted_svg(name: str, color: str, gap: int = 0) -> bytes:
    """The SVG of icon `name` drawn in `color` ('#rrggbb'), `gap` units of 24 wider on the right."""
    source = svg_source(name).replace("currentColor", color)
    if gap:
        wide = f'width="{24 + gap}" height="24" viewBox="0 0 {24 + gap} 24"'
        source = source.replace('width="24" height="24" viewBox="0 0 24 24"', wide, 1)
    return source.encode("utf-8")


@cache
def icon_path(name: str, color: str, gap: int = 0) -> str:
    """The resource path (':/…svg') of what `tinted_svg` gives; the same call gives the same path."""
    folder, file = f"icons-{color.lstrip('#')}-{gap}", f"{name}.svg"
    _register(folder, file, tinted_svg(name, color, gap))
    return f":/{folder}/{file}"


def _register(folder: str, file: str, content: bytes) -> None:
    """Give Qt the tree root → folder → file; Qt merges the trees of several calls."""
    names, offsets = b"", []
    for name in (folder, file):
        offsets.append(len(names))
        encoded = name.encode("utf-16-be")
        names += struct.pack(">HI", len(encoded) // 2, _hash(name)) + encoded
    tree = b"".join(
        (
            struct.pack(">IHII", 0, _DIRECTORY, 1, 1),
            struct.pack(">IHII", offsets[0], _DIRECTORY, 1, 2),
            # A file: name, flags, country (any), language (C), offset of its data.
            struct.pack(">IHHHI", offsets[1], 0, 0, 1, 0),
        )
    )
    data = struct.pack(">I", len(content)) + content
    _kept.extend((tree, names, data))
    qRegisterResourceData(_FORMAT, tree, names, data)


def _hash(name: str) -> int:
    """qt_hash() of qtbase/src/corelib/global: the hash by which a resource tree is searched."""
    value = 0
    for unit in struct.unpack(f">{len(name)}H", name.encode("utf-16-be")):
        value = (value << 4) + unit
        value ^= (value & 0xF0000000) >> 23
        value &= 0x0FFFFFFF
    return value
