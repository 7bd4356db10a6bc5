"""The app's own folder among the temporary ones: the fork server's socket and the files of experiments. Any thread.

A file in it is locked for as long as the app lives. So whoever gets the lock, the next app at its start or the fork
server when it is left alone, knows that nobody needs the folder any more, and removes it.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

PREFIX = "grandstand-"
_LOCK = "in-use"
_LONGEST = 103 - len("/grandstand-1234567-12345678/listener-12345678")
"""Bytes of a temporary folder's name, so that a socket in ours can be named (107 at most; macOS: 103)."""
_UNLOCKED_S = 3600.0
"""A folder without the file is about to get it, or nobody's."""
_guard = threading.Lock()
_mine: tuple[int, Path, int] | None = None  # process, folder, descriptor of the locked file


def folder() -> Path:
    """Made when first asked for, removed at exit. Raises OSError where no temporary folder is writable and short."""
    global _mine
    with _guard:
        if _mine is not None and _mine[0] == os.getpid() and _mine[1].is_dir():
            return _mine[1]
        problem: OSError | None = None
        for base in _bases():
            sweep(base)
            try:
                made = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=base))
            except OSError as why:
                problem = problem or why
                continue
            try:
                _mine = (os.getpid(), made, _lock(made / _LOCK, new=True))
            except OSError as why:
                shutil.rmtree(made, ignore_errors=True)
                problem = problem or why
                continue
            atexit.register(_leave, *_mine)
            return made
        if problem is None:
            raise FileNotFoundError(errno.ENOENT, "no temporary folder has a short name")
        raise OSError(problem.errno, f"no temporary folder can be used: {problem.strerror}")


@contextlib.contextmanager
def part(name: str) -> Iterator[str]:
    """A folder within it for a while. Raises OSError."""
    made = tempfile.mkdtemp(prefix=f"{name}-", dir=folder())
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def sweep(base: Path) -> None:
    """Removes the folders of apps that were killed. Never raises."""
    try:
        with os.scandir(base) as there:
            folders = [one.path for one in there if one.name.startswith(PREFIX) and one.is_dir(follow_symlinks=False)]
    except OSError:
        return
    for path in folders:
        remove_if_left_alone(path)


def remove_if_left_alone(folder: str | Path, patience_s: float = 0.0) -> bool:
    """Removes the folder of an app that has ended, or ends within so many seconds; whether it is gone."""
    path = Path(folder)
    until = time.monotonic() + patience_s
    while True:
        try:
            if path.stat().st_uid != _user():
                return False
            os.close(_lock(path / _LOCK, new=False))
        except FileNotFoundError:
            if not path.is_dir():
                return True
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > _UNLOCKED_S:
                    shutil.rmtree(path, ignore_errors=True)
            return False
        except OSError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.02)
        else:
            shutil.rmtree(path, ignore_errors=True)
            return not path.exists()


def _bases() -> Iterator[Path]:
    """Temporary folders that are there and have short names, the usual one first.

    Not tempfile.gettempdir(): it takes the first that it can write to, the working folder if need be.
    """
    if os.name == "nt":
        yield Path(tempfile.gettempdir())
        return
    named = [os.environ.get(name, "") for name in ("TMPDIR", "TEMP", "TMP", "XDG_RUNTIME_DIR")]
    for name in dict.fromkeys([*named, "/tmp", "/var/tmp", "/dev/shm"]):
        if os.path.isabs(name) and len(os.fsencode(name)) <= _LONGEST and os.path.isdir(name):
            yield Path(name)


def _user() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0


def _lock(path: Path, new: bool) -> int:
    """The locked file's descriptor. Raises OSError, BlockingIOError while another process has it."""
    number = os.open(path, os.O_RDWR | (os.O_CREAT | os.O_EXCL if new else 0), 0o600)
    try:
        _take(number)
    except BaseException:
        os.close(number)
        raise
    return number


def _take(number: int) -> None:
    """The system lets go of the lock when its process has ended, in whatever way."""
    if os.name == "nt":
        import msvcrt

        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        import fcntl

        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _leave(process: int, path: Path, number: int) -> None:
    if os.getpid() == process:  # not a fork of it that has come to its end
        with contextlib.suppress(OSError):
            os.close(number)
        shutil.rmtree(path, ignore_errors=True)
