"""Pictures made of data, written to files: SVG without Qt, PNG and PDF by way of it. Main thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grandstand.cli.files import Unwritable, write_text
from grandstand.render.drawing import sheet
from grandstand.render.kinds import Picture
from grandstand.render.palette import palette

PICTURE_ENDINGS = (".png", ".svg", ".pdf")
WIDTH = 1200


def write_pictures(path: Path, pictures: Sequence[Picture], theme: str = "dark", caption: str = "") -> None:
    """All pictures under each other, on the theme's ground. Raises Unwritable."""
    svg = sheet(pictures, palette(theme), WIDTH, caption=caption)
    if path.suffix.lower() == ".svg":
        write_text(path, svg)
        return
    from grandstand.cli.window import without_a_screen

    missing = without_a_screen()
    if missing:
        raise Unwritable(f"{missing} Choose .svg: that needs no Qt.")
    from grandstand.ui.rasterize import write_pdf, write_png

    try:
        if path.suffix.lower() == ".pdf":
            write_pdf(path, svg)
        else:
            write_png(path, svg, 2.0)
    except OSError as problem:
        raise Unwritable(f"Cannot write {path}: {problem}") from problem
