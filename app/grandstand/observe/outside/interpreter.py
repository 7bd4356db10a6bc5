"""Finds the Python in one process, and its GILs, step by step while others are sampled. The observer's only thread."""

from __future__ import annotations

from collections.abc import Callable

from grandstand.observe.outside import gil, layout, module, rights
from grandstand.observe.outside.gil import GilTrack, Holders
from grandstand.observe.outside.layout import Layout, LayoutError
from grandstand.observe.outside.memory import Gone, Memory
from grandstand.observe.outside.module import Module, NoPython
from grandstand.observe.outside.probes import Probe

LOOKING, PROBING, READ, NONE = "looking", "probing", "read", "none"
_EARLY_NS, _LATE_NS = 20_000_000, 1_000_000_000
_EARLY_TRIES = 100
_MOST_GILS = 256
_layouts: dict[tuple[str, int], Layout] = {}
"""By the file that holds it: a hundred processes of one Python ask once."""


class Interpreter:
    """``state``: LOOKING until it is known to be Python, READ when its GILs are, NONE when they will not be.

    ``why`` and ``remedy`` say why not ("" for what is plainly no Python). ``memory``: None without the right to look.
    """

    def __init__(self, pid: int, ancestor: bool, known: Callable[[int], int], first_number: int = 0) -> None:
        self.state = LOOKING
        self.why = self.remedy = ""
        self.layout: Layout | None = None
        self.memory: Memory | None = None
        self.tracks: list[GilTrack] = []
        self._pid = pid
        self._ancestor = ancestor
        self._known = known
        self._module: Module | None = None
        self._probe: Probe | None = None
        self._tries = 0
        self._next = 0
        self._first_number = first_number
        self._numbers: dict[int, int] = {}
        self._holders: Holders | None = None

    @property
    def free_threaded(self) -> bool:
        return self.layout is not None and self.layout.free_threaded

    @property
    def has_no_gil(self) -> bool:
        """A free-threaded Python that runs without one now."""
        return self.state == READ and self.free_threaded and not any(track.enabled for track in self.tracks)

    @property
    def still_looking(self) -> str:
        """Why nothing is known of the Python that is in it, while that is so."""
        return "" if self.settled or self._module is None else "its GIL was still being looked for"

    @property
    def settled(self) -> bool:
        """Whether it is known which futexes are a GIL's: all that are, or that there are none."""
        return self.state in (READ, NONE)

    def step(self, now: int) -> bool:
        """A little further; whether something is known that was not. Raises Gone when the program is another."""
        if now < self._next or (self.state == NONE and self.memory is None and self.why):
            return False
        before = (self.state, self.why, [track.address for track in self.tracks])
        try:
            if self.state in (LOOKING, NONE):
                self._look(now)
            elif self.state == PROBING:
                self._ask(now)
            else:
                self._next = now + _LATE_NS // 10
                self._walk()
        except LayoutError as problem:
            self._give_up(f"its GIL cannot be read: {problem}")
        return before != (self.state, self.why, [track.address for track in self.tracks])

    def _look(self, now: int) -> None:
        """At first often: a program that was just started has not loaded its Python yet."""
        self._tries += 1
        self._next = now + (_EARLY_NS if self._tries < _EARLY_TRIES else _LATE_NS)
        try:
            if self.memory is None:
                self.memory = Memory(self._pid)
            self._module = module.find(self._pid)
        except NoPython as problem:
            if self._tries >= _EARLY_TRIES // 4:
                self.state, self.why = NONE, problem.reason
                if problem.reason:
                    self._next = now + 10 * _LATE_NS
            return
        except FileNotFoundError:
            raise Gone("the program is gone") from None
        except PermissionError:
            self._refuse()
            return
        except OSError:
            return
        raw = self.memory.read(self._module.runtime, layout.COOKIE_BYTES)
        known = _layouts.get(self._module.file)
        if raw.startswith(layout.COOKIE):
            known = layout.from_debug_offsets(raw)
        if known is not None:
            self._found(known)
            return
        self._probe = Probe(self._pid, self._module)
        self.state = PROBING
        self._next = now + _EARLY_NS

    def _ask(self, now: int) -> None:
        self._next = now + _EARLY_NS
        assert self._probe is not None
        assert self._module is not None
        answer = self._probe.poll()
        if answer is not None:
            self._probe = None
            if answer.version < layout.OLDEST:
                raise LayoutError(f"it is Python {answer.python}; 3.8 is the oldest that can be read")
            _layouts[self._module.file] = answer
            self._found(answer)

    def _found(self, layout: Layout) -> None:
        """The first walk must lead to something that looks like a GIL; a Python that is starting has none yet."""
        self.layout = layout
        assert self.memory is not None
        self._holders = Holders(self.memory, layout, self._known)
        self.state = LOOKING
        if self._walk():
            self.state, self.why = READ, ""
        elif self._tries >= _EARLY_TRIES:
            raise LayoutError("what lies where it should be is none")

    def _walk(self) -> bool:
        """GILs come and go with sub-interpreters. Whether there is one."""
        memory, layout, place = self._known_now()
        addresses = gil.addresses(memory, layout, place.base, place.runtime)[:_MOST_GILS]
        plausible = [address for address in addresses if gil.plausible(memory, layout, address)]
        kept = {track.address: track for track in self.tracks}
        assert self._holders is not None
        self.tracks = [
            kept.get(address) or GilTrack(self._number(address), address, memory, layout, self._holders)
            for address in plausible
        ]
        for track in self.tracks:
            track.look_whether_enabled()
        return bool(plausible)

    def _known_now(self) -> tuple[Memory, Layout, Module]:
        assert self.memory is not None
        assert self.layout is not None
        assert self._module is not None
        return self.memory, self.layout, self._module

    @property
    def next_number(self) -> int:
        return self._first_number + len(self._numbers)

    def _number(self, address: int) -> int:
        return self._numbers.setdefault(address, self.next_number)

    def _refuse(self) -> None:
        self.state = NONE
        self.why, self.remedy = rights.why_not(self._pid, self._ancestor)

    def _give_up(self, why: str) -> None:
        self.state, self.why, self.tracks = NONE, why, []
        self._next = 1 << 62

    def thread_of(self, ident: int) -> int:
        """The system's id of the thread that ``threading.get_ident()`` calls so; -1 where it cannot be told.

        Raises Gone.
        """
        memory, layout = self.memory, self.layout
        if memory is None or layout is None:
            return -1
        if layout.libc_thread >= 0:
            return self._known(memory.number(ident + layout.libc_thread))
        return self._in_list(ident)

    def _in_list(self, ident: int) -> int:
        memory, layout, place = self._known_now()
        if layout.head < 0 or layout.threads_head < 0:
            return -1
        interpreter = memory.word((place.runtime if layout.gil < 0 else place.base) + layout.head)
        for _ in range(1000):
            if not interpreter:
                break
            state = memory.word(interpreter + layout.threads_head)
            for _ in range(10_000):
                if not state:
                    break
                if memory.word(state + layout.ident) == ident:
                    return self._known(memory.number(state + layout.native))
                state = memory.word(state + layout.thread_next)
            interpreter = memory.word(interpreter + layout.interpreter_next)
        return -1

    def close(self) -> None:
        if self._probe is not None:
            self._probe.close()
        if self.memory is not None:
            self.memory.close()
        self._probe = self.memory = None
        self.tracks = []
