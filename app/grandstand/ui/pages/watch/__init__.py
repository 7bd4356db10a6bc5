"""The Watch page: any running Python program of this user, its threads and GILs live, without a change to it."""

from grandstand.ui.shell.actions import ActionSpec
from grandstand.ui.shell.page import PageSpec

PAGE = PageSpec(
    "watch", "Watch", "Watch a Python program that is running", "grandstand.ui.pages.watch.page:WatchPage", ("W",),
    "watch", 27,
    (
        ActionSpec("watch_press", "Press", "press the chosen button", ("Space",), "", "press_focused"),
        ActionSpec("watch_enter", "Watch", "watch the chosen program", ("Return", "Enter"), "", "enter"),
        ActionSpec("watch_up", "Program above", "choose a program", ("Up",), "", "choose", (-1,), True,
                   group="watch_choose"),
        ActionSpec("watch_down", "Program below", "", ("Down",), "", "choose", (1,), True, group="watch_choose"),
        ActionSpec("watch_pause", "Pause view", "freeze the picture, or go live again", ("P",), "", "toggle_live"),
        ActionSpec("watch_snapshot", "Snapshot", "a picture of what is shown", ("S",), "", "snapshot"),
        ActionSpec("watch_copy", "Copy picture", "copy the picture only", ("Ctrl+C",), "", "copy"),
        ActionSpec("watch_save", "Save…", "save a report, all figures or a picture", ("Ctrl+S",), "", "ask_save"),
    ),
)  # fmt: skip
