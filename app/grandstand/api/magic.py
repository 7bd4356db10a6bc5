"""``%%race [FUNCTION] [--items …] [--budget 30s] [--modes …]``: the cell defines functions; one of them is raced."""

from __future__ import annotations

import argparse
import ast
import re
import shlex
from typing import Any

from grandstand.api.functions import race
from grandstand.own.items import parse_items

_BUDGET = re.compile(r"^([0-9]+(?:\.[0-9]+)?)\s*(s|m|min)?$")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise ValueError(f"%%race: {message}. {self.format_usage().strip()}")


def register(shell: Any) -> None:
    """Adds the magic to an IPython shell."""
    shell.register_magic_function(lambda line, cell: run_cell(shell, line, cell), "cell", "race")


def run_cell(shell: Any, line: str, cell: str) -> Any:
    """Runs the cell, then races the function that is named, or the last one that the cell defines."""
    asked = _parser().parse_args(shlex.split(line))
    functions = [
        node.name for node in ast.parse(cell).body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    name = asked.function or (functions[-1] if functions else "")
    if not name:
        raise ValueError("%%race: the cell defines no function. Write def work(item): … in it.")
    done = shell.run_cell(cell)
    if not done.success:
        return None  # the shell has shown what went wrong
    if name not in shell.user_ns:
        raise ValueError(f"%%race: there is no function {name}.")
    match = _BUDGET.match(asked.budget)
    if match is None:
        raise ValueError(f"%%race: --budget expects a time like 30s or 2m; got '{asked.budget}'.")
    items = None
    if asked.items:
        value = shell.user_ns.get(asked.items)
        items = value if value is not None else parse_items(asked.items).values
    wanted = [key.strip() for key in asked.modes.split(",") if key.strip()]
    budget = float(match[1]) * (60 if (match[2] or "s").startswith("m") else 1)
    return race(shell.user_ns[name], items, budget=budget, modes=wanted, setup=asked.setup)


def _parser() -> _Parser:
    parser = _Parser("%%race", add_help=False, usage="%%race [FUNCTION] [--items ITEMS] [--budget 30s] [--modes …]")
    parser.add_argument("function", nargs="?", default="")
    parser.add_argument("--items", default="")
    parser.add_argument("--budget", default="60s")
    parser.add_argument("--modes", default="")
    parser.add_argument("--setup", default="")
    return parser
