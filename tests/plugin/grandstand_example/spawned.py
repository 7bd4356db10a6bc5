"""A mode: processes that start by spawn, whatever the system's usual way is, with a host of its own."""

from grandstand.hosts.base import Availability, Deliver, RunHandle, RunSpec, Surroundings
from grandstand.hosts.local import HOST as LOCAL
from grandstand.modes.mode import Mode
from grandstand.vocabulary.options import SWITCH, Option, Values


class Spawned:
    pumped = True

    def available(self, mode: Mode, chosen: Values, where: Surroundings) -> Availability:
        return Availability(True)

    def start(self, mode: Mode, spec: RunSpec, deliver: Deliver) -> RunHandle:
        from dataclasses import replace

        return LOCAL.start(mode, replace(spec, options=(("start_method", "spawn"),)), deliver)


HOST = Spawned()
MODE = Mode(
    key="spawned",
    title="Spawned processes",
    singular="spawned process",
    plural="spawned processes",
    blurb="Each worker is a new interpreter, started from nothing.",
    host="grandstand_example.spawned:HOST",
    runner="single",
    order=35,
    color=("#e0559b", "#a01a5f"),
    options=(Option("warm", "Warm", SWITCH, False, "Does nothing: an example.", told_on="warm", told_off="cold"),),
    own_gil=True,
    own_process=True,
)
