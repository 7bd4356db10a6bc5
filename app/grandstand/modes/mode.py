"""What a mode is: a way of running workers, described as data. Everybody reads it, nobody spells one. Any thread."""

from __future__ import annotations

from dataclasses import dataclass

from grandstand.vocabulary.options import ANY, FREE_THREADED, OWN, Option, Value, Values, complete

LOCAL = "grandstand.hosts.local:HOST"
"""Child processes of this Python."""


@dataclass(frozen=True)
class Mode:
    """A descriptor.

    ``host``: where its workers live, as ``module:attribute`` (see hosts.base.Host), imported when something is to run;
    ``runner``: how a host runs them (engine.child). ``singular`` and ``plural`` name a worker in sentences. ``color``:
    for dark and light themes that have none of their own for it, as '#rrggbb'.

    ``order``: its place where modes are offered; of two that are equally good the lower one is the cheaper.
    ``baseline``: what the others are measured against; ``against`` completes "as much work as …". ``own_gil``: each
    worker has a GIL of its own; ``own_process``: and a process, whose memory can be measured. ``in_window``: its
    workers live in the window's process. ``one_thread``: all of them take turns on a single thread, so that their
    number does not change the throughput. ``in_tasks``: they are asyncio tasks, which make a workload's ``astep``.
    ``needs``: what the Python must have (vocabulary.needs; '' for nothing). ``turns``: what to know of the turns that
    several workers take, for the microscope.
    """

    key: str
    title: str
    singular: str
    plural: str
    blurb: str
    host: str
    order: float
    runner: str = ""
    short: str = ""
    color: tuple[str, str] = ("#a3b1c2", "#5b6878")
    options: tuple[Option, ...] = ()
    baseline: bool = False
    against: str = ""
    turns: str = ""
    own_gil: bool = False
    own_process: bool = False
    in_window: bool = False
    one_thread: bool = False
    in_tasks: bool = False
    needs: str = ""

    @property
    def name(self) -> str:
        """The title where there is little room."""
        return self.short or self.title

    @property
    def role(self) -> str:
        """Its color role in themes."""
        return f"modes.{self.key}"

    def workers(self, count: int) -> str:
        """'4 threads', '1 process'."""
        return f"{count} {self.singular if count == 1 else self.plural}"

    def option(self, key: str) -> Option | None:
        return next((option for option in self.options if option.key == key), None)

    def complete(self, chosen: Values) -> Values:
        """Its own options, with defaults for what was not chosen."""
        return complete(self.options, dict(chosen))

    def fitting(self, own: bool, free_threaded: bool) -> tuple[Option, ...]:
        """Those of its options that mean something under the app's ``own`` Python, or another."""
        fits = {ANY: True, OWN: own, FREE_THREADED: free_threaded}
        return tuple(option for option in self.options if fits[option.under])

    def unusual(self, chosen: Values) -> Values:
        """Of its own options those that are not as usual."""
        usual = dict(self.complete(()))
        return tuple((key, value) for key, value in self.complete(chosen) if value != usual[key])

    def variant(self, chosen: Values) -> str:
        """What of ``chosen`` is not as usual, in a few words: 'spawn', 'no frame slots'; '' when all is."""
        told = {option.key: option.told for option in self.options}
        return ", ".join(told[key](value) for key, value in self.unusual(chosen))


def value_of(chosen: Values, key: str, default: Value) -> Value:
    """One of several chosen values."""
    return next((value for name, value in chosen if name == key), default)
