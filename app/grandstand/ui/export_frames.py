"""The frames of a replay, for an animation. GUI thread, since charts are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from grandstand.journal.player import Player
from grandstand.ui.studio import Studio
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.theme.mixing import mix, rgb
from grandstand.ui.theme.tokens import load_theme


@dataclass(frozen=True)
class Film:
    """``start`` to ``end`` (ns from the recording's start) at ``speed`` recorded seconds a second."""

    start: int
    end: int
    speed: float = 1.0
    fps: float = 25.0
    size: tuple[int, int] = (1280, 720)
    theme: str = ""

    @property
    def frames(self) -> int:
        return max(1, round((self.end - self.start) / 1e9 / self.speed * self.fps))


def frames(player: Player, film: Film) -> Iterator[npt.NDArray[np.uint8]]:
    """[height, width, 3] arrays. Raises Unreadable."""
    studio = Studio(player, film.size, film.theme)
    try:
        for i in range(film.frames):
            player.seek(player.start_ns + film.start + round(i * 1e9 * film.speed / film.fps))
            while not player.work(0.05):
                pass
            studio.still(player.t_ns)
            yield pixels(studio.image())
    finally:
        studio.close()


def colors(theme: str) -> list[tuple[int, int, int]]:
    """What may come up in pictures of ``theme`` ('': the window's): lines and areas, and their edges on a panel.

    For a GIF, whose palette is made before the frames with other modes have been drawn.
    """
    look = theme_manager().theme if not theme else load_theme(theme)
    lines = [*look.states.values(), *look.modes.values(), *look.chart.cores, look.accent.warning, look.accent.danger]
    lines += [getattr(look.chart, f.name) for f in fields(look.chart) if f.name != "cores"]
    lines += [look.text.primary, look.text.secondary]
    plain = [getattr(look.surface, f.name) for f in fields(look.surface)]
    edges = [mix(look.surface.panel, line, share) for line in lines for share in (0.33, 0.67)]
    return [(round(255 * r), round(255 * g), round(255 * b)) for r, g, b in map(rgb, (*plain, *lines, *edges))]


def pixels(image: QImage) -> npt.NDArray[np.uint8]:
    """[height, width, 3] uint8, RGB."""
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8, image.sizeInBytes()).reshape(image.height(), -1)
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3).copy()
