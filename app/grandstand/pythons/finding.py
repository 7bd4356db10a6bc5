"""Finding the Pythons of this machine. Any thread but the window's: it takes as long as they take to answer.

Every candidate is asked in a process of its own, a few at a time; what has been asked before and has not changed since
is remembered. One that cannot be used stays in the list, with the reason.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from grandstand.engine import helper_python
from grandstand.plain import one_line
from grandstand.pythons import added, interview, listing, memory, names
from grandstand.pythons.asking import Asking, Outcome, new_mark
from grandstand.pythons.interview import SECONDS
from grandstand.pythons.places import Candidate, Whereabouts, candidates, environment_of, in_environment
from grandstand.pythons.record import Python

_LOOK_S = 0.05
_DISCOVERY_S = 15.0
_log = logging.getLogger(__name__)


class FindingCancelled(Exception):
    """Whoever wanted to know does not any more. What was found out until then is remembered."""


@dataclass(frozen=True)
class Progress:
    """``done`` of ``total`` have been heard; ``pythons`` are those known so far, in order and with their names.

    More may come while others are asked, and a name may grow longer when another one would be called the same.
    """

    done: int
    total: int
    pythons: tuple[Python, ...]


def find(
    progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
    again: bool = False,
    here: Whereabouts | None = None,
    seconds: float = SECONDS,
) -> list[Python]:
    """All there are: the app's own first, then those that can be used, the newest first, then the others.

    ``progress`` is called in this thread, first with what is remembered. ``again``: all are asked, whatever is
    remembered. ``seconds``: how long each may take. Raises FindingCancelled.
    """
    search = _Search(here or Whereabouts.now(), again, seconds)
    for candidate in candidates(search.here, added.paths()):
        if cancelled():
            raise FindingCancelled
        search.consider(candidate)
    search.look_further()
    search.ask(progress, cancelled)
    return search.pythons()


def examine(
    path: str,
    cancelled: Callable[[], bool] = lambda: False,
    again: bool = False,
    here: Whereabouts | None = None,
    seconds: float = SECONDS,
) -> Python:
    """The Python at ``path``, which may also be an environment's folder. Its name is that of one alone.

    Takes as long as it takes to answer; one that is not there comes back as not usable too. Raises FindingCancelled.
    """
    search = _Search(here or Whereabouts.now(), again, seconds)
    full = os.path.abspath(os.path.expanduser(path))
    inside = in_environment(full) if os.path.isdir(full) else []
    projects = {os.path.join(search.here.cwd, name) for name in (".venv", "venv")} if search.here.cwd else set()
    one = Candidate(inside[0] if inside else full, "path", environment_of(inside[0] if inside else full) in projects)
    search.consider(one)
    search.ask(lambda _: None, cancelled)
    return search.single(one)


def checked(python: Python, seconds: float = SECONDS) -> Python:
    """``python`` as it is now, for the moment before it is started: the same record if the file has not changed.

    Else it is asked again; it may have been upgraded, or be gone.
    """
    with contextlib.suppress(OSError):
        if python.stamp and memory.stamp(python.executable) == python.stamp:
            return python
    now = examine(python.executable, seconds=seconds)
    same = not now.usable or (now.version, now.free_threaded) == (python.version, python.free_threaded)
    return replace(
        now, name=python.name if same else now.name, source=python.source, project=python.project, added=python.added,
        own=python.own,
    )  # fmt: skip


class _Search:
    """One look around: candidates, and what is known of them."""

    def __init__(self, here: Whereabouts, again: bool, seconds: float) -> None:
        self.here, self._again, self._seconds = here, again, seconds
        asked = hashlib.sha256(" ".join(interview.command("", "")).encode()).hexdigest()
        self._memory = memory.Memory(asked, memory.place())
        self._own = listing.own_record()
        self._found: dict[tuple[str, str], Python | None] = {}
        """By file and environment, in the order of the places; None until it has answered."""
        self._same: dict[tuple[str, str], object] = {}
        self._queue: list[tuple[tuple[str, str], Candidate, memory.Stamp]] = []
        self._look_further = False

    def consider(self, one: Candidate) -> None:
        """Takes a candidate in, unless it is the same file in the same environment as another one."""
        key = listing.file_key(one.path)
        if key in self._found:
            there = self._found[key]
            if there is not None:
                self._know(key, listing.merged(there, listing.flagged(one)))
            else:
                self._queue = [(k, listing.both(c, one) if k == key else c, s) for k, c, s in self._queue]
            return
        why, stamp = listing.at_first_sight(one.path)
        answer = why or (None if self._again else self._memory.recall(one.path, stamp))
        if answer is None:
            self._found[key] = None
            self._queue.append((key, one, stamp))
        else:
            self._know(key, listing.record(one, stamp, answer))

    def look_further(self) -> None:
        """What the app's own environment is made of, and what python-discovery finds or has found today."""
        if self._own.base_executable:
            self.consider(Candidate(self._own.base_executable, "base of Grandstand's own"))
        paths = None if self._again else self._memory.discovered(sys.executable)
        self._look_further = paths is None
        for path in paths or ():
            self.consider(Candidate(path, "registry" if os.name == "nt" else "python-discovery"))

    def ask(self, progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> None:
        """Asks all that are not known."""
        progress(self._progress())
        if not self._queue and not self._look_further:
            self._memory.save()
            return
        try:
            asking = Asking(self.here.env)
        except OSError as problem:
            reason = f"It could not be asked: {one_line(problem.strerror or problem)}."
            for key, one, stamp in self._queue:
                self._know(key, listing.record(one, stamp, reason))
            return
        try:
            with asking:
                self._hear_all(asking, progress, cancelled)
        finally:
            self._memory.save()

    def pythons(self) -> list[Python]:
        """What is known by now, each once, in order and with names."""
        once: dict[object, Python] = {listing.identity(self._own): self._own}
        for key, one in self._found.items():
            if one is not None:
                same = self._same[key]
                once[same] = listing.merged(once[same], one) if same in once else one
        return names.named(sorted(once.values(), key=listing.place_in_list), self.here.home)

    def single(self, one: Candidate) -> Python:
        python = self._found[listing.file_key(one.path)]
        assert python is not None
        if listing.identity(python) == listing.identity(self._own):
            python = replace(python, own=True)
        return names.named([python], self.here.home)[0]

    def _know(self, key: tuple[str, str], one: Python) -> None:
        self._found[key] = one
        self._same[key] = listing.identity(one)

    def _progress(self) -> Progress:
        return Progress(sum(one is not None for one in self._found.values()), len(self._found), tuple(self.pythons()))

    def _hear_all(self, asking: Asking, progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> None:
        asked: dict[int, tuple[tuple[str, str], Candidate, memory.Stamp, bool]] = {}

        def ask(key: tuple[str, str], one: Candidate, stamp: memory.Stamp, old: bool = False) -> None:
            mark = new_mark()
            number = asking.ask(interview.command(one.path, mark, old), mark, self._seconds)
            asked[number] = (key, one, stamp, old)

        further = self._ask_discovery(asking) if self._look_further else 0
        for key, one, stamp in self._queue:
            ask(key, one, stamp)
        while asking.waiting:
            if cancelled():
                raise FindingCancelled
            outcome = asking.next(_LOOK_S)
            if outcome is None:
                continue
            if outcome.key == further:
                before = len(self._queue)
                for path in self._discovered(outcome):
                    self.consider(Candidate(path, "registry" if os.name == "nt" else "python-discovery"))
                for key, one, stamp in self._queue[before:]:
                    ask(key, one, stamp)
            else:
                key, one, stamp, old = asked.pop(outcome.key)
                if not old and interview.knows_no_isolation(outcome):
                    ask(key, one, stamp, old=True)
                    continue
                answer = interview.understood(outcome, one.path, self._seconds)
                if interview.lasting(outcome):
                    self._memory.remember(one.path, stamp, answer)
                flags = next((c for k, c, _ in self._queue if k == key), one)
                self._know(key, listing.record(flags, stamp, answer))
            progress(self._progress())

    def _ask_discovery(self, asking: Asking) -> int:
        mark = new_mark()
        return asking.ask(helper_python.command("grandstand.pythons.discovery:main", mark), mark, _DISCOVERY_S)

    def _discovered(self, outcome: Outcome) -> Iterator[str]:
        if outcome.answer is None:
            _log.info("python-discovery did not finish: %s %s", outcome.how, outcome.err[-500:])
        answer = json.loads(outcome.answer or "[]")
        paths = [path for path in answer if isinstance(path, str) and os.path.isabs(path)]
        self._memory.remember_discovered(sys.executable, paths)
        yield from paths
