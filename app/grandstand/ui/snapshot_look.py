"""How pictures are to look: size, theme, ground, format, caption, what is on them; remembered. GUI thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

from grandstand.render.sizes import PRESETS, parse_size
from grandstand.ui.shell.settings import Settings

__all__ = ["FORMATS", "PRESETS", "SCALES", "THEMES", "Look", "parse_size", "remember", "remembered"]

SCALES = (1, 2, 3, 4)
FORMATS = ("png", "svg", "pdf")
THEMES = ("", "dark", "light")


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
