"""What ``compare`` and two comparisons side by side have in common: the request, files in, files out. Main thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grandstand.cli.outputs import Output, document_output, text_output
from grandstand.cli.pictures import PICTURE_ENDINGS, why_no_picture
from grandstand.cli.run import Usage
from grandstand.compare import document
from grandstand.compare.comparison import Comparison
from grandstand.files import targets as files
from grandstand.files.places import place
from grandstand.files.reading import Unreadable, read_bytes
from grandstand.files.targets import Wanted

if TYPE_CHECKING:
    from grandstand.own.naming import Wish

DONE, FAILED, USAGE = 0, 1, 2


@dataclass(frozen=True)
class CompareRequest:
    """What was asked for, as typed."""

    workload: str
    modes: str = ""
    workers: str | None = None
    settings: tuple[str, ...] = ()
    sweep: str | None = None
    repeats: int = 5
    seconds: float = 1.0
    budget: str | None = None
    fixed_work: float | None = None
    seed: int = 1
    json_output: str = ""
    csv: str = ""
    markdown: str = ""
    snapshot: str = ""
    theme: str = "dark"
    resume: str = ""
    checks: tuple[str, ...] = ()
    open: str = ""
    beside: str = ""
    options: tuple[str, ...] = ()
    pythons: str = ""
    wish: Wish | None = None
    """What was said of a function of one's own."""


def read_file(name: str, option: str) -> Comparison:
    """The comparison in a file. Raises ValueError with what is wrong."""
    try:
        data = read_bytes(Path(name), document.MOST_BYTES, "a comparison")
    except Unreadable as problem:
        raise Usage(f"{option}: cannot read {name}: {problem}") from None
    try:
        return document.read(data)
    except Unreadable as problem:
        raise Usage(f"{option}: {name}: {problem}") from None


def check_targets(request: CompareRequest, inputs: Sequence[tuple[str, Path]] = ()) -> None:
    """Raises ValueError where a file could not be written, or would be lost.

    What ``--resume`` names may be written over: all that is in it is in the result.
    """
    wanted = [
        Wanted("--json", request.json_output, (".json",)),
        Wanted("--csv", request.csv, (".csv", ".txt")),
        Wanted("--markdown", request.markdown, (".md", ".txt")),
        Wanted("--snapshot", request.snapshot, PICTURE_ENDINGS, strict=True),
    ]
    read = ((request.open, "the comparison that is shown"), (request.beside, "the comparison that is shown beside it"))
    files.check(wanted, [*((what, place(name)) for name, what in read if name), *inputs])
    missing = why_no_picture(request.snapshot)
    if missing:
        raise Usage(missing)


def outputs_of(
    request: CompareRequest,
    document: Callable[[], Any],
    csv: Callable[[], str],
    markdown: Callable[[], str],
    picture: Output,
) -> tuple[Output, ...]:
    """What was asked for, each with what makes it."""
    return (
        document_output(request.json_output, document),
        text_output(request.csv, csv),
        text_output(request.markdown, markdown),
        picture,
    )
