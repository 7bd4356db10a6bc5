"""Files that look like Pythons and are not, or are and misbehave."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grandstand.pythons.finding import find
from grandstand.pythons.places import Whereabouts
from grandstand.pythons.record import Python

REAL = os.path.realpath(sys.executable)
"""An interpreter that answers: the base of the one that runs the tests."""
PATIENCE_S = 60.0


def script(path: Path, body: str) -> Path:
    """A program in sh; $REAL is an interpreter that answers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\nREAL='{REAL}'\n{body}\n")
    path.chmod(0o755)
    return path


def answering(path: Path) -> Path:
    return script(path, 'exec "$REAL" "$@"')


def environment(folder: Path, base: str = REAL) -> Path:
    """A virtual environment, as far as an interpreter looks; returns its interpreter."""
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text(f"home = {os.path.dirname(base)}\n")
    (folder / "bin/python").symlink_to(base)
    return folder / "bin/python"


def site_packages(folder: Path) -> Path:
    made = folder / f"lib/python3.{sys.version_info[1]}/site-packages"
    made.mkdir(parents=True, exist_ok=True)
    return made


def whereabouts(folder: Path, **env: str) -> Whereabouts:
    """A world that is ``folder`` alone: its ``bin`` is the PATH, and it is both home and working folder."""
    return Whereabouts({"PATH": f"{folder}/bin:/nonexistent", **env}, str(folder), str(folder))


def found_in(folder: Path, seconds: float = PATIENCE_S, again: bool = False, **env: str) -> list[Python]:
    """Those of ``folder``; the app's own and its base are left out."""
    return inside(folder, find(here=whereabouts(folder, **env), seconds=seconds, again=again))


def inside(folder: Path, pythons: list[Python]) -> list[Python]:
    return [one for one in pythons if one.executable.startswith(f"{folder}/")]


def only(folder: Path, seconds: float = PATIENCE_S) -> Python:
    (one,) = found_in(folder, seconds)
    return one
