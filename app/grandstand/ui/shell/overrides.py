"""What Qt calls back must be able to fail. Imported before any class of the window is made.

On Python 3.11 PySide6 (6.8 to 6.11 seen) dies of a segmentation fault when an overridden method, a resizeEvent say,
raises what C code raised in it: 1 / 0, [][1], int("x"). Such an exception is no object yet, and PySide6 takes it for
one. Caught and raised again in Python it is; then it arrives at sys.excepthook and becomes a message. From Python 3.12
on every exception is an object at once.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any

from PySide6.QtCore import QObject


def _survivable(method: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except BaseException:
            raise

    return call


def _wanted(cls: type, name: str) -> bool:
    """Ours, and of pyqtgraph what is not called hundreds of times a frame."""
    if cls.__module__.startswith("pyqtgraph."):
        return name.endswith("Event") or name == "paint"
    return True


def _made(cls: type, **kwargs: Any) -> None:
    super(QObject, cls).__init_subclass__(**kwargs)  # type: ignore[misc]
    bases = [base for base in cls.__mro__[1:] if base.__module__.startswith("PySide6.")]
    for name, value in list(vars(cls).items()):
        if isinstance(value, FunctionType) and not name.startswith("__") and _wanted(cls, name):
            if any(name in vars(base) for base in bases):
                setattr(cls, name, _survivable(value))


if sys.version_info < (3, 12):
    QObject.__init_subclass__ = classmethod(_made)  # type: ignore[arg-type, assignment]
