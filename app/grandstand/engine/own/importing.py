"""Importing a person's file as ``python file.py`` would, but for what stands under its main guard. In the worker.

Path, working folder and ``sys.argv`` become what they would be there. The file is run under the name that
multiprocessing gives it in a child (``__mp_main__``), so pickle finds its functions, and processes that it starts
itself find their way back to it. A module of the standard library that this worker has loaded already, and that the
person's folder has a file for, is forgotten: ``import random`` must find what it would find without us. What the
engine needs later is imported here, beforehand.
"""

import ast
import hashlib
import importlib
import os
import sys
import threading
import traceback
import types
from typing import Any, Dict, List

from grandstand.engine.loop import kept

MAIN = "__mp_main__"
_AT_START = frozenset(
    (
        "abc", "builtins", "codecs", "encodings", "errno", "genericpath", "importlib", "io", "marshal", "ntpath", "os",
        "posix", "posixpath", "site", "sitecustomize", "stat", "sys", "time", "types", "usercustomize", "warnings",
        "winreg", "zipimport",
    )
)  # fmt: skip
"""Loaded before any program begins: a file of that name shadows none of them for ``python file.py`` either."""
kept["traceback"] = traceback
_lock = threading.RLock()
_loaded: Dict[str, Any] = {}
__all__ = ["MAIN", "FileChanged", "NotThere", "called", "found", "import_it", "literal", "on_the_path", "traceback"]


class NotThere(LookupError):
    """The file has been imported and has nothing of that name."""


class FileChanged(RuntimeError):
    """The file is not any more what it was when the run was asked for."""


def literal(text: str) -> Any:
    """The value of a Python literal. Raises ValueError; nothing is evaluated."""
    return ast.literal_eval(text)


def on_the_path(described: Dict[str, Any]) -> None:
    """Path, working folder and arguments of ``python file.py``. For a process, not for a thread."""
    if described.get("folder") and os.getcwd() != described["folder"]:
        os.chdir(described["folder"])
    first = [path for path in described.get("path", []) if path]
    ours = _sources()
    rest = [path for path in sys.path if path and path not in first and path != ours]
    sys.path[:] = [*first, *rest, *([ours] if ours in sys.path else [])]
    sys.argv[:] = [described["file"] or described["module"]]
    for folder in first:
        _forget_shadowed(folder)
    importlib.invalidate_caches()


def _sources() -> str:
    return os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def _forget_shadowed(folder: str) -> None:
    try:
        names = os.listdir(folder)
    except OSError:
        return
    for name in names:
        stem, ending = os.path.splitext(name)
        package = not ending and os.path.isfile(os.path.join(folder, name, "__init__.py"))
        there = sys.modules.get(stem) if (ending == ".py" or package) and stem not in _AT_START else None
        if there is not None and stem not in (MAIN, "__main__", "grandstand"):
            if not str(getattr(there, "__file__", None) or "").startswith(folder + os.sep):
                del sys.modules[stem]


def import_it(described: Dict[str, Any]) -> Any:
    """The module; in a process it is imported once. Raises whatever the import raises, and FileChanged."""
    key = described["file"] or described["module"]
    with _lock:
        if key not in _loaded:
            on_the_path(described)
            _loaded[key] = _run_file(described) if described["file"] else importlib.import_module(key)
        return _loaded[key]


def _run_file(described: Dict[str, Any]) -> Any:
    path = described["file"]
    with open(path, "rb") as stream:
        source = stream.read()
    if described.get("digest") not in (None, "", hashlib.sha256(source).hexdigest()):
        name = os.path.basename(path)
        raise FileChanged(
            "{} has changed since this was asked for. Start it again to run what it is now.".format(name)
        )
    module = types.ModuleType(MAIN)
    module.__file__ = path
    module.__dict__["__cached__"] = None
    sys.modules[MAIN] = sys.modules["__main__"] = module
    exec(compile(source, path, "exec", dont_inherit=True), module.__dict__)
    return module


def found(module: Any, name: str) -> Any:
    """What ``name`` (dots reach into classes) is there. Raises NotThere."""
    there = module
    for part in name.split("."):
        try:
            there = getattr(there, part)
        except AttributeError:
            file = os.path.basename(getattr(module, "__file__", None) or module.__name__)
            raise NotThere("{} has nothing called '{}' once it is imported.".format(file, name)) from None
    return there


def called(described: Dict[str, Any], module: Any) -> Any:
    """What is called over and over: the function itself, or the step of a new object of the class."""
    there = found(module, described["name"])
    if isinstance(there, type):
        step = there().step
        if not callable(step):
            raise TypeError("The step of {} cannot be called.".format(described["name"]))
        return step
    if not callable(there):
        kind = type(there).__name__
        raise TypeError("'{}' cannot be called: it is of type {}.".format(described["name"], kind))
    return there


def arguments(described: Dict[str, Any]) -> "tuple[List[Any], Dict[str, Any]]":
    """Arguments that every call gets: by place, by name."""
    return list(literal(described["args"])), dict(literal(described["kwargs"]))
