"""Results as a file: HTML with pictures, Markdown or JSON, by its ending. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from grandstand import folders
from grandstand.claims import report
from grandstand.claims.base import Result
from grandstand.files.writer import write_text
from grandstand.observe.machine import machine
from grandstand.plain import json_text

ENDINGS = (".html", ".md", ".json")


def ask_for_file(parent: QWidget) -> Path | None:
    """Where the person wants it; HTML when there is no ending that is known."""
    first = str(folders.start() / "grandstand-claims.html")
    name, _ = QFileDialog.getSaveFileName(parent, "Save report", first, "Report (*.html *.md *.json)")
    if not name:
        return None
    path = Path(name)
    return path if path.suffix.lower() in ENDINGS else path.with_name(f"{path.name}.html")


def write(path: Path, results: Sequence[Result]) -> None:
    """Raises OSError."""
    here = machine().as_dict()
    if path.suffix.lower() == ".json":
        text = json_text(report.document(results, here), indent=2) + "\n"
    elif path.suffix.lower() == ".md":
        text = report.markdown(results, here)
    else:
        from grandstand.claims.html import html

        text = html(results, here)
    write_text(path, text)
