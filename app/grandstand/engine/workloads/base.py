"""The contract of a workload. Runs in the worker's thread."""

from typing import Any, Dict, List, NamedTuple, Tuple


class Parameter(NamedTuple):
    """One setting. ``scale`` is linear or log; values are numbers in ``unit``, whole ones where ``step`` is whole."""

    key: str
    title: str
    unit: str
    minimum: float
    maximum: float
    step: float
    default: float
    scale: str
    help: str

    def check(self, value: float) -> float:
        """The value on the parameter's raster. Raises ValueError, saying the range, when it lies outside."""
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            raise ValueError("{} needs a number, not {!r}.".format(self.title, value)) from None
        if not self.minimum <= number <= self.maximum:  # also catches NaN
            raise ValueError(
                "{} must be from {:g} to {:g}{}; {:g} is not.".format(
                    self.title, self.minimum, self.maximum, " " + self.unit if self.unit else "", number
                )
            )
        number = self.minimum + round((number - self.minimum) / self.step) * self.step
        number = min(number, self.maximum)
        return int(number) if float(number).is_integer() else number


class Workload:
    """What a worker does over and over.

    ``step`` does the smallest piece of work between two looks at the clock (about 100 to 500 µs of CPU for CPU
    work) and returns how many units that was; 0 is allowed while a unit is not finished. Everything that is not
    computing is bracketed with the meter.
    """

    key = ""
    title = ""
    unit = ""
    expect = ""
    needs_server = False
    parameters: Tuple[Parameter, ...] = ()
    astep: Any = None
    """``async def astep(self, meter)``: the same step for asyncio tasks, where it waits for something: it sleeps by
    ``await meter.asleep(seconds)`` and awaits the rest. Without it a task makes ``step`` as it is, and blocks the
    loop."""
    shown: Tuple[Any, ...] = ()
    """Functions that are shown above ``step`` in the window's "The code that runs"."""

    def __init__(self, worker: int, parameters: Dict[str, float], environment: Dict[str, str]) -> None:
        self.worker = worker
        self.environment = environment
        self.configure(parameters)

    def configure(self, parameters: Dict[str, float]) -> None:
        """Takes new parameter values, between two steps."""

    def step(self, meter: Any) -> float:
        """One step; returns the units done."""
        raise NotImplementedError

    def close(self) -> None:
        """Gives back what the workload holds."""

    @classmethod
    def defaults(cls) -> Dict[str, float]:
        return {parameter.key: parameter.default for parameter in cls.parameters}

    @classmethod
    def check_parameters(cls, values: Dict[str, float]) -> Dict[str, float]:
        """Defaults with ``values`` on top, each checked. Raises ValueError with what is wrong and what there is."""
        known = {parameter.key: parameter for parameter in cls.parameters}
        result = cls.defaults()
        for key, value in values.items():
            if key not in known:
                names = ", ".join(known) or "none"
                raise ValueError("{} has no parameter '{}'. It has: {}.".format(cls.title, key, names))
            result[key] = known[key].check(value)
        return result

    @classmethod
    def source(cls, in_task: bool = False) -> str:
        """The text of the code that runs in a step, or in a task's, read from the file that runs."""
        import inspect  # a megabyte in every worker that never shows its source
        import textwrap

        parts: List[str] = [textwrap.dedent(inspect.getsource(function)) for function in cls.shown]
        parts.append(textwrap.dedent(inspect.getsource(cls.astep if in_task and cls.astep else cls.step)))
        return "\n\n".join(part.rstrip() for part in parts) + "\n"
