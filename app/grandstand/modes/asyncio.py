"""asyncio tasks: all workers are tasks of one event loop, in one thread of one child process."""

from grandstand.modes.gil import GIL
from grandstand.modes.mode import LOCAL, Mode
from grandstand.modes.start_method import START_METHOD

MODE = Mode(
    key="asyncio",
    title="asyncio tasks",
    short="asyncio",
    singular="task",
    plural="tasks",
    blurb="All workers are tasks of one event loop in one thread: while one awaits, another goes on.",
    host=LOCAL,
    runner="tasks",
    order=60,
    options=(START_METHOD, GIL),
    in_tasks=True,
)
