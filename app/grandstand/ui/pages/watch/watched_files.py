"""What was seen of a program as a file, by its ending. Any thread; no widget is touched."""

from __future__ import annotations

from pathlib import Path

from grandstand.files.writer import write_text
from grandstand.observe.machine import machine, usable_cores
from grandstand.plain import json_text
from grandstand.watch.document import document
from grandstand.watch.estimate import estimate
from grandstand.watch.program import Program
from grandstand.watch.report import html, markdown

PICTURE = ".png"
ENDINGS = (".html", ".md", ".json", PICTURE)


def write(path: Path, program: Program, problem: str) -> None:
    """A report as HTML or Markdown, or all figures as JSON. Raises OSError."""
    here = machine().as_dict()
    bounds, why_not = estimate(program, usable_cores())
    if path.suffix.lower() == ".json":
        write_text(path, json_text(document(program, bounds, why_not, here, problem), indent=2) + "\n")
    else:
        make = markdown if path.suffix.lower() == ".md" else html
        write_text(path, make(program, bounds, why_not, here))
