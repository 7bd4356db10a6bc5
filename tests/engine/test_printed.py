"""What workloads print goes to their own tails, and nowhere else."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import pytest
from grandstand.engine import printed


@contextmanager
def routers() -> Iterator[io.StringIO]:
    """Routers above an output that stands for the app's own."""
    out = io.StringIO()
    with redirect_stdout(out), redirect_stderr(out):
        printed.install()
        try:
            yield out
        finally:
            printed.capture(None)
            printed.uninstall()


def test_a_tail_counts_all_and_keeps_the_last() -> None:
    tail = printed.Tail()
    for number in range(10_000):
        tail.write(f"{number}\n")
    assert tail.count() == sum(len(f"{n}\n") for n in range(10_000))
    assert len(tail.text()) == printed.KEPT
    assert tail.text().endswith("9998\n9999\n")
    tail.write("x" * 1_000_000)
    assert tail.text() == "x" * printed.KEPT


def test_a_captured_thread_prints_into_its_tail() -> None:
    with routers() as beneath:
        tail = printed.Tail()
        printed.capture(tail)
        print("one", end="")
        print("two", end="", file=sys.stderr, flush=True)
        sys.stdout.writelines(["three", "four"])
        printed.capture(None)
        print("after")
        assert tail.text() == "onetwothreefour"
        assert beneath.getvalue() == "after\n"


def test_threads_do_not_hear_each_other() -> None:
    with routers() as beneath:
        tails = [printed.Tail() for _ in range(4)]

        def work(number: int) -> None:
            printed.capture(tails[number])
            for _ in range(500):
                print(number, end="")

        threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
        for thread in threads:
            thread.start()
        print("main")
        for thread in threads:
            thread.join()
        assert [tail.text() for tail in tails] == ["0" * 500, "1" * 500, "2" * 500, "3" * 500]
        assert beneath.getvalue() == "main\n"


def test_install_twice_and_uninstall() -> None:
    with routers() as beneath:
        router = sys.stdout
        printed.install()
        assert sys.stdout is router
        assert sys.stdout.writable()
        printed.uninstall()
        assert sys.stdout is beneath
        printed.uninstall()
        assert sys.stdout is beneath


def test_without_any_output_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """A windowed app on Windows has no standard output: sys.stdout is None."""
    monkeypatch.setattr(sys, "stdout", None)
    printed.install()
    try:
        print("into the void", flush=True)
    finally:
        printed.uninstall()
    assert sys.stdout is None
