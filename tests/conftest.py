"""What holds for every test."""

import os
import signal
import tempfile

import pytest

# Before anything imports Qt. Tests that need a real X server start one themselves.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# No test may find, or leave, a recording of the person at this machine.
_recordings = tempfile.TemporaryDirectory()
os.environ["GRANDSTAND_RECORDINGS"] = _recordings.name

# Tests start hundreds of processes, each of which would compile all of its modules anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Who is started in the background of a shell ignores Ctrl+C, and so would every process that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What holds figures against the truth, or has a window on a real screen, runs alone: others would disturb it.
# Everything else runs several at a time (`make test` does; `python -m pytest` runs all in a row).
ALONE = (
    "tests/claims/test_check.py::test_a_race_is_run_once",
    "tests/cli/test_compare",
    "tests/cli/test_run.py",
    "tests/cli/test_run_ends",
    "tests/cli/test_run_quota",
    "tests/compare/test_runner",
    "tests/control/test_controller_failures",
    "tests/engine/test_clocks",
    "tests/engine/test_loop",
    "tests/engine/test_workloads",
    "tests/hosts/test_gate",
    "tests/hosts/test_interpreter.py::test_figures_are_true",
    "tests/hosts/test_suspended",
    "tests/journal/test_recorder_command",
    "tests/own/test_doctor_finds.py::test_a_thread_that_counts",
    "tests/own/test_doctor_finds.py::test_who_has_the_gil",
    "tests/ui/test_many_qt_threads",
    "tests/ui/test_real_window",
    "tests/ui/test_suspended",
    "tests/ui/test_window.py::test_the_sentence",
    "tests/ui/test_window.py::test_whenever_a_picture_is_taken",
    "tests/watch/test_programs",
    "tests/watch/test_true",
)


def _hear_again() -> None:
    """What is started by tests must hear the signals that they send, also where the tests themselves were started by
    nohup or in the background: a signal that is handled here has its usual meaning in whatever is started."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda number, frame: None)


_hear_again()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(ALONE):
            item.add_marker(pytest.mark.alone)
