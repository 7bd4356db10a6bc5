"""From what was typed to something that can run: reference, arguments, items, environment, put together and checked.

Blocks while a Python is asked what it is; any thread. Nothing of the person's is imported here.
"""

from __future__ import annotations

import ast
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grandstand import plain
from grandstand.control import named
from grandstand.own import environment, reference
from grandstand.own.environment import ProjectPython
from grandstand.own.items import BadItems, Items, parse_items, parse_kwargs, parse_value
from grandstand.own.reference import Function, SourceFile

_LONGEST_UNIT = 24
_LEAST_MB = 32
_SETUP_KINDS = (reference.FUNCTION, reference.VALUE)


@dataclass(frozen=True)
class Wish:
    """A function as it was typed on a command line. ``unit``: of what it returns; '' where calls or items count."""

    text: str
    args: tuple[str, ...] = ()
    kwargs: tuple[str, ...] = ()
    items: str = ""
    setup: str = ""
    unit: str = ""
    python: str = ""
    fail_fast: bool = False
    memory: float = 0.0
    """MB that a worker process may take; 0 for its share of what is free."""
    once: bool = False
    """The run ends when each item has been worked through, once."""

    @property
    def given(self) -> bool:
        """Whether anything was said that only a function of one's own can be told."""
        return bool(
            self.args
            or self.kwargs
            or self.items
            or self.setup
            or self.unit
            or self.fail_fast
            or self.memory
            or self.once
        )


@dataclass(frozen=True)
class Own:
    """A function of the person's, checked, with all that a call of it gets."""

    file: SourceFile
    function: Function
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    items: Items | None
    setup: str
    unit: str
    counts: str
    python: ProjectPython
    path: tuple[str, ...]
    folder: str
    fail_fast: bool = False
    memory: int = 0
    """Bytes that a worker process may take; 0 for its share of what is free."""
    once: bool = False

    @property
    def shown(self) -> str:
        """'job.py:work'."""
        return f"{self.file.name}:{self.function.name}"

    @property
    def call(self) -> str:
        """'work(1000, size=5)', 'work(item)'; long values are cut."""
        parts = ["item"] if self.items is not None else []
        parts += [_short(value) for value in self.args]
        parts += [f"{name}={_short(value)}" for name, value in self.kwargs.items()]
        if self.function.kind == reference.CLASS:
            return f"{self.function.name}().step()"
        return f"{self.function.name}({', '.join(parts)})"

    @property
    def title(self) -> str:
        return f"{self.function.name} in {self.file.name}"

    def described(self) -> dict[str, Any]:
        """For workers and the doctor's children."""
        by_file = not self.file.module
        return {
            "file": str(self.file.path) if by_file else "", "module": self.file.module, "name": self.function.name,
            "kind": self.function.kind, "setup": self.setup, "args": repr(list(self.args)),
            "kwargs": repr(self.kwargs), "items": self.items.described() if self.items is not None else None,
            "counts": self.counts, "path": list(self.path), "folder": self.folder, "fail_fast": self.fail_fast,
            "digest": self.file.digest if by_file else "", **({"once": True} if self.once else {}),
        }  # fmt: skip

    def changed(self) -> bool:
        """Whether the file is not any more what was parsed."""
        try:
            return hashlib.sha256(self.file.path.read_bytes()).hexdigest() != self.file.digest
        except OSError:
            return True

    def as_dict(self) -> dict[str, Any]:
        """For JSON: ``function`` (docs/json.md)."""
        return {
            "reference": self.shown, "file": str(self.file.path), "line": self.function.line,
            "kind": self.function.kind, "call": self.call, "signature": self.function.call,
            "items": len(self.items.values) if self.items is not None else None,
            "setup": self.setup or None, "unit": self.unit,
        }  # fmt: skip


class NoFunction(ValueError):
    """A file was named, and no function in it. ``functions`` are those that it has."""

    def __init__(self, file: SourceFile, text: str) -> None:
        self.file = file
        self.functions = tuple(one for one in file.functions if one.kind != reference.VALUE)
        first = self.functions[0].name if self.functions else "function"
        if self.functions:
            super().__init__(f"Which function of {file.name}? Name one of those below: {text}:{first}")
        else:
            super().__init__(f"{file.name} has no function that could be run.")


def understand(wish: Wish) -> Own:
    """Raises ValueError (BadReference, BadItems, NoPython, NoFunction) with what is wrong and what to do."""
    args, kwargs = tuple(parse_value(text) for text in wish.args), parse_kwargs(wish.kwargs)
    items = parse_items(wish.items) if wish.items else None
    return put_together(wish, args, kwargs, items)


def put_together(wish: Wish, args: tuple[Any, ...], kwargs: dict[str, Any], items: Items | None) -> Own:
    """The same with values in place of texts: those that ``wish`` may have are not looked at. Raises ValueError."""
    where, _ = reference.split(wish.text)
    first = Path(where).expanduser()
    by_file = where.endswith((".py", ".pyw")) or first.is_file()
    start = first.absolute() if by_file else Path.cwd()
    if by_file:  # before a Python is asked: what is no Python needs none
        file, name = reference.parse(wish.text)
        python = environment.find(start, wanted=wish.python)
        path = environment.search_path(file.path)
    else:
        python = environment.find(start, wanted=wish.python)
        path = environment.search_path(None)
        file, name = reference.parse(wish.text, (*path, *python.path))
    if not name:
        raise NoFunction(file, wish.text)
    function = file.function(name)
    reference.check_arguments(function, args, kwargs, items is not None)
    if wish.once and items is None:
        raise BadItems("--once works through --items once: name some, like --items 'range(1000)'.")
    if wish.setup:
        setup = file.function(wish.setup)
        if setup.kind not in _SETUP_KINDS:
            raise reference.BadReference(f"--setup: {wish.setup} must be a function that is not async.")
        if setup.signature is not None:
            try:
                setup.signature.bind()
            except TypeError:
                raise reference.BadReference(f"--setup: {setup.call} is called without arguments.") from None
    for what, value in (("--arg", list(args)), ("--kwarg", kwargs), ("--items", items.values if items else ())):
        if not isinstance(value, range) and not can_be_sent(value):
            raise BadItems(f"{what}: numbers must be finite (no infinity, no NaN).")
    if not (wish.memory == 0 or _LEAST_MB <= wish.memory <= 1e7):
        raise BadItems(f"--memory must be {_LEAST_MB} MB or more for each worker; {wish.memory:g} is not.")
    unit = plain.one_line(wish.unit).strip()
    if len(unit) > _LONGEST_UNIT:
        raise BadItems(f"--unit: a unit is a word, like rows; '{unit[:40]}' is too long.")
    counts = "returned" if unit else "items" if items is not None else "calls"
    return Own(
        file, function, args, kwargs, items, wish.setup, unit or counts, counts, python, path, str(Path.cwd()),
        wish.fail_fast, int(wish.memory * 1e6), wish.once,
    )  # fmt: skip


def let_run(own: Own) -> named.Named:
    """The person's word: from now on it can be started under the key that this has."""
    return named.name(own.shown, own.title, own.unit, own.described(), own.memory)


def can_be_sent(value: Any) -> bool:
    """Workers are told values as Python literals."""
    try:
        ast.literal_eval(repr(value))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def _short(value: Any) -> str:
    text = plain.one_line(repr(value))
    return text if len(text) <= 30 else text[:29] + "…"
