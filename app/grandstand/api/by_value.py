"""A function that stands in no file, a notebook's say, by value: its source, and what it names, in a file for workers.

Nothing is pickled: what the function names is written down as source too. Modules become imports, functions and
classes of the notebook their own source, plain values literals, as they are now. What cannot be written down is
refused by its name.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import inspect
import textwrap
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grandstand.hosts import scratch
from grandstand.own.naming import can_be_sent

MOST_VALUE = 1_000_000
_FOLDER = "by-value"


@dataclass(frozen=True)
class ByValue:
    """``copied``: names of values that workers have a copy of, as they were; ``source``: all of the file."""

    path: Path
    source: str
    copied: tuple[str, ...]
    imported: tuple[str, ...]

    @property
    def price(self) -> str:
        """In a sentence or two."""
        lines = self.source.count("\n")
        text = f"It stands in no file, so workers were sent its source, {lines} lines"
        if self.imported:
            text += f"; each of them imports {_and(self.imported)} anew"
        if self.copied:
            text += (
                f"; they have a copy of {_and(self.copied)} as it was then, and what they change in it stays with them"
            )
        return f"{text}. In a module it would need none of that."


def written(function: Callable[..., Any], setup: str = "") -> ByValue:
    """Writes it down. Raises ValueError, naming what cannot be, and OSError where there is no temporary folder."""
    collected = _Collected()
    collected.add(getattr(function, "__qualname__", ""), function)
    if setup:
        value = getattr(function, "__globals__", {}).get(setup)
        if value is None:
            raise ValueError(f"setup: there is no {setup} here.")
        collected.add(setup, value)
    source = collected.text()
    digest = hashlib.sha256(source.encode()).hexdigest()[:8]
    folder = scratch.folder() / _FOLDER / digest
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "notebook.py"
    path.write_text(source, encoding="utf-8")
    return ByValue(path, source, tuple(sorted(collected.values)), tuple(sorted(collected.modules)))


class _Collected:
    """What a function needs, found through the names that it uses."""

    def __init__(self) -> None:
        self.imports: dict[str, str] = {}
        self.values: dict[str, str] = {}
        self.sources: dict[str, str] = {}
        self.modules: set[str] = set()
        self._seen: set[str] = set()

    def text(self) -> str:
        parts = [*sorted(self.imports.values()), "", *self.values.values()]
        return "\n".join(parts).strip() + "\n\n\n" + "\n\n\n".join(self.sources.values()) + "\n"

    def add(self, name: str, thing: Any) -> None:
        if name in self._seen:
            return
        self._seen.add(name)
        try:
            source = textwrap.dedent(inspect.getsource(thing))
        except (OSError, TypeError):
            raise ValueError(
                f"The source of {name} is not known here, so it cannot be sent to workers. Put it in a file."
            ) from None
        tree = ast.parse(source)
        space = getattr(thing, "__globals__", None) or _space_of(thing)
        closure = inspect.getclosurevars(thing).nonlocals if isinstance(thing, types.FunctionType) else {}
        for used in sorted(_names(tree)):
            if used != name and used in closure:
                self._value(used, closure[used], name)
            elif used != name and used in space:
                self._name(used, space[used], name)
        self.sources[name] = source.strip()

    def _name(self, name: str, thing: Any, user: str) -> None:
        if isinstance(thing, types.ModuleType):
            self.modules.add(thing.__name__)
            self.imports[name] = (
                f"import {thing.__name__}" if name == thing.__name__ else _aliased(thing.__name__, name)
            )
        elif getattr(thing, "__module__", None) == "__main__" and isinstance(thing, types.FunctionType | type):
            self.add(name, thing)
        elif can_be_sent(thing):
            self._value(name, thing, user)
        else:
            module, own = getattr(thing, "__module__", None), getattr(thing, "__qualname__", None)
            if not module or not own or "." in own or module in ("__main__", "builtins"):
                raise ValueError(_refused(name, thing, user))
            self.modules.add(module)
            self.imports[name] = f"from {module} import {own}" + (f" as {name}" if own != name else "")

    def _value(self, name: str, thing: Any, user: str) -> None:
        if name in self.values:
            return
        text = repr(thing)
        if not can_be_sent(thing):
            raise ValueError(_refused(name, thing, user))
        if len(text) > MOST_VALUE:
            raise ValueError(f"{user} uses {name}, which is {len(text) / 1e6:.1f} MB. Give it in a file, or as items.")
        self.values[name] = f"{name} = {text}"


def _aliased(module: str, name: str) -> str:
    package, _, last = module.rpartition(".")
    if last == name and package:
        return f"from {package} import {last}"
    return f"import {module} as {name}"


def _space_of(thing: Any) -> dict[str, Any]:
    """The globals of a class: those of its first method, or of the notebook."""
    import sys

    for part in vars(thing).values():
        if isinstance(part, types.FunctionType):
            return part.__globals__
    return vars(sys.modules[thing.__module__])


def _names(tree: ast.AST) -> set[str]:
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and not (hasattr(builtins, node.id) and isinstance(node.ctx, ast.Store))
    }


def _refused(name: str, thing: Any, user: str) -> str:
    return (
        f"{user} uses {name}, of type {type(thing).__name__}, which cannot be written down for workers. Make it "
        "inside the function, or in a setup that each worker calls once, or put both in a file."
    )


def _and(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
