"""Whether a class is a workload written for Grandstand; read by parsing, never by importing. Any thread.

A workload need not derive from ``Workload`` itself: what stands between may be in the same file or in another one.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from grandstand.own import reference
from grandstand.own.reference import BadReference, SourceFile

_OURS = "grandstand"
_FARTHEST = 12
"""Steps from class to class, and from file to file, that are followed."""


def is_workload(text: str, search: Sequence[str] = ()) -> bool:
    """Whether ``module:Class`` names one. ``search``: folders in which modules are looked for."""
    try:
        file, name = reference.parse(text, search)
    except BadReference:
        return False
    return bool(file.module) and _descends(file, name, search, _FARTHEST)


def _descends(file: SourceFile, name: str, search: Sequence[str], left: int) -> bool:
    """Whether what ``name`` is bound to in ``file`` is ``Workload`` or derives from it."""
    if left <= 0:
        return False
    first, _, rest = name.partition(".")
    descends = False
    for node in reference.top_level(file.tree):  # the last binding counts
        if isinstance(node, ast.ClassDef) and node.name == name:
            descends = any(_descends(file, ast.unparse(base), search, left - 1) for base in node.bases)
        elif isinstance(node, ast.Assign) and any(isinstance(x, ast.Name) and x.id == name for x in node.targets):
            descends = _descends(file, ast.unparse(node.value), search, left - 1)
        elif isinstance(node, ast.ImportFrom):
            for one in node.names:
                if one.name == "*" or (one.asname or one.name) != first:
                    continue
                source = _absolute(file, node)
                where, what = (source, one.name) if not rest else (_joined(source, one.name), rest)
                descends = _is_elsewhere(where, what, search, left)
        elif isinstance(node, ast.Import) and rest:
            for one in node.names:
                if (one.asname or one.name.partition(".")[0]) == first:
                    module, _, what = (_joined(one.name, rest) if one.asname else name).rpartition(".")
                    descends = _is_elsewhere(module, what, search, left)
    return descends


def _is_elsewhere(module: str, name: str, search: Sequence[str], left: int) -> bool:
    inner, _, last = name.rpartition(".")
    module = _joined(module, inner)
    if module.partition(".")[0] == _OURS and last == "Workload":
        return True
    try:
        file, _ = reference.parse(module, search)
    except BadReference:
        return False
    return _descends(file, last, search, left - 1)


def _absolute(file: SourceFile, node: ast.ImportFrom) -> str:
    """The dotted name of what an import is from; a relative one is seen from ``file``."""
    if not node.level:
        return node.module or ""
    up = node.level - (file.path.name == "__init__.py")
    parts = file.module.split(".")
    return _joined(*parts[: len(parts) - up], node.module or "")


def _joined(*parts: str) -> str:
    return ".".join(part for part in parts if part)
