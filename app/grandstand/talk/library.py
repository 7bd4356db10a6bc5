"""The talks that ship with the app. Any thread."""

from __future__ import annotations

from grandstand.assets import RESOURCES
from grandstand.talk.scene import Talk
from grandstand.talk.toml import read_talk

TALKS_DIR = RESOURCES / "talks"
STARTER = TALKS_DIR / "threads-or-processes.toml"


def starter() -> Talk:
    """'Threads or processes?' Raises TalkError when the installation is broken."""
    return read_talk(STARTER)
