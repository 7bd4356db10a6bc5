"""Opens what an older version wrote and tells its figures. The only module here that knows today's code.

Figures come in three parts: ``read`` stands in the file itself, ``computed`` is made of it, ``words`` is what the app
says about it. Times are nanoseconds from the beginning of the recording, or seconds, as the key says. The names of
the keys belong to this folder and stay.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from grandstand import modes
from grandstand.claims.check import claims
from grandstand.compare import beside as two
from grandstand.compare import break_even, document
from grandstand.compare.comparison import Comparison
from grandstand.compare.laws import laws
from grandstand.compare.leg import Setup
from grandstand.compare.statistics import Estimate
from grandstand.compare.verdict import sentence
from grandstand.control.controller import Controller
from grandstand.journal import library
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording
from grandstand.observe.machine import Machine
from grandstand.session.report import run_report
from grandstand.session.run import Run, Setting
from grandstand.session.scoreboard import Row
from grandstand.session.series import Series
from grandstand.session.session import Session
from grandstand.talk.toml import parse_talk, read_talk, talk_text
from grandstand.vocabulary.options import Values
from grandstand.vocabulary.states import KEYS

from tests.recordings_of_old.renamed import todays

Figures = dict[str, Any]
EXITS = ("running", "stopped", "failed", "terminated", "killed")
"""How a worker ended; whatever else is said of that is words."""


# -- recordings -------------------------------------------------------------------------------------------------------


def recording(path: Path) -> Figures:
    """Played in quarters to its end."""
    opened = Recording.open(path)
    player = Player(opened)
    try:
        moments = []
        for quarter in (1, 2, 3, 4):
            _play(player, opened.start_ns + quarter * (opened.end_ns - opened.start_ns) // 4)
            moments.append(_moment(player))
        session = player.session
        read = {
            "title": opened.title, "began_at": opened.began_at, "began_s": opened.began_s,
            "length_ns": opened.end_ns - opened.start_ns, "ended": opened.ended, "window": opened.window,
            "cores": opened.cores, "warm_up_ns": opened.warm_up_ns, "longest_ns": opened.longest_ns,
            "dropped": opened.dropped, "pinned": opened.pinned, "machine": _machine(opened.machine),
            "notes": [[at - opened.start_ns, text] for at, text in opened.notes],
            "runs": [
                {
                    **_setting(run.setting), "number": run.number, "began_ns": run.at_ns - opened.start_ns,
                    "stopping_ns": run.stopping_ns and run.stopping_ns - opened.start_ns,
                    "ended_ns": run.ended_ns and run.ended_ns - opened.start_ns,
                    "state": run.state.value if run.state is not None else None,
                }
                for run in opened.runs
            ],
            "spans": [{"began_ns": began, "ended_ns": ended, "mode": mode} for began, ended, mode in opened.spans],
            "markers": [{"t_ns": at - opened.start_ns, "mode": mode} for at, _, mode in player.run_marks],
            "lanes": _lanes(player),
            "series": {
                name: _series(series, opened.start_ns)
                for name, series in (
                    ("cores", session.cores), ("heartbeat", session.heartbeat), ("memory", session.memory),
                )
            },
            "memory_kind": session.memory_kind, "rejected": session.rejected,
        }  # fmt: skip
        computed = {
            "runs": [_run(session, run) for run in session.runs],
            "scoreboard": _scoreboard(session),
            "rates": _rates(session, opened.start_ns, opened.end_ns),
            "moments": moments,
        }
        words = {
            "markers": [text for _, text, _ in player.run_marks],
            "workers": [
                [worker.exit, worker.trouble, worker.details]
                for run in session.runs
                for worker in session.summary(run).workers
            ],
        }
    finally:
        player.close()
    return {"read": read, "computed": computed, "words": words}


def listed(folder: Path) -> dict[str, Figures]:
    """What the list of recordings says of each file of a folder, by name; what a crash left is finished by that."""
    return {
        entry.path.name: {
            "title": entry.title, "began_at": entry.began_at, "seconds": entry.seconds, "runs": len(entry.runs),
            "spans": [{"began_ns": began, "ended_ns": ended, "mode": mode} for began, ended, mode in entry.spans],
            "pinned": entry.pinned, "live": entry.live, "problem": entry.problem,
        }
        for entry in library.entries(folder)
    }  # fmt: skip


def _machine(made_on: Machine) -> Figures:
    """What schema 1 said of it; nobody asked about CPU quotas then."""
    said = made_on.as_dict()
    if said["quota"] is None:
        del said["quota"], said["usable_cores"]
    return said


def _play(player: Player, t_ns: int) -> None:
    player.seek(t_ns)
    while not player.work(1.0):
        pass


def _moment(player: Player) -> Figures:
    """The run at the position, as it stood then."""
    session = player.session
    found: Figures = {"t_ns": player.t_ns - player.start_ns, "cores": session.core_means()}
    run = session.current
    return {**found, "run": None if run is None else _run(session, run)}


def _run(session: Session, run: Run) -> Figures:
    """The figures of ``run --json``."""
    said = run_report(session, run, "", {})
    summary = session.summary(run)
    return {
        "number": run.number, **_setting(run.setting), "seconds": said["run"]["seconds"],
        "start_up_seconds": said["run"]["start_up_seconds"], "state": said["run"]["state"],
        "problem": said["run"]["problem"] is not None, "per_second": said["throughput"]["per_second"],
        "low": said["throughput"]["low"], "high": said["throughput"]["high"],
        "bin_seconds": said["throughput"]["bin_seconds"], "series": said["throughput"]["series"],
        "cpu_cores": summary.cpu_cores, "states": dict(summary.states), "cores": said["cores"],
        "heartbeat_ms": said["heartbeat_ms"], "rungs": dict(said["rungs"]),
        "workers": [
            {
                "id": w["id"], "pid": w["pid"], "thread": w["thread"], "units": w["units"], "seconds": w["seconds"],
                "cpu_seconds": w["cpu_seconds"], "states": dict(w["states"]), "exit": _exit(w["exit"]),
                "trouble": w["trouble"] is not None, "traceback": w["traceback"] is not None, "printed": w["printed"],
            }
            for w in said["workers"]
        ],
    }  # fmt: skip


def _exit(words: str) -> str:
    return words if words in EXITS else "otherwise"


def _setting(setting: Setting) -> Figures:
    return {
        "workload": setting.workload, "mode": setting.mode, "workers_wanted": setting.workers,
        "parameters": dict(setting.parameters), **_options(setting.options), **_since_3(setting),
    }  # fmt: skip


def _since_3(setting: Setting) -> Figures:
    """What older schemas have nothing of: another Python, what a workload from outside says of itself."""
    told = {"python": setting.python_name} if setting.python else {}
    if setting.told is not None:
        told |= {"title": setting.told.title, "unit": setting.told.unit}
    return told


def _options(options: Values) -> Figures:
    """As schemas 1 and 2 have them: each mode's two, whether it has use for them or not."""
    told = dict(options)
    return {"start_method": told.get("start_method", ""), "frame_slots": told.get("frame_slots", True)}


def _lanes(player: Player) -> list[Figures]:
    """For each lane and state: how many slices, how long they are together, and a checksum of all of them."""
    lanes, slices = player.session.lanes.all_since(player.start_ns)
    found = []
    for lane in np.unique(lanes):
        states = {}
        for state, key in enumerate(KEYS):
            there = slices[(lanes == lane) & (slices[:, 0] == state)][:, 1:] - player.start_ns
            if len(there):
                there = there[np.argsort(there[:, 0], kind="stable")]
                states[key] = {
                    "slices": len(there), "ns": int((there[:, 1] - there[:, 0]).sum()), "checksum": _checksum(there),
                }  # fmt: skip
        found.append({"lane": int(lane), "states": states})
    return found


def _series(series: Series, start_ns: int) -> Figures:
    times, values = series.since(0)
    values = np.where(np.isnan(values), -1.0, values)  # there are NaNs of several kinds
    return {
        "length": len(times), "columns": values.shape[1], "times": _checksum(times - start_ns),
        "values": zlib.crc32(np.ascontiguousarray(values, "<f8").tobytes()),
    }  # fmt: skip


def _checksum(numbers: Any) -> int:
    return zlib.crc32(np.ascontiguousarray(numbers, "<i8").tobytes())


def _rates(session: Session, start_ns: int, end_ns: int) -> Figures:
    middles, rates = session.rates.between(start_ns, end_ns)
    return {"length": len(middles), "by_lane": [float(lane) for lane in rates.sum(axis=0) if lane]}


def _scoreboard(session: Session) -> list[Figures]:
    return [
        {
            "workload": work[0], "parameters": dict(work[1]), "mode": row.setting.mode,
            "workers": row.setting.workers, "per_second": row.per_second, "low": row.low, "high": row.high,
            "times": row.times,
            "times_low": row.times_low, "times_high": row.times_high, "seconds": row.seconds,
        }
        for work in dict.fromkeys(run.setting.work for run in session.runs)
        for row in _newest(session, work)
    ]  # fmt: skip


def _newest(session: Session, work: Any) -> list[Row]:
    """One row a mode, as schemas 1 and 2 had them: of several ways of one mode the newest."""
    found = {row.setting.way: row for row in session.scoreboard.rows(work)}
    ways = [run.setting.way for run in session.runs if run.setting.work == work and run.setting.way in found]
    newest = {way[0]: found[way] for way in ways}
    return [newest[mode] for mode in modes.keys() if mode in newest]  # noqa: SIM118


def run_document(path: Path) -> Figures:
    """What ``run --json`` wrote, beside what the recording of the same run says: the figures must be the same."""
    said = json.loads(path.read_text(encoding="utf-8"))
    settings = dict(said["run"]["settings"])
    start_method, frame_slots = settings.pop("start_method"), settings.pop("frame_slots")
    read = {
        "schema": said["schema"], "machine": said["machine"], "workload": said["run"]["workload"],
        "mode": said["run"]["mode"], "workers_wanted": said["run"]["workers"], "parameters": settings,
        "start_method": start_method or "", "frame_slots": True if frame_slots is None else frame_slots,
        "seconds": said["run"]["seconds"], "start_up_seconds": said["run"]["start_up_seconds"],
        "state": said["run"]["state"], "problem": said["run"]["problem"] is not None,
        **{key: said["throughput"][key] for key in ("per_second", "low", "high", "bin_seconds", "series")},
        "cores": said["cores"], "heartbeat_ms": said["heartbeat_ms"], "rungs": said["rungs"],
        "workers": [
            {**w, "exit": _exit(w["exit"]), "trouble": bool(w["trouble"]), "traceback": bool(w["traceback"])}
            for w in said["workers"]
        ],
    }  # fmt: skip
    again = recording(path.with_name(path.name.removesuffix(".run.json") + library.SUFFIX))["computed"]["runs"][-1]
    return {"read": todays(read), "computed": {key: again[key] for key in again if key in read}, "words": {}}


# -- comparisons ------------------------------------------------------------------------------------------------------


def comparison(path: Path) -> Figures:
    made = _comparison(path)
    plan = made.plan
    read = {
        "machine": made.machine, "at": made.at, "workload": plan.workload, "unit": made.unit,
        "setups": [_setup(setup) for setup in plan.setups], "repeats": plan.repeats, "seconds": plan.seconds,
        "work": plan.work, "budget": plan.budget, "seed": plan.seed, "cancelled": made.cancelled,
        "failures": [_setup(setup) for setup in made.failures],
        "measurements": [
            {
                **_setup(x.setup), "block": x.block, "t": x.t, "per_second": x.per_second, "wall": x.wall,
                "start_up": x.start_up, "cpu_cores": x.cpu_cores, "states": dict(x.states), "others": x.others,
                "memory": x.memory,
            }
            for x in made.measurements
        ],
    }  # fmt: skip
    computed = {
        "cells": [
            {
                **_setup(setup), "baseline": _setup(plan.baseline(setup)), "per_second": _estimate(made.rate(setup)),
                "speedup": _estimate(made.speedup(setup)), "start_up": _estimate(made.start_up(setup)),
                "wall": _estimate(made.estimate(setup, lambda x: x.wall, "s")), "states": made.shares(setup),
            }
            for setup in made.measured
        ],
        "laws": [
            {
                "mode": mode, "law": law.name, "single": _estimate(law.single),
                "contention": _estimate(law.contention), "coherency": _estimate(law.coherency), "best": law.best,
                "residual": law.residual, "fits": law.fits,
            }
            for (mode, *_), law in laws(made)
        ],
        "order": [[_setup(setup) for setup in plan.block(number)] for number in range(3)],
    }  # fmt: skip
    words = {"sentence": sentence(made), "warnings": made.warnings(), "failures": list(made.failures.values())}
    return {"read": read, "computed": computed, "words": words}


def beside(path: Path) -> Figures:
    """``A+B.beside.json`` is what two comparisons said of each other: made again of A and B."""
    names = path.name.removesuffix(".beside.json").split("+")
    found = two.beside(*(_comparison(path.with_name(f"{name}.comparison.json")) for name in names))
    said = json.loads(path.read_text(encoding="utf-8"))
    read = {
        "pairs": [
            {
                "mode": pair["mode"], "workers": pair["workers"],
                "parameters": pair.get("parameters", pair.get("knobs")),
                "ratio": _written(pair["ratio"]),
                "per_second": [_written(side["per_second"]) for side in pair["sides"]],
                "speedup": [_written(side["speedup"]) for side in pair["sides"]],
            }
            for pair in said["pairs"]
        ],
        "only": [{key: one[key] for key in ("mode", "workers", "side")} for one in said["only"]],
        "differences": len(said["differences"]),
    }  # fmt: skip
    computed = {
        "pairs": [
            {
                **_setup(pair.setups[0]), "ratio": _estimate(pair.ratio),
                "per_second": [_estimate(rate) for rate in pair.rates],
                "speedup": [_estimate(speedup) for speedup in pair.speedups],
            }
            for pair in found.pairs
        ],
        "only": [
            {"mode": setup.mode, "workers": setup.workers, "side": side}
            for side in (0, 1)
            for setup in found.only[side]
        ],
        "differences": len(found.differences),
    }  # fmt: skip
    return {"read": todays(read), "computed": computed, "words": {"sentence": two.sentence(found)}}


def map_of_break_even(path: Path) -> Figures:
    found = break_even.read(path.read_text(encoding="utf-8"))
    read = {
        "machine": found.machine, "workers": found.workers, "start_method": found.method,
        "places": [
            {
                "length": place.length, "size": place.size, "winner": place.winner, "decided": place.decided,
                "advantage": _estimate(place.advantage),
                "ways": {way: _estimate(estimate) for way, estimate in place.seconds.items()},
            }
            for place in found.places
        ],
    }  # fmt: skip
    return {"read": read, "computed": {}, "words": {"sentence": break_even.sentence(found)}}


def _comparison(path: Path) -> Comparison:
    return document.read(path.read_text(encoding="utf-8"))


def _setup(setup: Setup) -> Figures:
    told = {"mode": setup.mode, "workers": setup.workers, "parameters": dict(setup.parameters)}
    return {**told, "python": setup.python} if setup.python else told


def _estimate(estimate: Estimate | None) -> list[Any] | None:
    """Value, low, high, n."""
    return None if estimate is None else [estimate.value, estimate.low, estimate.high, estimate.n]


def _written(estimate: dict[str, Any] | None) -> list[Any] | None:
    """The same of a document, in which there is one of nothing where there is none."""
    if estimate is None or not estimate["n"]:
        return None
    return [estimate[key] for key in ("value", "low", "high", "n")]


# -- claims, talks, settings ------------------------------------------------------------------------------------------


def store_of_claims(path: Path) -> Figures:
    """As the window keeps them; loaded as on the machine that they are of."""
    from grandstand.ui.pages.claims import store

    results, trouble = store.load(path, json.loads(path.read_text(encoding="utf-8"))["machine"])
    known = {claim.id for claim in claims()}
    read = [
        {
            "claim": result.id, "shown": result.id in known, "verdict": result.verdict.value, "n": result.n,
            "seconds": result.seconds, "at": result.at, "problem": bool(result.problem),
            "figures": [
                [name, e.value, e.unit, e.low, e.high, e.n, e.how] for name, e in result.figures.items()
            ],
        }
        for result in results.values()
    ]  # fmt: skip
    words = {"trouble": trouble, "results": [[result.claim, result.reason] for result in results.values()]}
    return {"read": {"results": read}, "computed": {}, "words": words}


def talk(path: Path) -> Figures:
    """With every claim looked up; written and read again, it is the same talk."""
    found = read_talk(path, lambda: [claim.id for claim in claims()])
    assert parse_talk(talk_text(found)) == found
    scenes = [
        {
            "title": scene.title, "workload": scene.workload, "mode": scene.mode, "workers": scene.workers,
            "parameters": dict(scene.parameters), "layout": list(scene.layout), "notes": scene.notes,
            "start": scene.start, "span": scene.span, **_options(scene.options),
            "claim": scene.claim,
        }
        for scene in found.scenes
    ]  # fmt: skip
    return {"read": {"title": found.title, "scenes": scenes}, "computed": {}, "words": {}}


def settings(path: Path) -> Figures:
    """What the window takes up of what it remembered. Needs a QApplication."""
    from grandstand.ui.pages.compare.plan_form import PlanForm
    from grandstand.ui.shell.settings import Settings

    stored = Settings(path)
    controller = Controller(window=True)
    try:
        stored.restore_choice(controller)
        choice = controller.choice
        form = PlanForm(choice)
        form.restore(json.loads(stored.text("compare/form", "{}")))
        plan = form.plan()
        form.deleteLater()
    finally:
        controller.close()
    read = {
        "choice": {**_setting(choice.setting()), **_options(choice.options)}, "span": stored.number("span", 0.0),
        "compare": {
            "workload": plan.workload, "setups": [_setup(setup) for setup in plan.setups], "repeats": plan.repeats,
            "seconds": plan.seconds, "work": plan.work, "budget": plan.budget,
        },
    }  # fmt: skip
    return {"read": read, "computed": {}, "words": {}}


KINDS: dict[str, Callable[[Path], Figures]] = {
    ".grandstand": recording,
    ".run.json": run_document,
    ".comparison.json": comparison,
    ".beside.json": beside,
    ".break-even.json": map_of_break_even,
    ".claims.json": store_of_claims,
    ".toml": talk,
    ".ini": settings,
}
"""By the end of a file's name."""


def figures(path: Path) -> Figures:
    """Of whatever the file is, as JSON holds them. Raises KeyError for a file of no known kind."""
    (kind,) = [kind for kind in KINDS if path.name.endswith(kind)] or [path.suffix]
    found: Figures = json.loads(json.dumps(KINDS[kind](path), allow_nan=False))
    return found
