"""The one sentence under the charts, computed from the figures. A pure function; any thread."""

from __future__ import annotations

from dataclasses import dataclass, replace

from grandstand import modes
from grandstand.session import words
from grandstand.session.scoreboard import LONG_ENOUGH
from grandstand.session.summary import Summary
from grandstand.vocabulary.states import BY_KEY, CORE, IDLE, IO, UNKNOWN

_NOTABLE = 0.05
_NOTABLE_STOP = 0.05
"""Seconds."""
_SAME = 0.05
_FULL = 0.85
"""Share of all cores: whoever has less while waiting for one shares the machine, with this window or with others."""
STARVED = 0.15
"""A single thread that waits longer than this for a core was measured on a busy machine, and is no baseline."""


@dataclass(frozen=True)
class Sentence:
    """``tone`` is a mode key, ``warning`` or ``neutral``: the color of the bar's edge."""

    text: str
    tone: str


def failures(summary: Summary) -> Sentence | None:
    """What there is to say when workers have failed; None when none has."""
    bad = [w for w in summary.workers if w.trouble and w.exit not in ("stopped", "running")]
    if not bad:
        return None
    first = bad[0]
    others = {w.exit for w in summary.workers if w not in bad}
    rest = "The others go on."
    if "running" not in others:
        rest = "The others were stopped." if "stopped" in others else "None is left."
    if len(bad) == 1:
        return Sentence(f"Worker {first.id} ended: {_short(first.trouble)}. {rest}", "warning")
    same = all(w.trouble == first.trouble for w in bad)
    how = _short(first.trouble) if same else f"worker {first.id}: {_short(first.trouble)}"
    return Sentence(f"{len(bad)} of {len(summary.workers)} workers ended: {how}. {rest}", "warning")


def sentence(summary: Summary, unit: str, baseline: Summary | None, cores: int) -> Sentence:
    """What the figures of a run mean, against the baseline where that was measured on the same work."""
    figures = _figures(summary, unit, baseline, cores)
    note = suspended(summary)
    return replace(figures, text=f"{figures.text} {note}") if note else figures


def suspended(summary: Summary) -> str:
    """That workers were stopped from outside meanwhile, and what became of that time; '' where none was."""
    if summary.suspended_seconds < _NOTABLE_STOP:
        return ""
    many, of = summary.suspended_workers, len(summary.workers)
    if many >= of:
        who = "It was" if of == 1 else "They were"
    else:
        who = f"{many} of {of} workers {'was' if many == 1 else 'were'}"
    took = words.seconds(summary.suspended_seconds)
    return f"{who} suspended (stopped from outside) for {took}; that time is left out."


def _figures(summary: Summary, unit: str, baseline: Summary | None, cores: int) -> Sentence:
    failed = failures(summary)
    if failed is not None:
        return failed
    mode, count = summary.setting.mode, summary.setting.workers
    kind = modes.described(mode)
    who = summary.setting.words
    going = any(w.exit == "running" for w in summary.workers)
    if not summary.measured or (going and summary.seconds < LONG_ENOUGH):
        return Sentence(f"{_capital(who)} starting. The first figures follow in a moment.", mode)
    if kind.baseline:
        return Sentence(
            f"{kind.title}: {words.rate(summary.per_second, unit)} from a single thread, "
            f"{words.number(summary.cpu_cores, 2)} of {cores} cores in use{_mostly(summary)}{_held_back(summary)}. "
            f"Now switch to {_others()}.",
            mode,
        )
    if baseline is None or baseline.per_second <= 0:
        return Sentence(
            f"{_capital(who)}: {words.rate(summary.per_second, unit)}, {_why(summary, cores)}. "
            f"Measure {modes.baseline().title} as well to see what that is worth.",
            mode,
        )
    ratio = summary.per_second / baseline.per_second
    text = f"{_capital(who)} did {_compared(ratio, count, _against(summary, baseline))}: {_why(summary, cores)}."
    if baseline.starved - _kept_by_quota(baseline) > STARVED:
        had = words.percent(1 - baseline.starved)
        return Sentence(
            f"{text} But {modes.baseline().title} had only {had} of a core when it was measured: do that again.",
            "warning",
        )
    return Sentence(text, mode)


def _others() -> str:
    """The two that most people want to see next."""
    others = [mode.plural for mode in modes.every() if not mode.baseline and not mode.in_window]
    return " or ".join(others[:2])


def _against(summary: Summary, baseline: Summary) -> str:
    """'running sequentially', and under which Python where it is another one."""
    against = modes.baseline().against
    if baseline.setting.python == summary.setting.python:
        return against
    under = baseline.setting.under or " on Grandstand's own Python"
    return f"{against}{under}"


def _compared(ratio: float, count: int, against: str) -> str:
    if count > 1 and abs(ratio - 1) <= _SAME:
        return f"no more work than {against} ({words.times(ratio)})"
    if ratio < 1 - _SAME:
        return f"less work than {against} ({words.times(ratio)})"
    return f"{words.times(ratio)} as much work as {against}"


def _why(summary: Summary, cores: int) -> str:
    """The largest reason in the accounts; before it, what was not their turn."""
    idle = summary.share(IDLE)
    if not modes.described(summary.setting.mode).in_window or idle < _NOTABLE:
        return _reason(summary, cores, "time", 1.0)
    held = f"{words.percent(idle)} of the time it was not their turn"
    why = "frame slots let in a few at a time, and none while the window draws"
    return f"{held} ({why}); {_reason(summary, cores, 'rest', 1 - idle)}"


def _reason(summary: Summary, cores: int, of_what: str, whole: float) -> str:
    """``whole``: the share of their time that ``of_what`` means."""
    waits = summary.waiting_shares()
    if not waits or summary.share(*(BY_KEY[k] for k in waits)) < _NOTABLE * whole:
        got = f"{words.number(summary.cpu_cores, 2)} of {cores} cores"
        return f"they computed nearly all the {of_what}, on {got}{_held_back(summary)}"
    kind = max(waits, key=lambda k: waits[k])
    waiting = f"{words.percent(waits[kind])} of their waiting was {BY_KEY[kind].wait}"
    if kind == UNKNOWN.key:
        waiting += f" ({UNKNOWN.explained})"
    held = _held_back(summary)
    if kind == CORE.key:
        got = f"{words.number(summary.cpu_cores, 2)} of {cores} cores"
        had = f"kept {got} busy" if summary.cpu_cores >= _FULL * cores else f"got only {got}"
        return f"they {had}{held}, and {waiting}"
    if kind == IO.key:
        return f"{waiting}, and waits for I/O can overlap{held}"
    return f"{waiting}{held}"


def _held_back(summary: Summary) -> str:
    """', held back by the CPU quota (the time of one core)', where that was so."""
    use = summary.quota
    return f", held back by the CPU quota ({words.core_time(use.cores)})" if use is not None and use.notable else ""


def _kept_by_quota(summary: Summary) -> float:
    """What of a single thread's core a quota keeps from it, as a share: no busy machine's doing."""
    use = summary.quota
    return max(0.0, 1 - use.cores) if use is not None and use.notable else 0.0


def _mostly(summary: Summary) -> str:
    io = summary.share(IO)
    return f", {words.percent(io)} of the time waiting for I/O or for their turn" if io > 0.2 else ""


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77].rstrip() + "…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
