"""The doctor: what stands in the way of running a function in threads, processes, an event loop. Blocks; any thread.

Each question is asked in a child process of its own, under the project's Python. A question that has to wait for the
answer to another (nothing can be measured of what cannot be imported) is answered "not checked", with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import psutil

from grandstand.control.named import memory_limit
from grandstand.hosts import scratch
from grandstand.own.children import Children, TookTooLong, Unmeasured, put_description
from grandstand.own.finding import FAILS, MIND, TITLES, UNCHECKED, Finding
from grandstand.own.naming import Own
from grandstand.own.reference import ASYNC
from grandstand.own.rules import needs, sending, starting, state, time
from grandstand.own.static import Static, look
from grandstand.session import words

CALL_S = 20.0
"""The longest that a first call may take, unless told."""
_IMPORT_S = 60.0
_CACHED_S = 0.1
_STRETCH_S = 0.25
_SAMPLES_S = 1.0
_MOST_COMPARED, _LEAST_COMPARED = 24, 3
_TASKS = 10
Hear = Callable[[Finding], None]
Raw = dict[str, Any]
__all__ = ["CALL_S", "Diagnosis", "examine"]


@dataclass
class Diagnosis:
    """``findings`` in the order of finding.TITLES. ``call_seconds``: of a usual call; 0 where none came back."""

    own: Own
    findings: list[Finding] = field(default_factory=list)
    call_seconds: float = 0.0
    stops: str = ""
    """Why it does not run at all; '' where it does."""
    raw: dict[str, Raw] = field(default_factory=dict)
    """What was measured, by question: for whoever recommends a way."""

    def finding(self, ident: str) -> Finding | None:
        return next((one for one in self.findings if one.id == ident), None)

    @property
    def fails(self) -> bool:
        """Whether it cannot run at all."""
        return bool(self.stops)

    @property
    def sentence(self) -> str:
        """The answer first."""
        count = {verdict: [f for f in self.findings if f.verdict == verdict] for verdict in (FAILS, MIND, UNCHECKED)}
        if self.fails:
            return f"{self.own.shown} does not run. {self.stops}"
        parts = []
        if count[FAILS]:
            parts.append(f"{len(count[FAILS])} will fail ({', '.join(f.title.lower() for f in count[FAILS])})")
        if count[MIND]:
            parts.append(f"{len(count[MIND])} to watch out for ({', '.join(f.title.lower() for f in count[MIND])})")
        if count[UNCHECKED]:
            parts.append(f"{len(count[UNCHECKED])} not checked")
        rest = "; ".join(parts) or "nothing to watch out for"
        return f"{self.own.call}: {len(self.findings)} checks, {rest}."

    def as_dict(self) -> dict[str, Any]:
        """docs/json.md describes it."""
        return {
            "schema": 1, "kind": "doctor", "function": self.own.as_dict(), "python": self.own.python.as_dict(),
            "call_seconds": self.call_seconds, "sentence": self.sentence,
            "findings": [one.as_dict() for one in self.findings],
        }  # fmt: skip


def examine(
    own: Own,
    hear: Hear = lambda finding: None,
    cancelled: Callable[[], bool] = lambda: False,
    call_limit: float = CALL_S,
    only: Collection[str] = TITLES,
) -> Diagnosis:
    """All findings, or ``only`` some; ``hear`` is told each as it comes.

    The person's code runs: whoever calls this has been told to.

    Raises ExperimentCancelled, and OSError where there is no temporary folder.
    """
    memory = own.memory or memory_limit(1)
    with scratch.part("doctor") as folder:
        described = {**own.described(), "memory": memory}
        path = put_description(described, folder)
        doctor = _Doctor(own, Children(own.python.executable, path, memory, cancelled), hear, call_limit, only)
        return doctor.examine()


class _Doctor:
    def __init__(self, own: Own, children: Children, hear: Hear, call_limit: float, only: Collection[str]) -> None:
        self._own = own
        self._children = children
        self._hear = hear
        self._limit = call_limit
        self._only = only
        self._static: Static = look(own.file, own.function.name)
        self._found = Diagnosis(own)

    def examine(self) -> Diagnosis:
        if self._importing() and self._first_call():
            self._rest()
        self._found.findings.sort(key=lambda one: list(TITLES).index(one.id))
        return self._found

    def _tell(self, *findings: Finding) -> None:
        for finding in findings:
            if finding.id in ("import", "call") and finding.verdict == FAILS:
                self._found.stops = finding.text
            if finding.id not in self._only:
                continue
            self._found.findings.append(finding)
            self._hear(finding)

    def _unchecked(self, why: str, idents: Iterable[str] = ()) -> None:
        checked = {one.id for one in self._found.findings}
        for ident in idents or TITLES:
            if ident not in checked:
                self._tell(Finding(ident, UNCHECKED, why))

    def _measure(self, what: str, patience: float, call_limit: float = 0.0, **options: Any) -> Raw:
        raw = self._children.measure(what, patience, call_limit, **options)
        self._found.raw[what] = raw
        return raw

    def _asked(
        self, idents: Iterable[str], measured: Callable[[], Iterable[Finding]], also: Iterable[str] = ()
    ) -> None:
        """What ``measured`` finds; where nothing comes of it these are not checked, and why is said.

        ``also``: what needs the measurement besides.
        """
        if not {*idents, *also} & set(self._only):
            return
        try:
            self._tell(*measured())
        except Unmeasured as problem:
            self._unchecked(f"Nothing was measured: {problem}.", idents)

    def _importing(self) -> bool:
        try:
            timed = self._measure("imports.timed", _IMPORT_S)
            if timed["error"] is None and timed["seconds"] > _CACHED_S:  # it may have compiled what it imports
                timed = min(timed, self._measure("imports.timed", _IMPORT_S), key=lambda one: one["seconds"])
        except TookTooLong as problem:
            self._tell(Finding("import", FAILS, f"Importing the file does not end: {problem}."))
        except Unmeasured as problem:
            self._tell(Finding("import", FAILS, f"Importing the file fails: {problem}."))
        else:
            self._tell(starting.imported(self._own, timed))
            traced: list[Raw] = []

            def guard() -> list[Finding]:
                traced.append(self._measure("imports.traced", _IMPORT_S))
                return [starting.main_guard(self._own, self._static, traced[0])]

            self._asked(("main-guard",), guard, also=("random", "start-method"))
            self._traced = traced[0] if traced else None
            if timed["error"] is None:
                return True
        self._unchecked("It cannot be imported.")
        return False

    def _first_call(self) -> bool:
        try:
            raw = self._measure("calls.first", 2 * _IMPORT_S + 6 * self._limit, call_limit=self._limit)
        except TookTooLong:
            limit = words.seconds(self._limit)
            text = f"{self._own.call} did not come back within {limit} (--limit). Does it wait for something?"
            self._tell(Finding("call", FAILS, text))
        except Unmeasured as problem:
            self._tell(Finding("call", FAILS, f"{self._own.call}: {problem}."))
        else:
            self._tell(starting.first_call(self._own, raw))
            if raw["error"] is None:
                self._found.call_seconds = raw["usual_seconds"]
                self._number = int(raw["number"])
                return True
        self._unchecked("No call came back.")
        return False

    def _rest(self) -> None:
        own, each = self._own, self._found.call_seconds
        patience = _IMPORT_S + 20 * max(each, 0.05)
        stretch = max(_STRETCH_S, min(each, self._limit))
        most = max(2, min(2_000, int(_SAMPLES_S / max(each, 1e-6))))
        pickle_problems = 0

        def sent() -> list[Finding]:
            nonlocal pickle_problems
            raw = self._measure("calls.pickled", patience)
            pickle_problems = len(raw["parts"])
            return [sending.pickled(own, raw), sending.transfer(own, raw)]

        def spent() -> list[Finding]:
            raw = self._measure("sharing.measure", patience + 40 * stretch, seconds=stretch, call_seconds=each)
            return [time.waiting(own, raw), time.gil(own, raw)]

        def needed() -> list[Finding]:
            raw = self._measure("resources.measure", patience, seconds=_SAMPLES_S, most=most)
            available = int(psutil.virtual_memory().available)
            return [
                needs.memory(own, raw, available), needs.threads(own, raw), needs.pools(own, raw),
                needs.leaves(own, raw),
            ]  # fmt: skip

        self._asked(("pickle", "transfer"), sent)
        self._asked(("waiting", "gil"), spent)
        self._asked(("memory", "threads", "pools", "leaves"), needed)
        self._asked(("globals", "random", "results"), lambda: self._same(each, most, patience))
        self._asked(("async",), lambda: self._async(patience))
        self._asked(("interpreters",), lambda: self._interpreters(patience))
        self._asked(("free-threading",), self._free_threading)
        if self._traced is None:
            self._unchecked("Its import could not be watched.", ("start-method",))
        else:
            self._tell(starting.start_method(own, self._static, self._traced, pickle_problems))

    def _same(self, each: float, most: int, patience: float) -> list[Finding]:
        own = self._own
        seen = self._measure("state.measure", patience, seconds=_SAMPLES_S, most=most)
        findings = [state.globals_changed(own, self._static, seen)]
        self._tell(*findings)
        count = max(_LEAST_COMPARED, min(_MOST_COMPARED, int(_SAMPLES_S / max(each, 1e-4))))
        if own.items is not None:
            count = min(count, len(own.items.values))
        numbers = list(range(count))
        patience += 4 * count * each
        first = self._measure("results.in_order", patience, numbers=numbers, passes=2)
        again = self._children.measure("results.in_order", patience, numbers=numbers, passes=1)
        forks = None
        if seen["draws"] and self._traced is not None and "fork" in self._traced["start_methods"]:
            forks = self._children.measure("results.in_forks", patience, numbers=numbers)
        self._tell(state.random_numbers(own, seen, first, again, forks))
        threads = self._measure("results.in_threads", patience, numbers=numbers, seconds=_SAMPLES_S)
        parts = [
            self._children.measure("results.in_order", patience, numbers=numbers[k::2], passes=1)
            for k in range(min(2, count))
        ]
        return [state.results(own, seen, first, again, threads, parts)]

    def _async(self, patience: float) -> list[Finding]:
        if self._own.function.kind != ASYNC:
            return [time.blocking(self._own, None)]
        raw = self._measure("loops.measure", patience + 20, seconds=_SAMPLES_S, tasks=_TASKS)
        return [time.blocking(self._own, raw)]

    def _interpreters(self, patience: float) -> list[Finding]:
        version = tuple(int(part) for part in self._own.python.version.split(".")[:2])
        if version < (3, 12):
            return [needs.interpreters(self._own, None)]
        try:
            raw = self._measure("interpreters.sub_interpreter", patience, number=self._number)
        except TookTooLong as problem:
            return [Finding("interpreters", FAILS, f"In a fresh sub-interpreter {problem}.")]
        except Unmeasured as problem:
            return [Finding("interpreters", FAILS, f"A fresh sub-interpreter does not survive it: {problem}.")]
        return [needs.interpreters(self._own, raw)]

    def _free_threading(self) -> list[Finding]:
        if not self._own.python.free_threaded:
            return [needs.free_threading(self._own, None, [])]
        raw = self._measure("interpreters.with_gil_off", _IMPORT_S)
        culprits = []
        if raw["after"] and not raw["before"] and raw["error"] is None:
            for module in raw["extensions"][:60]:
                alone = self._children.measure("interpreters.one_module", _IMPORT_S, module=module)
                if alone["after"] and not alone["before"]:
                    culprits.append(module)
                    break  # the others of its package follow from it
        return [needs.free_threading(self._own, raw, culprits)]
