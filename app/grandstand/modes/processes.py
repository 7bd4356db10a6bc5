"""Processes: each worker is a process with a GIL of its own."""

from grandstand.modes.gil import GIL
from grandstand.modes.mode import LOCAL, Mode
from grandstand.modes.start_method import START_METHOD

MODE = Mode(
    key="processes",
    title="Processes",
    singular="process",
    plural="processes",
    blurb="Each worker is a process with a GIL of its own.",
    host=LOCAL,
    runner="single",
    order=30,
    options=(START_METHOD, GIL),
    own_gil=True,
    own_process=True,
)
