"""Channels: what is measured over time, described as data. Everybody reads it. Any thread, any Python from 3.9 on.

The app's own are here; ``add`` takes what other packages bring. A recording holds the descriptions of its channels, so
that it plays where the code of one is not.
"""

from typing import Any, Dict, List, NamedTuple, Tuple

MACHINE, PROCESS, WORKER, WINDOW = "machine", "process", "worker", "window"
"""What a channel is of."""
SERIES, TRACK = "series", "track"
"""Kinds. A series is a line from value to value; in a track each value holds until the next one comes."""
CORES_EACH, LANES_EACH = "core", "lane"
"""What columns may be counted by."""
MOST_COLUMNS = 64
LONGEST_KEY, LONGEST_TEXT = 40, 300
LARGEST = 1e15
"""No figure that is measured is larger."""


class Channel(NamedTuple):
    """One measured quantity. All of its columns have the same ``unit``, as it is written behind a number.

    ``source``: how it is measured, in words. ``each``: what its columns are counted by (a core, a lane), in the order
    of these; ``columns``: names of its columns, or of those behind the counted ones. With neither, a sample's values
    are numbered. ``order``: its place where channels are listed.
    """

    key: str
    title: str
    unit: str
    of: str
    kind: str
    source: str
    columns: Tuple[str, ...] = ()
    each: str = ""
    order: float = 1000.0

    def names(self, count: int) -> Tuple[str, ...]:
        """Of ``count`` columns, one each: 'core 1', 'ours'; of a single one that has no name ''."""
        named = self.columns[:count]
        counted = max(0, count - len(named))
        if not named and counted == 1 and not self.each:
            return ("",)
        return tuple("{} {}".format(self.each or "value", i + 1) for i in range(counted)) + named


CORES = Channel(
    "cores", "Cores", "%", MACHINE, SERIES,
    "the system's busy and idle time of each core (psutil; Linux: /proc/stat), five times a second; ours: CPU time of "
    "the workers' processes and the app's own, in percent of one core",
    ("ours", "window"), CORES_EACH, 10,
)  # fmt: skip
MEMORY = Channel(
    "memory", "Memory", "bytes", PROCESS, SERIES,
    "USS of each worker process, or RSS where the system does not tell that (psutil), once a second; workers that "
    "share a process: in the lane of the first one",
    (), LANES_EACH, 30,
)  # fmt: skip
HEARTBEAT = Channel(
    "heartbeat", "Window heartbeat", "ms", WINDOW, SERIES,
    "time between two frames of the window's event loop, on the monotonic clock, by the window itself",
    ("gap",), "", 20,
)  # fmt: skip
QUOTA = Channel(
    "quota", "CPU quota", "cores", MACHINE, SERIES,
    "given: CPU time a second that the control group may use (cpu.max or cpu.cfs_quota_us); held back: time a second "
    "in which its threads were held back, added up over the cores (cpu.stat), since the sample before",
    ("given", "held back"), "", 40,
)  # fmt: skip
OWN: Tuple[Channel, ...] = (CORES, HEARTBEAT, MEMORY, QUOTA)
"""The app's own, which have events of their own (engine.samples), since they carry more than numbers over time."""

_added: Dict[str, Channel] = {}


def every() -> List[Channel]:
    """The channels that are known here, in order."""
    return sorted([*OWN, *_added.values()], key=lambda channel: channel.order)


def described(key: str) -> Channel:
    """The channel by its key; of one that is not here, as much as its key tells."""
    return next((channel for channel in every() if channel.key == key), None) or unknown(key)


def unknown(key: str) -> Channel:
    """What can be said of a channel that nobody here knows."""
    return Channel(key, key, "", MACHINE, SERIES, "")


def add(channel: Channel) -> None:
    """Takes a channel from outside. Raises ValueError for a key that is taken, and for what describes none."""
    check(channel)
    if channel.key in {there.key for there in every()}:
        raise ValueError("there is a channel '{}' already".format(channel.key))
    _added[channel.key] = channel


def remove(key: str) -> None:
    """Takes an added channel away again; of what is not there nothing happens."""
    _added.pop(key, None)


def check(channel: Channel) -> None:
    """Raises ValueError, with words for who wrote it, for a description that is none."""
    texts = (channel.key, channel.title, channel.unit, channel.of, channel.source, channel.each, *channel.columns)
    if not all(type(text) is str and len(text) <= LONGEST_TEXT and text.isprintable() for text in texts):
        raise ValueError("a channel is described by short texts of one line each")
    if not good_key(channel.key):
        raise ValueError("a channel's key has 1 to {} letters, digits, '_', '-' and '.'".format(LONGEST_KEY))
    if not channel.title:
        raise ValueError("the channel '{}' has no title".format(channel.key))
    if channel.of not in (MACHINE, PROCESS, WORKER, WINDOW) or channel.kind not in (SERIES, TRACK):
        raise ValueError(
            "the channel '{}' is of a machine, process, worker or window, and a series or a track".format(channel.key)
        )
    if channel.each not in ("", CORES_EACH, LANES_EACH) or len(channel.columns) > MOST_COLUMNS:
        raise ValueError(
            "the columns of the channel '{}' are counted by core or lane, or not at all, and have at most {} "
            "names".format(channel.key, MOST_COLUMNS)
        )


def good_key(key: Any) -> bool:
    """Whether that can be a channel's key."""
    return type(key) is str and 0 < len(key) <= LONGEST_KEY and key.isascii() and _plain(key)


def _plain(key: str) -> bool:
    return key.replace("_", "").replace("-", "").replace(".", "").isalnum()
