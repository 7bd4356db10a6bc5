"""Claims about starting workers: what they have of the program that starts them, and what can be sent to them."""

from __future__ import annotations

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.groups.processes import apart
from grandstand.claims.lab import Lab
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.statistics import proportion
from grandstand.engine.experiments.sending import (
    INTERPRETER,
    PLAIN,
    POOL,
    answer,
    by_pool,
    by_process,
    functions,
    make_closure,
    make_method,
)
from grandstand.engine.experiments.settings_program import start_worker, worker
from grandstand.render.kinds import Grid, Square, Texts

METHODS = ("fork", "forkserver", "spawn")
HALF = 0.5
"""What surely happens in more than this share of the repeats is said to happen."""
SETTING_RUNS = 5
SETTINGS = {"rate": "a global, assigned", "names": "a global list, filled", "given": "an argument, passed"}
OK, BAD = "accent.ok", "accent.danger"
SEND_REPEATS = 4
"""The fewest of which none says something: the interval of none in four ends below a half."""
NO_INTERPRETERS = "sub-interpreters were not tested: this Python has none, 3.14 and later do"


def all_of(names: list[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    return f" {last} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


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


# -- 24: which functions can be sent ----------------------------------------------------------------------------------


def measure_pickle_limits(lab: Lab) -> Measured:
    methods = [method for method in METHODS if method in lab.here.start_methods]
    sent = apart(lab, "sending:send_all", repeats=lab.repeats(SEND_REPEATS), methods=methods)
    kinds, arrived = sent["kinds"], sent["arrived"]
    titles = {way: way for way in methods} | {POOL: f"pool ({sent['pool']})", INTERPRETER: "sub-interpreter"}
    figures = {
        f"functions that arrived, {titles[way]}, {kind}": proportion(sum(came), len(came), how="repeats")
        for way, rows in arrived.items()
        for kind, came in rows.items()
    }
    failed = sum(not one for rows in arrived.values() for came in rows.values() for one in came)
    if failed:
        words = "failures that raised nothing where the worker was started"
        figures[words] = proportion(sent["silent"], failed, how="failures")
    rows = tuple((kind, tuple(_arrived(arrived[way][kind]) for way in arrived)) for kind in kinds)
    left_out = "" if INTERPRETER in arrived else f" Here {NO_INTERPRETERS}."
    grid = Grid(
        "Functions sent to a worker", "way to a worker", "kind of function", tuple(titles[way] for way in arrived),
        rows, (("arrived", OK), ("failed", BAD)), f"How often the right answer came back.{left_out}",
    )  # fmt: skip
    words = _messages({titles[way]: rows for way, rows in sent["messages"].items()})
    pictures = (
        (grid, Texts("What was raised, or said by a worker that died", (("", words, ()),))) if words else (grid,)
    )
    facts = {"kinds": kinds, "ways": [titles[way] for way in arrived if way != INTERPRETER],
             "interpreters": INTERPRETER in arrived}  # fmt: skip
    return Measured(figures, facts, pictures)


def _arrived(came: list[bool]) -> Square:
    return Square(OK if all(came) else BAD, f"{sum(came)} of {len(came)}")


def _messages(messages: dict[str, dict[str, list[str]]]) -> str:
    """Each message of the last repeat once, with what was sent and how."""
    seen: dict[tuple[str, str], list[str]] = {}
    for way, rows in messages.items():
        for kind, said in rows.items():
            if said[-1]:
                seen.setdefault((kind, said[-1]), []).append(way)
    return "\n".join(f"{kind}, by {all_of(ways)}:\n  {text}" for (kind, text), ways in seen.items())


def judge_pickle_limits(measured: Measured) -> Judgment:
    kinds, ways = measured.facts["kinds"], measured.facts["ways"]
    lost: dict[str, list[str]] = {}
    for way in ways:
        came = {kind: measured[f"functions that arrived, {way}, {kind}"] for kind in kinds}
        if not came[PLAIN].above(HALF):
            return undecided(f"Functions of a module that arrived ({way}):", came[PLAIN], f"{100 * HALF:g} %")
        for kind, e in came.items():
            if not e.above(HALF) and not e.below(HALF):
                return undecided(f"Functions that arrived ({way}, {kind}):", e, f"{100 * HALF:g} %")
            if e.below(HALF):
                lost.setdefault(kind, []).append(way)
    n = measured[f"functions that arrived, {ways[0]}, {PLAIN}"].n
    tail = "" if measured.facts["interpreters"] else f"; {NO_INTERPRETERS}"
    if not lost:
        return Judgment(
            Verdict.HOLDS, f"In {n} repeats each of {len(kinds)} kinds of functions arrived by {all_of(ways)}{tail}."
        )
    groups: dict[str, list[str]] = {}
    for kind, where in lost.items():
        groups.setdefault(all_of(where, "or"), []).append(kind)
    parts = [f"no {all_of(some, 'or')} arrived by {where}" for where, some in groups.items()]
    return Judgment(
        Verdict.NOT, f"In {n} repeats {', and '.join(parts)}: a function is sent as a name, which the new process "
        f"must find in a module{tail}.",
    )  # fmt: skip


CLAIMS = (
    Claim(
        23, "spawn-forgets",
        "What was set before workers start is there in every start method.",
        "A program changes a global and fills a list, then starts a worker with each start method and passes it an "
        "argument; the worker sends back what it finds.",
        3, measure_spawn_forgets, judge_spawn_forgets, (worker, start_worker),
    ),
    Claim(
        24, "pickle-limits",
        "Any function can be sent to a process.",
        "Functions of six kinds, all of which double a number, are sent to a process by each start method, to a pool "
        "and, where there are such, to a sub-interpreter; the answers are checked.",
        4, measure_pickle_limits, judge_pickle_limits,
        (functions, make_closure, make_method, answer, by_process, by_pool),
    ),
)  # fmt: skip
