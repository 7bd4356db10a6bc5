"""The circumstances: a new one is one entry."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from tests.circumstances.circumstance import (
    Circumstance,
    as_nobody,
    linux,
    mounting,
    mounts,
    program,
    root,
)  # fmt: skip
from tests.circumstances.commands import ALL, Place

NAMES = ("random", "queue", "types", "socket", "typing", "app", "grandstand", "numpy", "typer", "signal")
"""Modules of the standard library, of packages and of ours: somebody's files may be called as well."""
LONG = "a-folder-with-a-name-that-is-much-too-long-for-the-name-of-a-socket-which-has-room-for-107-characters-in-all"
FULL = "dd if=/dev/zero of={0}/filler bs=64k 2>/dev/null || true"
NO_TEMPORARY_FOLDER = mounting(
    *(f"mount -t tmpfs -o ro tmpfs {there}" for there in ("{tmp}", "/var/tmp", "/dev/shm")),
    "mount --rbind {root} {root}", "mount --rbind /tmp /tmp", "mount -o remount,bind,ro /tmp",
)  # fmt: skip
BLINKS = r"\x1b\[(\?25|\d*[AK])"
"""What is drawn over: the cursor hidden, moved up, a line erased."""


# -- folders ----------------------------------------------------------------------------------------------------------


def clashing(folder: str) -> Callable[[Place], None]:
    """Files that end whoever imports them."""

    def prepare(place: Place) -> None:
        there = place.root / folder
        there.mkdir(exist_ok=True)
        for name in NAMES:
            (there / f"{name}.py").write_text(f"raise SystemExit('executed: {name}.py')\n")
        for package in ("multiprocessing", "concurrent"):
            (there / package).mkdir()
            (there / package / "__init__.py").write_text(f"raise SystemExit('executed: {package}')\n")

    return prepare


def customizing(code: str) -> Callable[[Place], None]:
    def prepare(place: Place) -> None:
        there = place.root / "custom"
        there.mkdir()
        for name in ("sitecustomize", "usercustomize"):
            (there / f"{name}.py").write_text(code)

    return prepare


def not_writable(*names: str) -> Callable[[Place], None]:
    def prepare(place: Place) -> None:
        for name in names:
            (place.root / name).chmod(0o555)

    return prepare


def long_folder(place: Place) -> None:
    (place.root / LONG).mkdir()
    (place.root / LONG).chmod(0o777)


def odd_folder(place: Place) -> None:
    (place.work / "wörk \n☃").mkdir()


def foreign_files(place: Place) -> None:
    """In the folder of recordings: names that are no text, what is no recording, what never ends."""
    there = place.home / ".local/share/grandstand/recordings"
    there.mkdir(parents=True)
    (there / "empty.grandstand").touch()
    (there / "no.grandstand").write_text("no recording")
    with open(os.fsencode(there) + b"/g\xe9.grandstand", "wb") as file:
        file.write(place.recording.read_bytes())
    os.mkfifo(there / "fifo.grandstand")
    with (there / "huge.grandstand").open("wb") as file:
        file.truncate(3_000_000_000)


# -- the list ---------------------------------------------------------------------------------------------------------

CIRCUMSTANCES = [
    Circumstance("nothing unusual", ALL),
    # what the environment says to Python
    Circumstance("an empty environment", ("list", "run", "recordings"), empty=True),
    Circumstance("clashing names in the working folder", ("run", "claims", "window"), folder=clashing("work")),
    Circumstance("clashing names, and each worker a new Python", ("run",), folder=clashing("work"),
                 more={"run": ("--start-method", "spawn")}),
    Circumstance(
        "clashing names in PYTHONPATH", ("run", "claims", "export", "window"),
        environment={"PYTHONPATH": "{root}/clash"}, folder=clashing("clash"),
    ),
    Circumstance(
        "a sitecustomize that prints", ("run", "claims"), environment={"PYTHONPATH": "{root}/custom"},
        folder=customizing("print('a greeting')\n"),
    ),
    Circumstance(
        "a sitecustomize that leaves helpers", ("run", "claims"), environment={"PYTHONPATH": "{root}/custom"},
        folder=customizing("import os, sys\nif '-c' in sys.orig_argv: os._exit(9)\n"),
    ),
    Circumstance("PYTHONSAFEPATH", ("list", "run", "claims"), environment={"PYTHONSAFEPATH": "1"}),
    Circumstance("python -I", ("run", "claims", "window"), python=("-I",)),
    Circumstance("python -P -s -E -O -B", ("run",), python=("-P", "-s", "-E", "-O", "-B")),
    Circumstance("PYTHONWARNINGS=error", ("list", "run", "claims", "export", "window"),
                 environment={"PYTHONWARNINGS": "error"}),
    Circumstance(
        "many wishes to Python", ("run", "claims"),
        environment={
            "PYTHONOPTIMIZE": "2", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "7", "PYTHONMALLOC": "debug",
            "PYTHONSTARTUP": "{root}/none.py", "PYTHONUNBUFFERED": "1", "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1",
        },
    ),
    # where temporary files go
    Circumstance("TMPDIR with a long name", ("run", "claims", "window"), folder=long_folder,
                 environment={"TMPDIR": f"{{root}}/{LONG}"}),
    Circumstance("TMPDIR that is not there", ("run", "window"), environment={"TMPDIR": "{root}/none"}),
    Circumstance("TMPDIR that is a file", ("run",), environment={"TMPDIR": "{root}/file"},
                 folder=lambda place: (place.root / "file").write_text("") and None),
    Circumstance(
        "no temporary folder can be written to", ("run", "window"), needs=(root, linux, mounts),
        before=NO_TEMPORARY_FOLDER,
        inside="/", says={"run": "spawn instead"},
    ),
    Circumstance(
        "no temporary folder, and the fork server asked for", ("run",), needs=(root, linux, mounts),
        before=NO_TEMPORARY_FOLDER,
        inside="/", more={"run": ("--start-method", "forkserver")}, codes={"run": (1,)}, fruitless=("run",),
        says={"run": "TMPDIR"},
    ),
    Circumstance("the working folder is gone", ("list", "run", "compare", "claims", "window"),
                 before=("sh", "-ec", 'mkdir gone; cd gone; rmdir ../gone; exec "$@"', "sh")),
    Circumstance("a working folder with an odd name", ("run", "claims"), folder=odd_folder,
                 inside="{work}/wörk \n☃"),
    Circumstance("/dev/shm is full", ("run", "claims", "window"), needs=(root, linux, mounts),
                 before=mounting("mount -t tmpfs -o size=64k tmpfs /dev/shm", FULL.format("/dev/shm"))),
    Circumstance("/dev/shm is write-protected", ("run", "claims"), needs=(root, linux, mounts),
                 before=mounting("mount -t tmpfs -o ro tmpfs /dev/shm")),
    Circumstance("/dev/shm is not there", ("run", "claims", "window"), needs=(root, linux, mounts),
                 before=mounting("mkdir {root}/dev", "mount -t tmpfs tmpfs {root}/dev",
                                 "cp -a /dev/null /dev/zero /dev/full /dev/random /dev/urandom /dev/fd {root}/dev",
                                 "mount --bind {root}/dev /dev")),
    # who and where somebody is
    Circumstance("no HOME and an unknown user", ("list", "run", "claims", "recordings", "window"), empty=True,
                 environment={"TMPDIR": "{tmp}", "QT_QPA_PLATFORM": "offscreen"}, anybody=True,
                 before=as_nobody(), says={"window": "no home folder", "recordings": ""}),
    Circumstance("a home folder that is not there", ("run", "recordings", "window"),
                 environment={"HOME": "{root}/none"}, says={"window": "no home folder"}),
    Circumstance("a home folder that is no path", ("run", "recordings", "window"), environment={"HOME": "nowhere"}),
    Circumstance("a home folder that is write-protected", ("run", "recordings", "window"), anybody=True,
                 before=as_nobody(), folder=not_writable("home"), says={"window": "cannot be"}),
    # terminals and streams
    Circumstance("FORCE_COLOR in a log", ("run", "claims", "compare"), environment={"FORCE_COLOR": "1"},
                 silent=BLINKS),
    Circumstance("TERM=dumb, NO_COLOR", ("run", "claims"), environment={"TERM": "dumb", "NO_COLOR": "1"},
                 silent=r"\x1b"),
    Circumstance("40 columns", ("run", "compare", "recordings"), environment={"COLUMNS": "40"}),
    Circumstance("an ASCII terminal", ("list", "run", "compare", "recordings"),
                 environment={"PYTHONIOENCODING": "ascii", "LANG": "C"}),
    Circumstance("the C locale", ("run", "claims"), environment={"LANG": None, "LC_ALL": "C"}),
    Circumstance("standard output closed", ("run", "compare", "list"), closed=(1,),
                 codes={"run": (0, 1), "compare": (0, 1), "list": (1,)}, fruitless=("list",)),
    Circumstance("no standard stream is open", ("run", "window"), closed=(0, 1, 2), codes={"run": (0, 1)}),
    Circumstance("standard output is full", ("run", "compare", "claims", "list"), stdout="/dev/full", needs=(linux,),
                 codes={"run": (1,), "compare": (1,), "claims": (1,), "list": (1,)}, fruitless=("list",)),
    Circumstance("nobody reads standard output", ("run", "compare", "list"), reader_leaves=True,
                 codes={"run": (0, 141), "compare": (0, 141), "list": (0, 141)}, fruitless=("list",)),
    # signals
    Circumstance("SIGTERM in the middle", ("run", "compare", "claims"), then=signal.SIGTERM,
                 more={"run": ("--seconds", "30"), "compare": ("--seconds", "20")},
                 codes={"run": (143,), "compare": (143,), "claims": (143,)}, fruitless=("compare", "claims")),
    Circumstance("SIGTERM to the window", ("window",), more={"window": ("stay",)}, then=signal.SIGTERM,
                 codes={"window": (0, 143)},
                 fruitless=("window",)),
    Circumstance("Ctrl+C in the middle", ("run", "compare", "claims"), then=signal.SIGINT,
                 more={"run": ("--seconds", "30"), "compare": ("--seconds", "20")},
                 codes={"run": (130,), "compare": (130,), "claims": (130,)}, fruitless=("compare", "claims")),
    Circumstance("kill -9", ("run", "compare", "claims", "window"), then=signal.SIGKILL,
                 more={"window": ("stay",), "run": ("--seconds", "30"), "compare": ("--seconds", "20")},
                 codes={"run": (-9,), "compare": (-9,), "claims": (-9,), "window": (-9,)}, fruitless=ALL),
    Circumstance("SIGHUP under nohup", ("run", "window"), ignored=(signal.SIGHUP,), then=signal.SIGHUP),
    Circumstance("SIGCHLD and SIGPIPE ignored from the start", ("run", "claims"),
                 ignored=(signal.SIGCHLD, signal.SIGPIPE)),
    # limits
    Circumstance("few file handles", ("list", "run", "claims", "window"), limits={"NOFILE": 64}),
    Circumstance("more workers than file handles", ("run",), limits={"NOFILE": 64}, more={"run": ("--workers", "64")},
                 codes={"run": (1,)}, fruitless=("run",), says={"run": "file handles"}),
    Circumstance("more workers than processes", ("run",), anybody=True, before=as_nobody(), limits={"NPROC": 20},
                 more={"run": ("--workers", "64")}, codes={"run": (1,)}, fruitless=("run",),
                 says={"run": "ulimit -u"}),
    Circumstance("1 GB of address space", ("list", "run", "compare"), limits={"AS": 1_000_000_000}),
    Circumstance("files of 2 MB at most", ("run", "window"), limits={"FSIZE": 2_000_000}),
    Circumstance("one core", ("run",), needs=(linux, program("taskset")), before=("taskset", "-c", "0")),
    # disks and files
    Circumstance("the disk for results is full", ("run", "compare", "export"), needs=(root, linux, mounts),
                 before=mounting("mount -t tmpfs -o size=64k tmpfs {out}", FULL.format("{out}")),
                 codes={"run": (1, 2), "compare": (1, 2), "export": (1, 2)}, fruitless=ALL),
    Circumstance("the folder for results is write-protected", ("run", "compare", "export"), anybody=True,
                 before=as_nobody(), folder=not_writable("out"),
                 codes={"run": (2,), "compare": (2,), "export": (1, 2)}, fruitless=ALL),
    Circumstance("the disk of the home folder is full", ("run", "window"), needs=(root, linux, mounts),
                 before=mounting("mount -t tmpfs -o size=64k tmpfs {home}", FULL.format("{home}"))),
    Circumstance("odd files among the recordings", ("recordings",), folder=foreign_files,
                 limits={"AS": 1_500_000_000}),
    Circumstance("a name that is no text", ("run",),
                 more={"run": ("--record", os.fsdecode(b"{out}/g\xe9.grandstand"))}),
    Circumstance("a huge file as recording", ("export",), limits={"AS": 1_500_000_000},
                 folder=lambda place: os.truncate(place.recording, 3_000_000_000),
                 codes={"export": (0, 1, 2)}, fruitless=("export",)),
    Circumstance("a device as comparison", ("compare",), limits={"AS": 1_500_000_000},
                 more={"compare": ("--open", "/dev/zero")}, codes={"compare": (1, 2)}, fruitless=("compare",)),
    # Qt
    Circumstance("a Qt platform that is none", ("run", "window"), environment={"QT_QPA_PLATFORM": "nonsense"},
                 codes={"window": (2,)}, fruitless=("window",), says={"window": "offscreen"}),
    Circumstance("another Qt for pyqtgraph", ("window",), environment={"PYQTGRAPH_QT_LIB": "PyQt5"}),
]  # fmt: skip


PENDING: set[tuple[str, str]] = set()
"""(circumstance, command) that do not hold yet, and are expected to fail until they do."""
