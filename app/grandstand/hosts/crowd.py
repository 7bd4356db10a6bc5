"""How many workers may be inside the gate at once, from what those inside did there. Any thread; Qt-free.

Everything follows from four means over the time that workers spent inside, taken from their own accounts: how many of
them computed, waited for a core, waited for the GIL, and did neither (slept, waited for a server or a lock).
Two that compute in Python keep the GIL busy. Those that let go of it, because they wait or are in C code,
leave it to others, and more are let in until it is busy, or the cores are.
"""

from __future__ import annotations

from typing import NamedTuple

LEAST = 2
"""One that has the GIL and one that takes it over."""
_FADE, _FORGET = 0.8, 0.3
"""What was told a frame ago counts that much less; and when there have been more or fewer since."""
_ENOUGH_NS = 2_000_000
_BUSY, _PARALLEL, _SPARE = 0.85, 1.15, 2.0
"""Cores' worth: of the GIL, of more than one GIL allows, of those that wait for a core."""
_UNSURE = 0.1
"""In place of _BUSY where the system does not tell who waits for a core: the one with the GIL may."""
_LITTLE, _FEW, _MANY = 0.3, 10, 16
"""So little of the GIL that it does not matter how many want it now and then; so few at once, and so many."""


class Spent(NamedTuple):
    """ns inside the gate: in all, and by what was done."""

    wall: int
    computing: int
    core: int
    interpreter: int


class Crowd:
    """``most``: how many may be inside. ``tell`` is called on workers' threads, ``judge`` once a frame.

    What is lost when two workers tell at once is a stretch of a mean.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Other work: nothing is known of it yet."""
        self.most = LEAST
        self._wall = self._computing = self._core = self._interpreter = 0.0
        self._frames = 0
        self._busy = _BUSY

    def tell(self, spent: Spent, told_apart: bool = True) -> None:
        """``told_apart``: whether this system knows who waits for a core; if not, that is in ``interpreter``."""
        self._busy = _BUSY if told_apart else _UNSURE
        self._wall += spent.wall
        self._computing += spent.computing
        self._core += spent.core
        self._interpreter += spent.interpreter

    def judge(self, waiting: int) -> None:
        """Thirty times a second. ``waiting``: how many there are beyond those who may be inside."""
        self._frames += 1
        if self._wall > _ENOUGH_NS:
            self._decide(waiting)
        self._fade(_FADE)

    def _decide(self, waiting: int) -> None:
        most = self.most
        each = most / self._wall
        computing, core, interpreter = (each * ns for ns in (self._computing, self._core, self._interpreter))
        elsewhere = most - computing - core - interpreter
        # Who waits for the GIL waits for somebody who has it, and that one computes or waits for a core. Where
        # nearly nobody does, what looks like waiting for the GIL is another wait, one that nobody bracketed.
        free = computing + core < self._busy
        few = computing + interpreter < _FEW or computing < _LITTLE
        # One has it, one takes over from it, and while those elsewhere come back others use it.
        enough = 1.25 * (LEAST + elsewhere)
        if waiting > 0:
            if free and (few or interpreter > most / 2):
                self.most += max(1, min(most, round(most * (self._busy / max(0.1, computing + core) - 1))))
            elif few and elsewhere > most / 2 and most <= enough:
                self.most += max(1, most // 4)
            elif computing > _PARALLEL and core < _SPARE:
                self.most += 1  # they let go of the GIL, and not all cores are taken yet
        if most > LEAST and not free and computing <= _PARALLEL and self._frames % 4 == 0:
            if most > enough or computing + interpreter > max(_MANY, most / 2):
                self.most = max(LEAST, most - max(1, most // 6))
        if self.most != most:
            self._fade(_FORGET)  # what was told was told of another crowd

    def _fade(self, share: float) -> None:
        self._wall *= share
        self._computing *= share
        self._core *= share
        self._interpreter *= share
