"""``export``: a recording as pictures, animations, tables or a trace. Main thread."""

from __future__ import annotations

import math
import time
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TimeRemainingColumn

from grandstand.cli.interrupts import interrupts
from grandstand.cli.outputs import to_stdout
from grandstand.cli.terminal import Terminal, bar_words, write_json
from grandstand.export.base import Cancelled, Hear
from grandstand.export.formats import FILM, PICTURE, formats, formats_for
from grandstand.export.targets import inputs_of, wanted
from grandstand.files.places import place
from grandstand.files.targets import check, words
from grandstand.files.writer import write_bytes
from grandstand.journal import library
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording, Unreadable
from grandstand.render.sizes import parse_size

DONE, FAILED, USAGE = 0, 1, 2
_MOST_FRAMES = 20_000


@dataclass(frozen=True)
class ExportRequest:
    """``at``, ``start`` and ``until`` are seconds from the recording's start; None: not given."""

    file: str
    to: str
    output: str
    at: float | None = None
    start: float | None = None
    until: float | None = None
    speed: float = 1.0
    fps: float = 25.0
    size: str = "1280x720"
    theme: str = "dark"
    transparent: bool = False
    caption: bool = True
    json_output: bool = False


def export(request: ExportRequest) -> int:
    """Writes and tells; returns the exit code."""
    console = Terminal(stderr=True)
    began = time.monotonic()
    try:
        with interrupts.deferred():
            made = _export(request, console)
    except (Unreadable, ValueError) as problem:
        name = f"{request.file}: " if isinstance(problem, Unreadable) else ""
        console.refuse("Cannot export:", name + str(problem))
        return FAILED if isinstance(problem, Unreadable) else USAGE
    except Cancelled:
        console.tell("Interrupted: nothing was written.")
        return interrupts.code
    except OSError as problem:
        if to_stdout(request.output):
            return DONE  # streams.py tells, for everything that did not get through
        text = f"Cannot write {request.output}: {words(problem)} The recording is as it was."
        console.say(text)
        return FAILED
    except RuntimeError as problem:
        console.say(f"Cannot write {request.output}: {problem}")
        return FAILED
    if request.json_output:
        made = {"schema": 1, "kind": "export", "format": request.to, "output": request.output, **made}
        write_json({**made, "seconds": round(time.monotonic() - began, 3)}, indent=None)
    if not to_stdout(request.output):
        console.say(f"Written to {request.output}")
    return DONE


def _export(request: ExportRequest, console: Terminal) -> dict[str, Any]:
    kind = formats().get(request.to)
    if kind is None:
        raise ValueError(f"--to: there is no format '{request.to}'. Choose from: {', '.join(formats())}.")
    drawn = kind.kind in (PICTURE, FILM)
    if drawn and request.theme not in ("dark", "light"):
        raise ValueError(f"--theme must be dark or light; {request.theme} is not.")
    if not 0.001 <= request.speed <= 100 or not 1 <= request.fps <= 60:  # also catches NaN
        raise ValueError("--speed must be 0.001 to 100, --fps 1 to 60.")
    for seconds, option in ((request.at, "--at"), (request.start, "--from"), (request.until, "--until")):
        if seconds is not None and not 0 <= seconds < math.inf:
            raise ValueError(f"{option} expects seconds from the recording's start, 0 or more; {seconds:g} is not.")
    if request.json_output and to_stdout(request.output):
        raise ValueError("--json and --output both go to standard output. Give --output a file.")
    file = library.find(request.file)
    check([wanted("--output", request.output, kind)], inputs_of(place(str(file))))
    output = place(request.output)
    recording = Recording.open(file)
    if kind.key not in formats_for(recording):
        recording.close()
        others = ", ".join(formats_for(recording))
        raise ValueError(f"--to {kind.key}: this is the recording of a watched program. Choose from: {others}.")
    if recording.skipped:
        console.tell(recording.skipped)
    try:
        if drawn:
            return _drawn(request, kind.kind == PICTURE, recording, output, console)
        with _Bar(console, request.to) as hear:
            return {kind.counted: kind.writer()(recording, output, hear)}
    finally:
        recording.close()


def _reach(player: Player) -> None:
    """Plays up to where it was sought to. Raises Cancelled."""
    while not player.work(0.1):
        if interrupts.asked:
            raise Cancelled


def _drawn(
    request: ExportRequest, still: bool, recording: Recording, output: Path, console: Terminal
) -> dict[str, Any]:
    from grandstand.cli.screen import without_a_screen

    missing = without_a_screen()
    if missing:
        raise RuntimeError(missing)
    from grandstand.ui.export_frames import Film, colors, frames
    from grandstand.ui.pictures import quiet
    from grandstand.ui.shell.application import make_application
    from grandstand.ui.studio import Studio
    from grandstand.ui.theme.manager import theme_manager

    size = parse_size(request.size)
    length = (recording.end_ns - recording.start_ns) / 1e9
    with quiet():
        make_application()
        theme_manager().set_theme(request.theme)
        player = Player(recording)
        if still:
            player.seek(recording.start_ns + _ns(request.at, length, length, "--at"))
            _reach(player)
            studio = Studio(player, size, request.theme, with_caption=request.caption, transparent=request.transparent)
            studio.still(player.t_ns)
            write_bytes(output, studio.packed(request.to))
            studio.close()
            return {"width": size[0], "height": size[1], "at": (player.t_ns - player.start_ns) / 1e9}
        start, end = _ns(request.start, 0.0, length, "--from"), _ns(request.until, length, length, "--until")
        if end <= start:
            raise ValueError("--until must be after --from.")
        film = Film(start, end, request.speed, request.fps, size, request.theme)
        if film.frames > _MOST_FRAMES:
            raise ValueError(f"That would be {film.frames:,} frames; {_MOST_FRAMES:,} are the most. Raise --speed.")
        from grandstand.export.animation import write_gif, write_mp4

        write = partial(write_gif, colors=colors(film.theme)) if request.to == "gif" else write_mp4
        with _Bar(console, request.to) as hear:
            return {"frames": write(output, frames(player, film), film.fps, film.frames, hear)}


def _ns(given: float | None, otherwise: float, length: float, option: str) -> int:
    seconds = otherwise if given is None else given
    if not 0 <= seconds <= length + 1e-9:
        raise ValueError(f"{option} {seconds:g} lies outside the recording, which lasts {length:.1f} s.")
    return round(seconds * 1e9)


class _Bar:
    """A progress bar on a terminal, silent elsewhere; used as a context it gives what hears of the progress."""

    def __init__(self, console: Terminal, words: str) -> None:
        self._bar = Progress(
            bar_words("{task.description}"), BarColumn(), bar_words("{task.percentage:>3.0f} %"),
            TimeRemainingColumn(), console=console, transient=True,
        ) if console.drawn_live else None  # fmt: skip
        self._task = self._bar.add_task(words, total=1.0) if self._bar is not None else None

    def __enter__(self) -> Hear:
        (self._bar or nullcontext()).__enter__()
        return self._hear

    def __exit__(self, *error: Any) -> None:
        if self._bar is not None:
            self._bar.__exit__(*error)

    def _hear(self, share: float) -> bool:
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=share)
        return not interrupts.asked
