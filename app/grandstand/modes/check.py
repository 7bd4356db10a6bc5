"""Whether a mode from outside describes itself well enough to be offered. Pure; any thread."""

from __future__ import annotations

import re
from typing import Any

from grandstand.modes.mode import Mode
from grandstand.vocabulary.options import NUMBER, ONE_OF, SWITCH, TEXT, Option

_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_HOST = re.compile(r"[\w.]+:\w+")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def flaw(brought: Any) -> str:
    """What is wrong with it, in words; '' when all is well."""
    if not isinstance(brought, Mode):
        return "it is not a grandstand.modes.mode.Mode"
    mode: Any = brought  # what its fields hold is for nobody to promise
    if not _KEY.fullmatch(str(mode.key)):
        return f"its key {mode.key!r} must be lower-case letters, digits, - and _"
    for name in ("title", "singular", "plural", "blurb"):
        text = getattr(mode, name)
        if not isinstance(text, str) or not text.strip() or not text.isprintable():
            return f"its {name} must be one line of text"
    if not _HOST.fullmatch(str(mode.host)):
        return f"its host {mode.host!r} must be written package.module:attribute"
    if len(mode.color) != 2 or not all(_COLOR.fullmatch(str(color)) for color in mode.color):
        return "its color must be two, for dark and light themes, each like '#2ec4a6'"
    if mode.baseline:
        return "there can be only one baseline"
    if not isinstance(mode.order, int | float) or not -1e9 < mode.order < 1e9:
        return "its order must be a number"
    for option in mode.options:
        problem = _option_flaw(option)
        if problem:
            return problem
    return ""


def _option_flaw(option: Any) -> str:
    if not isinstance(option, Option):
        return "its options must be a tuple of grandstand.vocabulary.options.Option"
    if not _KEY.fullmatch(str(option.key)) or option.kind not in (SWITCH, ONE_OF, NUMBER, TEXT):
        return f"its option {option.key!r} has no proper key or kind"
    try:
        option.check(option.default)
    except ValueError as problem:
        return f"its option {option.key!r}: {problem}"
    return ""
