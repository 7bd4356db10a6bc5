"""What all exports share: telling how far they are, and being cancelled. Any thread."""

from __future__ import annotations

from collections.abc import Callable

Hear = Callable[[float], bool]
"""Gets the share done (0 to 1); False cancels."""


class Cancelled(Exception):
    """Somebody does not want it any more; nothing is left of it."""
