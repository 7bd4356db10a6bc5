"""What every Python is asked: runs inside it, by ``-c``, with nothing of ours on its path.

Standard library only, Python 3.9 syntax. The app asks itself with the same function.
"""

import os
import sys


def answer() -> "dict[str, object]":
    """What this interpreter is. ``gil`` is of this moment: a free-threaded build may turn its GIL on again."""
    import platform

    executable = sys.executable or ""
    return {
        "version": version(),
        "build": sys.version,
        "implementation": platform.python_implementation(),
        "free_threaded": free_threaded(),
        "gil": gil(),
        "interpreters": interpreters(),
        "executable": executable,
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "base_executable": getattr(sys, "_base_executable", "") or executable,
        "abi": getattr(sys, "abiflags", ""),
        "bits": 64 if sys.maxsize > 2**32 else 32,
        "libc": libc(),
        "lacks": lacks(),
    }


def version() -> str:
    """'3.14.0', '3.15.0a2': of the language, also where the implementation has a number of its own."""
    info = sys.version_info
    level = {"alpha": "a", "beta": "b", "candidate": "rc"}.get(info[3], "")
    return ".".join(str(part) for part in info[:3]) + (level + str(info[4]) if level else "")


def free_threaded() -> bool:
    """Whether it was built without the need of a GIL."""
    info = sys.version_info
    if info < (3, 13):
        return False
    import sysconfig

    return bool(sysconfig.get_config_var("Py_GIL_DISABLED") == 1)


def gil() -> bool:
    """Whether the GIL is on now."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


def interpreters() -> bool:
    """Whether it has ``concurrent.interpreters``: 3.14 and newer, where the implementation offers it."""
    info = sys.version_info
    if info < (3, 14):
        return False
    import importlib

    try:
        importlib.import_module("concurrent.interpreters")
    except ImportError:
        return False
    return True


def libc() -> str:
    """'glibc 2.36', 'musl'; '' where that is no question, or not known."""
    if sys.platform != "linux":
        return ""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, ValueError, OSError):
        import sysconfig

        return "musl" if "musl" in str(sysconfig.get_config_var("HOST_GNU_TYPE")) else ""


def lacks() -> "list[str]":
    """Modules of the standard library that workers use and that it was built, or packaged, without."""
    from importlib.util import find_spec

    wanted = {"ctypes": "_ctypes", "multiprocessing": "_multiprocessing", "socket": "_socket", "zlib": "zlib"}
    wanted.update({name: name for name in ("asyncio", "hashlib", "json", "queue", "select", "threading")})
    plain = sys.implementation.name != "cpython"  # others may have the same in one piece
    missing = []
    for name, part in wanted.items():
        try:
            there = find_spec(name if plain else part) is not None and find_spec(name) is not None
        except (ImportError, ValueError):
            there = False
        if not there:
            missing.append(name)
    return missing


def tell(mark: str) -> None:
    """Writes the answer between two marks, past whatever has taken the place of sys.stdout."""
    import json

    answered = (mark + json.dumps(answer()) + mark).encode("ascii")
    while answered:
        answered = answered[os.write(1, answered) :]
