"""Whether a workload from outside describes itself well enough to be offered. Any thread."""

import importlib
import re
from typing import Any

from grandstand.engine.workloads.base import Parameter, Workload

_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def flaw(brought: Any) -> str:
    """What is wrong with it, in words; '' when all is well."""
    kind: Any = brought  # what its attributes hold is for nobody to promise
    if not (isinstance(brought, type) and issubclass(brought, Workload)):
        return "it is not a subclass of grandstand.engine.workloads.base.Workload"
    if not isinstance(kind.key, str) or not _KEY.fullmatch(kind.key):
        return "its key {!r} must be lower-case letters, digits, - and _".format(kind.key)
    for name in ("title", "unit", "expect"):
        text = getattr(kind, name)
        if not isinstance(text, str) or not text.strip() or not text.isprintable():
            return "its {} must be one line of text".format(name)
    if kind.step is Workload.step:
        return "it has no step"
    if not isinstance(kind.parameters, tuple) or not all(isinstance(p, Parameter) for p in kind.parameters):
        return "its parameters must be a tuple of Parameter"
    parameter: Any
    for parameter in kind.parameters:
        try:
            on_raster = parameter.minimum < parameter.maximum and parameter.step > 0
            if not on_raster or parameter.scale not in ("linear", "log") or not _KEY.fullmatch(parameter.key):
                return "its parameter {!r} has no proper key, range, step or scale".format(parameter.key)
            parameter.check(parameter.default)
        except (TypeError, ValueError) as problem:
            return "its parameter {!r}: {}".format(parameter.key, problem)
    if len({parameter.key for parameter in kind.parameters}) < len(kind.parameters):
        return "two of its parameters have the same key"
    return _lost(kind)


def _lost(kind: Any) -> str:
    """A child imports it by its module and name."""
    try:
        module: Any = importlib.import_module(kind.__module__)
        for part in kind.__qualname__.split("."):
            module = getattr(module, part)
    except (ImportError, AttributeError):
        module = None
    if module is kind and "." not in kind.__qualname__ and kind.__module__ != "__main__":
        return ""
    return "workers cannot import it as {}:{}".format(kind.__module__, kind.__qualname__)
