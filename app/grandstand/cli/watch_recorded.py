"""``watch --record`` and ``watch --open``: what was seen of a program, kept in a file and told again. Main thread."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grandstand import plain
from grandstand.cli.interrupts import interrupts
from grandstand.cli.watched import WatchRequest, tell
from grandstand.files.places import place
from grandstand.observe.machine import machine
from grandstand.watch.program import Program

if TYPE_CHECKING:
    from grandstand.cli.terminal import Terminal
    from grandstand.journal.watch_recorder import WatchRecorder

Hear = Callable[[list[Any]], None]
_PATIENCE_S = 5.0
DONE, FAILED = 0, 1


class NotRecorded(Exception):
    """The recording cannot begin; the text says why."""


@contextmanager
def hearing(program: Program, request: WatchRequest) -> Iterator[tuple[Hear, WatchRecorder | None]]:
    """Use ``with``: what is to hear the observer, and the recorder where there is to be one. Raises NotRecorded."""
    if not request.record:
        yield program.apply, None
        return
    title = " ".join(request.command) or f"process {request.pid}"
    # Signals are for this thread alone: a launched program is to have some of them. Numpy starts threads of its own.
    masked = _masked(True, ())
    try:
        from grandstand.journal.watch_recorder import WatchRecorder

        recorder = WatchRecorder.start(place(request.record), plain.one_line(title), machine(), window=False)
    finally:
        _masked(False, masked)

    def hear(events: list[Any]) -> None:
        program.apply(events)
        recorder.hear(events)

    try:
        if not recorder.wait_until_open(_PATIENCE_S):
            raise NotRecorded(f"--record: {recorder.problem or 'the disk does not answer.'}")
        yield hear, recorder
        if request.pid and program.everything:
            recorder.rename(program.everything[0].title)
    finally:
        recorder.close()


def _masked(on: bool, before: Iterable[Any]) -> Iterable[Any]:
    """Blocks all signals in this thread, or brings back those that were blocked ``before``; Linux and macOS."""
    if not hasattr(signal, "pthread_sigmask"):
        return ()
    if on:
        return signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return ()


def told(recorder: WatchRecorder | None, request: WatchRequest, console: Terminal) -> bool:
    """Says what has become of the recording; False where something of it is missing."""
    if recorder is None:
        return True
    recorder.close()
    if recorder.problem:
        console.tell(recorder.problem)
        return False
    if Path(request.record).exists():
        console.say(f"Recorded in {request.record}")
    return True


def read_by(request: WatchRequest) -> list[tuple[str, Path]]:
    """What must not be written over. Raises ValueError where it is not clear which recording is meant."""
    from grandstand.export.targets import inputs_of
    from grandstand.journal import library

    return inputs_of(place(str(library.find(request.opened))))


def open_recorded(request: WatchRequest, console: Terminal) -> int:
    """What a recording says of a program, as if it had just been watched."""
    from grandstand.journal import library
    from grandstand.journal.reader import Recording, Unreadable
    from grandstand.watch.replay import Replay

    try:
        with interrupts.deferred():
            recording = Recording.open(library.find(request.opened))
            try:
                if recording.skipped:
                    console.tell(recording.skipped)
                replay = Replay(recording)
                if not replay.to_the_end(lambda share: not interrupts.asked):
                    return interrupts.code
            finally:
                recording.close()
    except (Unreadable, ValueError) as problem:
        console.refuse("Cannot open:", f"{request.opened}: {problem}")
        return FAILED
    with interrupts.kept():
        well = tell(replay.program, request, console, "", made_on=recording.machine)
    return DONE if well else FAILED
