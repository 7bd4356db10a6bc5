"""The panels of charts: the only place where they are spelled. Data; any thread, any Python from 3.9 on.

``add`` takes what other packages bring. A channel that no panel shows gets one of its own, with a line chart.
"""

from typing import Dict, Iterable, List, NamedTuple, Tuple

from grandstand.vocabulary import channels
from grandstand.vocabulary.channels import Channel


class Panel(NamedTuple):
    """One panel. ``short``: its title where there is little room. ``order``: its place on the screen and where panels
    are offered. ``story``: whether an audience sees it unless a scene wants something else. ``channels``: keys of the
    channels that it shows, so that they need no panel of their own. ``asked``: what it shows costs something to
    measure, so it is measured and shown only for who asks for it. ``wide``: it lies across the screen, below the
    lanes and on their time axis.
    """

    key: str
    title: str
    short: str
    order: float
    story: bool = False
    channels: Tuple[str, ...] = ()
    asked: bool = False
    wide: bool = False


LANES = Panel("lanes", "Lanes", "Lanes", 0, True)
THROUGHPUT = Panel("throughput", "Throughput", "Rate", 10, True)
CORES = Panel("cores", "Cores", "Cores", 20, False, (channels.CORES.key, channels.QUOTA.key))
HEARTBEAT = Panel("heartbeat", "Window heartbeat", "Heartbeat", 30, False, (channels.HEARTBEAT.key,))
WORKERS = Panel("workers", "Workers", "Workers", 40)
MEMORY = Panel("memory", "Memory", "Memory", 50, False, (channels.MEMORY.key,))
GIL = Panel("gil", "Who holds the GIL", "GIL", 5, False, (), True, True)
SCOREBOARD = Panel("scoreboard", "Scoreboard", "Scoreboard", 60, True)
OWN: Tuple[Panel, ...] = (LANES, GIL, THROUGHPUT, CORES, HEARTBEAT, WORKERS, MEMORY, SCOREBOARD)

_added: Dict[str, Panel] = {}


def every(more: Iterable[Channel] = ()) -> List[Panel]:
    """The panels in order; ``more``: channels that only a recording knows."""
    panels = [*OWN, *_added.values()]
    keys = {panel.key for panel in panels}
    shown = {key for panel in panels for key in panel.channels}
    for channel in {channel.key: channel for channel in [*channels.every(), *more]}.values():
        if channel.key not in shown:
            key = channel.key if channel.key not in keys else "channel." + channel.key
            panels.append(Panel(key, channel.title, channel.title, channel.order, False, (channel.key,)))
    return sorted(panels, key=lambda panel: panel.order)


def keys() -> Tuple[str, ...]:
    """Their keys, in that order."""
    return tuple(panel.key for panel in every())


def usual() -> Tuple[str, ...]:
    """What is shown unless somebody asks for less, or for more."""
    return tuple(panel.key for panel in every() if not panel.asked)


def story() -> Tuple[str, ...]:
    """What an audience sees unless somebody wants something else."""
    return tuple(panel.key for panel in every() if panel.story)


def arrangements() -> Tuple[Tuple[str, ...], ...]:
    """What the keys of a clicker go through: the story, what it does to machine and window, the lanes with each
    wide panel, then every other panel alone.

    All at once is none of them: in letters for the back row there is no room for that on 1280 × 800.
    """
    alone = sorted((panel for panel in every() if not panel.wide), key=lambda panel: not panel.story)
    wide = [(LANES.key, panel.key) for panel in every() if panel.wide]
    return (story(), (LANES.key, CORES.key, HEARTBEAT.key), *wide, *((panel.key,) for panel in alone))


def add(panel: Panel) -> None:
    """Takes a panel from outside. Raises ValueError for a key that is taken, or that is none."""
    if not channels.good_key(panel.key) or not panel.title:
        raise ValueError("a panel has a title, and a key of letters, digits, '_', '-' and '.'")
    if panel.key in {panels.key for panels in [*OWN, *_added.values()]}:
        raise ValueError("there is a panel '{}' already".format(panel.key))
    _added[panel.key] = panel


def remove(key: str) -> None:
    """Takes an added panel away again; of what is not there nothing happens."""
    _added.pop(key, None)
