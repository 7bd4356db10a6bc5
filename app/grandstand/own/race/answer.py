"""What came of a race, the answer first: which way to use, by how much, and why not the others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grandstand import modes
from grandstand.compare.leg import Setup, Way
from grandstand.compare.statistics import LEAST, Estimate
from grandstand.compare.verdict import HARDLY, Met, check, condition_parts
from grandstand.modes import described
from grandstand.own import recommend, takehome
from grandstand.own.race.causes import EQUAL, busy, cores_give, costs, gil_share, impossible, shares_of, why_not
from grandstand.own.race.racing import Race
from grandstand.session import words

_WORSE = 0.97
_MORE = 1.1
_NOT_QUIET = 0.2
"""Of the cores, kept busy by others: then the answer itself says so."""
_OPEN = 1.15
"""An interval that reaches further up than this does not say that a way does not help."""


@dataclass(frozen=True)
class Answer:
    """``text``: which way, and by how much. ``use``: its setup, None where nothing could be told.

    ``reasons``: a sentence for each other way. ``way``: as a program to take home, None where there is none.
    """

    text: str
    use: Setup | None = None
    speedup: Estimate | None = None
    reasons: tuple[str, ...] = ()
    way: recommend.Way | None = None
    code: dict[str, str] = field(default_factory=dict)
    decided: bool = True
    """Whether the intervals tell; else ``use`` is only what does no harm."""

    @property
    def sentence(self) -> str:
        return " ".join((self.text, *self.reasons))


def answer(race: Race) -> Answer:
    """Of what has been measured so far."""
    comparison, reference = race.comparison, race.reference
    if reference not in comparison.measured:
        why = comparison.failures.get(reference, "nothing has been measured yet.")
        return Answer(f"There is no answer: {why}")
    speedups = {s: e for s in comparison.measured if s != reference and (e := race.speedup(s)) is not None}
    if not speedups:
        rate = words.rate(comparison.rate(reference).value, comparison.unit)
        return Answer(f"Only {reference.words} could be measured: {rate}.", reference, None, (), _way(race, reference))
    better = {s: e for s, e in speedups.items() if e.above(1 + HARDLY) and not impossible(race, s, e)}
    if not better:
        use, e, decided = reference, None, True
        if all(e.low is None for e in speedups.values()):
            first = max(speedups, key=lambda s: speedups[s].value)
            blocks = len(comparison.of(reference))
            text = (
                f"It is too early to tell: {first.words} came to {words.times(speedups[first].value)} in {blocks} "
                f"block{'s' if blocks != 1 else ''}, and {LEAST} are the least for an interval."
            )
            return Answer(text, None, speedups[first])
        text = f"Run it {_sequentially(reference)}: no other way is surely faster here."
        wide = [s for s, e in speedups.items() if e.high is not None and e.high > _OPEN and not impossible(race, s, e)]
        decided = not wide
        if wide:
            first = max(wide, key=lambda s: speedups[s].value)
            text = (
                f"No winner yet: {first.words} did {between(speedups[first])} of {reference.words}. "
                "Race it longer, or on a quiet machine."
            )
    else:
        decided = True
        use = _choose(race, better)
        e = better[use]
        text = f"Use {use.words}: {between(e)} as fast as {reference.words}."
    return _with_code(race, Answer(text, use, e, tuple(_reasons(race, use, speedups)), _way(race, use), {}, decided))


def between(e: Estimate) -> str:
    """'3.1× (2.9–3.3)'; the figure alone where there is no interval."""
    if e.low is None or e.high is None:
        return f"{_figure(e.value)}×"
    return f"{_figure(e.value)}× ({_figure(e.low)}–{_figure(e.high)})"


def _figure(value: float) -> str:
    return f"{value:.2f}" if value < 9.95 else f"{value:.1f}" if value < 99.5 else f"{value:.0f}"


def _sequentially(reference: Setup) -> str:
    return "one call after the other" if described(reference.mode).baseline else f"as {reference.words}"


def _choose(race: Race, better: dict[Setup, Estimate]) -> Setup:
    """The best, or of those that are as good the one that costs least: the cheaper mode, then the fewer workers."""
    best = max(better, key=lambda s: better[s].value)
    equal = [s for s in better if s == best or _as_good(race, s, best)]
    python = race.reference.python
    return min(equal, key=lambda s: (s.python != python, described(s.mode).order, s.workers))


def _as_good(race: Race, one: Setup, best: Setup) -> bool:
    e = race.comparison.against(best, one)
    return e is not None and e.low is not None and e.value < EQUAL and not e.above(1 + HARDLY)


def _reasons(race: Race, use: Setup, speedups: dict[Setup, Estimate]) -> list[str]:
    """A sentence for the best of each other way."""
    best: dict[Way, Setup] = {}
    several = {s.way for s in speedups if s.workers > 1}
    for setup, e in speedups.items():
        if setup.way == use.way or (setup.workers == 1 and setup.way in several):
            continue
        if setup.way not in best or e.value > speedups[best[setup.way]].value:
            best[setup.way] = setup
    reasons = [_reason(race, use, one, speedups[one]) for one in best.values()]
    more = _beyond(race, use, speedups)
    reasons += [more] if more else []
    if busy(race) > _NOT_QUIET * race.cores:
        reached, most = race.speedup(use), cores_give(race)
        much = (
            f" {between(reached)} is more than {words.cores(race.cores)} can give: beside other programs more workers "
            "get more of the cores."
            if reached is not None and most is not None and reached.value > _MORE * most
            else ""
        )
        reasons.append(
            f"Other programs kept {busy(race):.1f} of {words.cores(race.cores)} busy meanwhile: measure it again on a "
            f"quiet machine before you decide.{much}"
        )
    return reasons


def _reason(race: Race, use: Setup, one: Setup, e: Estimate) -> str:
    mode = described(one.mode)
    title = one.way.title
    if e.below(_WORSE):
        why = why_not(race, one, mode)
        return f"{title} make it slower, {between(e)}{f': {why}' if why else ''}."
    if impossible(race, one, e):
        share = words.percent(gil_share(race) or 1.0)
        return (
            f"{_capital(one.words)} came to {between(e)}, which is more than they can gain by themselves, since it "
            f"holds the GIL {share} of the time: they got more of the busy cores."
        )
    if not e.above(1 + HARDLY):
        why = why_not(race, one, mode)
        if e.low is None or (e.high is not None and e.high > _OPEN and "GIL" not in why):
            return f"Of {one.words} no difference is shown: {between(e)}."
        return f"{title} do not help{f': {why}' if why else f' ({between(e)})'}."
    if race.comparison.against(use, one) is not None and use != race.reference and _as_good(race, one, use):
        price = costs(race, one, use)
        return f"{_capital(one.words)} are as fast, {between(e)}{f', but {price}' if price else ''}."
    return f"{_capital(one.words)} came to {between(e)}."


def _beyond(race: Race, use: Setup, speedups: dict[Setup, Estimate]) -> str:
    """Whether more workers of the chosen way gained anything."""
    more = [s for s in speedups if s.way == use.way and s.workers > use.workers]
    if not more or use == race.reference:
        return ""
    gains = [race.comparison.against(s, use) for s in more]
    if all(e is not None and not e.above(1 + HARDLY) for e in gains):
        return f"Beyond {use.words} nothing is gained."
    return ""


def _way(race: Race, use: Setup) -> recommend.Way | None:
    """As a program; None for a way that there are no programs of."""
    usual = recommend.recommend(race.diagnosis, race.cores)
    if not takehome.written(use.mode):
        return None
    chunk = recommend.chunk(race.diagnosis, use.workers) if described(use.mode).own_process else 1
    if usual is not None and usual.mode == use.mode and usual.workers == use.workers:
        chunk = usual.chunk
    return recommend.Way(use.mode, use.workers, chunk, f"Measured: {use.words}.")


def _with_code(race: Race, result: Answer) -> Answer:
    if result.way is None:
        return result
    try:
        program = takehome.program(race.own, result.way)
        code = {"program": program, **takehome.variants(race.own, result.way)}
    except (ValueError, KeyError):
        return result
    return replace(result, code=code)


def is_condition(condition: str) -> None:
    """Raises ValueError or KeyError, saying why it is none."""
    modes.load(condition_parts(condition)[0])


def met(race: Race, condition: str) -> Met:
    """A condition like 'processes >= 2': without @workers the best number of them must meet it.

    Raises ValueError for what is no condition, or names what does not take part.
    """
    mode, count = condition_parts(condition)
    missing = [one for one in race.left_out if one.mode == mode]
    setups = [s for s in race.comparison.plan.setups if s.mode == mode and s.python == race.reference.python]
    if not setups and missing:
        return Met(False, f"{condition}: not met, {missing[0].name} could not run: {missing[0].reason}")
    if count is not None or not setups:
        return check(race.comparison, condition)
    measured = [(s, e) for s in setups if s in race.comparison.measured and (e := race.speedup(s)) is not None]
    with_interval = [(s, e) for s, e in measured if e.low is not None] or measured
    best = max(with_interval, key=lambda pair: pair[1].value)[0] if with_interval else setups[0]
    alone = replace(race.comparison, plan=replace(race.comparison.plan, setups=(race.reference, best)))
    return replace(check(alone, condition))


def warnings(race: Race) -> list[str]:
    """What to mind: of the plan, of the measurements, of what the doctor found."""
    lines = list(race.notes)
    lines += [text for text in race.comparison.warnings() if not _of_dropped(race, text)]
    lines += [f"{one.title}: {one.text}" for one in race.diagnosis.findings if _matters(one.id, one.verdict)]
    if race.changed:
        lines.append(f"{race.own.file.name} was changed meanwhile: what was measured is the file as it was.")
    return lines


def _of_dropped(race: Race, text: str) -> bool:
    """That one that dropped out has few blocks is no news."""
    few = "block gives no interval" in text or "blocks give no interval" in text
    return few and any(len(race.comparison.of(s)) >= LEAST for s in race.comparison.measured)


def _matters(ident: str, verdict: str) -> bool:
    return verdict in ("mind", "fails") and ident in ("results", "globals", "random", "pools", "threads", "leaves")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def rows(race: Race, shown: Sequence[Setup] = ()) -> list[dict[str, Any]]:
    """A row a setup, pandas-friendly: plain names and numbers; None where there is no figure."""
    chosen = answer(race).use
    table = []
    for setup in shown or race.comparison.measured:
        rate, speedup = race.comparison.rate(setup), race.speedup(setup)
        start = race.comparison.start_up(setup)
        memory = race.comparison.estimate(setup, lambda x: x.memory)
        table.append(
            {
                "setup": setup.words, "mode": setup.mode, "workers": setup.workers, "python": setup.python or None,
                "speedup": speedup.value if speedup else None, "low": speedup.low if speedup else None,
                "high": speedup.high if speedup else None, "blocks": rate.n, "per_second": rate.value,
                "unit": race.comparison.unit, "start_up_s": start.value if start else None,
                "memory_mb": memory.value if memory else None, "use": setup == chosen,
                "dropped": race.dropped.get(setup, ""),
                **{f"share_{key}": share for key, share in shares_of(race, setup).items()},
            }
        )  # fmt: skip
    return table
