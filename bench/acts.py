"""What a person does with the window while it is watched: acts, each a moment after the one before. GUI thread.

The acts run off timers of the window itself, so that nothing but the window's own event loop can hold them up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grandstand.engine.clocks import now_ns
from grandstand.talk.scene import AT_ONCE, ON_SPACE
from grandstand.ui.shell.application import Running
from PySide6.QtCore import QObject, QTimer


class Acts(QObject):
    """Plays acts once; ``tell`` hears of each when it is over, and at last of the end."""

    def __init__(self, running: Running, tell: Callable[[dict[str, Any]], None]) -> None:
        super().__init__()
        self._window = running.window
        self._controller = running.controller
        self._tell = tell
        self._left: list[dict[str, Any]] = []

    def play(self, acts: list[dict[str, Any]]) -> None:
        """``acts``: {'act': name, 'after': seconds since the act before, …what the act needs}."""
        self._left = list(acts)
        self._arm()

    def _arm(self) -> None:
        if not self._left:
            self._tell({"event": "played", "t_ns": now_ns()})
            return
        QTimer.singleShot(int(1000 * self._left[0]["after"]), self, self._next)

    def _next(self) -> None:
        act = self._left.pop(0)
        name = act.pop("act")
        act.pop("after")
        began = now_ns()
        getattr(self, f"_{name}")(**act)
        self._tell({"event": "act", "name": name, "t_ns": began, "took_ms": (now_ns() - began) / 1e6})
        self._arm()

    def _start(self) -> None:
        if not self._controller.wanted:
            self._window.toggle_run()

    def _stop(self) -> None:
        if self._controller.wanted:
            self._window.toggle_run()

    def _choose(self, **changes: Any) -> None:
        self._window.wish(**changes)

    def _theme(self) -> None:
        self._window.toggle_theme()

    def _present(self) -> None:
        self._window.toggle_present()

    def _scenes(self) -> None:
        self._window.edit_talk()

    def _scene(self) -> None:
        """A scene of what is on the screen, presented: a run that runs goes on, one that does not stays away."""
        scenes = self._window.talk.edit()
        scenes.add()
        scenes.draft.edit(scenes.at, start=AT_ONCE if self._controller.wanted else ON_SPACE)
        scenes.start_here()

    def _leave(self) -> None:
        """Out of the talk, and the list of scenes closed."""
        talk = self._window.talk
        talk.close()
        talk.edit().hide()

    def _nothing(self) -> None:
        pass
