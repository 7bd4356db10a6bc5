"""Which function is meant: ``file.py:function``, ``package.module:function``; read by parsing, never by importing.

Pure but for reading files; any thread.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import inspect
import io
import os
import re
import sys
import textwrap
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grandstand import plain
from grandstand.files.reading import Unreadable, read_bytes

MOST_BYTES = 10_000_000
_MODULE = re.compile(r"^[^\W\d]\w*(\.[^\W\d]\w*)*$")
FUNCTION, ASYNC, CLASS, VALUE = "function", "async", "class", "value"
"""Kinds: a function, an async one, a class with ``step``, and a name that something else is bound to."""


_MAY_BE_CALLED = (ast.Call, ast.Lambda, ast.Name, ast.Attribute, ast.Subscript, ast.IfExp, ast.Await)
"""What a name may be bound to and be a function: no numbers, texts, lists."""


class BadReference(ValueError):
    """No function is named by that; the text says why, and what there is."""


@dataclass(frozen=True)
class Function:
    """What can be called in a file. ``signature`` is None where parsing cannot tell it."""

    name: str
    kind: str
    line: int
    end_line: int
    source: str
    docstring: str
    signature: inspect.Signature | None

    @property
    def call(self) -> str:
        """'work(size, rounds=3)'."""
        return f"{self.name}{self.signature}" if self.signature is not None else self.name


@dataclass(frozen=True)
class SourceFile:
    """A parsed file. ``module``: its dotted name where it was named so, else ''."""

    path: Path
    module: str
    text: str
    tree: ast.Module = field(repr=False)
    functions: tuple[Function, ...] = ()
    guarded: tuple[str, ...] = ()
    """Functions that are defined under the main guard, where no worker sees them."""

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.path_bytes).hexdigest()

    path_bytes: bytes = field(default=b"", repr=False)

    @property
    def name(self) -> str:
        """As it is shown: 'job.py', 'package.module'."""
        return self.module or self.path.name

    def function(self, name: str) -> Function:
        """Raises BadReference, naming what is near."""
        for one in self.functions:
            if one.name == name:
                return one
        if name in self.guarded:
            raise BadReference(
                f"{self.name}: {name} is defined under the main guard, and workers do not run what stands there. "
                "Define it at the top of the file."
            )
        names = [one.name for one in self.functions if one.kind != VALUE]
        near = difflib.get_close_matches(name, [one.name for one in self.functions], 3, 0.6)
        if near:
            raise BadReference(f"{self.name} has no function '{name}'. Did you mean {_listed(near)}?")
        if not names:
            raise BadReference(f"{self.name} has no function '{name}', nor any other.")
        raise BadReference(f"{self.name} has no function '{name}'. It has: {_listed(names[:12])}.")


def is_reference(text: str) -> bool:
    """Whether this is meant as a function of somebody's, and not as the key of a workload."""
    return ":" in text or text.endswith((".py", ".pyw"))


def split(text: str) -> tuple[str, str]:
    """Where, and which function ('' for none): 'C:\\\\x.py:work' is ('C:\\\\x.py', 'work')."""
    where, colon, name = text.rpartition(":")
    if not colon or (len(where) == 1 and name[:1] in "\\/"):  # a drive's letter
        return text, ""
    return where, name.strip()


def parse(text: str, search: Sequence[str] = ()) -> tuple[SourceFile, str]:
    """The file that ``text`` names, parsed, and the function's name ('' where it names none).

    ``search``: folders in which modules are looked for. Raises BadReference.
    """
    where, name = split(text.strip())
    if not where:
        raise BadReference(f"'{text}' names no file. Write file.py:function or package.module:function.")
    if name and not all(part.isidentifier() for part in name.split(".")):
        raise BadReference(f"'{name}' cannot be the name of a function. Write file.py:function.")
    path = Path(where).expanduser()
    if where.endswith((".py", ".pyw")) or path.is_file():
        return read(path), name
    if _MODULE.match(where):
        return read(_module_file(where, search), where), name
    if path.is_dir():
        raise BadReference(f"{where} is a folder. Name a file in it: {where.rstrip(os.sep)}{os.sep}file.py:function.")
    raise BadReference(f"There is no file {where}. Write file.py:function or package.module:function.")


def _module_file(module: str, search: Sequence[str]) -> Path:
    parts = module.split(".")
    for folder in search:
        stem = Path(folder, *parts)
        for path in (stem.with_name(stem.name + ".py"), stem / "__init__.py"):
            if path.is_file():
                return path
        for compiled in stem.parent.glob(f"{stem.name}.*.so") if stem.parent.is_dir() else ():
            raise BadReference(
                f"{module} is compiled ({compiled.name}), so its functions cannot be read from it. Write a function "
                "of your own that calls it, and name that."
            )
    tail = (
        f" (there is a file {parts[0]}.py: write {parts[0]}.py:function)" if Path(parts[0] + ".py").is_file() else ""
    )
    raise BadReference(
        f"There is no module {module} in this folder, on PYTHONPATH or in the project's Python{tail}. "
        "A module that is built into Python has no file: write a function of your own that calls it."
    )


def read(path: Path, module: str = "") -> SourceFile:
    """A file, parsed. Raises BadReference for what cannot be read, is no text, or no Python."""
    try:
        data = read_bytes(path, MOST_BYTES, "Python source")
    except Unreadable as problem:
        raise BadReference(f"Cannot read {path}: {problem}") from None
    except OSError as problem:
        raise BadReference(f"Cannot read {path}: {problem.strerror or problem}.") from None
    shown = module or path.name
    try:
        tree = ast.parse(data, str(path))
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except SyntaxError as problem:
        line = f" in line {problem.lineno}" if problem.lineno else ""
        code = plain.one_line((problem.text or "").strip()[:80])
        version = "{}.{}".format(*sys.version_info)
        raise BadReference(
            f"{shown} has a syntax error{line}, read as Python {version}: {problem.msg}{f': {code}' if code else ''}."
        ) from None
    except (ValueError, RecursionError, MemoryError) as problem:  # null bytes; nested deeper than can be parsed
        raise BadReference(f"{shown} cannot be parsed: {plain.one_line(str(problem)[:200])}.") from None
    functions: list[Function] = []
    for node in _top(tree.body):
        functions += _functions(node, text)
    latest = {one.name: one for one in functions}  # what is defined again replaces what was there
    names = {one.name for body in _guards(tree.body) for node in _top(body) for one in _functions(node, text)}
    guarded = tuple(sorted(names - set(latest)))
    absolute = Path(os.path.abspath(path))
    return SourceFile(absolute, module, text, tree, tuple(latest.values()), guarded, data)


def is_guard(node: ast.stmt) -> bool:
    """``if __name__ == "__main__":``"""
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Compare)
        and any(isinstance(x, ast.Name) and x.id == "__name__" for x in (node.test.left, *node.test.comparators))
        and any(
            isinstance(x, ast.Constant) and x.value == "__main__" for x in (node.test.left, *node.test.comparators)
        )
    )


def top_level(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements that run when the file is imported, also those in a block."""
    return _top(tree.body)


def _guards(body: Sequence[ast.stmt]) -> Iterator[list[ast.stmt]]:
    return (node.body for node in body if isinstance(node, ast.If) and is_guard(node))


def _top(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements that run when the file is imported, also those in a block."""
    for node in body:
        if isinstance(node, ast.If):
            if is_guard(node):
                yield from _top(node.orelse)
            else:
                yield from _top([*node.body, *node.orelse])
        elif isinstance(node, ast.Try):
            yield from _top([*node.body, *(x for h in node.handlers for x in h.body), *node.orelse, *node.finalbody])
        elif isinstance(node, ast.With):
            yield from _top(node.body)
        else:
            yield node


def _functions(node: ast.stmt, text: str) -> list[Function]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        kind = ASYNC if isinstance(node, ast.AsyncFunctionDef) else FUNCTION
        changed = any(not _keeps_signature(one) for one in node.decorator_list)
        return [_made(node, kind, text, None if changed else signature(node.args))]
    if isinstance(node, ast.ClassDef):
        steps = [x for x in node.body if isinstance(x, ast.FunctionDef) and x.name == "step"]
        init = [x for x in node.body if isinstance(x, ast.FunctionDef) and x.name == "__init__"]
        made = [_made(node, CLASS, text, signature(init[-1].args, bound=True) if init else None)] if steps else []
        for inner in node.body:  # Tools.crunch, where it can be called without an object
            static = isinstance(inner, ast.FunctionDef) and any(
                isinstance(one, ast.Name) and one.id in ("staticmethod", "classmethod") for one in inner.decorator_list
            )
            if static and isinstance(inner, ast.FunctionDef):
                bound = any(isinstance(x, ast.Name) and x.id == "classmethod" for x in inner.decorator_list)
                made.append(_made(inner, FUNCTION, text, signature(inner.args, bound), f"{node.name}.{inner.name}"))
        return made
    if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, _MAY_BE_CALLED):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        known = signature(node.value.args) if isinstance(node.value, ast.Lambda) else None
        kind = FUNCTION if isinstance(node.value, ast.Lambda) else VALUE
        return [_made(node, kind, text, known, x.id) for x in targets if isinstance(x, ast.Name)]
    if isinstance(node, ast.ImportFrom):
        names = [one.asname or one.name.partition(".")[0] for one in node.names if one.name != "*"]
        return [_made(node, VALUE, text, None, name) for name in names]
    return []


def _keeps_signature(decorator: ast.expr) -> bool:
    """Of the decorators that are known to: what it takes stays what is written."""
    target = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
    return name in ("cache", "lru_cache", "staticmethod", "wraps", "no_type_check", "overload", "final")


def _made(node: Any, kind: str, text: str, known: inspect.Signature | None, name: str = "") -> Function:
    lines = text.splitlines(keepends=True)
    first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
    source = textwrap.dedent("".join(lines[first - 1 : node.end_lineno])).rstrip() + "\n"
    has_doc = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    doc = (ast.get_docstring(node) or "") if has_doc else ""
    return Function(name or node.name, kind, node.lineno, node.end_lineno or node.lineno, source, doc, known)


def signature(args: ast.arguments, bound: bool = False) -> inspect.Signature:
    """The parameters as they are written; defaults are shown, never evaluated. ``bound``: without the first one."""
    kinds = inspect.Parameter
    parameters: list[inspect.Parameter] = []
    positional = [*((one, kinds.POSITIONAL_ONLY) for one in args.posonlyargs),
                  *((one, kinds.POSITIONAL_OR_KEYWORD) for one in args.args)]  # fmt: skip
    lacking = len(positional) - len(args.defaults)
    for number, (one, kind) in enumerate(positional):
        default = _Written(args.defaults[number - lacking]) if number >= lacking else kinds.empty
        parameters.append(inspect.Parameter(one.arg, kind, default=default))
    if args.vararg is not None:
        parameters.append(inspect.Parameter(args.vararg.arg, kinds.VAR_POSITIONAL))
    for one, written in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        default = _Written(written) if written is not None else kinds.empty
        parameters.append(inspect.Parameter(one.arg, kinds.KEYWORD_ONLY, default=default))
    if args.kwarg is not None:
        parameters.append(inspect.Parameter(args.kwarg.arg, kinds.VAR_KEYWORD))
    if bound and parameters and parameters[0].kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD):
        parameters = parameters[1:]
    return inspect.Signature(parameters)


class _Written:
    """A default as it stands in the source."""

    def __init__(self, node: ast.expr) -> None:
        self._text = ast.unparse(node)

    def __repr__(self) -> str:
        return self._text if len(self._text) <= 40 else self._text[:39] + "…"


def check_arguments(function: Function, args: Sequence[Any], kwargs: dict[str, Any], items: bool) -> None:
    """Raises BadReference where a call with these would be a TypeError, as far as parsing can tell."""
    if function.signature is None:
        if function.kind == CLASS and (args or kwargs or items):
            raise BadReference(f"{function.name} is a class: an object of it is made without arguments, and steps.")
        return
    if function.kind == CLASS:
        if args or kwargs or items:
            raise BadReference(f"{function.name} is a class: an object of it is made without arguments, and steps.")
        args, kwargs, items = (), {}, False
    given = (*(("the item",) if items else ()), *args)
    try:
        function.signature.bind(*given, **kwargs)
    except TypeError as problem:
        missing = re.match(r"missing a required (?:keyword-only )?argument: '(\w+)'", str(problem))
        call = function.call
        if function.kind == CLASS:
            raise BadReference(f"{call} cannot be made without arguments; a class with step must be.") from None
        if missing:
            name, parameter = next(iter(function.signature.parameters.items()))
            first = not given and name == missing[1] and parameter.kind is not inspect.Parameter.KEYWORD_ONLY
            ways = f"--arg VALUE or --kwarg {missing[1]}=VALUE" if first else f"--kwarg {missing[1]}=VALUE"
            rest = ", or --items for a list to work through" if first else ""
            raise BadReference(f"{call} needs {missing[1]}: give it with {ways}{rest}.") from None
        raise BadReference(f"{call} does not take these arguments: {problem}.") from None


def _listed(names: Sequence[str]) -> str:
    if len(names) == 1:
        return names[0]
    return f"{', '.join(names[:-1])} or {names[-1]}"
