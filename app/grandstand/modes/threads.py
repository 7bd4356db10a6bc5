"""Threads: all workers are threads of one child process and share its GIL."""

from grandstand.modes.gil import GIL
from grandstand.modes.mode import LOCAL, Mode
from grandstand.modes.start_method import START_METHOD

MODE = Mode(
    key="threads",
    title="Threads",
    singular="thread",
    plural="threads",
    blurb="All workers are threads of one child process and share its GIL.",
    host=LOCAL,
    runner="threads",
    order=20,
    options=(START_METHOD, GIL),
    turns="a turn lasts as long as the switch interval, 5 ms",
)
