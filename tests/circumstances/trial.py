"""One command in one circumstance: how it is run, and what must be right then."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.circumstances.circumstance import Circumstance, anybodys_python, filled
from tests.circumstances.commands import COMMANDS, PATIENCE_S, Place, bare
from tests.circumstances.the_list import CIRCUMSTANCES, PENDING

MARK = "GRANDSTAND_TEST_MARK"
TRACEBACK = re.compile(r"Traceback \(most recent call last\)|Error in sys\.excepthook|Fatal Python error|core dumped")


def pairs(*commands: str) -> list[Any]:
    """Parameters for ``check``: every circumstance with each of these commands that it concerns."""
    return [
        pytest.param(
            circumstance, command, id=f"{circumstance.name}: {command}",
            marks=[pytest.mark.xfail(strict=False)] if (circumstance.name, command) in PENDING else [],
        )
        for circumstance in CIRCUMSTANCES
        for command in circumstance.commands
        if command in commands
    ]  # fmt: skip


def check(circumstance: Circumstance, command: str, place: Place) -> None:
    """Runs it and looks at everything that must be right."""
    if why := circumstance.why_not():
        pytest.skip(why)
    if circumstance.folder is not None:
        circumstance.folder(place)
    work_before = sorted(place.work.rglob("*"))
    mark = uuid.uuid4().hex
    code, stdout, stderr, pid = run(circumstance, command, place, mark)
    said = f"exit code {code}\n{stdout[-3000:]}\n{stderr[-3000:]}"
    assert code in circumstance.codes.get(command, (0,)), said
    assert not TRACEBACK.search(stdout + stderr), said
    told = (place.out / "window.json").read_text() if (place.out / "window.json").exists() else ""
    assert re.search(circumstance.says.get(command, ""), re.sub(r"\s+", " ", stdout + stderr + told)), said + told
    if circumstance.silent:
        assert not re.search(circumstance.silent, stdout + stderr), said
    if command not in circumstance.fruitless:
        COMMANDS[command].check(place, stdout)
    assert nothing_left(mark, pid, place) == []
    assert sorted(place.work.rglob("*")) == work_before


def run(circumstance: Circumstance, command: str, place: Place, mark: str) -> tuple[int, str, str, int]:
    """Exit code, what was printed, and the process's number."""
    python, more = (anybodys_python() or (sys.executable, {})) if circumstance.anybody else (sys.executable, {})
    environment = {} if circumstance.empty else bare(place)
    environment |= more
    for name, value in circumstance.environment.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = filled(value, place)
    environment[MARK] = mark
    arguments = [
        *(filled(word, place) for word in circumstance.before), python, *circumstance.python,
        *COMMANDS[command].arguments(place), *(filled(word, place) for word in circumstance.more.get(command, ())),
    ]  # fmt: skip
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(open(circumstance.stdout, "w")) if circumstance.stdout else subprocess.PIPE
        process = subprocess.Popen(
            arguments, cwd=filled(circumstance.inside, place), env=environment, stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.PIPE, start_new_session=True,
            preexec_fn=lambda: settle(circumstance),
        )  # fmt: skip
        try:
            if circumstance.reader_leaves:
                assert process.stdout is not None
                process.stdout.close()
                process.stdout = None
            if circumstance.then is not None:
                wait_for_others(process, mark, 2 if command == "claims" else 4)
                process.send_signal(circumstance.then)
            stdout, stderr = process.communicate(timeout=PATIENCE_S)
        finally:
            for other in marked(mark):
                if process.returncode is None:
                    with contextlib.suppress(psutil.Error):
                        other.kill()
            process.wait()
    return process.returncode, (stdout or b"").decode(errors="replace"), stderr.decode(errors="replace"), process.pid


def settle(circumstance: Circumstance) -> None:
    """In the new process, before the command line begins."""
    for number in (signal.SIGINT, signal.SIGHUP):  # in the background of a shell they may be ignored
        signal.signal(number, signal.SIG_DFL)
    for number in circumstance.ignored:
        signal.signal(number, signal.SIG_IGN)
    for name, limit in circumstance.limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (limit, limit))
    for number in circumstance.closed:
        os.close(number)


def wait_for_others(process: subprocess.Popen[bytes], mark: str, count: int) -> None:
    """Until it is one of so many processes, helpers and workers; with workers a moment longer."""
    until = time.monotonic() + PATIENCE_S
    while len(marked(mark)) < count and process.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.5 if count > 2 else 0.0)


def marked(mark: str) -> list[psutil.Process]:
    """The processes of a command, also those that have left its family."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def words_of(process: psutil.Process) -> str:
    """The beginning of its command line; that it is ending, when it is."""
    try:
        return " ".join(process.cmdline()[:6])
    except psutil.Error:
        return "(ending)"


def nothing_left(mark: str, pid: int, place: Place, patience_s: float = 8.0) -> list[str]:
    """What is still there after some time, in words: processes, temporary files, semaphores."""
    until = time.monotonic() + patience_s
    while True:
        left = [f"process {process.pid}: {words_of(process)}" for process in marked(mark)]
        left += [str(path) for path in place.temporary.rglob("*")]
        for folder in ("/tmp", "/var/tmp", "/dev/shm"):
            left += [str(path) for path in Path(folder).glob(f"grandstand-{pid}-*")]
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.1)
