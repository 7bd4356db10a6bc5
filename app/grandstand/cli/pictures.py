"""Pictures made of data, written to files: SVG without Qt, PNG and PDF by way of it. Main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from grandstand.cli.outputs import Output, Unwritable
from grandstand.files.writer import write_bytes, write_text
from grandstand.render.drawing import sheet
from grandstand.render.kinds import Picture
from grandstand.render.palette import palette

PICTURE_ENDINGS = (".png", ".svg", ".pdf")
WIDTH = 1200


def pictures_output(
    text: str, pictures: Callable[[], Sequence[Picture]], theme: str = "dark", caption: Callable[[], str] = str
) -> Output:
    """All pictures under each other, on the theme's ground."""
    return Output(text, lambda path: _write(path, pictures(), theme, caption()), "Picture written to {}")


def _write(path: Path, pictures: Sequence[Picture], theme: str, caption: str) -> None:
    """By the ending; a PNG where there is none, on standard output. Raises OSError, Unwritable."""
    if not pictures:
        raise Unwritable("No picture: there is nothing to be drawn.")
    svg = sheet(pictures, palette(theme), WIDTH, caption=caption)
    ending = path.suffix.lower()
    if ending == ".svg":
        write_text(path, svg)
        return
    missing = why_no_picture(str(path))
    if missing:
        raise Unwritable(missing)
    from grandstand.ui.rasterize import pdf_bytes, png_bytes

    write_bytes(path, pdf_bytes(svg) if ending == ".pdf" else png_bytes(svg, 2.0))


def why_no_picture(text: str, needs_qt: bool = False) -> str:
    """Why Qt could not draw a picture of this name here, with what to do; '' when it can, or need not."""
    if not text or (not needs_qt and text.lower().endswith(".svg")):
        return ""
    from grandstand.cli.screen import without_a_screen

    missing = without_a_screen()
    return missing if needs_qt or not missing else f"{missing} Choose .svg: that needs no Qt."
