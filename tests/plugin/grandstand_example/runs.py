"""An export: one line a run, for people who like to read files."""

from pathlib import Path

from grandstand.export.base import Hear
from grandstand.export.formats import FILE, Format
from grandstand.files.writer import write_text
from grandstand.journal.reader import Recording


def write(recording: Recording, path: Path, hear: Hear) -> int:
    lines = [f"{run.number} {run.setting.about.title}: {run.setting.words}" for run in recording.runs]
    write_text(path, "\n".join(lines) + "\n")
    hear(1.0)
    return len(lines)


FORMAT = Format("runs", "Runs, a line each", FILE, (".txt",), write, counted="runs")
