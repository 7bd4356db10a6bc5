"""The first word of a process that speaks the wire, and the descriptors it is given."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

import pytest
from grandstand.engine import messages as m
from grandstand.engine import wire
from grandstand.engine.introduction import free_threaded, inherited, introduce, introduced


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read, sent = os.pipe()
    yield read, sent
    os.close(read)
    os.close(sent)


def test_it_says_what_this_process_is() -> None:
    before, wall = time.perf_counter_ns(), time.time_ns()
    said = introduce(("single",))
    assert before <= said.t_ns <= time.perf_counter_ns()
    assert wall <= said.wall_ns <= time.time_ns()
    assert said[:2] == (wire.PROTOCOL, ".".join(map(str, sys.version_info[:3])) + _suffix())
    assert (said.implementation, said.pid, said.runners) == (sys.implementation.name, os.getpid(), ("single",))
    assert said.free_threaded is free_threaded()
    assert said.gil or said.free_threaded, "only a free-threaded build can be without"
    assert wire.Decoder().feed(wire.encode(said)) == [said]


def _suffix() -> str:
    kind = {"alpha": "a", "beta": "b", "candidate": "rc", "final": ""}[sys.version_info.releaselevel]
    return f"{kind}{sys.version_info.serial}" if kind else ""


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (m.Ready(1), "its first word was Ready"),
        (wire.Unknown("Weather"), "its first word was Unknown"),
        (introduce()._replace(protocol=wire.PROTOCOL + 1), "use the newer one of both"),
    ],
)
def test_what_is_no_introduction(event: object, words: str) -> None:
    with pytest.raises(wire.WireError, match=words):
        introduced(event)
    assert introduced(introduce()).pid == os.getpid()


def test_what_was_inherited_is_not_handed_on(pipe: tuple[int, int]) -> None:
    os.set_inheritable(pipe[0], True)
    assert inherited(str(pipe[0]), os.O_RDONLY) == pipe[0]
    assert not os.get_inheritable(pipe[0])
    with pytest.raises(ValueError, match="invalid literal"):
        inherited("none", os.O_RDONLY)
