"""What a comparison looks like in a file, as typed structs, and the comparison made of them. Any thread.

Only what cannot be computed again is read: plan, measurements, failures, and where and when it was measured. Fields
that are missing have defaults where there is one that is true; fields that are not known are passed over.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from grandstand.compare.comparison import Comparison, Measurement
from grandstand.compare.leg import Setup
from grandstand.compare.plan import MOST_LEGS, Plan
from grandstand.compare.politeness import breathe
from grandstand.files.checked import Amount, Count, Number, T, Table, decode, scalars
from grandstand.files.reading import Unreadable
from grandstand.plain import one_line
from grandstand.vocabulary.states import KEYS, todays_key

_MOST_MEASUREMENTS, _MOST_TABLE = 1_000_000, 20_000
_NOTHING = msgspec.Raw(b"{}")
_Known = dict[tuple[str, int, bytes, bytes, str], Setup]
_Workers = Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class Head(Table, frozen=True):
    """Enough to know what else to expect."""

    kind: str = ""
    schema: int = 1


class _Setup(Table, frozen=True):
    mode: str
    workers: _Workers
    parameters: msgspec.Raw = _NOTHING
    knobs: msgspec.Raw = _NOTHING
    """What schema 1 calls parameters."""
    options: msgspec.Raw = _NOTHING
    python: str | None = None
    python_name: str | None = None

    def __post_init__(self) -> None:
        breathe()  # msgspec reads without giving the GIL away, but for here


class _Failure(_Setup, frozen=True):
    reason: str = "it failed"


class _Measurement(_Setup, frozen=True, kw_only=True):
    block: Count
    per_second: float
    t: float = 0.0
    wall: float | None = None
    start_up: float | None = None
    cpu_cores: float = 0.0
    states: msgspec.Raw = _NOTHING
    others: float = 0.0
    memory: float | None = None
    held: float = 0.0


class _Plan(Table, frozen=True):
    workload: str
    setups: list[_Setup]
    unit: str = "units"
    repeats: Count = 5
    seconds: Amount = 1.0
    work: Amount = 0.0
    budget: Amount = 0.0
    seed: int = 1


class Document(Table, frozen=True):
    """All of the file that is read."""

    plan: _Plan
    measurements: list[_Measurement]
    machine: msgspec.Raw = _NOTHING
    at: str = ""
    failures: list[_Failure] = []
    cancelled: bool = False


def comparison(there: Document) -> Comparison:
    """Raises Unreadable for what no comparison can have."""
    if not there.plan.setups or len(there.plan.setups) > MOST_LEGS or len(there.measurements) > _MOST_MEASUREMENTS:
        raise Unreadable("This comparison has no setups, or more of them or of measurements than can be true.")
    known: _Known = {}
    setups = tuple(_setup(one, f"plan.setups[{i}]", known) for i, one in enumerate(there.plan.setups))
    plan = Plan(
        one_line(there.plan.workload), setups, there.plan.repeats, there.plan.seconds, there.plan.work,
        there.plan.budget, there.plan.seed,
    )  # fmt: skip
    planned = frozenset(setups)
    measurements = []
    for number, one in enumerate(there.measurements):
        where = f"measurements[{number}]"
        setup = _setup(one, where, known)
        if setup not in planned:
            raise Unreadable(f"This comparison's {where} is of a setup that is not in its plan.")
        measurements.append(_measurement(setup, one, where))
    failures = {
        _setup(one, f"failures[{number}]", known): one_line(one.reason) for number, one in enumerate(there.failures)
    }
    return Comparison(
        plan, one_line(there.plan.unit), scalars(there.machine), one_line(there.at), measurements, failures,
        there.cancelled,
    )  # fmt: skip


def _setup(written: _Setup, where: str, known: _Known) -> Setup:
    """Each is made once: measurements of a setup name it in the same letters."""
    told = written.parameters if bytes(written.parameters) != b"{}" else written.knobs
    key = written.mode, written.workers, bytes(told), bytes(written.options), written.python or ""
    setup = known.get(key)
    if setup is None:
        parameters = _table(told, dict[str, Number], f"{where}.parameters")
        parameters = {one_line(name): value for name, value in parameters.items()}
        values = {
            one_line(k): v for k, v in scalars(written.options).items() if isinstance(v, bool | float | int | str)
        }
        setup = known[key] = Setup(
            one_line(written.mode), written.workers, tuple(sorted(parameters.items())), tuple(sorted(values.items())),
            one_line(written.python or ""), one_line(written.python_name or ""),
        )  # fmt: skip
    return setup


def _measurement(setup: Setup, written: _Measurement, where: str) -> Measurement:
    breathe()
    told = _table(written.states, dict[str, float], f"{where}.states")
    # Schema 1 has former keys, and fewer of them.
    states = dict.fromkeys(KEYS, 0.0) | {todays_key(key): share for key, share in told.items()}
    return Measurement(
        setup, written.block, written.t, written.per_second, written.wall, written.start_up, written.cpu_cores, states,
        written.others, written.memory, written.held,
    )  # fmt: skip


def _table(raw: msgspec.Raw, kind: type[T], where: str) -> T:
    """A table of any names, once its length is known: of a few bytes each it would take many times its size."""
    data = bytes(raw)
    if len(data) > _MOST_TABLE:
        raise Unreadable(f"it cannot be read as a comparison: {where} is longer than {_MOST_TABLE // 1000} kB.")
    return decode(data, kind, "a comparison", where)
