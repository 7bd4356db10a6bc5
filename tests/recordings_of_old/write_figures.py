"""Keeps the figures of files that have none yet: ``PYTHONPATH=app python -m tests.recordings_of_old.write_figures``.

What is kept already is never written again: it is what the version that wrote the file said.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.recordings_of_old import reading
from tests.recordings_of_old.files import FILES, name_of, place, unpacked


def main() -> None:
    application = QApplication.instance() or QApplication(["write_figures"])  # the settings' form is a widget
    for path in FILES:
        if place(path, "figures").exists():
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = reading.figures(unpacked(path.parent, Path(folder)) / name_of(path))
        _write(place(path, "figures"), {part: found[part] for part in ("read", "computed")})
        _write(place(path, "words"), found["words"])
        print(f"Kept the figures of {path.parent.name}/{path.name}")
    del application


def _write(path: Path, what: object) -> None:
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(what, ensure_ascii=False, separators=(",", ":")) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
