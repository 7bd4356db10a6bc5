"""Pictures that Qt draws without any screen. Main thread; Qt is looked over before it is touched."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from grandstand.cli.preflight import find_problems

if TYPE_CHECKING:
    from grandstand.control.controller import Controller


def write_snapshot(controller: Controller, path: Path, theme: str, size: str = "", transparent: bool = False) -> None:
    """A picture of the window for what ``controller`` has measured. Raises OSError; Unwritable where Qt cannot draw.

    Drawn by Qt without any screen, so it works where no window can be opened.
    """
    from grandstand.cli.outputs import Unwritable
    from grandstand.files.writer import write_bytes

    missing = without_a_screen()
    if missing:
        raise Unwritable(missing)
    from grandstand.ui.pictures import session_picture

    write_bytes(path, session_picture(controller, path.suffix.lower()[1:], theme, size, transparent))


def without_a_screen() -> str:
    """Has Qt draw without any screen; returns why it cannot, or ''."""
    if "PySide6" not in sys.modules:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    missing = [p for p in find_problems(environ={"QT_QPA_PLATFORM": "offscreen"}) if p.fatal]
    return f"No picture: {missing[0].message} {missing[0].remedy}" if missing else ""
