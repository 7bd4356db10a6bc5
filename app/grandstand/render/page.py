"""HTML pages out of ``resources/templates``: every word that is put into one is escaped and made plain. Any thread."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape

from grandstand import assets, plain


@cache
def templates() -> Environment:
    """What is not Markup already becomes one line of text; the filter ``lines`` keeps line ends."""
    made = Environment(
        autoescape=True,
        loader=FunctionLoader(lambda name: assets.read_text(f"templates/{name}")),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: value if isinstance(value, Markup) else plain.one_line(value),
    )
    made.filters["lines"] = lambda text: escape(plain.lines(text))
    return made
