"""Qt threads in this window: QThreads of the window's own process, which share its GIL."""

from grandstand.modes.mode import Mode
from grandstand.vocabulary.options import SWITCH, Option

FRAME_SLOTS = Option(
    "frame_slots",
    "Frame slots",
    SWITCH,
    True,
    "Qt threads pause while the window draws, and only a few at a time may want the GIL. Switch it off to see what "
    "happens without: the window stutters or stands still until you stop the run.",
    told_on="frame slots",
    told_off="no frame slots",
)

MODE = Mode(
    key="qthreads",
    title="Qt threads in this window",
    short="Qt threads",
    singular="Qt thread",
    plural="Qt threads",
    blurb="QThreads in the window's own process: they and the window share one GIL.",
    host="grandstand.hosts.window:HOST",
    order=40,
    options=(FRAME_SLOTS,),
    in_window=True,
    turns="switch interval 0.5 ms while Qt threads compute",
)
