"""Globals, random numbers, and whether every mode gives the same results. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from grandstand.engine.own.digest import SAME_UNKNOWN
from grandstand.own.finding import FAILS, MIND, OK, UNCHECKED, Finding
from grandstand.own.naming import Own
from grandstand.own.static import REBINDS, STORES, Static, Write

Raw = Mapping[str, Any]


def globals_changed(own: Own, static: Static, raw: Raw) -> Finding:
    """Of what ``state.measure`` saw, and of the function as it is written."""
    changed = list(raw["changed"])
    evidence = {
        "changed": changed, "calls": raw["calls"],
        "writes": [{"name": w.name, "line": w.line, "how": w.how, "locked": w.locked} for w in static.writes],
    }  # fmt: skip
    written = {write.name for write in static.writes}
    unread = [name for name in changed if name.partition(".")[0] not in written]
    grows = [write for write in static.writes if write.accumulates]
    unlocked = [write for write in static.writes if not write.accumulates and not write.locked]
    texts = []
    if grows:
        texts.append(
            f"It {_where(grows)}: each process changes its own copy, and what is collected there is lost"
            + (
                "; threads do it at the same time, without a lock"
                if any(not write.locked for write in grows)
                else "; for threads there is a lock"
            )
            + ". Return it instead."
        )
    if unlocked:
        texts.append(
            f"It {_where(unlocked)} without a lock: two threads may find it missing at the same time and "
            "both fill it in, "
            "and each process has its own. Hold a lock around looking and storing (or functools.lru_cache)."
        )
    if unread:
        texts.append(
            f"Calls change {', '.join(unread[:4])}: shared by threads without a lock that can be seen, and "
            "each process "
            "has its own."
        )
    if texts:
        return Finding("globals", MIND, " ".join(texts), evidence)
    if static.writes:
        names = ", ".join(dict.fromkeys(write.name for write in static.writes))
        return Finding("globals", OK, f"It changes {names} under a lock; each process fills its own.", evidence)
    return Finding("globals", OK, f"None changed in {raw['calls']:,} calls.", evidence)


def _where(writes: list[Write]) -> str:
    """'adds to FOUND (line 7) and rebinds COUNT (line 9)'."""
    parts: dict[tuple[str, str], int] = {}
    for write in writes:
        parts.setdefault((write.how, write.name), write.line)
    texts = [f"{_verb(how)} {name} (line {line})" for (how, name), line in list(parts.items())[:4]]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _verb(how: str) -> str:
    return {REBINDS: "changes the global", STORES: "stores in"}.get(how, how)


def random_numbers(own: Own, state: Raw, first: Raw, again: Raw, forks: Raw | None) -> Finding:
    """``first`` and ``again``: the calls in two fresh processes; ``forks``: in two forks of one."""
    draws = list(state["draws"])
    evidence: dict[str, Any] = {"draws": draws}
    if not draws:
        return Finding("random", OK, "It draws none from a generator that it shares with others.", evidence)
    one, two = first["passes"][0], first["passes"][1]
    fresh = again["passes"][0]
    moves = [i for i in range(len(one)) if one[i] != two[i]]  # where a second draw differs from the first
    names = ", ".join(draws)
    if not moves:
        return Finding(
            "random", OK, f"It draws from {names}, and its results do not depend on what is drawn.", evidence
        )
    if all(one[i] == fresh[i] for i in moves):
        evidence["repeats"] = "every process"
        return Finding(
            "random", FAILS,
            f"It draws from {names}, which starts at the same seed in every process: all workers draw the "
            "same numbers. "
            "Seed a generator for each item (random.Random(item)) or each worker.", evidence,
        )  # fmt: skip
    if forks is None:
        return Finding("random", OK, f"It draws from {names}; this system does not fork.", evidence)
    left, right = forks["forks"]
    if left is None or right is None:
        return Finding("random", UNCHECKED, f"It draws from {names}, and does not work in a forked process.", evidence)
    if all(left[i] == right[i] for i in moves):
        evidence["repeats"] = "forks"
        return Finding(
            "random", FAILS,
            f"It draws from {names}: two forked workers drew the same numbers. Seed in each worker (an "
            "initializer), or "
            "make a generator for each item.", evidence,
        )  # fmt: skip
    return Finding(
        "random", OK, f"It draws from {names}, and forked workers drew different numbers. Without a seed nobody can "
        "repeat the results.", evidence,
    )  # fmt: skip


def results(own: Own, state: Raw, first: Raw, again: Raw, threads: Raw, parts: Sequence[Raw]) -> Finding:
    """Sequential twice, in threads, and shared out to processes: digests of the same calls."""
    one, two = first["passes"][0], first["passes"][1]
    fresh = again["passes"][0]
    count = len(one)
    evidence: dict[str, Any] = {"calls": count, "thread_rounds": threads["rounds"]}
    if any(digest.startswith(SAME_UNKNOWN) for digest in one):
        return Finding(
            "results", UNCHECKED, "Its results cannot be compared: they hold objects without a value.", evidence
        )
    differ = [i for i in range(count) if one[i] != fresh[i]]
    if differ:
        evidence["differs"] = "run to run"
        drawn = f"it draws from {', '.join(state['draws'])} without a seed" if state["draws"] else ""
        why = drawn or "the time, an identity, or the order of a set may be in them"
        return Finding(
            "results", MIND,
            f"Its results differ from run to run, in every mode ({_calls(own, differ)}): {why}. There is nothing to "
            "compare the modes with.", evidence,
        )  # fmt: skip
    again_differ = [i for i in range(count) if one[i] != two[i]]
    if again_differ:
        evidence["differs"] = "call to call"
        changed = ", ".join(state["changed"] or state["draws"])
        through = f" (through {changed})" if changed else ""
        return Finding(
            "results", FAILS,
            f"What a call returns depends on the calls before it{through}. Processes each begin anew, and threads get "
            "there in another order: both give other results than one call after the other.", evidence,
        )  # fmt: skip
    bad = [i for i in range(count) if any(digest != one[i] for digest in threads["digests"][i])]
    if bad:
        evidence["differs"] = "threads"
        return Finding(
            "results", FAILS,
            f"Threads give other results ({_calls(own, bad)}): they are in each other's way in something they share.",
            evidence,
        )  # fmt: skip
    for offset, part in enumerate(parts):
        got = part["passes"][0]
        wrong = [offset + len(parts) * k for k, digest in enumerate(got) if digest != one[offset + len(parts) * k]]
        if wrong:
            evidence["differs"] = "processes"
            return Finding(
                "results", FAILS,
                f"Processes give other results ({_calls(own, wrong)}): a call relies on what an earlier one has left.",
                evidence,
            )  # fmt: skip
    return Finding(
        "results", OK,
        f"{count} call{'s' if count > 1 else ''}: the same in threads ({threads['rounds']} rounds) and in "
        "processes as "
        "one after the other.", evidence,
    )  # fmt: skip


def _calls(own: Own, numbers: list[int]) -> str:
    """'item 3 and 4 more', 'call 2'."""
    word = "item" if own.items is not None else "call"
    more = f" and {len(numbers) - 1} more" if len(numbers) > 1 else ""
    return f"{word} {numbers[0]}{more}"
