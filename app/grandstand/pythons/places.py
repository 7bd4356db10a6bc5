"""Where Pythons are looked for: the working folder's environment, the PATH, and where their managers keep them.

Any thread; reads folders, starts nothing. A folder that does not answer holds the caller up.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grandstand import folders

WINDOWS = os.name == "nt"
PROJECT = (".venv", "venv")
"""What a project's environment is called."""
_NAME = re.compile(r"(?:python|pypy|graalpy)(?:\d+(?:\.\d+)*)?t?(?:d|-dbg)?(?:\.exe)?", re.I)
_USUAL = ("python.exe",) if WINDOWS else ("python", "python3", "pypy3", "pypy", "graalpy")
_INSIDE = ("Scripts", "", "bin", "install", "python") if WINDOWS else ("bin", "install/bin", "python/bin")
_MOST_LISTED = 1_000_000


@dataclass(frozen=True)
class Whereabouts:
    """From where it is looked: variables, working folder, home, and folders of the system's besides the PATH."""

    env: Mapping[str, str]
    cwd: str = ""
    home: str = ""
    system: tuple[str, ...] = ()

    @staticmethod
    def now() -> Whereabouts:
        """Those of this process. A working folder that is gone is ''."""
        cwd = ""
        with contextlib.suppress(OSError):
            cwd = os.getcwd()
        return Whereabouts(dict(os.environ), cwd, str(folders.home() or ""), _SYSTEM)


@dataclass(frozen=True)
class Candidate:
    """A file that may be a Python, and where it was found (``source``, in words)."""

    path: str
    source: str
    project: bool = False
    added: bool = False


def candidates(here: Whereabouts, added: Iterable[str] = ()) -> Iterator[Candidate]:
    """All there are, the most telling source first. The same Python may come several times, under several names."""
    if here.cwd:
        for name in PROJECT:
            for path in in_environment(os.path.join(here.cwd, name)):
                yield Candidate(path, "project", project=True)
    if active := here.env.get("VIRTUAL_ENV", ""):
        for path in in_environment(active):
            yield Candidate(path, "active environment")
    for named in added:
        yield Candidate(named, "added", added=True)
    for source, environments in _managed(here):
        for environment in environments:
            for path in in_environment(environment):
                yield Candidate(path, source)
    for folder in _folders(here):
        source = "system" if folder in _SYSTEM_BINS else "PATH"
        for path in in_folder(folder):
            yield Candidate(path, source)


def in_environment(folder: str) -> list[str]:
    """The interpreter of an environment or an installation that has the folder to itself; none, or one."""
    if not os.path.isabs(folder):
        return []
    for inside in _INSIDE:
        for name in _USUAL:
            path = os.path.join(folder, inside, name)
            if os.path.lexists(path) and not os.path.isdir(path):
                return [path]
    return []


def in_folder(folder: str) -> list[str]:
    """Whatever has a Python's name in a folder of programs: each file once, under its shortest name."""
    paths: dict[str, str] = {}
    try:
        with os.scandir(folder) as entries:
            names = sorted((e.name for e in entries if _NAME.fullmatch(e.name)), key=lambda name: (len(name), name))
    except OSError:
        return []
    for name in names:
        path = os.path.join(folder, name)
        if os.path.isdir(path) or _is_trap(path):
            continue
        paths.setdefault(os.path.realpath(path), path)
    return list(paths.values())


def environment_of(executable: str) -> str:
    """The folder of the virtual environment that this interpreter is in; '' for none."""
    folder = os.path.dirname(executable)
    for root in (os.path.dirname(folder), folder):
        if os.path.isfile(os.path.join(root, "pyvenv.cfg")):
            return root
    return ""


# -- inside -----------------------------------------------------------------------------------------------------------


def _managed(here: Whereabouts) -> Iterator[tuple[str, list[str]]]:
    """(whose, folders of installations and environments) of those who keep many."""
    env, home = here.env, here.home

    def roots(*named: str, usual: Sequence[str] = ()) -> list[str]:
        """Folders that variables name, then the usual ones, below home where they are relative."""
        folders = [env[name] for name in named if os.path.isabs(env.get(name, ""))]
        folders += [os.path.join(home, place) for place in usual if home or os.path.isabs(place)]
        return list(dict.fromkeys(folders))

    shared = env.get("XDG_DATA_HOME", "")
    data = shared if os.path.isabs(shared) else ".local/share"
    pyenv = roots("PYENV_ROOT", usual=(".pyenv", ".pyenv/pyenv-win"))
    yield "pyenv", _all(pyenv, "versions/*", "versions/*/envs/*")
    uv = roots("UV_PYTHON_INSTALL_DIR")
    uv += [os.path.join(root, "python") for root in roots(usual=(f"{data}/uv", "AppData/Roaming/uv"))]
    yield "uv", _all(uv, "*")
    yield "conda", _conda(here, roots("CONDA_PREFIX", "CONDA_ROOT", "MAMBA_ROOT_PREFIX", usual=_CONDA))
    yield "mise", _all(roots("MISE_DATA_DIR", usual=(f"{data}/mise",)), "installs/python/*")
    yield "asdf", _all(roots("ASDF_DATA_DIR", usual=(".asdf",)), "installs/python/*")
    yield "rye", _all(roots("RYE_HOME", usual=(".rye",)), "py/*")
    yield "hatch", _all(roots(usual=(f"{data}/hatch",)), "pythons/*")
    yield "Scoop", _all(roots("SCOOP", usual=("scoop",)) if WINDOWS else [], "apps/python*/current")
    for place in here.system:
        yield "system", _all([""], place)


_CONDA = (
    "miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba", ".conda", "/opt/conda", "/opt/miniconda3",
    "/opt/anaconda3", "/opt/miniforge3",
)  # fmt: skip
_SYSTEM = {
    "linux": ("/opt/python*", "/opt/python/*", "/usr/local/python*", "/home/linuxbrew/.linuxbrew/opt/python@*"),
    "darwin": (
        "/Library/Frameworks/Python.framework/Versions/*", "/opt/homebrew/opt/python@*", "/usr/local/opt/python@*",
    ),
}.get(sys.platform, ())  # fmt: skip
_SYSTEM_BINS = ("/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin")


def _conda(here: Whereabouts, roots: list[str]) -> list[str]:
    if os.path.isabs(program := here.env.get("CONDA_EXE", "")):
        roots.insert(0, os.path.dirname(os.path.dirname(program)))
    listed: list[str] = []
    with contextlib.suppress(OSError, ValueError):
        file = Path(here.home, ".conda", "environments.txt")
        if here.home and file.is_file() and file.stat().st_size < _MOST_LISTED:
            listed = [line.strip() for line in file.read_text("utf-8").splitlines() if os.path.isabs(line.strip())]
    return [*roots, *_all(roots, "envs/*"), *listed]


def _all(roots: Iterable[str], *patterns: str) -> list[str]:
    """Folders that match below these roots, in the order of their names."""
    import glob

    paths: list[str] = []
    for root in roots:
        for pattern in patterns:
            paths += sorted(glob.glob(os.path.join(glob.escape(root), pattern) if root else pattern))
    return paths


def _folders(here: Whereabouts) -> list[str]:
    """Folders of programs on the PATH. Relative ones would run what lies in the working folder.

    Shims are left out: which Python one of them starts depends on the working folder, finding that out takes
    longer than all else, and those that they may start are looked for where their managers keep them.
    """
    folders = [folder for folder in here.env.get("PATH", "").split(os.pathsep) if os.path.isabs(folder)]
    return [f for f in dict.fromkeys(map(os.path.normpath, folders)) if os.path.basename(f).lower() != "shims"]


def _is_trap(path: str) -> bool:
    """Files with a Python's name that open a shop or an installer when they are started."""
    if WINDOWS:
        with contextlib.suppress(OSError):
            return os.lstat(path).st_size == 0  # an alias of the Microsoft Store
    if sys.platform == "darwin" and path.startswith("/usr/bin/"):
        return not os.path.isdir("/Library/Developer/CommandLineTools") and not os.path.isdir(
            "/Applications/Xcode.app"
        )
    return False
