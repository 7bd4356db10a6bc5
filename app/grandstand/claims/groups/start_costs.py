"""The claim about what it costs to start a worker of each kind: time and memory."""

from __future__ import annotations

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.groups.processes import apart
from grandstand.claims.groups.starting import METHODS, NO_INTERPRETERS, all_of
from grandstand.claims.lab import Lab
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.statistics import Estimate, mean, ratio
from grandstand.engine.experiments.start_cost import one_crew, one_process
from grandstand.engine.experiments.worker_starts import interpreters, process, tasks, threads
from grandstand.render.kinds import Bar, Bars

COST_BLOCKS = 6
CHEAP_US, CHEAP_MB = 1_000.0, 1.0
"""A worker is cheap that starts in less time, and has less memory of its own."""
KINDS = {"task": ("asyncio task", "modes.asyncio"), "thread": ("thread", "modes.threads"),
         "interpreter": ("sub-interpreter", "modes.interpreters"), "fork": ("fork", "modes.processes"),
         "forkserver": ("forkserver", "modes.processes"), "spawn": ("spawn", "modes.processes")}  # fmt: skip


# -- 25: what a start costs -------------------------------------------------------------------------------------------


def measure_start_cost(lab: Lab) -> Measured:
    methods = [method for method in METHODS if method in lab.here.start_methods]
    costs = apart(lab, "start_cost:start_costs", blocks=lab.repeats(COST_BLOCKS), methods=methods)
    micros, figures = costs["micros"], {}
    for way, values in micros.items():
        figures[f"start, {KINDS[way][0]}"] = mean(values, "µs", "medians of blocks")
        if costs["memory"]:
            figures[f"own memory, {KINDS[way][0]}"] = mean(costs["megabytes"][way], "MB", "medians of blocks")
        if way != "thread":
            figures[f"start, {KINDS[way][0]}, against a thread"] = ratio(values, micros["thread"], "blocks")
    note = "Until its first line runs. The fork server runs already; processes import nothing of their own."
    if not costs["interpreters"]:
        note += f" Here {NO_INTERPRETERS}."
    pictures = [_costs("Time to start a worker", "start", list(micros), figures, note)]
    if costs["memory"]:
        words = "Of a process what it shares with nobody (USS); of the others what their process has grown by."
        pictures.append(_costs("Memory of a worker", "own memory", list(micros), figures, words))
    facts = {"ways": [KINDS[way][0] for way in micros], "memory": costs["memory"],
             "interpreters": costs["interpreters"]}  # fmt: skip
    return Measured(figures, facts, tuple(pictures))


def _costs(title: str, what: str, ways: list[str], figures: dict[str, Estimate], note: str) -> Bars:
    bars = []
    for way in ways:
        name, color = KINDS[way]
        e = figures[f"{what}, {name}"]
        scale = 1000 if e.unit == "µs" else 1
        low, high = (None if x is None else max(0.0, x) / scale for x in (e.low, e.high))
        bars.append(Bar(name, e.value / scale, color, low, high, figure(e).partition(" [")[0]))
    return Bars(title, "ms" if what == "start" else "MB", tuple(bars), note=note)


def judge_start_cost(measured: Measured) -> Judgment:
    cheap, costly, seen = [], [], []
    for way in measured.facts["ways"]:
        costs = [(measured[f"start, {way}"], CHEAP_US)]
        if measured.facts["memory"]:
            costs.append((measured[f"own memory, {way}"], CHEAP_MB))
        seen.append(f"{way} {' and '.join(figure(e) for e, _ in costs)}")
        if all(e.below(border) for e, border in costs):
            cheap.append(way)
        elif any(e.above(border) for e, border in costs):
            costly.append(way)
    borders = f"{CHEAP_US / 1000:g} ms" + (f" and {CHEAP_MB:g} MB" if measured.facts["memory"] else "")
    tail = "" if measured.facts["memory"] else "; this system does not tell the memory of a process"
    tail += "" if measured.facts["interpreters"] else f"; {NO_INTERPRETERS}"
    text = f"A worker cost {', '.join(seen)}"
    if cheap and costly:
        return Judgment(
            Verdict.LIMITS, f"{text}: less than {borders} only as {all_of(cheap)}, more as {all_of(costly)}{tail}.",
        )  # fmt: skip
    if len(cheap) == len(seen):
        return Judgment(Verdict.HOLDS, f"{text}: less than {borders} in every way{tail}.")
    if len(costly) == len(seen):
        return Judgment(Verdict.NOT, f"{text}: more than {borders} in every way{tail}.")
    between = next(way for way in measured.facts["ways"] if way not in cheap + costly)
    return undecided(f"Starting a worker ({between}):", measured[f"start, {between}"], borders)


CLAIMS = (
    Claim(
        25, "start-cost",
        "Starting a worker is cheap.",
        "Workers of each kind are started and stay until their memory has been read: from the request until the first "
        f"line runs. Cheap means less than {CHEAP_US / 1000:g} ms and {CHEAP_MB:g} MB.",
        5, measure_start_cost, judge_start_cost, (one_process, process, one_crew, tasks, threads, interpreters),
        timed=True,
    ),
)  # fmt: skip
