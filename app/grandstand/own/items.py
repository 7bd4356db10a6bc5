"""Items and arguments as they are typed: parsed, never evaluated. Pure but for reading files; any thread.

``range(1000)``, a list as Python writes it, a pattern of file names (``files/*.png``), or a file: each line of it,
each row of a CSV (a dict by its header), each entry of a JSON list.
"""

from __future__ import annotations

import ast
import csv
import glob
import io
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grandstand import plain
from grandstand.files.reading import Unreadable, read_text

MOST_ITEMS = 1_000_000
MOST_RANGE = 10**12
MOST_BYTES = 64_000_000
_WAYS = (
    "Write --items 'range(1000)', --items '[1, 2, 3]', --items 'files/*.png', or the name of a file of lines, CSV or "
    "JSON; in quotes, so that the shell leaves it alone."
)


class BadItems(ValueError):
    """No items can be made of that; the text says why and what can be written."""


@dataclass(frozen=True)
class Items:
    """``text``: as it was typed. ``values``: what each call gets."""

    text: str
    values: Sequence[Any]

    @property
    def words(self) -> str:
        count = len(self.values)
        return f"{count:,} item{'' if count == 1 else 's'}"

    def described(self) -> dict[str, Any]:
        """For the workers (engine/own/itemlist.py)."""
        if isinstance(self.values, range):
            r = self.values
            return {"kind": "range", "start": r.start, "stop": r.stop, "step": r.step}
        return {"kind": "literal", "text": repr(list(self.values))}


def parse_items(text: str) -> Items:
    """Raises BadItems."""
    wanted = text.strip()
    if not wanted:
        raise BadItems(f"--items is empty. {_WAYS}")
    values: Sequence[Any] | None = _range(wanted)
    if values is None:
        values = _literal_list(wanted)
    if values is None and any(mark in wanted for mark in "*?["):
        values = sorted(glob.glob(os.path.expanduser(wanted), recursive=True))
        if not values:
            raise BadItems(f"--items: no file is called {wanted}. Relative names are looked for in {os.getcwd()}.")
    if values is None:
        values = _file(wanted)
    if not values:
        raise BadItems(f"--items {wanted}: there are no items in it.")
    if len(values) > MOST_ITEMS and not isinstance(values, range):
        raise BadItems(f"--items {wanted}: {len(values):,} items; {MOST_ITEMS:,} at most.")
    return Items(plain.one_line(wanted[:200]), values)


def _range(text: str) -> range | None:
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"):
        return None
    try:
        numbers = [ast.literal_eval(argument) for argument in node.args]
        if node.keywords or not all(type(number) is int for number in numbers):
            raise ValueError("it takes whole numbers")
        numbers_range = range(*numbers)
        if (
            max(abs(numbers_range.start), abs(numbers_range.stop), abs(numbers_range.step)) > MOST_RANGE
            or len(numbers_range) > MOST_RANGE
        ):
            raise ValueError(f"its numbers go to {MOST_RANGE:g} at most")
    except (TypeError, ValueError) as problem:
        why = "it takes one to three whole numbers" if "malformed" in str(problem) else str(problem)
        raise BadItems(f"--items {text}: {why}. Write --items 'range(1000)' or 'range(10, 500, 5)'.") from None
    return numbers_range


def _literal_list(text: str) -> list[Any] | None:
    if text[0] not in "[({" or len(text) > MOST_BYTES:
        return None
    try:
        values = ast.literal_eval(text)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None
    if isinstance(values, dict):
        raise BadItems("--items: a dict has no order to work through; write a list.")
    return list(values) if isinstance(values, list | tuple | set) else None


def _file(text: str) -> Sequence[Any]:
    path = Path(text).expanduser()
    try:
        content = read_text(path, MOST_BYTES, "a list of items")
    except (Unreadable, OSError) as problem:
        hint = f" {_WAYS}" if not path.exists() else ""
        raise BadItems(f"--items {text}: {problem}{hint}") from None
    ending = path.suffix.lower()
    if ending == ".json":
        return _json(text, content)
    if ending in (".jsonl", ".ndjson"):
        return [_loads(text, line, number) for number, line in enumerate(content.splitlines(), 1) if line.strip()]
    if ending in (".csv", ".tsv"):
        return _csv(text, content, "\t" if ending == ".tsv" else None)
    return content.splitlines()


def _json(name: str, text: str) -> list[Any]:
    values = _loads(name, text)
    if not isinstance(values, list):
        raise BadItems(f"--items {name}: it holds {_kind(values)}, and a list is wanted: [item, item, …].")
    return values


def _loads(name: str, text: str, line: int = 0) -> Any:
    def no_number(token: str) -> Any:
        raise ValueError(f"{token} is not JSON")

    try:
        return json.loads(text, parse_constant=no_number)
    except (ValueError, RecursionError) as problem:
        where = f" line {line}:" if line else ""
        raise BadItems(f"--items {name}:{where} it is not JSON: {plain.one_line(str(problem)[:200])}.") from None


def _csv(name: str, text: str, delimiter: str | None) -> list[dict[str, Any]]:
    try:
        mark = delimiter or csv.Sniffer().sniff(text[:4096].partition("\n")[0], ",;\t|").delimiter
    except csv.Error:  # a single column
        mark = ","
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=mark, strict=True, restkey="")
        return [{key: value for key, value in row.items() if key} for row in rows]
    except csv.Error as problem:
        raise BadItems(f"--items {name}: it is not CSV: {problem}.") from None


def _kind(value: Any) -> str:
    kinds = {dict: "an object", str: "text", bool: "true or false", int: "a number", float: "a number"}
    return kinds.get(type(value), "nothing")


def parse_value(text: str) -> Any:
    """What ``--arg`` and ``--kwarg`` mean: a Python literal (5, 2.5, [1, 2], 'text', None), else the text itself."""
    try:
        return ast.literal_eval(text.strip())
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return text


def parse_kwargs(given: Sequence[str]) -> dict[str, Any]:
    """'name=value' texts. Raises BadItems."""
    values: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier():
            raise BadItems(f"--kwarg expects name=value, as in --kwarg size=5; got '{text}'.")
        if name in values:
            raise BadItems(f"--kwarg {name} is given twice.")
        values[name] = parse_value(value)
    return values
