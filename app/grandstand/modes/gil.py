"""The option of modes that can run under free-threaded Pythons: with or without the GIL. Any thread."""

from __future__ import annotations

from grandstand.vocabulary.options import FREE_THREADED, ONE_OF, Option, Pick, Values

GIL = Option(
    "gil", "GIL", ONE_OF, "",
    "A free-threaded Python runs without the GIL, and can be told to use one all the same.",
    (
        Pick("", "as built", "", "Off, unless something that is imported needs it."),
        Pick("0", "off", "GIL kept off", "Off, whatever is imported: what is not made for that may crash."),
        Pick("1", "on", "GIL on", "On, as in every other Python: what the same build does with it."),
    ),
    under=FREE_THREADED,
)  # fmt: skip


def of(chosen: Values) -> str:
    """'0', '1' or ''."""
    return str(dict(chosen).get(GIL.key, ""))
