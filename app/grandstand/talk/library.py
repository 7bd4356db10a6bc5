"""The talks that ship with the app. Any thread."""

from __future__ import annotations

from grandstand import assets
from grandstand.talk.scene import ClaimIds, Talk
from grandstand.talk.toml import TalkError, parse_talk

STARTER = "threads-or-processes.toml"


def starter(claim_ids: ClaimIds | None = None) -> Talk:
    """'Threads or processes?' Raises TalkError when the installation is broken."""
    try:
        text = assets.read_text(f"talks/{STARTER}")
    except (OSError, UnicodeDecodeError) as problem:
        raise TalkError(STARTER, [f"cannot be read: {problem}; install Grandstand again"]) from problem
    return parse_talk(text, STARTER, claim_ids)
