"""In which environment a person's function lives: Python, path, working folder. Any thread; asking a Python blocks.

What ``python file.py`` would have, typed in the folder where the command was typed, with the project's environment
activated.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from grandstand import plain

_MOST_LEVELS = 12
_ASK_S = 20.0
_ASK = (
    "import json, platform, sys, sysconfig; print(json.dumps({'version': platform.python_version(), "
    "'implementation': platform.python_implementation(), 'prefix': sys.prefix, 'path': [p for p in sys.path if p], "
    "'free_threaded': sysconfig.get_config_var('Py_GIL_DISABLED') == 1, "
    "'gil': getattr(sys, '_is_gil_enabled', lambda: True)()}))"
)
OLDEST = (3, 9)


class NoPython(ValueError):
    """The Python that was found or named does not run; the text says why and what to do."""


@dataclass(frozen=True)
class ProjectPython:
    """``why``: how it was found, in words. ``path``: its own sys.path, without the project's folders."""

    executable: str
    why: str
    version: str
    implementation: str
    prefix: str
    path: tuple[str, ...]
    free_threaded: bool
    gil: bool

    @property
    def own(self) -> bool:
        """Whether it is the Python that runs Grandstand."""
        return same_place(self.prefix, sys.prefix)

    @property
    def words(self) -> str:
        build = ", free-threaded" if self.free_threaded else ""
        return f"{self.implementation} {self.version}{build} ({self.why})"

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "version": self.version, "implementation": self.implementation, "executable": self.executable,
            "free_threaded": self.free_threaded, "gil": self.gil, "found": self.why,
        }  # fmt: skip


def find(start: Path, environ: Mapping[str, str] | None = None, wanted: str = "") -> ProjectPython:
    """The project's Python for a file or folder. ``wanted``: a file, or 'own' for Grandstand's own.

    Raises NoPython.
    """
    environ = os.environ if environ is None else environ
    if wanted in ("app", "own"):
        return ask(sys.executable, "Grandstand's own, as asked")
    if wanted:
        return ask(_named(wanted), "as asked")
    for executable, why in _candidates(start, environ):
        return ask(executable, why)
    return ask(sys.executable, "Grandstand's own: the project has no environment")


def _candidates(start: Path, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    folder = start if start.is_dir() else start.parent
    for level, place in enumerate((folder, *folder.parents)):
        if level >= _MOST_LEVELS:
            break
        for name in (".venv", "venv"):
            path = python_in(place / name)
            if path:
                yield path, f"{name} {'beside the file' if level == 0 else f'in {place}'}"
        if (place / "pyproject.toml").is_file() or (place / ".git").exists():
            break  # the project ends here
    for variable, what in (
        ("VIRTUAL_ENV", "the active environment"),
        ("CONDA_PREFIX", "the active conda environment"),
    ):
        prefix = environ.get(variable, "")
        path = python_in(Path(prefix), conda=variable == "CONDA_PREFIX") if prefix else ""
        if path:
            yield path, f"{what}, {variable}"


def python_in(prefix: Path, conda: bool = False) -> str:
    """The interpreter of an environment; '' where there is none."""
    if not conda and not (prefix / "pyvenv.cfg").is_file():
        return ""
    for name in ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe"):
        if (prefix / name).is_file():
            return str(prefix / name)
    return ""


def _named(wanted: str) -> str:
    import shutil

    path = Path(wanted).expanduser()
    if path.is_dir():
        inside = python_in(path, conda=True)
        if inside:
            return inside
    full = str(path) if path.is_file() else shutil.which(wanted)
    if not full:
        raise NoPython(
            f"--python: there is no Python called {wanted}. Name its file, or the folder of an environment."
        )
    return os.path.abspath(full)


def ask(executable: str, why: str = "") -> ProjectPython:
    """What a Python is, asked in a process of its own. Raises NoPython."""
    if same_place(executable, sys.executable):
        answer = _asked(sys.executable)
    else:
        answer = _asked(executable)
    if isinstance(answer, str):
        raise NoPython(
            f"{executable} ({why}) does not run: {answer}. Mend or remove that environment, or choose another Python "
            "with --python (--python app for Grandstand's own)."
        )
    version = tuple(int(part) for part in answer["version"].split(".")[:2])
    if version < OLDEST:
        raise NoPython(
            f"{executable} is Python {answer['version']} ({why}); workers need 3.9 or newer. "
            "Choose another with --python."
        )
    return ProjectPython(
        executable, why, answer["version"], answer["implementation"], answer["prefix"], tuple(answer["path"]),
        answer["free_threaded"], answer["gil"],
    )  # fmt: skip


@cache
def _asked(executable: str) -> dict[str, Any] | str:
    try:
        done = subprocess.run(
            [executable, "-I", "-c", _ASK], capture_output=True, timeout=_ASK_S, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired:
        return f"it did not answer within {_ASK_S:g} s"
    except OSError as problem:
        return plain.one_line(problem.strerror or str(problem))
    try:
        answer = json.loads(done.stdout.splitlines()[-1])
        if done.returncode == 0 and isinstance(answer, dict):
            return answer
    except (ValueError, IndexError):
        pass
    last = done.stderr.decode("utf-8", "replace").strip().splitlines()
    return plain.one_line(last[-1][:200] if last else f"exit code {done.returncode}")


def same_place(one: str, other: str) -> bool:
    """Whether two names are of the same file or folder, links not followed: an environment's Python is a link."""
    return os.path.normcase(os.path.abspath(one)) == os.path.normcase(os.path.abspath(other))


def search_path(file: Path | None, environ: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """What ``python file.py`` (``python -m package.module`` without a file) puts before Python's own path."""
    environ = os.environ if environ is None else environ
    first = str(file.parent if file is not None else Path.cwd())
    added = [os.path.abspath(part) for part in environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    safe = environ.get("PYTHONSAFEPATH") and sys.version_info >= (3, 11)
    return tuple(dict.fromkeys(([] if safe else [first]) + added))
