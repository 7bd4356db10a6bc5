"""Tints: one color painted thinly on another. Pure functions, no Qt; any thread."""

from __future__ import annotations

Triple = tuple[float, float, float]


def rgb(color: str) -> Triple:
    """The sRGB channels of '#rrggbb', each 0 to 1."""
    return int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255


def mix(under: str, over: str, share: float) -> str:
    """What `over`, painted with opacity `share` on `under`, looks like: blended in sRGB, as Qt paints."""
    channels = (u + (o - u) * share for u, o in zip(rgb(under), rgb(over), strict=True))
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, c))):02x}" for c in channels)
