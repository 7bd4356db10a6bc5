"""Whether a free-threaded Python has turned its GIL on again: the import of a module does that which does not declare
that it can run without. One object a process; any of its threads asks.
"""

import re
import sys
import warnings
from typing import Any

_NAMED = re.compile(r"\(GIL\) has been enabled to load module '([^']{1,200})'")


class GilWatch:
    """``module``: whose import it was, '' where Python did not say."""

    def __init__(self) -> None:
        self.module = ""
        self._enabled: Any = getattr(sys, "_is_gil_enabled", None)
        self.off = self._enabled is not None and not self._enabled()
        if self.off:
            self._show = warnings.showwarning
            warnings.showwarning = self._listen

    def came_on(self) -> bool:
        """Once, when it has come on since. Cheap enough for every message."""
        if self.off and self._enabled():
            self.off = False
            return True
        return False

    def _listen(self, message: Any, *rest: Any, **named: Any) -> None:
        match = _NAMED.search(str(message))
        if match is not None:
            self.module = match.group(1)
        self._show(message, *rest, **named)
