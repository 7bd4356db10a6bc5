"""Frames as a GIF (Pillow) or an MP4 (PyAV). Any thread; both libraries are imported when they are wanted.

Frames are [height, width, 3] uint8 arrays of one size. Charts are flat colors and thin text: a GIF gets one palette
for all frames, without dithering, so that nothing flickers: the colors that it is told, and the first frame's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from grandstand.export.base import Cancelled, Hear
from grandstand.files.writer import written
from grandstand.invocation import install_command

Frame = npt.NDArray[np.uint8]
Color = tuple[int, int, int]
_MOST_COLORS = 200
_CODECS = ("libx264", "libopenh264", "h264", "mpeg4")
_QUALITY = "20"
"""Constant rate factor of x264: text stays sharp at it."""


class NoCodec(RuntimeError):
    """This format cannot be written here; the text says what would help."""


def write_gif(
    path: Path,
    frames: Iterable[Frame],
    fps: float,
    count: int,
    hear: Hear = lambda share: True,
    colors: Sequence[Color] = (),
) -> int:
    """Returns the number of frames. Raises Cancelled, NoCodec, OSError.

    ``colors`` (RGB, 200 at most) are in the palette even if the first frame lacks them. GIF counts in hundredths of a
    second: 30 frames a second become 33.3.
    """
    try:
        from PIL import Image
    except ImportError as problem:
        raise NoCodec(f"GIF needs Pillow: {install_command('pillow')}. Or choose MP4.") from problem
    made = 0

    def images(palette: Any, rest: Iterator[Frame]) -> Iterator[Any]:
        nonlocal made
        for frame in rest:
            made += 1
            if not hear(made / max(1, count)):
                raise Cancelled
            yield Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.NONE)

    each = iter(frames)
    start = next(each, None)
    if start is None:
        raise ValueError("an animation needs at least one frame")
    palette = _palette(Image.fromarray(start), colors)
    first = Image.fromarray(start).quantize(palette=palette, dither=Image.Dither.NONE)
    made = 1
    with written(path) as part:
        first.save(
            part, format="GIF", save_all=True, append_images=images(palette, each), duration=round(1000 / fps), loop=0,
            optimize=False, disposal=1,
        )  # fmt: skip
    return made


def _palette(start: Any, colors: Sequence[Color]) -> Any:
    """An image whose palette has ``colors`` and, in what room they leave, those that matter in ``start``."""
    from PIL import Image

    known = list(dict.fromkeys(colors))[:_MOST_COLORS]
    seen = start.quantize(colors=255 - len(known), method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for color in known for part in color] + seen.getpalette()[: 3 * (255 - len(known))])
    return palette


def write_mp4(path: Path, frames: Iterable[Frame], fps: float, count: int, hear: Hear = lambda share: True) -> int:
    """H.264 where there is an encoder, else MPEG-4; returns the number of frames. Raises as write_gif."""
    try:
        import av
    except ImportError as problem:
        raise NoCodec(f"MP4 needs PyAV: {install_command('av')}. Or choose GIF.") from problem
    from fractions import Fraction

    made = 0
    with written(path) as part:
        container: Any = av.open(str(part), "w", format="mp4", options={"movflags": "faststart"})
        stream: Any = None
        try:
            for frame in frames:
                even = frame[: frame.shape[0] // 2 * 2, : frame.shape[1] // 2 * 2]
                if stream is None:
                    stream = _stream(container, Fraction(fps).limit_denominator(1000), even.shape[1], even.shape[0])
                picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(even), format="rgb24")
                for packet in stream.encode(picture):
                    container.mux(packet)
                made += 1
                if not hear(made / max(1, count)):
                    raise Cancelled
            if stream is None:
                raise ValueError("an animation needs at least one frame")
            for packet in stream.encode():
                container.mux(packet)
        finally:
            container.close()
            stream = None  # its encoder has threads, and a traceback would keep it
    return made


def _stream(container: Any, rate: Any, width: int, height: int) -> Any:
    for codec in _CODECS:
        try:
            stream = container.add_stream(codec, rate=rate)
        except Exception:  # PyAV has a class of its own for each way in which there is no such encoder
            continue
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        if codec == "libx264":
            stream.options = {"crf": _QUALITY, "preset": "medium"}
        return stream
    raise NoCodec("There is no encoder for MP4 here. Choose GIF.")
