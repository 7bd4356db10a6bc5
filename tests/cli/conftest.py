"""Runs that several tests look at from different sides."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.cli.command import grandstand


class Finished:
    """A run with ``--json -`` that has ended: the process and its document."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.done = done
        self.document: dict[str, Any] = json.loads(done.stdout)


@pytest.fixture(scope="session")
def finished() -> Any:
    """``finished(mode)``: count primes, two workers, a good second; each mode runs once."""
    cache: dict[str, Finished] = {}

    def run(mode: str) -> Finished:
        if mode not in cache:
            cache[mode] = Finished(
                grandstand(
                    "run",
                    "primes",
                    "--mode",
                    mode,
                    "--workers",
                    "2",
                    "--seconds",
                    "1.0",
                    "--warmup",
                    "0.1",
                    "--set",
                    "size=5000",
                    "--set",
                    "batch=100",
                    "--json",
                    "-",
                )
            )
        return cache[mode]

    return run
