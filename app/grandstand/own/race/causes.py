"""Why a race came out as it did: the GIL, the cores, other programs, what a way costs. Pure."""

from __future__ import annotations

from grandstand.compare.comparison import NOTABLE_OTHERS
from grandstand.compare.leg import Setup
from grandstand.compare.statistics import Estimate
from grandstand.modes import described
from grandstand.modes.mode import Mode
from grandstand.own.race.racing import Race
from grandstand.session import words
from grandstand.vocabulary.states import GIL, WAITING, WAITS

EQUAL = 1.06
"""Two that are not surely apart, and whose medians are no further apart than this, are as good as each other."""
HOLDS = 0.5
_NOTABLE = 0.25
_MUCH_MB, _LONG_S = 5.0, 0.05


def busy(race: Race) -> float:
    """Cores that other programs kept busy, on average."""
    others = [x.others for x in race.comparison.measurements]
    return sum(others) / len(others) if others else 0.0


def cores_give(race: Race) -> float | None:
    """The speedup that the cores allow at most, of a function that computes for so much of a call; None: not known."""
    spent = race.diagnosis.raw.get("sharing.measure")
    if not spent:
        return None
    computing = float(spent["thread_cpu"]) / max(spent["wall"] - spent["run_delay"], 1e-9)
    return float(race.cores / computing) if computing > HOLDS else None


def gil_share(race: Race) -> float | None:
    """The share of a call for which it has the GIL, as the doctor measured it."""
    gil = race.diagnosis.finding("gil")
    share = gil.evidence.get("outside_share") if gil is not None else None
    return share if share is not None or gil is None else gil.evidence.get("counter_share")


def impossible(race: Race, one: Setup, e: Estimate) -> bool:
    """Whether workers that share a GIL came to more than it lets them: beside other programs more threads get more of
    the cores, which is no speedup."""
    mode, share = described(one.mode), gil_share(race)
    if mode.own_gil or mode.in_tasks or one.python != race.reference.python or not share or share < HOLDS:
        return False
    return busy(race) > NOTABLE_OTHERS and e.value > EQUAL / share


def why_not(race: Race, one: Setup, mode: Mode) -> str:
    """Why a way does not help, out of the doctor's figures or of its own account; '' where neither tells."""
    share = gil_share(race)
    if not mode.own_gil and not mode.in_tasks and share is not None and share >= HOLDS:
        return f"it holds the GIL {words.percent(share)} of the time"
    shares = shares_of(race, one)
    waits = {state: shares.get(state.key, 0.0) for state in WAITS}
    kind = max(waits, key=lambda state: waits[state])
    if waits[kind] >= _NOTABLE:
        return f"its workers spent {words.percent(waits[kind])} of their time {kind.title}"
    return ""


def shares_of(race: Race, setup: Setup) -> dict[str, float]:
    """The mean share of each state in the workers' time.

    What a function waits for by itself is bracketed nowhere, so workers that share a GIL count it as waiting for that.
    The doctor measured how long a call waits by itself, alone: so much of each call is told as waiting.
    """
    shares = race.comparison.shares(setup)
    spent = race.diagnosis.raw.get("sharing.measure")
    mode = described(setup.mode)
    rate = race.comparison.rate(setup).value
    if mode.own_gil or mode.baseline or mode.in_tasks or not spent or not spent.get("calls") or rate <= 0:
        return shares
    if race.own.counts not in ("calls", "items"):
        return shares
    alone = max(0.0, spent["wall"] - spent["run_delay"] - spent["thread_cpu"]) / spent["calls"]
    waits = min(shares.get(GIL.key, 0.0), alone * rate / setup.workers)
    return {**shares, GIL.key: shares.get(GIL.key, 0.0) - waits, WAITING.key: shares.get(WAITING.key, 0.0) + waits}


def costs(race: Race, one: Setup, use: Setup) -> str:
    """What the other way costs that this one does not: 'need 0.8 s to start and 310 MB more'."""
    parts = []
    starts = [race.comparison.start_up(s) for s in (one, use)]
    if starts[0] and starts[1] and starts[0].value > starts[1].value + _LONG_S:
        parts.append(f"{words.seconds(starts[0].value)} to start")
    memory = race.comparison.estimate(one, lambda x: x.memory)
    mine = race.comparison.estimate(use, lambda x: x.memory)
    if memory is not None:
        total = memory.value * one.workers - (mine.value * use.workers if mine else 0.0)
        if total > _MUCH_MB:
            parts.append(f"{total:.0f} MB {'more' if mine else 'of memory of their own'}")
    return f"need {' and '.join(parts)}" if parts else ""
