"""How pictures are to look: size, theme, ground, format, caption, what is on them; remembered. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

from grandstand.ui.shell.settings import Settings

SCALES = (1, 2, 3, 4)
FORMATS = ("png", "svg", "pdf")
THEMES = ("", "dark", "light")
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
    raise ValueError(f"'{text}' is no size: choose {names}, or WIDTHxHEIGHT from {SMALLEST} to {LARGEST}.")


@dataclass(frozen=True)
class Look:
    """``size`` names a preset, '' is the window's own, ``scale`` times as fine; ``theme`` '' is the window's own.

    ``what``: "all", a panel's key, or "each": every panel in a file of its own.
    """

    format: str = "png"
    size: str = ""
    scale: int = 2
    theme: str = ""
    transparent: bool = False
    caption: bool = True
    what: str = "all"

    @property
    def from_window(self) -> bool:
        """Whether the window's own charts are what is painted; else they are laid out anew (studio.py)."""
        return not (self.size or self.theme or self.transparent) and self.format != "pdf" and self.what != "each"


def remembered(settings: Settings) -> Look:
    """What was chosen last, as far as it can still be."""
    chosen = Look(
        settings.text("snapshot/format", "png"),
        settings.text("snapshot/size", ""),
        int(min(4, max(1, settings.number("snapshot/scale", 2)))),
        settings.text("snapshot/theme", ""),
        settings.text("snapshot/transparent", "no") == "yes",
        settings.text("snapshot/caption", "yes") != "no",
    )
    if chosen.format not in FORMATS:
        chosen = replace(chosen, format="png")
    if chosen.size not in PRESETS:
        chosen = replace(chosen, size="")
    return chosen if chosen.theme in THEMES else replace(chosen, theme="")


def remember(settings: Settings, look: Look) -> None:
    """What is pictured is not remembered: who pictured one panel last week wants all of them today."""
    settings.put("snapshot/format", look.format)
    settings.put("snapshot/size", look.size)
    settings.put("snapshot/scale", look.scale)
    settings.put("snapshot/theme", look.theme)
    settings.put("snapshot/transparent", "yes" if look.transparent else "no")
    settings.put("snapshot/caption", "yes" if look.caption else "no")
