"""A driven app (driven.py) from the bench's side: orders, answers, clicks, beats, and an end whatever happens."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil

from bench.orders import BeatFile
from bench.screen import Screen

ROOT = Path(__file__).resolve().parent.parent


class Silent(RuntimeError):
    """The app did not answer in time."""


class AppProcess:
    """``screen`` for an app with a window, None for one without; ``books`` as in driven.py.

    Open when the constructor returns.
    """

    def __init__(self, screen: Screen | None, books: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="grandstand-bench-"))
        arguments = ["plain"] if screen is None else ["window", str(self.folder)]
        arguments += ["books"] if books else []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.driven", *arguments],
            cwd=ROOT,
            env=None if screen is None else screen.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._events: queue.Queue[dict[str, Any]] = queue.Queue()
        threading.Thread(target=self._listen, name="driven app", daemon=True).start()
        try:
            if screen is not None:
                self.event("open", 30)
            self.pid: int = self.ask("hello", patience=30)["pid"]
        except Silent:
            self.close()
            raise

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                message = json.loads(line)
            except ValueError:  # somebody printed
                continue
            (self._events if "event" in message else self._answers).put(message)

    # -- orders -----------------------------------------------------------------------------------------------

    def tell(self, do: str, **order: Any) -> None:
        """An order whose answer nobody waits for (a click has none)."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")

    def ask(self, do: str, patience: float = 10.0, **order: Any) -> dict[str, Any]:
        """An order and its answer. Raises Silent when none comes, ValueError when the app refuses."""
        self.tell(do, **order)
        try:
            answer = self._answers.get(timeout=patience)
        except queue.Empty:
            raise Silent(f"no answer to '{do}' within {patience:g} s") from None
        if "error" in answer:
            raise ValueError(answer["error"])
        return answer

    def event(self, kind: str, patience: float) -> dict[str, Any]:
        """The next event of a kind; others that come before it are forgotten."""
        until = time.monotonic() + patience
        while True:
            try:
                event = self._events.get(timeout=max(0.001, until - time.monotonic()))
            except queue.Empty:
                raise Silent(f"no '{kind}' within {patience:g} s") from None
            if event["event"] == kind:
                return event

    def any_event(self, patience: float) -> dict[str, Any]:
        """The next event, whatever it is. Raises Silent."""
        try:
            return self._events.get(timeout=patience)
        except queue.Empty:
            raise Silent(f"no event within {patience:g} s") from None

    def forget_events(self) -> None:
        while not self._events.empty():
            self._events.get()

    def wait_for(self, done: Callable[[dict[str, Any]], bool], patience: float, every: float = 0.05) -> dict[str, Any]:
        """Asks for the state until it is as wanted. Raises Silent."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            state = self.ask("state")
            if done(state):
                return state
            time.sleep(every)
        raise Silent(f"not there after {patience:g} s: {state}")

    def run_for(self, seconds: float) -> dict[str, Any]:
        """Starts what is chosen, measures it for ``seconds``, stops it; returns its figures."""
        before = self.ask("state").get("run", 0)
        self.ask("start")
        self.wait_for(lambda s: s.get("run", 0) > before and s["elapsed"] >= seconds, seconds + 20)
        return self.stop()

    def stop(self) -> dict[str, Any]:
        """Stops what runs; returns its figures."""
        self.ask("stop")
        self.wait_for(lambda s: not s["active"], 10)
        return self.ask("figures")

    # -- the window's process -----------------------------------------------------------------------------------

    def beats(self) -> list[int]:
        """Instants of all frames so far, in ns."""
        file = BeatFile(self.folder / "beats")
        try:
            return file.instants()
        finally:
            file.close()

    def cpu_seconds(self) -> float:
        """User and system time of the app's own process."""
        times = psutil.Process(self.pid).cpu_times()
        return float(times.user + times.system)

    def freeze(self) -> None:
        """Not a cycle more for the app, until thaw()."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """A tidy end, and after two seconds an untidy one."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(4)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> AppProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
