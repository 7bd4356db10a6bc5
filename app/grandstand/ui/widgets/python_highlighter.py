"""Colors for Python source, found with the standard library's own tokenizer.

Role: `classify` says which stretch of which line is what (pure, no Qt in it); PythonHighlighter paints that
in the colors of the theme. The whole source is read at once, because a docstring's first line says nothing
about its third. GUI thread.
"""

from __future__ import annotations

import io
import keyword
import tokenize
from dataclasses import dataclass

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from grandstand.ui.theme.manager import theme_manager


@dataclass(frozen=True)
class Span:
    """Columns `start` to `end` of a line are of `kind`: keyword, string, comment, number or function."""

    start: int
    end: int
    kind: str


def classify(source: str) -> dict[int, list[Span]]:
    """The colored spans of each line of `source`, from line 0; broken source is colored up to the fault."""
    spans: dict[int, list[Span]] = {}
    lines = source.splitlines()
    previous = ""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            kind = _kind(token, previous)
            if token.string.strip():
                previous = token.string
            if not kind:
                continue
            (first, left), (last, right) = token.start, token.end
            for row in range(first - 1, last):
                start = left if row == first - 1 else 0
                end = right if row == last - 1 else len(lines[row])
                spans.setdefault(row, []).append(Span(start, end, kind))
    except (tokenize.TokenError, SyntaxError):
        pass  # an excerpt may stop in the middle of a bracket: the rest stays plain
    return spans


def _kind(token: tokenize.TokenInfo, previous: str) -> str:
    name = tokenize.tok_name[token.type]
    if name == "COMMENT":
        return "comment"
    # From Python 3.12 on an f-string is FSTRING_START, FSTRING_MIDDLE, …, FSTRING_END.
    if name == "STRING" or name.startswith(("FSTRING", "TSTRING")):
        return "string"
    if name == "NUMBER":
        return "number"
    if name == "NAME":
        if previous in ("def", "class"):
            return "function"
        if keyword.iskeyword(token.string):
            return "keyword"
        if token.line[token.end[1] :].lstrip().startswith("("):
            return "function"
    return ""


class PythonHighlighter(QSyntaxHighlighter):
    """Colors a document of Python source, in the theme's colors; `set_source` goes before the text."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._spans: dict[int, list[Span]] = {}
        self._formats: dict[str, QTextCharFormat] = {}
        theme_manager().changed.connect(self._restyle)
        self._take_colors()

    def set_source(self, source: str) -> None:
        """Work out the colors of `source`, the text that the document will hold."""
        self._spans = classify(source)

    def highlightBlock(self, text: str) -> None:
        for span in self._spans.get(self.currentBlock().blockNumber(), ()):
            self.setFormat(span.start, span.end - span.start, self._formats[span.kind])

    def _take_colors(self) -> None:
        code = theme_manager().theme.code
        for kind in ("keyword", "string", "comment", "number", "function"):
            made = QTextCharFormat()
            made.setForeground(QColor(getattr(code, kind)))
            self._formats[kind] = made

    def _restyle(self) -> None:
        self._take_colors()
        self.rehighlight()
