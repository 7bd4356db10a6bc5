"""What commands say on the terminal: the only place that prints. Main thread.

Nothing that is said is markup, whoever wrote it, and nothing of it is a command to the terminal: texts are made plain
as they are laid out, and once more as they are written. Looks are asked for with rich's Text and styles.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import TextColumn
from rich.segment import Segment
from rich.text import Text

from grandstand import plain

_GLUE = "\ue000"
"""A space at which no line ends: rich would break at a no-break space too. Shown as a space."""
_TOGETHER = re.compile(
    r"(?<=\d) (?=(?:%|[kMG]?B|[kMG]|ms|s|min)(?![\w]))|(?<=\bunder) (?=\d)|(?<=\bover) (?=\d)|(?<=\u00d7) (?=\[)"
)
_INTERVAL = re.compile(r"\[[^\[\]]{1,24}\]")


class Terminal(Console):
    """Standard output, or with ``stderr`` standard error."""

    def __init__(self, stderr: bool = False, width: int | None = None) -> None:
        super().__init__(stderr=stderr, width=width, markup=False, emoji=False, highlight=False)

    @property
    def drawn_live(self) -> bool:
        """Whether what is printed may be drawn over. FORCE_COLOR asks for colors, in a log too, and not for that."""
        return self.is_terminal and not self.is_dumb_terminal and self.file.isatty()

    def say(self, text: object) -> None:
        """Lines that only the terminal itself may wrap: names and commands in them can be copied."""
        self.print(Text(plain.lines(text)), soft_wrap=True)

    def tell(self, text: object) -> None:
        """Sentences, wrapped between words; no figure is parted from its unit."""
        self.print(Text(glued(plain.lines(text))))

    def refuse(self, what: str, why: object) -> None:
        """``what`` cannot be done, and ``why``."""
        self.print(Text.assemble((what, "bold"), " ", plain.lines(why)), soft_wrap=True)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(plain.lines(segment.text.replace(_GLUE, " ")), segment.style)

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(plain.lines(text), **{**options, "markup": False, "emoji": False})


def glued(text: str) -> str:
    """``text`` in which figures and units, and what stands in brackets, stay on one line of a Terminal."""
    text = _INTERVAL.sub(lambda match: match[0].replace(" ", _GLUE), text)
    return _TOGETHER.sub(_GLUE, text).replace("\u00a0", _GLUE).replace("\u202f", _GLUE)


def bar_words(text: str, style: str = "none") -> TextColumn:
    """A column of words in a progress bar; ``text`` is rich's format, what is put in is no markup."""
    return TextColumn(text, style=style, markup=False)


def write_json(data: Mapping[str, Any], indent: int | None = 2) -> None:
    """A document on standard output."""
    sys.stdout.write(plain.json_text(data, indent=indent) + "\n")


def width_of(text: str) -> int:
    """Columns of a terminal that a line takes."""
    return cell_len(text)
