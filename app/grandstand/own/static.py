"""What can be told of a function by reading it: globals that it writes, locks around that, the main guard. Pure.

Functions of the same file that it calls are read with it. What other modules do is not seen here; the doctor's
children see what came of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from grandstand.own.reference import SourceFile, is_guard

_ADDS = frozenset(["append", "appendleft", "extend", "insert", "add", "update", "push", "put"])
_TAKES = frozenset(["pop", "popleft", "popitem", "remove", "discard", "clear", "sort", "reverse"])
_LOCKS = ("lock", "mutex", "semaphore", "condition")
REBINDS, ADDS, STORES = "rebinds", "adds to", "stores in"


@dataclass(frozen=True)
class Write:
    """A change of a global. ``how``: rebinds (``n += 1``), adds to (``x.append``), stores in (``x[key] =``)."""

    name: str
    line: int
    how: str
    locked: bool

    @property
    def accumulates(self) -> bool:
        """Whether it is meant to grow from call to call: lost in processes, whoever holds a lock."""
        return self.how in (REBINDS, ADDS)


@dataclass(frozen=True)
class Static:
    """``guarded_names``: globals that the function reads and that only what stands under the main guard defines.

    ``guard``: the main guard's line, 0 where there is none. ``at_import``: (line, code) of calls that are made when
    the file is imported and whose result nobody keeps.
    """

    writes: tuple[Write, ...] = ()
    guarded_names: tuple[str, ...] = ()
    guard: int = 0
    at_import: tuple[tuple[int, str], ...] = ()
    seeds: bool = False
    reached: tuple[str, ...] = field(default=())


def look(file: SourceFile, name: str) -> Static:
    """Reads the function and what it calls in the same file."""
    known = _definitions(file.tree)
    globals_ = _global_names(file.tree)
    reached: dict[str, ast.AST] = {}
    todo = [name.partition(".")[0]]
    while todo:
        one = todo.pop()
        if one in reached or one not in known:
            continue
        reached[one] = known[one]
        todo += [node.id for node in ast.walk(known[one]) if isinstance(node, ast.Name) and node.id in known]
    writes: list[Write] = []
    reads: set[str] = set()
    for node in reached.values():
        for function in _functions_in(node):
            writes += _writes(function, globals_)
            reads |= {x.id for x in ast.walk(function) if isinstance(x, ast.Name)} - _locals(function)
    guards = [node for node in file.tree.body if is_guard(node)]
    under = {x for guard in guards if isinstance(guard, ast.If) for x in _bound(guard.body)}
    guard_line = guards[0].lineno if guards else 0
    calls = tuple(
        (node.lineno, ast.unparse(node)[:60])
        for node in file.tree.body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    )
    return Static(
        tuple(sorted(set(writes), key=lambda one: (one.line, one.name))),
        tuple(sorted((reads & under) - globals_)), guard_line, calls[:20], _seeds(file.tree), tuple(sorted(reached)),
    )  # fmt: skip


def _definitions(tree: ast.Module) -> dict[str, ast.AST]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    definitions: dict[str, ast.AST] = {node.name: node for node in ast.walk(tree) if isinstance(node, kinds)}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda | ast.Call):
            definitions.update((x.id, node.value) for x in node.targets if isinstance(x, ast.Name))
    return definitions


def _functions_in(node: ast.AST) -> Iterator[ast.AST]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    if isinstance(node, kinds):
        yield node
    else:
        for inner in ast.walk(node):
            if isinstance(inner, kinds):
                yield inner


def _global_names(tree: ast.Module) -> set[str]:
    """Names that are bound when the file is imported, main guard apart, and those that functions declare global."""
    body = [node for node in tree.body if not is_guard(node)]
    declared = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
    return _bound(body) | declared


def _bound(body: list[ast.stmt]) -> set[str]:
    names: set[str] = set()
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
            continue
        for inner in _walk_shallow(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                names.add(inner.id)
            elif isinstance(inner, ast.alias):
                names.add(inner.asname or inner.name.partition(".")[0])
            elif isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                names.add(inner.name)
    return names


def _walk_shallow(node: ast.AST) -> Iterator[ast.AST]:
    """All of it, but not what stands inside functions and classes."""
    yield node
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        return
    for inner in ast.iter_child_nodes(node):
        yield from _walk_shallow(inner)


def _locals(function: ast.AST) -> set[str]:
    args = getattr(function, "args", None)
    names = {one.arg for one in ast.walk(args) if isinstance(one, ast.arg)} if args is not None else set()
    declared = {
        name for node in ast.walk(function) if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names
    }
    body = getattr(function, "body", [])
    for node in body if isinstance(body, list) else []:
        names |= _bound([node])
    return names - declared


def _writes(function: ast.AST, globals_: set[str]) -> list[Write]:
    own = _locals(function)
    writes: list[Write] = []

    def shared(node: ast.expr) -> str:
        """The global that ``node`` is a part of: ``CACHE`` of ``CACHE[key].field``; '' for none."""
        while isinstance(node, ast.Subscript | ast.Attribute):
            node = node.value
        if isinstance(node, ast.Name) and node.id in globals_ and node.id not in own:
            return node.id
        return ""

    def stored(target: ast.expr, line: int, adds: bool, locked: bool) -> None:
        if isinstance(target, ast.Tuple | ast.List):
            for part in target.elts:
                stored(part, line, adds, locked)
            return
        name = shared(target)
        if not name:
            return
        if isinstance(target, ast.Name):
            writes.append(Write(name, line, REBINDS, locked))
        else:
            writes.append(Write(name, line, ADDS if adds else STORES, locked))

    def visit(node: ast.AST, locked: bool) -> None:
        if isinstance(node, ast.With | ast.AsyncWith):
            locked = locked or any(_is_lock(item.context_expr) for item in node.items)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                stored(target, node.lineno, False, locked)
        elif isinstance(node, ast.AugAssign):
            stored(node.target, node.lineno, True, locked)
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            stored(node.target, node.lineno, False, locked)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                stored(target, node.lineno, False, locked)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = shared(node.func.value)
            if name and node.func.attr in _ADDS:
                writes.append(Write(name, node.lineno, ADDS if node.func.attr != "update" else STORES, locked))
            elif name and node.func.attr in _TAKES:
                writes.append(Write(name, node.lineno, ADDS, locked))
        for inner in ast.iter_child_nodes(node):
            if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
                visit(inner, locked)

    for child in ast.iter_child_nodes(function):
        visit(child, False)
    return writes


def _is_lock(node: ast.expr) -> bool:
    text = ast.unparse(node).lower()
    return any(word in text for word in _LOCKS)


def _seeds(tree: ast.Module) -> bool:
    """Whether anything is seeded."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("seed", "default_rng")
        for node in ast.walk(tree)
    )
