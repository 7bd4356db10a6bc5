"""Comparisons, two of them, and break-even maps as files, by their ending. Any thread: no widget is touched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from grandstand.compare import beside_document, break_even, document
from grandstand.compare.beside import Beside
from grandstand.compare.beside import sentence as beside_sentence
from grandstand.compare.break_even import Map
from grandstand.compare.comparison import Comparison
from grandstand.compare.verdict import sentence
from grandstand.files.writer import write_bytes, write_text
from grandstand.render.beside import charts as beside_charts
from grandstand.render.comparison import break_even as map_picture
from grandstand.render.comparison import charts
from grandstand.render.drawing import sheet
from grandstand.render.kinds import Picture
from grandstand.render.palette import palette
from grandstand.ui.rasterize import pdf_bytes, png_bytes

PICTURES = (".png", ".svg", ".pdf")
TABLES = (".json", ".csv", ".md", *PICTURES)
MAPS = (".json", *PICTURES)
_WIDTH = 1200


def write_comparison(path: Path, made: Comparison, theme: str) -> None:
    """JSON, CSV, Markdown or a picture. Raises OSError."""
    _write(
        path, theme, lambda: charts(made), lambda: f"{sentence(made)}\n{document.conditions(made)}",
        {".csv": lambda: document.csv_text(made), ".md": lambda: document.markdown(made)},
        lambda: document.encode(document.document(made)),
    )  # fmt: skip


def write_beside(path: Path, beside: Beside, theme: str) -> None:
    """The same of two comparisons side by side. Raises OSError."""
    _write(
        path, theme, lambda: beside_charts(beside), lambda: "\n".join(beside_captions(beside)),
        {".csv": lambda: beside_document.csv_text(beside), ".md": lambda: beside_document.markdown(beside)},
        lambda: document.encode(beside_document.document(beside)),
    )  # fmt: skip


def write_map(path: Path, measured: Map, theme: str) -> None:
    """JSON or a picture. Raises OSError."""
    _write(
        path, theme, lambda: (map_picture(measured),),
        lambda: f"{break_even.sentence(measured)}\n{break_even.conditions(measured)}", {},
        lambda: document.encode(break_even.document(measured)),
    )  # fmt: skip


def beside_captions(beside: Beside) -> list[str]:
    """What stands under the pictures of two comparisons."""
    return [beside_sentence(beside), *beside_document.notes(beside)]


def _write(
    path: Path,
    theme: str,
    pictures: Callable[[], Sequence[Picture]],
    caption: Callable[[], str],
    texts: dict[str, Callable[[], str]],
    otherwise: Callable[[], str],
) -> None:
    ending = path.suffix.lower()
    if ending in PICTURES:
        svg = sheet(pictures(), palette(theme), _WIDTH, caption=caption())
        if ending != ".svg":
            write_bytes(path, pdf_bytes(svg) if ending == ".pdf" else png_bytes(svg))
            return
        text = svg
    else:
        text = texts.get(ending, otherwise)()
    write_text(path, text)
