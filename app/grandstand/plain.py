"""Text from elsewhere made plain: titles, file names, errors, machines' and programs' words. Any thread.

Whoever wrote it may have put terminal commands, line ends, letters that turn the direction of writing, or bytes that
are no text into it. ``one_line`` and ``lines`` leave none of that. Where text is shown, it is never parsed
(cli.terminal, plain labels); where a format has its own signs, ``cell``, ``markdown`` and ``json_text`` see to them.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any

MOST = 2_000
INSTEAD = "\ufffd"
"""Stands where a character was that is not shown."""

_FORBIDDEN = frozenset(("Cc", "Cs", "Cf", "Zl", "Zp"))
_JOINERS = "\u200c\u200d"
"""Persian and many Indian words are misspelt, and emoji fall apart, without them."""
_BREAKS = "\n\r\v\f\x85\u2028\u2029"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a cell a formula in one spreadsheet or another; the last four are the wide forms."""
# An underscore within a word is none of Markdown's signs; neither is a bracket without a target after it.
_MARKDOWN = re.compile(r"[\\`*<|~]|(?<![^\W_])_|_(?![^\W_])|(?<=\])[(\[:]")
_LINE_START = re.compile(r"^(\d*)(?=(?:[#>+-]+|[.)])(?:\s|$))")
_SURROGATE = re.compile("[\ud800-\udfff]")


def one_line(text: object, tab: str = " ", most: int | None = MOST) -> str:
    """``text`` on one line: line ends become spaces, bytes that are no text are told as '\\xe9', the rest '\ufffd'."""
    return _plain(_short(str(text), most).replace("\r\n", " ").replace("\t", tab), " ")


def plain_table(table: dict[str, Any]) -> dict[str, Any]:
    """Names and texts of a table made plain; other values as they are."""
    return {one_line(k): one_line(v) if isinstance(v, str) else v for k, v in table.items()}


def lines(text: object, tab: str = "    ") -> str:
    """The same with its line ends, as line feeds."""
    return _plain(str(text).replace("\r\n", "\n").replace("\t", tab), "\n")


def whole(text: str) -> str:
    """``text`` as it is but for what has no UTF-8: bytes of a file name become '\\xe9'."""
    return _SURROGATE.sub(lambda match: _character(match[0], ""), text)


def cell(value: Any) -> Any:
    """``value`` for CSV: numbers as they are; a text that a spreadsheet would compute gets an apostrophe before it."""
    if not isinstance(value, str):
        return value
    text = one_line(value, most=None)
    return f"'{text}" if value.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


class CsvWriter:
    """The only way in which this app writes CSV: each value as a ``cell``."""

    def __init__(self, out: Any) -> None:
        self._writer = csv.writer(out, lineterminator="\n")

    def writerow(self, row: Iterable[Any]) -> None:
        self._writer.writerow([cell(value) for value in row])


def markdown(text: object) -> str:
    """``text`` as words of a line or a table's cell in Markdown."""
    return _LINE_START.sub(r"\1\\", _MARKDOWN.sub(lambda match: f"\\{match[0]}", one_line(text)))


def json_text(data: Any, **options: Any) -> str:
    """``json.dumps``, but never with half a surrogate pair, which strict readers refuse."""
    text = json.dumps(data, **options)
    return json.dumps(_mended(data), **options) if "\\ud" in text else text


def _mended(data: Any) -> Any:
    if isinstance(data, str):
        return whole(data)
    if isinstance(data, dict):
        return {_mended(key): _mended(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_mended(value) for value in data]
    return data


def _short(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else text[:most] + "…"


def _plain(text: str, line_end: str) -> str:
    if text.isprintable():  # most texts, at the speed of C
        return text
    return "".join(_character(c, line_end) for c in text)


def _character(c: str, line_end: str) -> str:
    if c in _BREAKS:
        return line_end
    if c in _JOINERS or c == "\t":
        return c
    point = ord(c)
    if 0xDC80 <= point <= 0xDCFF:  # how Python keeps a byte of a file name that is not UTF-8
        return f"\\x{point - 0xDC00:02x}"
    if unicodedata.category(c) in _FORBIDDEN or point & 0xFFFE == 0xFFFE:
        return INSTEAD
    return c
