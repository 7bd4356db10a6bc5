"""How large pictures may be, and what the sizes for slides are called. Any thread; no Qt."""

from __future__ import annotations

PRESETS: dict[str, tuple[int, int]] = {
    "1920x1080": (1920, 1080),
    "3840x2160": (3840, 2160),
    "square": (2160, 2160),
    "slide-half": (1920, 2160),
}
"""Width and height in pixels by name; ``slide-half`` is half of a 16:9 slide, twice as fine."""
SMALLEST, LARGEST = 320, 8192


def parse_size(text: str) -> tuple[int, int]:
    """'square' or '1280x720'. Raises ValueError, saying what there is."""
    if text in PRESETS:
        return PRESETS[text]
    width, x, height = text.partition("x")
    if x and width.isdigit() and height.isdigit():
        size = int(width), int(height)
        if all(SMALLEST <= side <= LARGEST for side in size):
            return size
    names = ", ".join(PRESETS)
    raise ValueError(f"'{text}' is not a size: choose {names}, or WIDTHxHEIGHT from {SMALLEST} to {LARGEST}.")
