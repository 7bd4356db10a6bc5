"""Workloads that do what workloads must not do. For tests only; found by "tests.engine.misbehaving:Name".

Each works properly for ``after`` steps (a parameter, 20 unless told), then misbehaves; with the parameter ``who`` only
the worker of that number does, and the others go on working.
"""

import os
import signal
import sys
import time
from typing import Any

from grandstand.engine.workloads.base import Workload


class Misbehaving(Workload):
    """Works for a while, then does ``misbehave``."""

    title = "Misbehaving"
    unit = "steps"
    made = 0
    marked = False

    def configure(self, parameters: dict[str, float]) -> None:
        self.after = int(parameters.get("after", 20))
        self.who = int(parameters.get("who", 0))
        self.kind = int(parameters.get("kind", 0))

    def step(self, meter: Any) -> Any:
        self.made += 1
        if self.made > self.after and self.who in (0, self.worker):
            self.mark()
            return self.misbehave(meter)
        until = time.perf_counter_ns() + 100_000
        while time.perf_counter_ns() < until:
            pass
        return 1

    def mark(self) -> None:
        """Leaves a file beside the environment's ``mark``, once: for who waits for it to begin."""
        path = self.environment.get("mark")
        if path and not self.marked:
            self.marked = True
            with open(f"{path}.{self.worker}", "w"):
                pass

    def misbehave(self, meter: Any) -> Any:
        """What is done in each step after the good ones; returns the units of that step."""
        raise NotImplementedError


class Behaves(Misbehaving):
    """Nothing wrong with it; counts itself into the file named by the environment's ``count``, when it closes."""

    def misbehave(self, meter: Any) -> Any:
        self.after = self.made + 1_000
        return 1

    def close(self) -> None:
        path = self.environment.get("count")
        if path:
            with open(f"{path}.{self.worker}", "w") as file:
                file.write(str(self.made))


class Tuned(Misbehaving):
    """Returns the parameter ``kind`` as units of each step: shows which parameters are in force."""

    def misbehave(self, meter: Any) -> Any:
        time.sleep(0.001)
        return self.kind


class Raises(Misbehaving):
    def misbehave(self, meter: Any) -> Any:
        raise RuntimeError(f"fell over at step {self.made}")


class RaisesAtOnce(Misbehaving):
    """Fails before its first step."""

    def configure(self, parameters: dict[str, float]) -> None:
        super().configure(parameters)
        if self.who in (0, self.worker):
            raise RuntimeError("cannot even begin")


class RaisesWhenTold(Behaves):
    """Fails when its parameters change to kind 1."""

    def configure(self, parameters: dict[str, float]) -> None:
        super().configure(parameters)
        if self.kind:
            raise RuntimeError("does not like its parameters")


class RaisesInBracket(Misbehaving):
    def misbehave(self, meter: Any) -> Any:
        with meter.io():
            raise OSError("the other side hung up")


class RaisesAtClose(Behaves):
    def close(self) -> None:
        raise RuntimeError("will not go quietly")


EXITS = (SystemExit, KeyboardInterrupt, GeneratorExit)
"""What is no Exception: by the parameter ``kind``."""


class ExitsAtBirth(Behaves):
    def __init__(self, worker: int, parameters: dict[str, float], environment: dict[str, str]) -> None:
        super().__init__(worker, parameters, environment)
        if self.who in (0, worker):
            raise EXITS[self.kind]("bye")


class ExitsAtOnce(Behaves):
    """While it is configured."""

    def configure(self, parameters: dict[str, float]) -> None:
        super().configure(parameters)
        if self.who in (0, self.worker):
            raise EXITS[self.kind]("bye")


class ExitsInStep(Misbehaving):
    def misbehave(self, meter: Any) -> Any:
        raise EXITS[self.kind]("bye")


class ExitsAtClose(Behaves):
    def close(self) -> None:
        super().close()
        if self.who in (0, self.worker):
            raise EXITS[self.kind]("bye")


class ExitsTwice(ExitsInStep):
    """The second time while it is closed."""

    def close(self) -> None:
        raise KeyboardInterrupt("again")


class LosesBrackets(Misbehaving):
    """Enters and never leaves."""

    def misbehave(self, meter: Any) -> Any:
        meter.io().__enter__()
        return 1


class UnspeakableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words for it")


class RaisesTheUnspeakable(Misbehaving):
    """Its exception cannot be turned into text."""

    def misbehave(self, meter: Any) -> Any:
        raise UnspeakableError()


class HugeTraceback(Misbehaving):
    """A thousand frames and a message of a million characters that need four bytes each."""

    def misbehave(self, meter: Any) -> Any:
        self.fall(800)

    def fall(self, depth: int) -> None:
        if depth:
            try:
                self.fall(depth - 1)
            finally:
                depth = 0
        raise ValueError("\U0001f600" * 1_000_000)


class ListsModules(Misbehaving):
    """Fails with the names of what is loaded: top-level names, and second-level ones within the app."""

    def misbehave(self, meter: Any) -> Any:
        names = {".".join(name.split(".")[: 2 if name.startswith("grandstand.") else 1]) for name in sys.modules}
        raise RuntimeError(" ".join(sorted(names - set(sys.stdlib_module_names))))


class SystemExits(Misbehaving):
    def misbehave(self, meter: Any) -> Any:
        raise SystemExit("bye")


class LeavesAtOnce(Misbehaving):
    def misbehave(self, meter: Any) -> Any:
        os._exit(3)


class KillsItself(Misbehaving):
    def misbehave(self, meter: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)


class StopsItself(Misbehaving):
    """SIGSTOP: the process is there, and nothing in it runs."""

    def misbehave(self, meter: Any) -> Any:
        os.kill(os.getpid(), signal.SIGSTOP)
        return 1


class ClosesHandles(Misbehaving):
    """Closes every file handle of its process, the app's pipes among them."""

    def misbehave(self, meter: Any) -> Any:
        os.closerange(0, 1_000)
        return 1


class LeavesAChild(Misbehaving):
    """Forks, and what it forked holds on to all its handles for four seconds."""

    def misbehave(self, meter: Any) -> Any:
        if not hasattr(self, "forked"):
            self.forked = os.fork()
            if not self.forked:
                time.sleep(4)
                os._exit(0)
        return 1


class HangsInPython(Misbehaving):
    """An endless loop that other threads can interrupt."""

    def misbehave(self, meter: Any) -> Any:
        while True:
            pass


class HangsInC(Misbehaving):
    """Waits for an hour without holding the GIL."""

    def misbehave(self, meter: Any) -> Any:
        time.sleep(3600)


class HangsHolding(Misbehaving):
    """Computes for hours in one C call that holds the GIL: no other thread of this process ever runs."""

    def misbehave(self, meter: Any) -> Any:
        return sum(range(10**13))


class IgnoresTermination(HangsHolding):
    """The same, and deaf to SIGTERM."""

    def misbehave(self, meter: Any) -> Any:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        return super().misbehave(meter)


class PrintsFlood(Misbehaving):
    """A flood on every way out: Python's print and the bare handles."""

    def misbehave(self, meter: Any) -> Any:
        for _ in range(50):
            print("flood " * 40)
        print(f"the last line {self.made}")
        os.write(1, b"raw flood\n" * 100)
        os.write(2, b"raw flood\n" * 100)
        return 1


class Nonsense(Misbehaving):
    """Returns units that are none, by the parameter ``kind``."""

    WORDS: tuple[Any, ...] = (None, float("nan"), -5, "many", float("inf"), [], 10**400)

    def misbehave(self, meter: Any) -> Any:
        return self.WORDS[self.kind]


class LeavesAFork(Misbehaving):
    """Forks a process that goes on for half a minute, out of its family; works on itself."""

    def misbehave(self, meter: Any) -> Any:
        self.after = 10**9
        if os.fork() == 0:
            os.setsid()
            time.sleep(30)
            os._exit(0)
        return 1
