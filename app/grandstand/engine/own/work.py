"""A person's function as a workload: a step is a call, or a batch of calls that are too short to be timed alone.

In the worker's thread. What is to be called stands in a file of JSON that the app has written (key ``own`` of the
environment): the app never imports the function, only this does.
"""

import json
import sys
import time
import traceback
from itertools import repeat
from typing import Any, Callable, Dict, List

from grandstand.engine import messages as m
from grandstand.engine.clocks import now_ns
from grandstand.engine.own import importing
from grandstand.engine.own.itemlist import Tickets, items_of
from grandstand.engine.own.notes import MOST_TOLD, Notes, shown, words
from grandstand.engine.workloads.base import Workload

SHORT_NS = 100_000
"""Calls below this are batched: a look at the clock after each would be a share of their time."""
_BATCH_NS = 200_000
_TAKE_NS = 2_000_000
"""Items that a worker takes at once last about so long."""
_MOST_TAKEN = 1_000
_REST_S = 0.01
_MOST_BATCH = 1_000_000
Call = Callable[..., Any]
Many = Callable[[int], float]
"""Makes so many calls; returns the units done."""
Awaited = Callable[[int], Any]
"""The same, awaited."""


class ItemFailed(RuntimeError):
    """A call raised at an item, and the run was to end with the first."""


class FunctionWorkload(Workload):
    """Calls the function that the environment describes; batches short calls, keeps errors at items."""

    key = "own"
    title = "Own function"
    unit = "calls"
    expect = "That is the question."

    def __init__(self, worker: int, parameters: Dict[str, float], environment: Dict[str, str]) -> None:
        super().__init__(worker, parameters, environment)
        with open(environment["own"], encoding="utf-8") as stream:
            told = self._described = json.load(stream)
        self._notes = Notes(environment.get("own_notes", ""), worker)
        limit_memory(int(environment.get("own_memory", 0)))
        if told["kind"] == "async":  # before the person's path, which may have a file of that name
            import asyncio
        module = importing.import_it(told)
        if told.get("setup"):
            importing.found(module, told["setup"])()
        call = importing.called(told, module)
        args, kwargs = importing.arguments(told)
        self._counts = told["counts"] == "returned"
        self._loop: Any = None
        self._do: Many
        self._failed: Dict[int, int] = {}
        self._batch = 1
        self._said_batch = False
        self._at = self._until = 0
        self._taking = 1
        self._items = items_of(told)
        self._with_items = bool(told.get("items"))
        self._tickets = Tickets(environment.get("own_tickets", "")) if self._with_items else None
        self._once = bool(told.get("once"))
        self._through = False
        if told["kind"] == "async":
            self._new_loop = asyncio.new_event_loop
            self._awaits = (
                self._async_items(call, args, kwargs) if self._with_items else self._async(call, args, kwargs)
            )
            self._do = self._in_own_loop
            self.astep = self._astep
        elif self._with_items:
            self._do = self._some_items(call, args, kwargs)
        else:
            self._do = self._calls(call, args, kwargs)

    def step(self, meter: Any) -> float:
        many = self._many()
        if not many:
            self._say_through()
            meter.enter(m.IDLE)
            time.sleep(_REST_S)
            meter.leave()
            return 0.0
        start = now_ns()
        done = self._do(many)
        self._learn(now_ns() - start, many)
        return done

    async def _astep(self, meter: Any) -> float:
        many = self._many()
        if not many:
            self._say_through()
            await meter.asleep(_REST_S)
            return 0.0
        start = now_ns()
        done: float = await self._awaits(many)
        self._learn(now_ns() - start, many)
        return done

    def _many(self) -> int:
        """How many calls the step makes; 0 when all items are done once and that was wanted."""
        if not self._with_items:
            return self._batch
        if self._at >= self._until:
            assert self._tickets is not None
            self._at, self._until = self._tickets.take(self._taking)
            if self._once:
                self._until = min(self._until, len(self._items))
        return max(0, min(self._batch, self._until - self._at))

    def _learn(self, took: int, many: int) -> None:
        """From a step of so many calls, for the next one."""
        self._tune(took, many)
        if self._with_items:
            self._at += many
            self._taking = max(self._batch, min(_MOST_TAKEN, int(_TAKE_NS * many / max(took, 1))), 1)

    def _in_own_loop(self, many: int) -> float:
        """Where there is no loop but its own."""
        if self._loop is None:
            self._loop = self._new_loop()
        return float(self._loop.run_until_complete(self._awaits(many)))

    def _say_through(self) -> None:
        """Once through, and nothing is left for this worker: others may still have something."""
        if not self._through:
            self._through = True
            self._notes.say(through=now_ns())

    def close(self) -> None:
        if self._loop is not None:
            loop, self._loop = self._loop, None
            try:
                loop.run_until_complete(loop.shutdown_asyncgens())
            finally:
                loop.close()
        if self._tickets is not None:
            self._tickets.close()
        if sum(self._failed.values()):
            self._notes.say(failed={str(index): times for index, times in list(self._failed.items())[:1_000]},
                            failures=sum(self._failed.values()))  # fmt: skip
        self._notes.close()

    def _tune(self, took: int, many: int) -> None:
        """How many calls the next step makes: as many as take 200 µs, one where a call is long enough by itself."""
        each = took / many if many else 0.0
        if each >= SHORT_NS:
            self._batch = 1
        elif took < _BATCH_NS // 2 and self._batch == many:
            self._batch = min(_MOST_BATCH, self._batch * 2)
        elif took > 2 * _BATCH_NS and many > 1:
            self._batch = max(1, many // 2)
        elif self._batch > 1 and not self._said_batch:
            self._said_batch = True
            self._notes.say(batched=self._batch, call_ns=int(each))

    # -- the four ways of calling; each is made once, so that a call costs as little as in a loop of one's own ------

    def _units(self, returned: Any) -> float:
        if isinstance(returned, (int, float)) and not isinstance(returned, bool) and 0 <= returned < 1e30:
            return returned
        raise ValueError("It was to return the units done, a number from 0 up; it returned " + shown(returned, 80))

    def _calls(self, call: Call, args: List[Any], kwargs: Dict[str, Any]) -> Many:
        def do(many: int) -> float:
            if self._counts:
                return sum(self._units(call(*args, **kwargs)) for _ in repeat(None, many))
            for _ in repeat(None, many):
                call(*args, **kwargs)
            return many

        return do

    def _async(self, call: Call, args: List[Any], kwargs: Dict[str, Any]) -> Awaited:
        async def work(many: int) -> float:
            done: float = 0
            for _ in repeat(None, many):
                returned = await call(*args, **kwargs)
                done += self._units(returned) if self._counts else 1
            return done

        return work

    def _some_items(self, call: Call, args: List[Any], kwargs: Dict[str, Any]) -> Many:
        items, length = self._items, len(self._items)

        def do(many: int) -> float:
            done: float = 0
            for number in range(self._at, self._at + many):
                try:
                    returned = call(items[number % length], *args, **kwargs)
                except Exception as problem:
                    self._item_failed(number, problem)
                else:
                    done += self._units(returned) if self._counts else 1
            return done

        return do

    def _async_items(self, call: Call, args: List[Any], kwargs: Dict[str, Any]) -> Awaited:
        items, length = self._items, len(self._items)

        async def work(many: int) -> float:
            done: float = 0
            for number in range(self._at, self._at + many):
                try:
                    returned = await call(items[number % length], *args, **kwargs)
                except Exception as problem:
                    self._item_failed(number, problem)
                else:
                    done += self._units(returned) if self._counts else 1
            return done

        return work

    def _item_failed(self, number: int, problem: Exception) -> None:
        """Kept with its item and traceback, once an item; the rest goes on unless it was to stop at the first."""
        index = number % len(self._items)
        item = shown(self._items[index])
        if index not in self._failed and len(self._failed) < MOST_TOLD:
            below = problem.__traceback__.tb_next if problem.__traceback__ is not None else None  # without this file
            lines = "".join(traceback.format_exception(type(problem), problem, below))
            self._notes.say(
                item=index, shown=item, error=words(problem), traceback=m.shorten(lines, -m.TRACEBACK_BYTES)
            )
        self._failed[index] = self._failed.get(index, 0) + 1
        if self._described.get("fail_fast"):
            raise ItemFailed("item {}, {}: {}".format(index, item, words(problem))) from problem


def limit_memory(most: int) -> None:
    """At most so many bytes more than now for this process: then allocating raises MemoryError, and the machine need
    not swap. Linux alone counts what is meant here (private memory that can be written to)."""
    if not most or not sys.platform.startswith("linux"):
        return
    import resource

    try:
        with open("/proc/self/statm", "rb") as stream:
            data = int(stream.read().split()[5]) * resource.getpagesize()
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        if soft == resource.RLIM_INFINITY:
            resource.setrlimit(resource.RLIMIT_DATA, (data + most, hard))
    except (OSError, ValueError):
        pass
