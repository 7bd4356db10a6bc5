"""What a mode can be told, as data: window, command line, talks and documents are made of it. Any thread."""

from typing import Any, Dict, NamedTuple, Tuple, Union

Value = Union[bool, float, str]
Values = Tuple[Tuple[str, Value], ...]
"""Options that were chosen: pairs (key, value), sorted by key, so that they can be a part of a key themselves."""

SWITCH, ONE_OF, NUMBER, TEXT = "switch", "one of", "number", "text"
"""Kinds: true or false; one of ``choices``; a number in [minimum, maximum]; a short text."""
ANY, OWN, FREE_THREADED = "any Python", "the app's own Python", "free-threaded Pythons"
"""Under which Pythons an option means something."""
LONGEST = 200
"""Characters of a text."""


class Pick(NamedTuple):
    """One of several values. ``told``: how a caption names it."""

    key: str
    title: str
    told: str
    help: str = ""


class Option(NamedTuple):
    """One setting of a mode. ``help`` says what it does, to somebody who has not heard of it.

    ``told_on`` and ``told_off`` name a switch's two positions in captions and scoreboards. ``under``: see ANY.
    """

    key: str
    title: str
    kind: str
    default: Value
    help: str
    choices: Tuple[Pick, ...] = ()
    minimum: float = 0.0
    maximum: float = 0.0
    step: float = 1.0
    unit: str = ""
    told_on: str = ""
    told_off: str = ""
    under: str = ANY

    def check(self, value: Any) -> Value:
        """The value as it is kept. Raises ValueError, saying what there is."""
        if self.kind == SWITCH:
            if isinstance(value, bool):
                return value
            raise ValueError("{} is on or off (true or false); {!r} is neither.".format(self.title, _short(value)))
        if self.kind == ONE_OF:
            keys = [pick.key for pick in self.choices]
            if isinstance(value, str) and value in keys:
                return value
            allowed = ", ".join(key for key in keys if key)
            raise ValueError("{}: there is no {!r}. There are: {}.".format(self.title, _short(value), allowed))
        if self.kind == NUMBER:
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if number and self.minimum <= value <= self.maximum:  # not NaN
                return value  # type: ignore[no-any-return]
            unit = " " + self.unit if self.unit else ""
            raise ValueError(
                "{} must be from {:g} to {:g}{}; {} is not.".format(
                    self.title, self.minimum, self.maximum, unit, _short(value)
                )
            )
        if isinstance(value, str) and len(value) <= LONGEST and value.isprintable():
            return value
        raise ValueError("{} expects a short text of one line.".format(self.title))

    def parse(self, text: str) -> Value:
        """The value that somebody typed. Raises ValueError."""
        if self.kind == SWITCH:
            words = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False}
            return self.check({**words, "0": False}.get(text.strip().lower(), text))
        if self.kind == NUMBER:
            try:
                number = float(text)
            except ValueError:
                return self.check(text)
            return self.check(int(number) if number.is_integer() else number)
        return self.check(text)

    def told(self, value: Value) -> str:
        """The value in a few words, for captions: 'spawn', 'no frame slots'."""
        if self.kind == SWITCH:
            return self.told_on if value else self.told_off
        for pick in self.choices:
            if pick.key == value:
                return pick.told
        return "{} {}{}".format(self.title.lower(), value, " " + self.unit if self.unit else "")


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def complete(options: Tuple[Option, ...], chosen: Dict[str, Value]) -> Values:
    """``chosen`` with the defaults of what was not chosen; what ``options`` do not have is left out."""
    return tuple(sorted((o.key, chosen.get(o.key, o.default)) for o in options))
