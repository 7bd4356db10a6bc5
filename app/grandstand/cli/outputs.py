"""What a command hands over at its end: files first, then standard output, then what people read. Main thread.

So nothing that goes wrong with printing can cost a file, and a file that cannot be written any more, because the disk
has filled meanwhile, is put somewhere else, and that is said.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grandstand.cli.interrupts import interrupts
from grandstand.cli.terminal import Terminal
from grandstand.files.places import place, real
from grandstand.files.targets import words
from grandstand.files.writer import write_text
from grandstand.plain import json_text


class Unwritable(RuntimeError):
    """A file cannot be made here, whatever its place; the text says why."""


@dataclass(frozen=True)
class Output:
    """``write`` puts it into a place; raises OSError, or Unwritable. ``text``: the target as typed, '' for none."""

    text: str
    write: Callable[[Path], None]
    said: str = "Written to {}"


def text_output(text: str, make: Callable[[], str], told: str = "Written to {}") -> Output:
    """A text, made when it is wanted."""
    return Output(text, lambda path: write_text(path, make()), told)


def document_output(text: str, make: Callable[[], Any], told: str = "Written to {}") -> Output:
    """Data as JSON."""
    return text_output(text, lambda: json_text(make(), indent=2) + "\n", told)


def to_stdout(*texts: str) -> bool:
    """Whether one of these targets is standard output, which then carries it alone."""
    for text in filter(None, texts):
        try:
            if real(place(text)).stdout:
                return True
        except OSError:
            continue
    return False


def deliver(
    outputs: Sequence[Output], tell: Callable[[Terminal], None], console: Terminal, stderr: bool = False
) -> bool:
    """Writes all, then has ``tell`` print; False when something did not get where it was to go.

    What people read goes to standard output, or to standard error where that one carries a document, or is somebody
    else's (``stderr``). ``console`` hears what has been written, or why not.
    """
    wanted = [output for output in outputs if output.text]
    wanted.sort(key=lambda output: to_stdout(output.text))
    terminal = Terminal(stderr=stderr or to_stdout(*(output.text for output in wanted)))
    lines: list[str] = []
    well = True
    with interrupts.deferred():
        try:
            for output in wanted:
                ok, line = _one(output)
                well = well and ok
                if line:
                    lines.append(line)
        finally:  # whatever happens to a file, the figures are shown
            tell(terminal)
            for line in lines:
                console.say(line)
    return well


def _one(output: Output) -> tuple[bool, str]:
    """Whether it got there, and what is to be said of it."""
    target = place(output.text)
    try:
        with interrupts.at_once() if _may_wait(target) else nullcontext():
            output.write(target)
    except Unwritable as problem:
        return False, str(problem)
    except KeyboardInterrupt:
        return False, f"Cannot write {output.text}: interrupted."
    except OSError as problem:
        if to_stdout(output.text):
            return True, ""  # streams.py tells it once, for everything that did not get through
        return False, f"Cannot write {output.text}: {words(problem)} {_saved_elsewhere(output, target)}"
    return True, "" if to_stdout(output.text) else output.said.format(output.text)


def _may_wait(target: Path) -> bool:
    try:
        return real(target).straight
    except OSError:
        return False


def _saved_elsewhere(output: Output, target: Path) -> str:
    for folder in _other_folders():
        try:
            number, name = tempfile.mkstemp(target.suffix, f"{target.stem[:40]}-", folder)
            os.close(number)
        except (OSError, ValueError):
            continue
        path = Path(name)
        try:
            output.write(path)
        except (OSError, Unwritable):
            path.unlink(missing_ok=True)
            continue
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return f"It was saved as {path} instead."
    return "It could not be saved anywhere else either."


def _other_folders() -> list[Path]:
    """Where a result may go that cannot go where it should: the temporary folder, the app's own, the person's."""
    from grandstand.journal.library import folder

    folders: list[Path] = []
    places: tuple[Callable[[], Path | None], ...] = (lambda: Path(tempfile.gettempdir()), folder, Path.home)
    for where in places:
        try:
            path = where()
            if path is not None and path.is_dir():
                folders.append(path)
        except (OSError, RuntimeError):  # no home, no temporary folder
            continue
    return folders
