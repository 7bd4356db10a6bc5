"""Where icons, themes, fonts and talks are: beside the package in a clone, inside it once installed. Any thread."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "resources"
RESOURCES = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parents[1] / "resources"
