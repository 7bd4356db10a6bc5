"""Where claims are measured: races of workloads, and experiments in processes of their own. One thread: the lab's.

The lab has a controller and a pump of its own, so nothing here touches the window's session. What it shows and how far
it is goes to ``hear`` (called on the lab's thread) as frozen values.
"""

from __future__ import annotations

import multiprocessing
import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from grandstand.claims.here import Here
from grandstand.claims.races import Race, lanes_of
from grandstand.compare.leg import Setup, run_leg
from grandstand.control.controller import Controller
from grandstand.hosts.isolated import ExperimentCancelled, run_isolated
from grandstand.hosts.page_server import PageServer
from grandstand.observe.machine import machine
from grandstand.render.kinds import Lanes, Picture, Stretch
from grandstand.session.run import Run
from grandstand.session.session import Session
from grandstand.session.summary import Summary
from grandstand.vocabulary.states import BY_KEY

SHOW_EVERY_S = 0.12
_WARM_UP_NS = 100_000_000


class Cancelled(Exception):
    """The person wants to stop."""


class Lab:
    """``hear(progress, words, picture)``: how far the present claim is (0–1), what goes on, what there is to see."""

    def __init__(
        self,
        cancelled: threading.Event | None = None,
        hear: Callable[[float, str, Picture | None], None] = lambda progress, words, picture: None,
        longer: float = 1.0,
    ) -> None:
        self.here = look_around()
        self._cancelled = cancelled or threading.Event()
        self._hear = hear
        self._longer = longer
        self._races: dict[tuple[Any, ...], Race] = {}
        self._server: PageServer | None = None
        self._shown_at = 0.0
        self._part = (0.0, 1.0)

    # -- what a measurement uses ------------------------------------------------------------------------------

    def repeats(self, n: int) -> int:
        """``n`` repeats, or more when the person asked to run longer."""
        return max(2, round(n * self._longer))

    def tell(self, progress: float, words: str = "", picture: Picture | None = None) -> None:
        """How far the present claim is. Raises Cancelled."""
        self.check()
        first, last = self._part
        self._hear(first + (last - first) * min(1.0, max(0.0, progress)), words, picture)

    def check(self) -> None:
        """Raises Cancelled when the person wants to stop."""
        if self._cancelled.is_set():
            raise Cancelled

    def race(self, workload: str, setups: Sequence[Setup], blocks: int, seconds: float = 0.5) -> Race:
        """Each setup once a block, in random order within each block, for ``seconds`` after a short warm-up.

        A race that has been run by this lab already is not run again: several claims look at the same one.
        """
        blocks = self.repeats(blocks)
        key = (workload, tuple(setups), blocks, seconds)
        if key in self._races:
            return self._races[key]
        race = Race(workload, tuple(setups), seconds)
        chance = random.Random(len(self._races))
        controller = Controller(window=False)
        try:
            controller.session.warm_up_ns = _WARM_UP_NS
            for block in range(blocks):
                for setup in chance.sample(list(setups), len(setups)):
                    done = len(race.order) / (blocks * len(setups))
                    words = f"{setup.words}, block {block + 1} of {blocks}"
                    race.add(setup, *self._leg(controller, workload, setup, seconds, done, words))
        finally:
            controller.close()
        self._races[key] = race
        return race

    def isolated(self, target: str, seconds: float = 30.0, **arguments: Any) -> dict[str, Any]:
        """An experiment in a process of its own; returns its result. ``seconds``: the longest it may take."""
        live = _Live()

        def hear(progress: dict[str, Any]) -> None:
            live.hear(progress)
            now = time.monotonic()
            if now - self._shown_at > SHOW_EVERY_S or "progress" in progress:
                self._shown_at = now
                self.tell(live.progress, live.words, live.picture())

        try:
            return run_isolated(target, arguments, seconds, hear, self._cancelled.is_set)
        except ExperimentCancelled:
            raise Cancelled from None

    def server(self) -> str:
        """Address of a page server on 127.0.0.1, started when first asked for."""
        if self._server is None or not self._server.address:
            self._server = PageServer()
            self._server.start()
        return self._server.address

    # -- what a check uses ------------------------------------------------------------------------------------

    def part(self, first: float, last: float) -> None:
        """What is told from now on is this part (0–1) of the whole."""
        self._part = (first, last)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    # -- inside -----------------------------------------------------------------------------------------------

    def _leg(
        self, controller: Controller, workload: str, setup: Setup, seconds: float, done: float, words: str
    ) -> tuple[Summary, Lanes, float | None, float]:
        """One run, measured for ``seconds``, and what it looked like just before its end."""
        last: list[Lanes] = []

        def look(session: Session, run: Run, now: int) -> None:
            self.check()
            if run.measure_from_ns and now - run.measure_from_ns > (seconds - 0.1) * 1e9:
                last[:] = [lanes_of(session, run, now - 300_000_000, now - 60_000_000)]
            elif time.monotonic() - self._shown_at > SHOW_EVERY_S:
                self._shown_at = time.monotonic()
                self.tell(done, words, lanes_of(session, run, now - 1_000_000_000, now))

        leg = run_leg(controller, workload, setup, seconds, look)
        return leg.summary, last[0], leg.memory, leg.others


class _Live:
    """What an isolated experiment tells while it runs."""

    MOST = 2_000

    def __init__(self) -> None:
        self.progress, self.words = 0.0, ""
        self._labels: list[str] = []
        self._began = 0
        self._slices: list[list[tuple[str, int, int, str]]] = []

    def hear(self, progress: dict[str, Any]) -> None:
        self.progress = float(progress.get("progress", self.progress))
        self.words = str(progress.get("words", self.words))
        if "lanes" in progress:
            self._labels = [str(label) for label in progress["lanes"]]
            self._began = int(progress["t"])
            self._slices = [[] for _ in self._labels]
        for lane, state, start, end, text in progress.get("slices", ()):
            row = self._slices[lane]
            row.append((str(state), int(start), int(end), str(text)))
            del row[: -self.MOST]

    def picture(self) -> Lanes | None:
        if not any(self._slices):
            return None
        return timeline("", self._labels, self._slices, self._began)


def timeline(
    title: str, labels: Sequence[str], slices: Sequence[Sequence[tuple[str, int, int, str]]], began: int
) -> Lanes:
    """Lanes of slices (state key or color, start ns, end ns, text)."""
    end = max((s[2] for row in slices for s in row), default=began + 1)
    rows = []
    seen: dict[str, str] = {}
    for label, row in zip(labels, slices, strict=True):
        stretches = []
        for state, a, b, text in row:
            kind = BY_KEY.get(state)
            color = state if kind is None else kind.color
            if kind is not None:
                seen[kind.title] = color
            stretches.append(Stretch(color, (a - began) / 1e9, (b - began) / 1e9, text))
        rows.append((label, tuple(stretches)))
    return Lanes(title, (end - began) / 1e9, tuple(rows), tuple(seen.items()))


def look_around() -> Here:
    """What this machine offers to claims."""
    return Here(
        cores=machine().cores,
        platform=sys.platform,
        start_methods=tuple(multiprocessing.get_all_start_methods()),
        gil=bool(getattr(sys, "_is_gil_enabled", lambda: True)()),
        proc=Path("/proc/self/smaps_rollup").exists(),
        quota=machine().quota,
    )
