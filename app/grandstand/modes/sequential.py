"""Sequential: a single thread does each worker's share in turn: the baseline."""

from grandstand.modes.gil import GIL
from grandstand.modes.mode import LOCAL, Mode
from grandstand.modes.start_method import START_METHOD

MODE = Mode(
    key="sequential",
    title="Sequential",
    singular="sequential worker",
    plural="sequential workers",
    blurb="A single thread does each worker's share in turn: the baseline.",
    host=LOCAL,
    runner="turns",
    order=10,
    options=(START_METHOD, GIL),
    baseline=True,
    against="running sequentially",
    one_thread=True,
)
