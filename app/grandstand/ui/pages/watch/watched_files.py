"""What was seen of a program as a file or a picture. GUI thread, but for ``write``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from grandstand import folders
from grandstand.files.targets import words
from grandstand.files.writer import write_bytes, write_text
from grandstand.observe.machine import Machine, machine
from grandstand.plain import json_text
from grandstand.ui.shell.services import Services
from grandstand.ui.snapshot import png_with
from grandstand.watch.document import document
from grandstand.watch.estimate import estimate
from grandstand.watch.program import Program
from grandstand.watch.report import html, markdown

if TYPE_CHECKING:
    from grandstand.ui.pages.watch.watching import WatchingView

PICTURE = ".png"
ENDINGS = (".html", ".md", ".json", PICTURE)
_SCALE = 2.0
_NOTHING = "Nothing has been seen of a program yet."


def take(view: WatchingView, services: Services) -> Path | None:
    """A picture into the pictures folder, and onto the clipboard."""
    if not view.watched.program.everything:
        services.tell("info", _NOTHING)
        return None
    return services.snapshots.take_widget("grandstand_watch", view.panel, view.caption)


def copy(view: WatchingView, services: Services) -> None:
    """The picture onto the clipboard."""
    services.snapshots.copy_widget(view.panel, view.caption)


def ask(view: WatchingView, services: Services) -> None:
    """Asks where to, and saves a report, all figures or a picture."""
    if not view.watched.program.everything:
        services.tell("info", _NOTHING)
        return
    kinds = f"Report or picture ({' '.join(f'*{ending}' for ending in ENDINGS)})"
    name, _ = QFileDialog.getSaveFileName(
        services.desk.frame_widget, "Save what was seen", str(folders.start() / "grandstand-watch.html"), kinds
    )
    if name:
        path = Path(name)
        known = path.suffix.lower() in ENDINGS
        save(view, path if known else path.with_name(f"{path.name}.html"), services)


def save(view: WatchingView, path: Path, services: Services) -> None:
    """HTML, Markdown, JSON or PNG by the ending; a message says when it is there, or why not."""
    if path.suffix.lower() == PICTURE:
        work = partial(write_bytes, path, png_with(view.panel, view.caption, _SCALE))
    else:
        watched = view.watched
        work = partial(write, path, view.kept(), watched.problem, watched.cores, watched.made_on)
    services.background.do(
        work,
        lambda _: services.tell("good", f"Saved {path.name}."),
        lambda problem: services.tell("error", f"Cannot write {path}: {_words(problem)}"),
    )


def write(path: Path, program: Program, problem: str, cores: float, made_on: Machine | None = None) -> None:
    """A report as HTML or Markdown, or all figures as JSON. ``made_on``: another machine than this. Any thread.

    Raises OSError.
    """
    where = (made_on or machine()).as_dict()
    bounds, why_not = estimate(program, cores)
    if path.suffix.lower() == ".json":
        write_text(path, json_text(document(program, bounds, why_not, where, problem), indent=2) + "\n")
    else:
        make = markdown if path.suffix.lower() == ".md" else html
        write_text(path, make(program, bounds, why_not, where))


def _words(problem: Exception) -> str:
    return words(problem) if isinstance(problem, OSError) else str(problem)
