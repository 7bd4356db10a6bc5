"""Colors for Python source in a text document. GUI thread.

The whole source is read at once, because a docstring's first line says nothing about its third. Pygments takes 60 ms
to begin with, so the first source of all is plain until it has been painted.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from grandstand.render.code import KINDS, pieces, quick
from grandstand.ui.theme.manager import theme_manager

Span = tuple[int, int, str]
"""Where in its line a piece begins and how long it is, both as Qt counts (UTF-16), and its kind."""


def classify(source: str) -> dict[int, list[Span]]:
    """The colored spans of each line of ``source``, from line 0."""
    spans: dict[int, list[Span]] = {}
    row = column = 0
    for text, kind in pieces(source):
        for at, part in enumerate(text.split("\n")):
            if at:
                row, column = row + 1, 0
            length = len(part.encode("utf-16-le", "surrogatepass")) // 2
            if kind and length:
                spans.setdefault(row, []).append((column, length, kind))
            column += length
    return spans


class PythonHighlighter(QSyntaxHighlighter):
    """Colors a document of Python source, in the theme's colors.

    ``set_source`` goes before the text, ``painted`` after it was painted.
    """

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._waiting = ""
        self._spans: dict[int, list[Span]] = {}
        self._formats: dict[str, QTextCharFormat] = {}
        theme_manager().changed.connect(self._restyle)
        self._take_colors()

    def set_source(self, source: str) -> None:
        """``source``: the text that the document will hold."""
        self._waiting, self._spans = ("", classify(source)) if quick() else (source, {})

    def painted(self) -> None:
        """The text has been seen: from now on there is time."""
        if self._waiting:
            QTimer.singleShot(0, self, self._catch_up)

    def highlightBlock(self, text: str) -> None:
        for start, length, kind in self._spans.get(self.currentBlock().blockNumber(), ()):
            self.setFormat(start, length, self._formats[kind])

    def _catch_up(self) -> None:
        if self._waiting:
            self._waiting, self._spans = "", classify(self._waiting)
            self.rehighlight()

    def _take_colors(self) -> None:
        code = theme_manager().theme.code
        for kind in KINDS:
            made = QTextCharFormat()
            made.setForeground(QColor(getattr(code, kind)))
            self._formats[kind] = made

    def _restyle(self) -> None:
        self._take_colors()
        self.rehighlight()
