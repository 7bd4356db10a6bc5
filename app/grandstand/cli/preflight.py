"""What keeps the window from opening, found before Qt is imported. Main thread; standard library only.

Qt ends the whole process, with words meant for its own developers, when there is no display or a system
library is missing. So main asks here first, and says in plain words what is wrong and which command mends it.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import socket
import sys
import textwrap
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grandstand import invocation, plain
from grandstand.cli.system_packages import OS_RELEASE, QT_LIBRARIES, X11_LIBRARIES, install_command

if TYPE_CHECKING:
    # Where a display server listens: a Unix socket (a leading NUL: Linux's abstract names), or host and port.
    Address = str | tuple[str, int]

_MODULES = ("PySide6", "pyqtgraph", "numpy", "psutil", "typer", "rich", "platformdirs", "aiohttp")
_PACKAGES = {"PySide6": "PySide6-Essentials"}  # where a module's package has another name
_OPTIONAL_MODULES = {"aiohttp"}  # only the workload "Fetch pages" wants it
_HEADLESS = {"offscreen", "minimal", "minimalegl", "vnc", "linuxfb", "eglfs", "vkkhrdisplay"}
_PLUGIN = re.compile(r"(?:lib)?q(\w+?)\.(?:so|dylib|dll)")
_X_SOCKETS = "/tmp/.X11-unix/X"


@dataclass(frozen=True)
class Problem:
    """One thing in the way. ``fatal``: the window cannot open; the command line may still work."""

    key: str  # "python", "packages", "qt-version", "platform", "libraries" or "display"
    message: str  # what is wrong, and why it matters
    remedy: str  # what to do; commands on lines of their own, indented by two spaces
    fatal: bool


def _installed_version(package: str) -> str:
    """Raises ModuleNotFoundError (importlib.metadata's error is one) when it is not installed.

    It stands in the name of a folder beside the package; importlib.metadata takes 15 ms before the window to say so.
    """
    spec = importlib.util.find_spec("PySide6")
    if spec is not None and spec.origin:
        try:
            names = os.listdir(os.path.dirname(os.path.dirname(spec.origin)))
        except OSError:  # a folder may be entered but not listed, or be a zip file
            names = []
        for name in names:
            project, _, version = name.removesuffix(".dist-info").partition("-")
            if version and name.endswith(".dist-info") and project.lower() == package.lower():
                return version
    from importlib import metadata

    return metadata.version(package)


def find_problems(
    environ: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    *,
    python: tuple[int, ...] = sys.version_info[:3],
    find_module: Callable[[str], object] = importlib.util.find_spec,
    version_of: Callable[[str], str] = _installed_version,
    load_library: Callable[[str], object] = ctypes.CDLL,
    connect: Callable[[Address], None] | None = None,
    open_display: Callable[[str], bool] | None = None,
    os_release: Path = OS_RELEASE,
) -> list[Problem]:
    """All that is in the way here, the first to mend first; an empty list when the window can open.

    The parameters stand for the machine, so that a test can describe another one. Where there is nothing,
    ``find_module``, ``version_of`` and ``load_library`` do as their defaults (None, PackageNotFoundError,
    OSError), and ``connect`` raises OSError; ``open_display`` is False when the X server turns us away.
    """
    problems = [_old_python(python), _missing_modules(find_module), _broken_qt(python, version_of)]
    problems.append(_unknown_platform(environ, find_module))
    if platform.startswith("linux"):
        display, wants_x11 = _display(environ, connect or _connect, open_display or _open_display)
        problems += [_missing_libraries(load_library, find_module, wants_x11, os_release), display]
    return [problem for problem in problems if problem is not None]


def explain(problems: Iterable[Problem], width: int = 88) -> str:
    """The problems as paragraphs for a terminal; a command stays on one line, to be copied."""
    wrap = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False).wrap
    blocks = []
    for problem in problems:
        lines = wrap(problem.message)
        for line in problem.remedy.splitlines():
            lines += [line] if line.startswith("  ") else wrap(line)
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def _old_python(python: tuple[int, ...]) -> Problem | None:
    if python >= (3, 11):
        return None
    return Problem(
        "python",
        f"This is Python {_dotted(python)}; Grandstand is written for Python 3.11 and newer.",
        "Start it with a newer one, for example:\n  make run PYTHON=python3.13",
        fatal=True,
    )


def _missing_modules(find_module: Callable[[str], object]) -> Problem | None:
    missing = [name for name in _MODULES if find_module(name) is None]
    if not missing:
        return None
    needed = not _OPTIONAL_MODULES.issuperset(missing)
    effect = "Grandstand cannot start" if needed else "The workload “Fetch pages” cannot run"
    return Problem(
        "packages",
        f"{effect}: not installed for {sys.executable}: {', '.join(missing)}.",
        "Let the set-up make an environment of its own, and start from there:\n  make run\n"
        "or install them for the Python in use:\n  python -m pip install -r requirements.txt"
        if invocation.in_a_clone()
        else f"Install what is missing:\n  {invocation.install_command(*(_PACKAGES.get(m, m) for m in missing))}",
        fatal=needed,
    )


def _broken_qt(python: tuple[int, ...], version_of: Callable[[str], str]) -> Problem | None:
    if python >= (3, 12):
        return None
    try:
        version = version_of("PySide6_Essentials")
    except ModuleNotFoundError:
        return None  # then PySide6 is missing, which has been said, or was not built by its makers
    numbers = tuple(map(int, re.findall(r"\d+", version)[:2]))
    if numbers < (6, 12):
        return None
    older = invocation.install_command('"PySide6-Essentials>=6.10,<6.12"')
    clone = invocation.in_a_clone()
    newer = "or a newer Python:\n  make run PYTHON=python3.13" if clone else "or install Grandstand for Python 3.12+."
    return Problem(
        "qt-version",
        f"PySide6 {version} and Python {_dotted(python)} do not work together: from 6.12 on PySide6 drops "
        "references to None that it does not own, and before Python 3.12, where None is still counted, the "
        "program dies within seconds of the first chart (“none_dealloc: deallocating None”).",
        f"Take an older PySide6:\n  {older}\n{newer}",
        fatal=True,
    )


def _unknown_platform(environ: Mapping[str, str], find_module: Callable[[str], object]) -> Problem | None:
    """Of the platforms that QT_QPA_PLATFORM names, Qt takes the first that it has; without one it aborts."""
    wanted = [part.split(":")[0] for part in environ.get("QT_QPA_PLATFORM", "").split(";") if part]
    if not wanted or environ.get("QT_QPA_PLATFORM_PLUGIN_PATH") or environ.get("QT_PLUGIN_PATH"):
        return None  # nobody asked, or somebody knows of more platforms than we see
    platforms: set[str] = set()
    for home in getattr(find_module("PySide6"), "submodule_search_locations", None) or ():
        for folder in (Path(home, "Qt", "plugins", "platforms"), Path(home, "plugins", "platforms")):
            platforms |= {match[1] for file in folder.glob("*") if (match := _PLUGIN.fullmatch(file.name))}
    if not platforms or any(name in platforms or name.split("-")[0] in platforms for name in wanted):
        return None
    return Problem(
        "platform",
        f"QT_QPA_PLATFORM is {environ['QT_QPA_PLATFORM']}, which this Qt does not have. Qt would end the program "
        f"on the spot. There are: {', '.join(sorted(platforms))}.",
        "Take one of these, or let Qt choose:\n  unset QT_QPA_PLATFORM",
        fatal=True,
    )


def _missing_libraries(
    load_library: Callable[[str], object],
    find_module: Callable[[str], object],
    wants_x11: bool,
    os_release: Path,
) -> Problem | None:
    def loads(name: str) -> bool:
        try:
            load_library(name)
        except OSError:
            return False
        return True

    wanted = QT_LIBRARIES + (X11_LIBRARIES if wants_x11 else ())
    missing = [name for name in wanted if not loads(name)]
    if not missing:
        return None
    # Some builds of PySide6 (Conda, Nix) find libraries elsewhere: the plug-in has the last say.
    plugin = "libqxcb.so" if wants_x11 else "libqoffscreen.so"
    for home in getattr(find_module("PySide6"), "submodule_search_locations", None) or ():
        if loads(str(Path(home, "Qt", "plugins", "platforms", plugin))):
            return None
    one = len(missing) == 1
    command = install_command(missing, os_release)
    return Problem(
        "libraries",
        f"Qt, which draws the window, needs {'a system library' if one else 'system libraries'} not "
        f"installed here: {', '.join(missing)}. Without {'it' if one else 'them'} Qt would end the program "
        "before the window opens.",
        f"Install what is missing:\n  {command}"
        if command
        else f"Install the {'package that holds it' if one else 'packages that hold them'}.",
        fatal=True,
    )


def _display(
    environ: Mapping[str, str],
    connect: Callable[[Address], None],
    open_display: Callable[[str], bool],
) -> tuple[Problem | None, bool]:
    """What is wrong with the display, and whether Qt will want the X libraries (no: Wayland, headless)."""

    def answers(addresses: Iterable[Address]) -> bool:
        for address in addresses:
            try:
                connect(address)
            except OSError:
                continue
            return True
        return False

    platform = environ.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    wayland, x11 = environ.get("WAYLAND_DISPLAY", ""), environ.get("DISPLAY", "")
    if platform in _HEADLESS:
        return None, False
    if wayland and platform != "xcb":
        path = wayland if wayland.startswith("/") else f"{environ.get('XDG_RUNTIME_DIR', '')}/{wayland}"
        if answers([path]):
            return None, False
    if not x11 or platform.startswith("wayland"):
        if wayland:
            why = f"nobody answers at WAYLAND_DISPLAY={wayland}"
        elif x11:
            why = "QT_QPA_PLATFORM asks for Wayland, but WAYLAND_DISPLAY is not set"
        else:
            why = "neither DISPLAY nor WAYLAND_DISPLAY is set"
        return _no_display(f"There is no screen to open a window on: {why}."), True
    if not answers(display_addresses(x11)):
        return _no_display(f"There is no screen to open a window on: nobody answers at DISPLAY={x11}."), True
    if not open_display(x11):
        why = "it belongs to another user, or XAUTHORITY does not point to its key"
        return _no_display(f"The X server at DISPLAY={x11} turns this program away: {why}."), True
    return None, True


def _no_display(what: str) -> Problem:
    return Problem(
        "display",
        f"{what} Qt would end the program at once.",
        "Start it from a desktop session, or over ssh with your own screen:\n  ssh -X HOST\n"
        f"or on a screen that is only in memory:\n  xvfb-run -a {invocation.command()}\n"
        f"Without one the same runs work in a terminal:\n  {invocation.command('run primes --mode threads')}",
        fatal=True,
    )


def display_addresses(display: str) -> list[Address]:
    """Where the X server of a DISPLAY (``:0``, ``unix:1.0``, ``host:10.0``) may listen; [] when misspelt."""
    match = re.fullmatch(r"(?:(\w+)/)?(\[[^]]*\]|[^:/]*):(\d+)(?:\.\d+)?", display)
    if match is None:
        return []
    protocol, host, number = match[1] or "", match[2].strip("[]"), int(match[3])
    if protocol == "unix" or (not protocol and host in ("", "unix")):
        return [f"\0{_X_SOCKETS}{number}", f"{_X_SOCKETS}{number}"]
    return [(host or "localhost", 6000 + number)]


def _connect(address: Address) -> None:
    if isinstance(address, tuple):
        socket.create_connection(address, timeout=2).close()
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(2)
        client.connect(address)


def _open_display(display: str) -> bool:
    """Open it as Qt will, with the user's keys; True as well when we have no means to try."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return True  # said under "libraries"
    xcb.xcb_connect.restype = ctypes.c_void_p
    # A server without any other client begins anew when one leaves, as we have, and turns everybody away meanwhile.
    for pause in (0.0, 0.05, 0.1, 0.2, 0.4):
        time.sleep(pause)
        connection = ctypes.c_void_p(xcb.xcb_connect(display.encode(), None))
        refused = bool(xcb.xcb_connection_has_error(connection))
        xcb.xcb_disconnect(connection)
        if not refused:
            return True
    return False


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


def main() -> int:
    """Print what is in the way here; 1 when the window cannot open."""
    problems = find_problems()
    print(plain.lines(explain(problems) or "All checks passed: the window can open."))
    return int(any(problem.fatal for problem in problems))


if __name__ == "__main__":
    sys.exit(main())
