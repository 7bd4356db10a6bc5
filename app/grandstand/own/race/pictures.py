"""The pictures of a race: every way to run it, more workers, what their time went to. Pure; any thread."""

from __future__ import annotations

from grandstand.compare.leg import Setup, Way
from grandstand.own.race.answer import answer
from grandstand.own.race.causes import shares_of
from grandstand.own.race.racing import Race
from grandstand.render.comparison import over_workers
from grandstand.render.kinds import Bar, Bars, Curves, Picture, Stack, Stacks
from grandstand.session import words
from grandstand.vocabulary.states import IN_ORDER

_REASON = 46
_FEW = 8
_LEAST_SHARE = 0.004
_USE_THIS = "use this"


def pictures(race: Race) -> tuple[Picture, ...]:
    """All there is to see so far."""
    if race.reference not in race.comparison.measured:
        return ()
    made: list[Picture] = [every_way(race)]
    if len({s.workers for s in race.comparison.measured if not s.baseline}) > 1:
        made.append(more_workers(race))
    return (*made, why(race))


def every_way(race: Race) -> Bars:
    """The reference, each way with the best of its numbers of workers (all of them where they are few), and those that
    could not take part.
    """
    result = answer(race)
    use = result.use
    measured = [s for s in race.comparison.measured if race.speedup(s) is not None]
    bars = []
    for setup in measured if len(measured) <= _FEW else _telling(race, use):
        e = race.speedup(setup)
        if e is None:
            continue
        label = words.times(e.value) if setup != race.reference else "1×"
        bars.append(
            Bar(
                setup.words, e.value, setup.way.role, e.low if setup != race.reference else None,
                e.high if setup != race.reference else None,
                f"{label}  {_USE_THIS}" if setup == use and result.decided else label,
            )
        )  # fmt: skip
    for one in race.left_out:
        bars.append(Bar(one.name, 0.0, f"modes.{one.mode}", words=_short(one.reason), pale=True))
    note = f"Medians over blocks against {race.reference.words}; whiskers: 95 % intervals."
    return Bars("Every way to run it", "×", tuple(bars), 1.0, note)


def more_workers(race: Race) -> Curves:
    """Measured, fitted and ideal speedups over the number of workers."""
    return over_workers(race.comparison)


def why(race: Race) -> Stacks:
    """What the workers' time went to, of the setups that ``every_way`` shows."""
    rows, seen = [], {}
    for setup in _telling(race, answer(race).use):
        shares = shares_of(race, setup)
        parts = [(state, shares[state.key]) for state in IN_ORDER if shares[state.key] > _LEAST_SHARE]
        seen.update({state.key: (state.title, state.color) for state, _ in parts})
        rows.append(Stack(setup.words, tuple((state.color, share) for state, share in parts)))
    legend = tuple(seen[state.key] for state in IN_ORDER if state.key in seen)
    return Stacks("What the workers' time went to", tuple(rows), legend)


def _telling(race: Race, use: Setup | None) -> list[Setup]:
    best: dict[Way, Setup] = {}
    for setup in race.comparison.measured:
        e = race.speedup(setup)
        if setup.baseline or e is None:
            continue
        current = best.get(setup.way)
        known = race.speedup(current) if current is not None else None
        if current is None or known is None or e.value > known.value:
            best[setup.way] = setup
    if use is not None and not use.baseline:
        best[use.way] = use
    shown = {race.reference, *best.values(), *(s for s in race.comparison.measured if s.baseline)}
    return [setup for setup in race.comparison.plan.setups if setup in shown]


def _short(text: str) -> str:
    first = text.partition(". ")[0].rstrip(".")
    return first if len(first) <= _REASON else f"{first[: _REASON - 1].rstrip()}…"
