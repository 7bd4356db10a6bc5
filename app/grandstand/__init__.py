"""Grandstand: people watch Python's ways of running work race on their own machine."""

__version__ = "0.1.0"


def __getattr__(name: str):  # type: ignore[no-untyped-def]
    """``grandstand.race``, ``grandstand.doctor`` and the notebook's magic, imported when they are first asked for.

    Workers under other Pythons have the engine alone, and this file: it imports nothing at its top.
    """
    if name in ("race", "doctor", "load_ipython_extension"):
        import importlib

        return getattr(importlib.import_module("grandstand.api"), name)
    raise AttributeError("module 'grandstand' has no attribute '" + name + "'")
