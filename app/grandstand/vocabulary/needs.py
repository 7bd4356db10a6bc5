"""What a mode may need of the Python under which its workers run. Data; any thread, any Python from 3.9 on."""

from typing import Dict, NamedTuple


class Need(NamedTuple):
    """``words`` completes "needs …"; ``remedy``: what to install or choose."""

    key: str
    words: str
    remedy: str


INTERPRETERS = Need(
    "interpreters",
    "Python 3.14 or newer",
    "Choose one with --python 3.14, or install it first: uv python install 3.14",
)

BY_KEY: Dict[str, Need] = {need.key: need for need in (INTERPRETERS,)}
