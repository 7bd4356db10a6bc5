"""One interview: the command line that asks a Python what it is, and what its answer, or its silence, means. Pure."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
from pathlib import Path
from typing import Annotated, Any

import msgspec

from grandstand.files.checked import Table, convert
from grandstand.files.reading import Unreadable
from grandstand.plain import one_line
from grandstand.pythons import question
from grandstand.pythons.asking import MARK, Outcome
from grandstand.pythons.record import LEAST, numbers

SECONDS = 10.0
"""How long one may take to answer. Some 0.1 s is usual; a busy machine and a cold disk need more."""

Line = Annotated[str, msgspec.Meta(max_length=4_096)]
_VERSION = re.compile(r"\d{1,3}\.\d{1,3}\.\d{1,3}(?:(?:a|b|rc)\d{1,3})?")
_TO_OLD_FLAGS = re.compile(r"Unknown option: -I")
_LOADER = re.compile(rb"/[\w./-]{1,200}/ld[\w.+-]{0,60}\.so[\w.]{0,20}")
_OF_THE_FILE = (errno.ENOEXEC, errno.EACCES, errno.EPERM, errno.ENOENT)
_LEAST = ".".join(map(str, LEAST))


class Answer(Table, frozen=True):
    """What a Python said of itself; see question.answer."""

    version: Line
    build: Line = ""
    implementation: Line = ""
    free_threaded: bool | None = None
    gil: bool | None = None
    interpreters: bool | None = None
    executable: Line = ""
    prefix: Line = ""
    base_prefix: Line = ""
    base_executable: Line = ""
    abi: Annotated[str, msgspec.Meta(max_length=32)] = ""
    bits: Annotated[int, msgspec.Meta(ge=8, le=128)] | None = None
    libc: Annotated[str, msgspec.Meta(max_length=100)] = ""
    lacks: Annotated[list[Annotated[str, msgspec.Meta(max_length=40)]], msgspec.Meta(max_length=40)] = []


def command(executable: str, mark: str, old: bool = False) -> list[str]:
    """The command line. ``old``: for one so old that it does not know how to start isolated.

    Nothing is written there, not even byte code. The mark is spelled in two halves, so that something which only
    repeats its command line gives no answer.
    """
    flags = ["-E", "-s", "-B"] if old else ["-I", "-B"]
    return [executable, *flags, "-c", _text(mark)]


def understood(outcome: Outcome, executable: str, seconds: float = SECONDS) -> Answer | str:
    """The answer, or why there is none: a sentence or two."""
    if outcome.answer is None:
        return _why(outcome, executable, seconds)
    try:
        return convert(json.loads(outcome.answer), Answer, "an answer") if _sound(outcome.answer) else _no_python("")
    except (ValueError, Unreadable, RecursionError):
        return _no_python("")


def answer_of(fields: dict[str, object]) -> Answer:
    """What this process says of itself. Raises Unreadable."""
    return convert(fields, Answer, "an answer")


def too_old(version: str) -> str:
    """Why a Python of this version is of no use; '' if it is new enough."""
    if numbers(version)[:2] >= LEAST:
        return ""
    return f"Python {'.'.join(version.split('.')[:2])} is too old: {_LEAST} or newer is needed."


def knows_no_isolation(outcome: Outcome) -> bool:
    """Whether it is worth asking again in the way of Python 2."""
    return outcome.how == "ended" and bool(outcome.code) and _TO_OLD_FLAGS.search(outcome.err) is not None


def _text(mark: str) -> str:
    half = len(mark) // 2
    spelled = f"{mark[:half]!a} + {mark[half:]!a}"
    return (
        "import os, sys\n"
        f"mark = {spelled}\n"
        f"if sys.version_info[:2] < {LEAST!r}:\n"  # whatever its syntax was: it only tells its version
        "    old = '%d.%d.%d' % sys.version_info[:3]\n"
        "    os.write(1, (mark + '{\"version\": \"' + old + '\"}' + mark).encode('ascii'))\n"
        "else:\n"
        "    asked = {'__name__': 'question'}\n"
        f"    exec({_source()!a}, asked)\n"
        "    asked['tell'](mark)\n"
    )


def _source() -> str:
    global _read
    if not _read:
        loader = question.__loader__
        source = loader.get_source(question.__name__) if loader is not None else None  # type: ignore[attr-defined]
        if not source:
            raise RuntimeError("Grandstand was installed without its source code, which other Pythons are asked with.")
        _read = source
    return _read


_read = ""


def _sound(text: str) -> bool:
    """Whether it is the answer of a Python: a version that there can be, and if it is new, all that belongs to it."""
    fields: Any = json.loads(text)
    if not isinstance(fields, dict) or not _VERSION.fullmatch(str(fields.get("version"))):
        return False
    wanted = ("implementation", "free_threaded", "gil", "interpreters", "executable", "prefix", "base_prefix", "bits")
    return bool(too_old(fields["version"])) or all(fields.get(key) is not None for key in wanted)


def lasting(outcome: Outcome) -> bool:
    """Whether this says something of the Python, and not of the moment: too little memory, somebody who killed it."""
    if outcome.how == "refused":
        return outcome.number in _OF_THE_FILE
    return (outcome.how != "lost" and outcome.code != -signal.SIGKILL) or outcome.how in ("silent", "flood")


def _why(outcome: Outcome, executable: str, seconds: float) -> str:
    if outcome.how == "silent":
        return f"It was started and did not answer within {seconds:g} s."
    if outcome.how == "flood":
        return "It prints without end and does not answer as Python does."
    if outcome.how == "lost":
        return "It could not be asked: the process that asks was ended from outside. Look again."
    if outcome.how == "refused":
        return _refused(outcome, executable)
    if outcome.code:
        line = _last_line(outcome.err) or _last_line(outcome.out)
        return f"It ended {_ending(outcome.code)}" + (f": {line}" if line else ".")
    if MARK in outcome.err:
        return "It answers on the wrong stream, standard error, where nothing of it is expected."
    return _no_python(_last_line(outcome.out) or _last_line(outcome.err))


def _no_python(line: str) -> str:
    return "It runs, but does not answer as Python does." + (f" It says: {line}" if line else "")


def _ending(code: int) -> str:
    if code > 0:
        return f"with exit code {code}"
    try:
        return f"by {signal.Signals(-code).name}"
    except ValueError:
        return f"by signal {-code}"


def _refused(outcome: Outcome, executable: str) -> str:
    if outcome.number == errno.ENOEXEC:
        return "It is not a program for this system."
    if outcome.number in (errno.EACCES, errno.EPERM):
        return "It must not be run: permission is denied."
    if outcome.number == errno.ENOENT and os.path.exists(executable):
        return _missing_part(executable)
    if outcome.number == errno.ENOENT:
        return "There is no such file any more."
    return f"It could not be started: {one_line(outcome.text).rstrip('.')}."


def _missing_part(executable: str) -> str:
    """The file is there, and yet the system finds nothing to run: what it begins with names what is missing."""
    try:
        with Path(executable).open("rb") as file:
            start = file.read(4_096)
    except OSError:
        start = b""
    if start.startswith(b"#!"):
        program = one_line(start[2:].split(b"\n")[0].decode("utf-8", "replace").strip(), most=200)
        return f"It cannot start: the program that its first line names is missing ({program})."
    if match := _LOADER.search(start):
        return f"It cannot start: it is built for another C library ({match[0].decode('ascii')} is missing)."
    return "It cannot start: something that it needs is missing."


def _last_line(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    return one_line(lines[-1].strip(), most=200) if lines else ""
