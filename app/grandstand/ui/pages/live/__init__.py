"""The live page: what runs now, in lanes and charts, with the controls at its left and the sentence under it."""

from grandstand.modes import keys as mode_keys
from grandstand.ui.shell.actions import ActionSpec
from grandstand.ui.shell.page import PageSpec

_MODES = tuple(
    ActionSpec(f"mode_{n}", f"Mode {n}", "choose the mode", (str(n),), "", "choose_mode", (n,), group="mode")
    for n in range(1, len(mode_keys()) + 1)
)

PAGE = PageSpec(
    "live", "Live", "The run's charts", "grandstand.ui.pages.live.page:LivePage", (), "lanes", 0,
    (
        ActionSpec("space", "Start or stop", "start or stop the run", ("Space",), "", "space"),
        *_MODES,
        ActionSpec("more_workers", "Add a worker", "add or remove a worker", ("Up",), "", "more_workers", (1,),
                   repeats=True, group="workers"),
        ActionSpec("fewer_workers", "Remove a worker", "", ("Down",), "", "more_workers", (-1,),
                   repeats=True, group="workers"),
        ActionSpec("pause_view", "Pause view", "freeze lanes and microscope, or go live again", ("P",), "pause",
                   "toggle_live", checkable=True),
        ActionSpec("sidebar", "Controls", "show or hide the controls beside the charts", ("Ctrl+B",),
                   "sidebar", "toggle_sidebar", checkable=True),
        ActionSpec("watch_gil", "Who holds the GIL", "show or hide who holds the GIL", ("G",), "", "watch_gil"),
        ActionSpec("note", "Mark this moment", "a marker in the recording, now", ("M",), "", "note"),
        ActionSpec("snapshot", "Snapshot", "a picture: a file and the clipboard", ("S",), "snapshot", "snapshot"),
        ActionSpec("copy", "Copy picture", "copy the picture only", ("Ctrl+C",), "", "copy"),
    ),
)  # fmt: skip
