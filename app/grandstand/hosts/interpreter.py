"""The host of runs under another Python: any from 3.9 on, found anywhere. Pump's thread, but for ``start``.

That Python is started isolated (``-I``), with its own packages and none of ours: a few lines serve it the engine and
its vocabulary from where they lie, without that folder ever being on its path, where our numpy would stand before
its own. What goes wrong becomes a Trouble in words; a Python that cannot begin leaves nothing behind.
"""

from __future__ import annotations

import errno
import os
import sys

from grandstand import plain
from grandstand.engine import finder, guest, helper_python, paths, wire
from grandstand.engine import messages as m
from grandstand.hosts import base, limits
from grandstand.hosts.child_run import ChildRun
from grandstand.hosts.wire_channel import WireChannel

OLDEST = (3, 9)
_BOOTSTRAP = f"""
import sys
if sys.version_info < {OLDEST!r}:
    sys.exit("It is Python %d.%d; workers need {OLDEST[0]}.{OLDEST[1]} or newer." % sys.version_info[:2])
import os
_, root, nice, *numbers = sys.argv
del sys.argv[1:]
if int(nice) and hasattr(os, "nice"):
    os.nice(int(nice))
{finder.CODE}from grandstand.engine.host import main
main(*numbers)
"""
"""Written for Python 3.4 and newer, so that those which are too old can say so."""
_BREAKING = ("PYTHONHOME", "PYTHONEXECUTABLE", "PYTHONPLATLIBDIR", "__PYVENV_LAUNCHER__")
"""What a Python's programs hand on for their own kind, and another Python cannot begin with."""
_CHOOSE = "Choose another Python."


def start(
    spec: base.RunSpec, shape: str, deliver: base.Deliver, *, gil: str = "", path: tuple[str, ...] = ()
) -> ChildRun:
    """Starts a run under ``spec.python``; the pump looks after the handle. ``shape`` is a runner's key.

    ``gil`` is "0" or "1" for a free-threaded build ("": as it is built). ``path``: folders that are looked through
    last, for a workload from outside. Returns at once; what goes wrong is said as messages, like everything else.
    """
    return ChildRun(spec, shape, Interpreter(spec.python, gil), path)


def command(python: str, gil: str = "", nice: int = 0) -> list[str]:
    """The command line of a host, to which the numbers of its descriptors are appended (see hosts.wires).

    ``nice``: of many that are started at once, the window should not even notice how they begin.
    """
    wish = ["-X", f"gil={gil}"] if gil else []  # PYTHON_GIL would not be heard
    return [python, "-I", *helper_python.alike(), *wish, "-c", _BOOTSTRAP, paths.SOURCES, str(nice)]


def environment() -> dict[str, str]:
    """The person's environment without what another Python, or one that a workload starts, would break on."""
    variables = {key: value for key, value in os.environ.items() if key not in _BREAKING}
    theirs = [
        p for p in variables.pop("PYTHONPATH", "").split(os.pathsep) if p and os.path.abspath(p) != paths.SOURCES
    ]
    if theirs:
        variables["PYTHONPATH"] = os.pathsep.join(theirs)
    return variables


class Interpreter:
    """A hosts.base.Launcher; ``python`` is an executable ("": the app's own), ``gil`` as in ``start``."""

    wants_pulse = True

    def __init__(self, python: str = "", gil: str = "") -> None:
        if gil not in ("", "0", "1"):
            raise ValueError(f"The GIL is '0', '1' or '' (as built), not {gil!r}.")
        self.python = python or sys.executable
        self._gil = gil
        self._shape = ""

    def prepare(self) -> list[m.Message]:
        if sys.platform == "win32":
            raise OSError(errno.ENOSYS, "workers under another Python do not run on Windows yet")
        return []

    def open(self, plan: m.ChildPlan) -> WireChannel:
        self._shape = plan.shape
        line = command(self.python, self._gil, guest.NICE if plan.lower_priority else 0)
        return WireChannel(line, environment(), plan, self._check, self._failed)

    def _check(self, introduction: wire.Introduction) -> None:
        """Raises WireError for a host that cannot do what is wanted of it."""
        if self._shape not in introduction.runners:
            offered = ", ".join(introduction.runners) or "nothing"
            raise wire.WireError(f"it does not offer '{self._shape}'; it offers {offered}")
        if self._gil and introduction.gil != (self._gil == "1"):
            has, wanted = "a" if introduction.gil else "no", "with" if self._gil == "1" else "without"
            raise wire.WireError(f"it has {has} GIL and was asked to run {wanted}")

    def explain(self, problem: OSError, started: int) -> m.Trouble:
        """Why the system did not even start it."""
        number, python = problem.errno, self.python
        if number in (errno.ENOENT, errno.ENOTDIR):
            if not os.path.exists(python):
                text = f"There is no Python at {python} any more."
            else:
                text = f"{python} cannot run here: what it was built for is missing (its loader, another C library)."
        elif number in (errno.EACCES, errno.EPERM, errno.EISDIR):
            text = f"{python} may not be run: {problem.strerror}."
        elif number == errno.ENOEXEC:
            text = f"{python} is not a program for this system."
        else:
            return limits.explain(problem, started)
        return m.Trouble("start", plain.one_line(text), f"{_CHOOSE} Or install that one again.")

    def _failed(self, why: str, last_words: str) -> m.Trouble:
        """What was wrong with a process that was started, and what to do; ``last_words``: what it printed last."""
        last = _last_of(last_words)
        text = f"Workers under {self.python} failed: {why}."
        if last:
            text += f" It said: {last[:300]}"
        return m.Trouble("host", plain.one_line(text), _remedy(why, last_words))


def _last_of(words: str) -> str:
    """The line that says most: an error is the last one, but for those of an interpreter that cannot even begin."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("Fatal Python error", "Unknown option"))]
    return (fatal or lines[-1:] or [""])[0]


def _remedy(why: str, last_words: str) -> str:
    """What would mend it."""
    if "config_read_gil" in last_words or "GIL and was asked" in why:
        return "Leave its GIL as it is built, or choose a free-threaded build (3.13t or newer)."
    if "workers need" in last_words or "Unknown option: -I" in last_words:
        return f"Choose Python {OLDEST[0]}.{OLDEST[1]} or newer."
    if "ModuleNotFoundError" in last_words or "ImportError" in last_words:
        return f"Its standard library is not complete: install all of it (Debian: python3-full). {_CHOOSE}"
    if "protocol" in why:
        return "Update Grandstand where it is older."
    return f"Run that Python in a terminal to see whether it works. {_CHOOSE}"
