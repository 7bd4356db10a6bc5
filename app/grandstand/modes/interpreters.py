"""Sub-interpreters: each worker is an interpreter with a GIL of its own, in a thread of one child process."""

from grandstand.modes.mode import LOCAL, Mode
from grandstand.modes.start_method import START_METHOD
from grandstand.vocabulary.needs import INTERPRETERS

MODE = Mode(
    key="interpreters",
    title="Sub-interpreters",
    singular="interpreter",
    plural="interpreters",
    blurb="Each worker is an interpreter with a GIL of its own; all of them share one process.",
    host=LOCAL,
    runner="interpreters",
    order=50,
    options=(START_METHOD,),
    needs=INTERPRETERS.key,
    own_gil=True,
)
