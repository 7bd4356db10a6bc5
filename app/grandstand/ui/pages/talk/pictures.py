"""Pictures of a talk: each scene as an audience sees it, after its run has lasted some seconds. GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from grandstand.talk.library import starter
from grandstand.talk.scene import Talk
from grandstand.ui.shell.window import MainWindow

RUN_S = 6.0


def scenes(
    window: MainWindow, wait: Callable[[float], object], talk: Talk | None = None, seconds: float = RUN_S
) -> Iterator[str]:
    """Brings one scene after the other onto the screen and yields its name, once it has run for ``seconds``.

    ``wait`` lets the event loop run for so many seconds. Afterwards the talk is left.
    """
    shown = window.talk
    talk = talk or starter()
    if not shown.open(talk):
        return
    for at in range(len(talk.scenes)):
        if at:
            shown.go(at)
        if not window.controller.wanted and not talk.scenes[at].claim:
            wait(0.3)
            window.toggle_run()
        wait(seconds)
        yield f"scene_{at + 1:02d}"
    shown.close()
