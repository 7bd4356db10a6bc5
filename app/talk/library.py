"""The talks that ship with the app. Any thread."""

from __future__ import annotations

from pathlib import Path

from app.talk.scene import Talk
from app.talk.toml import read_talk

TALKS_DIR = Path(__file__).resolve().parents[2] / "resources" / "talks"
STARTER = TALKS_DIR / "threads-or-processes.toml"


def starter() -> Talk:
    """'Threads or processes?' Raises TalkError when the installation is broken."""
    return read_talk(STARTER)
