"""What is sampled beside the runs: sources, one file each, with a ``SOURCE`` (see source.py). Any thread.

Finding them is a function call; ``add`` takes what other packages bring, with its channels.
"""

from __future__ import annotations

import functools
import importlib

from grandstand.observe.sources.source import LEAST_S, MOST_S, Source
from grandstand.vocabulary import channels

_FILES = ("cores", "cpu_quota", "memory")
_added: dict[str, Source] = {}


@functools.cache
def every() -> tuple[Source, ...]:
    """In the order in which they are asked: the same tuple as long as none comes or goes."""
    own: list[Source] = [importlib.import_module(f"grandstand.observe.sources.{file}").SOURCE for file in _FILES]
    return (*own, *_added.values())


def add(source: Source) -> None:
    """Takes a source from outside, and its channels; samplers that run already begin to ask it.

    Raises ValueError for a key that is taken, a period that cannot be kept, or a channel that is none.
    """
    if source.key in {there.key for there in every()}:
        raise ValueError(f"there is a source '{source.key}' already")
    if not LEAST_S <= source.every_s <= MOST_S:
        raise ValueError(f"a source is asked every {LEAST_S:g} to {MOST_S:g} s; {source.every_s:g} s is not")
    if not source.channels:
        raise ValueError(f"the source '{source.key}' has no channel to tell of")
    taken: list[str] = []
    try:
        for channel in source.channels:
            channels.add(channel)
            taken.append(channel.key)
    except ValueError:
        for key in taken:
            channels.remove(key)
        raise
    _added[source.key] = source
    every.cache_clear()


def remove(key: str) -> None:
    """Takes an added source away again, and its channels; of what is not there nothing happens."""
    source = _added.pop(key, None)
    if source is not None:
        for channel in source.channels:
            channels.remove(channel.key)
        every.cache_clear()
