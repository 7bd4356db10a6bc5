"""Turns: the main thread does each worker's steps in turn."""

from typing import Any

from grandstand.engine.loop import run_in_turns
from grandstand.engine.runners import TURNS, Runner


def run(crew: Any) -> None:
    run_in_turns(crew.take_new(), crew.take_new)


RUNNER = Runner(TURNS, False, run)
