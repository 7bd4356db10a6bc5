"""A worker's control across two interpreters of one process: written in the one, read in the other, never locked.

Both look at the same bytes, so a look between two steps costs no system call. Layout: int64 stop, version and length,
then the parameters as JSON.
"""

import json
from typing import Any, Dict, Optional

from grandstand.engine.loop import Control, Gate

_SIZE, _HEAD = 4_096, 24
_STOP, _VERSION, _LENGTH = range(3)


class SharedControl(Control):
    """The writer's side; ``memory`` is for the reader."""

    __slots__ = ("_numbers", "_parameters", "memory")

    def __init__(self, parameters: Dict[str, float]) -> None:
        self.memory = memoryview(bytearray(_SIZE))
        self._numbers = self.memory.cast("q")
        self.gate: Optional[Gate] = None
        self._parameters = parameters

    @property
    def stop(self) -> bool:
        return self._numbers[_STOP] != 0

    @stop.setter
    def stop(self, value: bool) -> None:
        self._numbers[_STOP] = int(value)

    @property
    def parameters(self) -> Dict[str, float]:  # type: ignore[override]
        return self._parameters

    @property
    def version(self) -> int:  # type: ignore[override]
        return self._numbers[_VERSION]

    def set_parameters(self, parameters: Dict[str, float]) -> None:
        """Raises ValueError for more than there is room for."""
        text = json.dumps(parameters).encode("ascii")
        if len(text) > _SIZE - _HEAD:
            raise ValueError("too many parameters")
        numbers = self._numbers
        numbers[_VERSION] += 1  # odd: being written
        self.memory[_HEAD : _HEAD + len(text)] = text
        numbers[_LENGTH] = len(text)
        self._parameters = parameters
        numbers[_VERSION] += 1


class SeenControl(SharedControl):
    """The reader's side: of the writer's ``memory``, with the ``parameters`` that the worker begins with."""

    __slots__ = ("_of",)

    def __init__(self, memory: Any, parameters: Dict[str, float]) -> None:
        self.memory = memory
        self._numbers = memory.cast("q")
        self.gate = None
        self._parameters = parameters
        self._of = 0

    @property
    def parameters(self) -> Dict[str, float]:  # type: ignore[override]
        version = self.version
        if version != self._of and not version % 2:
            text = bytes(self.memory[_HEAD : _HEAD + self._numbers[_LENGTH]])
            if self.version == version:  # else it has been written to meanwhile: the next look will see that
                self._parameters, self._of = json.loads(text), version
        return self._parameters
