"""Claims about starting workers: what they have of the program that starts them, what can be sent, what it costs."""

from __future__ import annotations

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.groups.processes import apart
from grandstand.claims.lab import Lab
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.statistics import proportion
from grandstand.engine.experiments.settings_program import start_worker, worker
from grandstand.render.kinds import Grid, Square

METHODS = ("fork", "forkserver", "spawn")
HALF = 0.5
"""What surely happens in more than this share of the repeats is said to happen."""
SETTING_RUNS = 5
SETTINGS = {"rate": "a global, assigned", "names": "a global list, filled", "given": "an argument, passed"}
OK, BAD = "accent.ok", "accent.danger"


def all_of(names: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


# -- 23: what was set before the start --------------------------------------------------------------------------------


def measure_spawn_forgets(lab: Lab) -> Measured:
    methods = [method for method in METHODS if method in lab.here.start_methods]
    told = apart(lab, "settings:set_before_start", repeats=lab.repeats(SETTING_RUNS), methods=methods)
    runs, figures = told["runs"], {}
    for method in methods:
        for setting, words in SETTINGS.items():
            there = sum(run["workers"][method]["found"][setting] == run["main"][setting] for run in runs)
            figures[f"runs in which the worker had it, {method}, {words}"] = proportion(there, len(runs), how="runs")
        failed = sum(run["workers"][method]["code"] != 0 or bool(run["said"]) for run in runs)
        figures[f"runs with an error, {method}"] = proportion(failed, len(runs), how="runs")
    last, rows = runs[-1], []
    for method in methods:
        found = last["workers"][method]["found"]
        rows.append((method, tuple(_found(found[s], last["main"][s]) for s in SETTINGS)))
    main = last["main"]
    picture = Grid(
        "What the worker found", f"The main part had set {main['rate']!r} and {main['names']!r}", "start method",
        tuple(SETTINGS.values()), tuple(rows), (("as the main part set it", OK), ("as at the top of the file", BAD)),
        f"All of them started by one program, after it had set these. The default here: {told['default']}.",
    )  # fmt: skip
    return Measured(figures, {"methods": methods, "default": told["default"]}, (picture,))


def _found(value: object, wanted: object) -> Square:
    return Square(OK if value == wanted else BAD, repr(value))


def judge_spawn_forgets(measured: Measured) -> Judgment:
    methods = measured.facts["methods"]
    had: list[str] = []
    lost: list[str] = []
    for method in methods:
        assigned, filled, given = (
            measured[f"runs in which the worker had it, {method}, {words}"] for words in SETTINGS.values()
        )
        if not given.above(HALF):
            return undecided(f"Workers that had their argument ({method}):", given, f"{100 * HALF:g} %")
        for e in (assigned, filled):
            if not e.above(HALF) and not e.below(HALF):
                return undecided(f"Workers that had what was set ({method}):", e, f"{100 * HALF:g} %")
        (lost if assigned.below(HALF) or filled.below(HALF) else had).append(method)
    n = measured[f"runs in which the worker had it, {methods[0]}, {SETTINGS['given']}"].n
    if not lost:
        return Judgment(
            Verdict.HOLDS, f"In {n} runs, workers started with {all_of(methods)} had what the main part had set.",
        )  # fmt: skip
    errors = max((measured[f"runs with an error, {method}"] for method in lost), key=lambda e: e.value)
    silent = f"an error said so in {figure(errors)} of them" if errors.value else "no error said so"
    only = f" and only {all_of(had)} copies the program as it is" if had else ""
    return Judgment(
        Verdict.NOT,
        f"In {n} runs, workers started with {all_of(lost)} did not have what the main part had set, and {silent}: "
        f"they run the file again from its top{only}; what was passed as an argument always arrived.",
    )


CLAIMS = (
    Claim(
        23, "spawn-forgets",
        "What was set before workers start is there in every start method.",
        "A program changes a global and fills a list, then starts a worker with each start method and passes it an "
        "argument; the worker sends back what it finds.",
        4, measure_spawn_forgets, judge_spawn_forgets, (worker, start_worker),
    ),
)  # fmt: skip
