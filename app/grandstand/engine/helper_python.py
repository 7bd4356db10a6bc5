"""How every helper Python is started: deaf to the working folder and to the environment's wishes for Python.

A file ``random.py`` in the folder where the app was started, a ``PYTHONPATH``, a ``sitecustomize`` that prints, and
variables such as ``PYTHONINSPECT`` or ``PYTHONWARNINGS`` are meant for the person's own programs. A helper hears of
none of them: it starts isolated and without ``site``, is given its path in so many words, and then does what is left
of ``site``. Its environment stays as it is, for what a workload may start itself.
"""

import contextlib
import multiprocessing.process
import os
import sys
import threading
from typing import Any, Dict, Iterator, List

from grandstand.engine import paths

_patching = threading.RLock()
_BEGIN = "import sys; sys.path[:] = {path}; from grandstand.engine.helper_python import begin; begin({quiet}); "


def command(target: str, *arguments: str) -> List[str]:
    """The command line of a helper that calls ``package.module:function``, which finds ``arguments`` in sys.argv.

    What the function returns is the exit code.
    """
    module, _, function = target.partition(":")
    code = "from {} import {} as main; sys.exit(main())".format(module, function)
    return [*_interpreter(), "-c", _BEGIN.format(path=_spelled(paths.ordered()), quiet=False) + code, *arguments]


def bare_command(target: str, *arguments: str) -> List[str]:
    """The same for a helper that needs nothing but the standard library and us: without ``site``, and sooner there."""
    module, _, function = target.partition(":")
    code = "import sys; sys.path[:] = {}; from {} import {} as main; sys.exit(main())"
    return [*_interpreter(), "-c", code.format(_spelled(paths.ordered()), module, function), *arguments]


def begin(quiet: bool) -> None:
    """First of all in a helper. ``quiet``: what it prints goes nowhere, for its output is the app's own."""
    if quiet:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
    import site

    path = sys.path[:]
    for name in ("execsitecustomize", "execusercustomize"):
        setattr(site, name, lambda: None)
    try:
        site.main()  # the virtual environment's prefix, exit(), hooks of packages installed for development
    except Exception as problem:  # a broken .pth file: whoever needs what it offers will say so
        sys.stderr.write("Ignored in {}: {!r}\n".format(sys.executable, problem))
    sys.path[:] = path


@contextlib.contextmanager
def starting(first: str = "") -> Iterator[None]:
    """Around everything that may make multiprocessing start a process: resource tracker, fork server, child.

    ``first``: Python code that whatever is started does before its own work.

    They are started by command lines that multiprocessing makes up itself, from flags of this process and with the
    working folder first on the path; here these become a helper's. Children are told neither of the main module,
    which may be heavy, nor of the working folder, which may be gone: they are in it anyway.
    """
    from multiprocessing import spawn, util

    with _patching:  # the window's reader and a claim's thread may start children at the same moment
        replaced: Dict[Any, Any] = {(spawn, "get_preparation_data"): _preparation}
        if sys.platform == "win32":
            make = spawn.get_command_line
            replaced[spawn, "get_command_line"] = lambda **keywords: deafened(make(**keywords), first)
        else:
            start = util.spawnv_passfds
            replaced[util, "spawnv_passfds"] = lambda path, args, fds: start(path, deafened(args, first), fds)
        before = {(module, name): getattr(module, name) for module, name in replaced}
        for (module, name), ours in replaced.items():
            setattr(module, name, ours)
        try:
            yield
        finally:
            for (module, name), theirs in before.items():
                setattr(module, name, theirs)


def deafened(arguments: List[Any], first: str = "") -> List[Any]:
    """A command line of multiprocessing's, ``[python, flags…, "-c", code, …]``, as that of a helper."""
    if "-c" not in arguments:  # a frozen app, which has its own way
        return arguments
    at = arguments.index("-c")
    code = _BEGIN.format(path=_spelled(paths.ordered()), quiet=True) + first + os.fsdecode(arguments[at + 1])
    return [arguments[0], *_interpreter()[1:], "-c", code, *arguments[at + 2 :]]


def _interpreter() -> List[str]:
    """This Python, isolated, with what is no wish of the environment's for a program but part of what it is."""
    flags = ["-I", "-S", *alike()]
    gil = sys._xoptions.get("gil") or os.environ.get("PYTHON_GIL")
    if gil in ("0", "1"):  # only where a free-threaded Python has been asked
        flags += ["-X", "gil=" + str(gil)]
    return [sys.executable, *flags]


def alike() -> List[str]:
    """Flags with which another Python reads names of files as this one does, and leaves as little behind."""
    flags = ["-X", "utf8={:d}".format(sys.flags.utf8_mode)]
    if sys.dont_write_bytecode:
        flags.append("-B")
    if sys.pycache_prefix:
        flags += ["-X", "pycache_prefix=" + sys.pycache_prefix]
    return flags


def _preparation(name: str) -> Dict[str, Any]:
    """What a child is told before its work begins; see multiprocessing.spawn.prepare for the keys."""
    process = multiprocessing.process.current_process()
    return {
        "name": name, "authkey": process.authkey, "sys_path": paths.ordered(), "sys_argv": sys.argv,
        "orig_dir": multiprocessing.process.ORIGINAL_DIR,  # type: ignore[attr-defined]
        "start_method": multiprocessing.get_start_method(),
    }  # fmt: skip


def _spelled(path: List[str]) -> str:
    """In ASCII, which every locale can pass on; bytes that are no text included."""
    return ascii(path)
