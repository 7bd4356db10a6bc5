"""Does the file import in a sub-interpreter with a GIL of its own, and does it leave a free-threaded Python's GIL off?

Each question in a child of its own: a module that is refused may leave things half done, and a GIL that was turned on
stays on.
"""

import importlib
import importlib.machinery
import json
import os
import sys
from typing import Any, Dict, List

from grandstand.engine.own.subject import Subject, problem_told

_INSIDE = """
import sys, types
package = types.ModuleType("grandstand")
package.__path__ = [{root!r}]
sys.modules["grandstand"] = package
import json, os
told = {{"error": "", "type": ""}}
try:
    from grandstand.engine.own.subject import Subject
    subject = Subject(json.loads({described!r}))
    try:
        subject({number})
    except Exception as problem:
        told["raised"] = type(problem).__name__
except BaseException as problem:
    told = {{"error": str(problem)[:400], "type": type(problem).__name__}}
os.write({number_of_pipe}, json.dumps(told).encode())
"""


def sub_interpreter(tell: Any, described: Dict[str, Any], number: int) -> Dict[str, Any]:
    """``error``: what was raised in a fresh one; '' where it works. ``there``: whether this Python has them."""
    tell(pid=os.getpid())
    version = tuple(sys.version_info[:2])  # a variable: what is checked here is not the Python that checks types
    name = "_interpreters" if version >= (3, 13) else "_xxsubinterpreters"
    try:
        if version < (3, 12):
            raise ImportError("none with a GIL of its own")
        low = importlib.import_module(name)
    except ImportError:
        return {"there": False}
    receive, send = os.pipe()
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    code = _INSIDE.format(root=root, described=json.dumps(described), number=number, number_of_pipe=send)
    made = low.create("isolated") if version >= (3, 13) else low.create(isolated=True)
    failure = None
    try:
        failure = low.run_string(made, code)
    except Exception as problem:
        failure = problem
    os.close(send)
    with open(receive, "rb") as stream:
        raw = stream.read()
    if raw:
        return {"there": True, **json.loads(raw)}
    return {"there": True, "error": str(failure)[:400], "type": type(failure).__name__}


def with_gil_off(tell: Any, described: Dict[str, Any]) -> Dict[str, Any]:
    """``before`` and ``after``: whether the GIL is on. ``extensions``: compiled modules that came with the file."""
    tell(pid=os.getpid())
    before, modules = _gil(), set(sys.modules)
    try:
        Subject(described)
    except BaseException as problem:
        return {"before": before, "after": _gil(), "extensions": [], "error": problem_told(problem, described)}
    new = sorted(set(sys.modules) - modules)
    return {"before": before, "after": _gil(), "extensions": [name for name in new if _compiled(name)], "error": None}


def one_module(tell: Any, described: Dict[str, Any], module: str) -> Dict[str, Any]:
    """The same of one module, imported alone."""
    from grandstand.engine.own import importing

    tell(pid=os.getpid())
    before = _gil()
    importing.on_the_path(described)
    try:
        importlib.import_module(module)
    except BaseException as problem:
        return {"before": before, "after": _gil(), "error": type(problem).__name__}
    return {"before": before, "after": _gil(), "error": ""}


def _gil() -> bool:
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


def _compiled(name: str) -> bool:
    spec = getattr(sys.modules.get(name), "__spec__", None)
    return isinstance(getattr(spec, "loader", None), importlib.machinery.ExtensionFileLoader)


__all__: List[str] = ["one_module", "sub_interpreter", "with_gil_off"]
