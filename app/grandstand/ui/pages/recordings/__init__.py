"""The Recordings page: what was recorded, and a recording that plays, or two side by side."""

from grandstand.ui.shell.actions import ActionSpec
from grandstand.ui.shell.page import PageSpec

PAGE = PageSpec(
    "recordings", "Recordings", "Recordings", "grandstand.ui.pages.recordings.page:RecordingsPage", ("R",),
    "record", 40,
    (
        ActionSpec("recordings_space", "Play", "play or pause", ("Space",), "", "space"),
        ActionSpec("recordings_enter", "Open", "open the chosen recording", ("Return", "Enter"), "", "enter"),
        ActionSpec("recordings_up", "Up", "choose a recording, or change the speed", ("Up",), "", "step", (-1,), True,
                   group="choose"),
        ActionSpec("recordings_down", "Down", "", ("Down",), "", "step", (1,), True, group="choose"),
        ActionSpec("recordings_snapshot", "Snapshot", "a picture of what is replayed", ("S",), "", "snapshot"),
        ActionSpec("recordings_copy", "Copy picture", "copy the picture only", ("Ctrl+C",), "", "copy"),
    ),
)  # fmt: skip
