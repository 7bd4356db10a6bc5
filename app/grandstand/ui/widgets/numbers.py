"""Numbers as people read and type them: thin spaces between thousands, the unit always, forgiving input.

Role: shared by the widgets that show or take a value. Pure functions, no Qt; any thread.
"""

from __future__ import annotations

import re
from decimal import Decimal

THIN_SPACE = "\u202f"  # narrow and no-break: "2 500" must not fall apart at the end of a line
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"

_SUFFIX = {"k": 1e3, "M": 1e6, "G": 1e9}
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")


def decimals_of(step: float) -> int:
    """How many decimals a value made of steps can have: 0 for 5, 2 for 0.25."""
    exponent = Decimal(str(step)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def format_number(value: float, decimals: int = 0) -> str:
    """`value` rounded to `decimals`, with thin spaces between thousands and a true minus sign."""
    text = f"{value:,.{decimals}f}".replace(",", THIN_SPACE)
    return text.replace("-", MINUS) if any(digit in text for digit in "123456789") else text.lstrip("-")


def format_value(value: float, decimals: int = 0, unit: str = "") -> str:
    """`value` with its unit, such as '2 500 numbers'."""
    number = format_number(value, decimals)
    if "." in number:  # a fine step must not make round values long: "10 s", not "10.000 s"
        number = number.rstrip("0").rstrip(".")
    return f"{number}{NO_BREAK_SPACE}{unit}" if unit else number


def parse_number(text: str, *, unit: str = "", whole: bool = False) -> float:
    """The number in `text`: spaces of any kind, a decimal comma, k/M/G and the unit are understood.

    A comma is a decimal comma, except where whole numbers are asked for and it parts thousands ('2,500').

    Raises:
        ValueError: there is no number in it.
    """
    compact = "".join(text.split()).replace(MINUS, "-")
    compact_unit = "".join(unit.split())
    if compact_unit and compact.lower().endswith(compact_unit.lower()):
        compact = compact[: -len(compact_unit)]
    factor = 1.0
    if compact[-1:] in _SUFFIX:
        factor, compact = _SUFFIX[compact[-1]], compact[:-1]
    compact = compact.replace(",", "" if whole and _THOUSANDS.fullmatch(compact) else ".")
    if not _NUMBER.fullmatch(compact):
        raise ValueError(f"{text!r} is not a number")
    return float(compact) * factor
