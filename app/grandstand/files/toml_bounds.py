"""What a TOML text may cost to parse, found out before it is parsed. Pure; any thread.

The standard library's parser takes time with the square of a key's dots (25,000 of them, 50 kB, took 10 s and 2.4 GB),
and tomlkit with the square of the number of dotted keys (3,000 took 1.3 s). So what makes either slow is counted
first, in one pass of a regular expression without backtracking: strings and comments are taken out, the rest is
counted.
"""

from __future__ import annotations

import re

MOST_DOTS, MOST_DEPTH, MOST_PARTS, MOST_ESCAPES = 8, 16, 30_000, 50_000
_QUIET = re.compile(
    r'''"""(?:[^"\\]++|\\.|"(?!""))*+(?:""")?'''
    r"""|'''(?:[^']++|'(?!''))*+(?:''')?"""
    r"""|"(?:[^"\\\n]++|\\.)*+"?|'[^'\n]*+'?|\#[^\n]*+""",
    re.S | re.X,
)
"""Strings of all four kinds, and comments. One without an end reaches as far as it can, or each quote in it would be
tried as a beginning; the parser stops there."""
_ENDS = ("\n", "\v")
_PART = re.compile(r"[=,\[\]{}\n]")


def too_costly(text: str) -> str:
    """Why this text is not parsed, with its line where there is one; '' for what may be."""
    if text.count("\\") > MOST_ESCAPES:
        return f"it has more than {MOST_ESCAPES:,} backslashes"
    bare = _QUIET.sub(_blank, text)
    begin = depth = 0
    for parts, match in enumerate(_PART.finditer(bare), 1):
        at, sign = match.start(), match[0]
        dotted, begin = bare.count(".", begin, at) > MOST_DOTS, at + 1
        depth += (sign in "[{") - (sign in "]}")
        if dotted:
            return _where(bare, at, f"a name with more than {MOST_DOTS} dots")
        if depth > MOST_DEPTH:
            return _where(bare, at, f"lists or tables that are nested more than {MOST_DEPTH} deep")
        if parts > MOST_PARTS:
            return _where(bare, at, f"more than {MOST_PARTS:,} names, values and lines up to here")
    return _where(bare, begin, f"a name with more than {MOST_DOTS} dots") if bare.count(".", begin) > MOST_DOTS else ""


def _where(bare: str, at: int, what: str) -> str:
    return f"line {1 + sum(bare.count(end, 0, at) for end in _ENDS)} has {what}"


def _blank(match: re.Match[str]) -> str:
    """What stands in for a string or a comment: its lines are counted for messages, but cost the parser little."""
    text = match[0]
    return '""' + "\v" * text.count("\n") if text[0] in "\"'" else ""
