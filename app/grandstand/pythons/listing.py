"""One list out of what was found and heard: records, which of them are the same, and their order. Any thread."""

from __future__ import annotations

import contextlib
import os
import stat as modes
import sys
from dataclasses import replace

from grandstand.plain import one_line
from grandstand.pythons import interview, memory, question
from grandstand.pythons.interview import Answer
from grandstand.pythons.places import Candidate, environment_of
from grandstand.pythons.record import Python


def file_key(path: str) -> tuple[str, str]:
    if "\0" in path:  # no file can have this name
        return path, ""
    return os.path.realpath(path), os.path.realpath(environment) if (environment := environment_of(path)) else ""


def own_record() -> Python:
    """The one that runs this, without asking anybody."""
    answer = interview.answer_of(question.answer())
    stamp: memory.Stamp = ()
    with contextlib.suppress(OSError):
        stamp = memory.stamp(sys.executable)
    one = record(Candidate(sys.executable, "own"), stamp, answer)
    return replace(one, own=True, usable=True, reason="")


def at_first_sight(path: str) -> tuple[str, memory.Stamp]:
    """Why this cannot be started, as far as a look at the file tells, '' if it may be; and the file's stamp."""
    try:
        stamp = memory.stamp(path)
        return _of_this_kind(path, os.stat(path).st_mode), stamp
    except FileNotFoundError:
        if os.path.islink(path):
            return f"It is a link to {one_line(os.readlink(path), most=300)}, which is not there.", ()
        return "There is no such file.", ()
    except (OSError, ValueError) as problem:  # ValueError: a name with a NUL in it
        return f"It cannot be looked at: {one_line(getattr(problem, 'strerror', None) or problem).lower()}.", ()


def _of_this_kind(path: str, mode: int) -> str:
    if modes.S_ISDIR(mode):
        return "It is a folder in which no Python was found."
    if not modes.S_ISREG(mode):
        return "It is not a file that can be run."
    if not os.access(path, os.X_OK):
        return "It is not marked as executable (chmod +x would do that)."
    return ""


def flagged(one: Candidate) -> Python:
    return Python(one.path, source=one.source, project=one.project, added=one.added)


def record(one: Candidate, stamp: memory.Stamp, answer: Answer | str) -> Python:
    base = replace(flagged(one), stamp=stamp)
    if isinstance(answer, str):
        return replace(base, usable=False, reason=answer)
    conda = answer.prefix if answer.prefix and os.path.isdir(os.path.join(answer.prefix, "conda-meta")) else ""
    reason = interview.too_old(answer.version)
    return replace(
        base, version=answer.version, implementation=one_line(answer.implementation),
        free_threaded=answer.free_threaded, gil=answer.gil, interpreters=answer.interpreters,
        prefix=answer.prefix, base_prefix=answer.base_prefix, base_executable=answer.base_executable,
        environment=answer.prefix if answer.prefix != answer.base_prefix else conda,
        bits=answer.bits, libc=one_line(answer.libc), abi=answer.abi, build=answer.build,
        lacks=tuple(map(one_line, answer.lacks)), usable=not reason, reason=reason,
    )  # fmt: skip


def identity(one: Python) -> object:
    """What two paths have in common that lead to the same Python. An environment is another one than its base."""
    if not one.prefix:
        return file_key(one.executable)
    prefix = os.path.realpath(one.prefix)
    if one.environment:
        return prefix
    return prefix, one.implementation, one.build, one.abi, one.bits


def both(one: Candidate, other: Candidate) -> Candidate:
    return replace(one, project=one.project or other.project, added=one.added or other.added)


def merged(one: Python, other: Python) -> Python:
    """``one``, with what is known of the same Python from elsewhere."""
    return replace(one, project=one.project or other.project, added=one.added or other.added)


def place_in_list(one: Python) -> tuple[object, ...]:
    newest_first = tuple(-number for number in one.numbers)
    return (
        not one.own, not one.usable, not one.project, bool(one.environment), one.implementation != "CPython",
        newest_first, bool(one.free_threaded), one.executable,
    )  # fmt: skip
