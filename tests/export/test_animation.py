"""GIF and MP4 hold the frames that they were given."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from grandstand.export.animation import Frame, write_gif, write_mp4
from grandstand.export.base import Cancelled

COLORS = ((230, 57, 70), (42, 157, 143), (17, 24, 39), (250, 250, 250))


def frames(count: int = 8) -> Iterator[Frame]:
    """A band of one color after the other, on a ground of all."""
    for i in range(count):
        frame = np.zeros((91, 161, 3), np.uint8)
        for k, color in enumerate(COLORS):
            frame[:, 40 * k : 40 * k + 40] = color
        frame[20:60, 20:140] = COLORS[i % 4]
        yield frame


def test_gif(tmp_path: Path):
    from PIL import Image

    path = tmp_path / "x.gif"
    assert write_gif(path, frames(), 10.0, 8) == 8
    with Image.open(path) as film:
        assert film.n_frames == 8  # type: ignore[attr-defined]
        assert film.size == (161, 91)
        for i in range(8):
            film.seek(i)
            assert film.info["duration"] == 100
            seen = film.convert("RGB").getpixel((80, 40))
            assert seen is not None
            assert max(abs(a - b) for a, b in zip(seen, COLORS[i % 4], strict=True)) <= 4  # type: ignore[arg-type]


def test_a_color_that_comes_up_later_is_in_a_gif_as_it_is(tmp_path: Path):
    """The palette is made before later frames are drawn; a mode's color must not turn into another one's."""
    from PIL import Image

    def later() -> Iterator[Frame]:
        shades = np.linspace(0, 255, 400).astype(np.uint8)
        first = np.repeat(np.stack([shades] * 3, axis=1)[np.newaxis], 60, axis=0)  # greys alone
        yield first
        second = first.copy()
        second[20:40, 100:200], second[20:40, 200:300] = (91, 157, 240), (255, 152, 56)
        yield second

    write_gif(tmp_path / "x.gif", later(), 10.0, 2, colors=[(91, 157, 240), (255, 152, 56)])
    with Image.open(tmp_path / "x.gif") as film:
        film.seek(1)
        seen = film.convert("RGB")
        assert seen.getpixel((150, 30)) == (91, 157, 240)
        assert seen.getpixel((250, 30)) == (255, 152, 56)


def test_mp4(tmp_path: Path):
    import av

    path = tmp_path / "x.mp4"
    assert write_mp4(path, frames(), 10.0, 8) == 8
    with av.open(str(path)) as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height, float(stream.average_rate or 0)) == (160, 90, 10.0)
        pictures = [picture.to_ndarray(format="rgb24") for picture in film.decode(stream)]
    assert len(pictures) == 8
    for i, picture in enumerate(pictures):
        assert np.abs(picture[40, 80].astype(int) - COLORS[i % 4]).max() <= 25


@pytest.mark.parametrize("write", [write_gif, write_mp4])
def test_cancelled_nothing_is_left(write, tmp_path: Path):
    with pytest.raises(Cancelled):
        write(tmp_path / "x", frames(), 10.0, 8, lambda share: share < 0.5)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [write_gif, write_mp4])
def test_no_frames(write, tmp_path: Path):
    with pytest.raises(ValueError, match="at least one"):
        write(tmp_path / "x", iter(()), 10.0, 0)
    assert list(tmp_path.iterdir()) == []
