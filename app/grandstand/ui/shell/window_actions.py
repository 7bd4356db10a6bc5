"""What can be done on every page, and the toolbar that is made of it. GUI thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grandstand.ui.shell.actions import Action, ActionSpec
from grandstand.ui.shell.page import PageSpec
from grandstand.ui.shell.toolbar import Tool, Toolbar

WINDOW: tuple[ActionSpec, ...] = (
    ActionSpec("start", "Start", "start or stop the run", (), "play", "toggle_run"),
    ActionSpec("picture", "Snapshot", "picture of what is on the screen (S)", (), "snapshot", "take_picture"),
    ActionSpec("snapshot_menu", "Kind of picture…", "Kind of picture", (), "chevron-down", "snapshot_menu"),
    ActionSpec("present", "Present", "present: large letters on the whole screen", ("F", "F11"), "present",
               "toggle_present"),
    ActionSpec("talks", "Talks…", "talks: scenes, made and presented", ("T",), "chevron-down", "edit_talk"),
    ActionSpec("open_recording", "Open recording…", "open a recording", ("Ctrl+O",), "open", "open_recording"),
    ActionSpec("theme", "Light or dark", "light or dark", ("D",), "sun", "toggle_theme"),
    ActionSpec("help", "Keys and words", "keys and words", ("?", "F1"), "help", "show_help"),
    ActionSpec("escape", "Leave", "leave one level: a talk, presenting, a page", ("Escape",), "", "escape"),
    ActionSpec("quit", "Quit", "quit", ("Ctrl+Q",), "", "close"),
)  # fmt: skip


def toolbar_of(pages: Sequence[PageSpec], actions: Mapping[str, Action]) -> Toolbar:
    """Start, the live view's own, the pages in their order, pictures and talks; at the right look and help."""
    left = [Tool(actions["start"], "start", role="primary"), Tool(actions["pause_view"], "pause_view", goes=2)]
    left += [Tool(actions[spec.key], spec.key, goes=10 + spec.order) for spec in pages if spec.key in actions]
    left += [
        Tool(actions["picture"], "snapshot", goes=4),
        Tool(actions["snapshot_menu"], "snapshot_more", words=False, goes=4),
        Tool(actions["present"], "present", goes=5),
        Tool(actions["talks"], "talks", words=False, goes=3),
    ]
    right = [
        Tool(actions["sidebar"], "sidebar_toggle", words=False, goes=1, role="ghost"),
        Tool(actions["theme"], "theme", words=False, goes=1, role="ghost"),
        Tool(actions["help"], "help", words=False, goes=1, role="ghost"),
    ]
    return Toolbar(left, right)
