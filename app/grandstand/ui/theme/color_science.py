"""Color mathematics: contrast, difference, and how color-blind eyes see a color.

Role: proves the themes legible (in the tests) and mixes tints (in the widgets). Pure functions, no Qt; any
thread.

Sources:
- contrast ratio and relative luminance: WCAG 2.2, success criteria 1.4.3 (text, 4.5:1) and 1.4.11 (graphics,
  3:1);
- color vision deficiency: Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of
  Color Vision Deficiency", IEEE TVCG 15(6), 2009, doi:10.1109/TVCG.2009.113, matrices of severity 1.0, in
  linear RGB;
- difference: CIEDE2000 as in Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula: Implementation
  Notes, Supplementary Test Data, and Mathematical Observations", Color Research & Application 30(1), 2005.
"""

from __future__ import annotations

from math import atan2, cos, degrees, exp, hypot, radians, sin, sqrt

Triple = tuple[float, float, float]

#: Machado et al. 2009, severity 1.0; rows give red, green and blue as the eye in question sees them.
DEFICIENCIES: dict[str, tuple[Triple, Triple, Triple]] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}

_D65: Triple = (0.95047, 1.0, 1.08883)


def rgb(color: str) -> Triple:
    """The sRGB channels of '#rrggbb', each 0 to 1."""
    return int(color[1:3], 16) / 255, int(color[3:5], 16) / 255, int(color[5:7], 16) / 255


def hex_of(channels: Triple) -> str:
    """'#rrggbb' of sRGB channels; values outside 0 to 1 are clipped."""
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, c))):02x}" for c in channels)


def linear(color: str) -> Triple:
    """The linear-light channels of '#rrggbb' (IEC 61966-2-1)."""
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb(color))
    return red, green, blue


def luminance(color: str) -> float:
    """Relative luminance, 0 (black) to 1 (white), as WCAG defines it."""
    red, green, blue = linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix(under: str, over: str, share: float) -> str:
    """What `over`, painted with opacity `share` on `under`, looks like: blended in sRGB, as Qt paints."""
    red, green, blue = (u + (o - u) * share for u, o in zip(rgb(under), rgb(over), strict=True))
    return hex_of((red, green, blue))


def simulate(color: str, deficiency: str) -> str:
    """`color` as an eye with a deficiency (a key of DEFICIENCIES) sees it."""
    channels = linear(color)
    seen = []
    for row in DEFICIENCIES[deficiency]:
        value = min(1.0, max(0.0, sum(weight * channel for weight, channel in zip(row, channels, strict=True))))
        seen.append(12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055)
    return hex_of((seen[0], seen[1], seen[2]))


def lab(color: str) -> Triple:
    """CIE L*a*b* under D65."""
    red, green, blue = linear(color)
    xyz = (
        0.4124564 * red + 0.3575761 * green + 0.1804375 * blue,
        0.2126729 * red + 0.7151522 * green + 0.0721750 * blue,
        0.0193339 * red + 0.1191920 * green + 0.9503041 * blue,
    )
    fx, fy, fz = (
        ratio ** (1 / 3) if ratio > 216 / 24389 else (24389 / 27 * ratio + 16) / 116
        for ratio in (value / white for value, white in zip(xyz, _D65, strict=True))
    )
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def difference(one: str, other: str) -> float:
    """CIEDE2000 between two colors; about 1 is the least an eye tells apart in large adjoining patches."""
    return ciede2000(lab(one), lab(other))


def ciede2000(one: Triple, other: Triple) -> float:
    """CIEDE2000 between two CIE L*a*b* colors (kL = kC = kH = 1), Sharma et al. 2005, equations 2 to 22."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_c7 = ((hypot(a1, b1) + hypot(a2, b2)) / 2) ** 7
    g = 0.5 * (1 - sqrt(mean_c7 / (mean_c7 + 25**7)))
    c1, c2 = hypot((1 + g) * a1, b1), hypot((1 + g) * a2, b2)
    h1 = degrees(atan2(b1, (1 + g) * a1)) % 360 if c1 else 0.0
    h2 = degrees(atan2(b2, (1 + g) * a2)) % 360 if c2 else 0.0

    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    dl, dc, dh = l2 - l1, c2 - c1, 2 * sqrt(c1 * c2) * sin(radians(turn / 2))

    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    mean_h = h1 + h2 if c1 * c2 == 0 else (h1 + turn / 2) % 360
    t = (
        1
        - 0.17 * cos(radians(mean_h - 30))
        + 0.24 * cos(radians(2 * mean_h))
        + 0.32 * cos(radians(3 * mean_h + 6))
        - 0.20 * cos(radians(4 * mean_h - 63))
    )
    sl = 1 + 0.015 * (mean_l - 50) ** 2 / sqrt(20 + (mean_l - 50) ** 2)
    sc, sh = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    rotation = -2 * sqrt(mean_c**7 / (mean_c**7 + 25**7)) * sin(radians(60 * exp(-(((mean_h - 275) / 25) ** 2))))
    return sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rotation * (dc / sc) * (dh / sh))
