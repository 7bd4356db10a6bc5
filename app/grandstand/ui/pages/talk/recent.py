"""Which talks were opened last: paths in the settings, newest first. GUI thread."""

from __future__ import annotations

import json
from pathlib import Path

from grandstand.ui.shell.settings import Settings

MOST = 8
_KEY = "talk/recent"


def recent(settings: Settings) -> list[Path]:
    """Those that are still there."""
    texts = settings.parsed(_KEY, list[str], [])
    return [path for path in map(Path, texts[:MOST]) if path.is_file()]


def remember(settings: Settings, path: Path) -> None:
    path = path.absolute()
    paths = [path, *(other for other in recent(settings) if other != path)]
    settings.put(_KEY, json.dumps([str(p) for p in paths[:MOST]]))
