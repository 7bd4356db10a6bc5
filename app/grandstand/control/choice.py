"""What is to run, and whether what somebody wishes for can be. Pure functions of the choice; any thread."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from grandstand import modes
from grandstand.control import catalogue
from grandstand.engine import workloads
from grandstand.hosts import base
from grandstand.modes.mode import Mode, value_of
from grandstand.pythons.record import Python
from grandstand.session.about import About
from grandstand.session.run import Setting
from grandstand.vocabulary.options import Option, Value, Values


@dataclass(frozen=True)
class Choice:
    """What is to run. ``parameters`` are complete and checked."""

    workload: str
    mode: str
    workers: int
    parameters: tuple[tuple[str, float], ...]
    options: Values = ()
    """Those that were chosen, also of other modes: who comes back to a mode finds it as it was."""
    python: Python | None = None
    """The interpreter that workers run under; None for the app's own."""
    told: About | None = field(default=None, compare=False)
    """What the workload calls itself; None for one that ships with the app."""

    def setting(self) -> Setting:
        """What runs: with the mode's own options alone, complete."""
        own = modes.described(self.mode).complete(self.options)
        executable, name = (self.python.executable, called(self.python)) if self.python is not None else ("", "")
        return Setting(self.workload, self.mode, self.workers, self.parameters, own, executable, self.told, name)

    @classmethod
    def of(cls, setting: Setting) -> Choice:
        """The choice that led to ``setting``."""
        python = Python(setting.python, setting.python_name) if setting.python else None
        return cls(
            setting.workload, setting.mode, setting.workers, setting.parameters, setting.options, python, setting.told
        )

    def option(self, key: str, default: Value) -> Value:
        """An option that was chosen, for the mode that is chosen or another."""
        return value_of(self.options, key, default)


def changed(choice: Choice, changes: dict[str, Any], where: base.Surroundings) -> Choice:
    """``choice`` with ``changes`` (see Controller.choose).

    Raises ValueError or KeyError with a clear text for what cannot be.
    """
    changes = dict(changes)
    for unknown in changes.keys() - {one.name for one in fields(Choice)} - {"told"}:
        raise ValueError(f"There is nothing called '{unknown}' to choose.")
    if not isinstance(changes.get("parameters", {}), dict):
        raise ValueError(
            f"The parameters must be given by name, with a number each; {changes['parameters']!r} is not."
        )
    if "workload" in changes:
        key = changes.pop("workload")
        given = changes.pop("parameters", {})
        kind = catalogue.workload(key)
        values = kind.check_parameters(given)
        told = None if workloads.own(key) else About.of(kind)
        choice = replace(choice, workload=key, parameters=tuple(sorted(values.items())), told=told)
    elif "parameters" in changes:
        merged = {**dict(choice.parameters), **changes.pop("parameters")}
        values = catalogue.workload(choice.workload).check_parameters(merged)
        choice = replace(choice, parameters=tuple(sorted(values.items())))
    if "workers" in changes:
        choice = replace(choice, workers=_whole_workers(changes.pop("workers")))
    options = changes.pop("options", {})
    if "python" in changes:
        choice = replace(choice, python=_python(changes.pop("python")))
    choice = replace(choice, **changes)
    mode = modes.load(choice.mode)
    if not isinstance(options, dict):
        raise ValueError(f"Options must be given by name, with a value each; {options!r} is not.")
    checked = {key: option_of(key, mode).check(value) for key, value in options.items()}
    choice = replace(choice, options=tuple(sorted({**dict(choice.options), **checked}.items())))
    where = replace(where, python=choice.python)
    available = base.available(mode, mode.complete(choice.options), where)
    if not available.ok:
        raise ValueError(" ".join(part for part in (available.reason, available.remedy) if part))
    return choice


def called(python: Python) -> str:
    """What it is called in sentences: '3.14t', '3.13 · project .venv'."""
    return python.name.removesuffix(" (free-threaded)")


def _python(wished: Any) -> Python | None:
    """The interpreter wished for; None for the app's own, however it is named. Raises ValueError."""
    if wished in (None, ""):
        return None
    if not isinstance(wished, Python):
        raise ValueError(f"A Python must be one of those that were found; {str(wished)[:80]!r} is not.")
    return None if wished.own else wished


def option_of(key: str, mode: Mode) -> Option:
    """The option by its key, of ``mode`` or else of another. Raises ValueError, naming what there is."""
    for one in (mode, *modes.every()):
        option = one.option(key)
        if option is not None:
            return option
    names = ", ".join(option.key for option in mode.options) or "none"
    raise ValueError(f"{mode.title} has no option '{str(key)[:40]}'. It has: {names}.")


def _whole_workers(count: Any) -> int:
    """The number of workers wished for. Raises ValueError when it can be none."""
    if isinstance(count, int | float) and not isinstance(count, bool) and 1 <= count <= base.MOST_WORKERS:  # not NaN
        if int(count) == count:
            return int(count)
    raise ValueError(f"Workers must be a whole number from 1 to {base.MOST_WORKERS}; {str(count)[:40]} is not.")
