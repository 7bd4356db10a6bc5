"""Python source in pieces that have a color each, for the window and for reports. Pure functions; any thread."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer

KINDS = ("keyword", "string", "comment", "number", "function")
"""The theme has a color for each, ``code.keyword`` and so on."""
_CALLED = re.compile(r"[ \t]*\(")


def pieces(source: str) -> Iterator[tuple[str, str]]:
    """``source`` from its first to its last character as (text, kind of KINDS or ''); a text may hold several lines.

    Source that is broken, or an excerpt, is colored as far as it can be understood. The first call takes some 60 ms.
    """
    from pygments import token

    kinds = {
        token.Keyword: "keyword", token.Operator.Word: "keyword", token.String: "string", token.Comment: "comment",
        token.Number: "number", token.Name.Function: "function", token.Name.Class: "function",
    }  # fmt: skip
    for at, token_type, text in _lexer().get_tokens_unprocessed(source):
        kind = next((kinds[of] for of in reversed(token_type.split()) if of in kinds), "")
        if not kind and token_type in token.Name and _CALLED.match(source, at + len(text)):
            kind = "function"
        yield text, kind


def quick() -> bool:
    """Whether the first call has been: since then it takes a few ms."""
    return bool(_lexer.cache_info().currsize)


@cache
def _lexer() -> Lexer:
    from pygments.lexers.python import PythonLexer

    return PythonLexer()
