"""From a function object to something that workers can run: the file it stands in, or one that is written for it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grandstand.api.by_value import ByValue, written
from grandstand.engine.own.importing import MAIN
from grandstand.own import naming
from grandstand.own.items import MOST_ITEMS, Items
from grandstand.own.naming import Own, Wish
from grandstand.own.reference import is_guard

_SHOWN = 40


@dataclass(frozen=True)
class Called:
    """``by_value``: the source that was written down for it, of a function that stands in no file; else None."""

    own: Own
    by_value: ByValue | None = None

    @property
    def price(self) -> str:
        """What it costs that the function stands in no file; '' where it does."""
        return self.by_value.price if self.by_value is not None else ""


def understood(
    function: Callable[..., Any] | str, items: Iterable[Any] | None, args: Sequence[Any], kwargs: dict[str, Any],
    setup: str, python: str,
) -> Called:  # fmt: skip
    """Raises ValueError with what is wrong and what to do."""
    by_value = None
    path: tuple[str, ...] = ()
    if isinstance(function, str):
        text = function
    else:
        text, by_value, path = _named(function, setup)
    checked = _items(items) if items is not None else None
    for what, value in (("args", list(args)), ("kwargs", kwargs)):
        _check(what, value)
    own = naming.put_together(Wish(text, setup=setup, python=python), tuple(args), kwargs, checked)
    return Called(replace(own, path=path) if path else own, by_value)


def _named(function: Callable[..., Any], setup: str) -> tuple[str, ByValue | None, tuple[str, ...]]:
    """The reference of a function object, and the path to look for what it imports (as it is here)."""
    if not callable(function):
        raise ValueError(
            f"That is no function, but of type {type(function).__name__}. Give a function, or 'file.py:f'."
        )
    name, module = getattr(function, "__qualname__", ""), getattr(function, "__module__", "") or ""
    if not name or not module:
        kind = type(function).__name__
        raise ValueError(f"A {kind} has no name that workers could find it by. Define a function: def work(item): …")
    if "<lambda>" in name or "<locals>" in name:
        raise ValueError(
            f"{name} cannot be found by its name in another process. Define it with def, at the top of a file or of a "
            "notebook's cell."
        )
    if module == MAIN:
        raise ValueError(
            "A worker has imported this file, and the file begins a race when it is imported. Put the call under "
            'if __name__ == "__main__":'
        )
    file = getattr(sys.modules.get(module), "__file__", None)
    path = tuple(dict.fromkeys(part or str(Path.cwd()) for part in sys.path))
    if module == "__main__" and file is None:
        made = written(function, setup)
        return f"{made.path}:{name}", made, path
    if module == "__main__":
        _check_guard(Path(file or ""))
        return f"{Path(file or '').absolute()}:{name}", None, ()
    if file is None or not file.endswith((".py", ".pyw")):
        raise ValueError(
            f"{module}.{name} is not written in Python, so its source cannot be read. Define a function that calls it."
        )
    source = Path(file)
    package = module.partition(".")[0] != module or source.name == "__init__.py"
    return (f"{module}:{name}" if package else f"{source.absolute()}:{name}"), None, path


def _check_guard(file: Path) -> None:
    """Raises ValueError where the script that calls this would call it again in each worker that imports it."""
    import ast

    frame = inspect.currentframe()
    while frame is not None and not (
        frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") == "__main__"
    ):
        frame = frame.f_back
    if frame is None:
        return
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    for node in tree.body:
        if node.lineno <= frame.f_lineno <= (node.end_lineno or node.lineno) and not is_guard(node):
            raise ValueError(
                f"{file.name}, line {frame.f_lineno}: workers import this file, and would begin a race again. Put the "
                'call under if __name__ == "__main__":'
            )


def _items(items: Iterable[Any]) -> Items:
    """Raises ValueError."""
    if isinstance(items, range):
        if not items:
            raise ValueError("There are no items.")
        return Items(repr(items), items)
    if isinstance(items, str | bytes):
        raise ValueError("items is a text. Give a list: of its lines, text.splitlines(), say.")
    values: list[Any] = []
    for value in items:
        if len(values) >= MOST_ITEMS:
            raise ValueError(f"There are more than {MOST_ITEMS:,} items.")
        values.append(value)
    if not values:
        raise ValueError("There are no items.")
    for number, value in enumerate(values):
        _check(f"item {number}", value)
    return Items(repr(values), values)


def _check(what: str, value: Any) -> None:
    if not naming.can_be_sent(value):
        raise ValueError(
            f"{what}: {repr(value)[:_SHOWN]} is of type {type(value).__name__}, and workers are sent numbers, texts, "
            "bytes, and lists, tuples, sets and dicts of them. Send what it is made of, and make it in the function."
        )
