"""Too many workers for the system: said before it hurts, and survived when it does."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from grandstand.hosts import limits

from tests.places import ROOT, with_tests

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="RLIMIT_NOFILE and /proc")

_BEGIN = """
import json, resource, sys
from grandstand.engine import messages as m
from grandstand.hosts import limits, start_methods
from tests.modes.runs import Running, descendants, gone_within
start_methods.warm_up()
def tell(run):
    return [list(x) for x in run.of(m.Trouble)]
def limit(handles):
    resource.setrlimit(resource.RLIMIT_NOFILE, (handles, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
"""


def in_a_process(code: str) -> Any:
    """Runs code in an interpreter of its own, so that its limits are its own; returns what it printed as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", _BEGIN + code], capture_output=True, text=True, timeout=100, cwd=ROOT, env=with_tests()
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_too_many_processes_are_refused_before_the_first() -> None:
    troubles, hellos, left = in_a_process("""
limit(100)
with Running("processes", "Behaves", 64) as run:
    run.until_done()
    print(json.dumps([tell(run), len(run.hellos()), len(gone_within(descendants(), 5))]))
""")
    (kind, text, remedy) = troubles[0]
    assert len(troubles) == 1
    assert kind == "start"
    assert "64 more worker processes need about 424 file handles" in text
    assert "ulimit -n" in remedy
    assert hellos == left == 0


def test_too_many_more_are_refused_and_the_others_go_on() -> None:
    troubles, before, after, lanes = in_a_process("""
limit(100)
with Running("processes", "Behaves", 2) as run:
    run.until_working(2)
    run.handle.resize(60)
    run.until(lambda: run.of(m.Trouble))
    before = run.units(1) + run.units(2)
    run.turn_for(0.2)
    after = run.units(1) + run.units(2)
    run.handle.resize(3)
    run.until_working(3)
    run.stop()
    print(json.dumps([tell(run), before, after, sorted(h.lane for h in run.hellos().values())]))
""")
    assert [kind for kind, _, _ in troubles] == ["resize"]
    assert after > before
    assert lanes == [0, 1, 2]


@pytest.mark.parametrize("method", ["forkserver", "spawn", "fork"])
def test_when_handles_run_out_those_that_run_go_on(method: str) -> None:
    """The system has less room than it seemed to have."""
    troubles, hellos, worked, rungs, left = in_a_process(f"""
limits.refusal = lambda processes, threads: None
limit(50)
with Running("processes", "Behaves", 30, {method!r}) as run:
    run.until(lambda: run.of(m.Trouble))
    run.until(lambda: len(run.working()) == len(run.handle._children))
    worked = len(run.working())
    run.stop()
    limit(256)
    print(json.dumps([tell(run), len(run.hellos()), worked, run.rungs(), len(gone_within(descendants(), 5))]))
""")
    assert len(troubles) == 1
    assert "refused to start worker" in troubles[0][1]
    assert troubles[0][2]
    assert 0 < worked == hellos < 30
    assert set(rungs) == {"flag"}
    assert left == 0


def test_when_there_is_no_room_for_the_first() -> None:
    troubles, hellos = in_a_process("""
import os
limits.refusal = lambda processes, threads: None
with Running("threads", "Behaves", 2) as run:
    limit(len(os.listdir("/proc/self/fd")) + 2)
    run.until_done()
    limit(256)
    print(json.dumps([tell(run), len(run.hellos())]))
""")
    assert [kind for kind, _, _ in troubles] == ["start"]
    assert hellos == 0


def test_room_enough_is_no_trouble() -> None:
    assert limits.refusal(0, 0) is None
    assert limits.refusal(2, 4) is None


def test_too_many_threads_for_the_container(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_free_tasks", lambda _: 10)
    trouble = limits.refusal(0, 11)
    assert trouble is not None
    assert "the system allows 10 more" in trouble.text
    assert limits.refusal(0, 10) is None
    assert limits.refusal(4, 0) is not None


@pytest.mark.parametrize(
    ("membership", "limited"),
    [
        ("0::/user.slice/session.scope\n", "user.slice"),
        ("0::/\n", ""),
        ("5:cpu,cpuacct:/a\n4:pids:/docker/abc\n0::/\n", "pids/docker/abc"),
        ("4:pids:/docker/abc\n", "pids"),
    ],
)
def test_the_limit_of_any_control_group_above_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, membership: str, limited: str
) -> None:
    folder = tmp_path / "cgroup" / limited
    folder.mkdir(parents=True)
    (folder / "pids.max").write_text("100\n")
    (folder / "pids.current").write_text("93\n")
    (tmp_path / "membership").write_text(membership)
    monkeypatch.setattr(limits, "_CGROUPS", tmp_path / "cgroup")
    monkeypatch.setattr(limits, "_MEMBERSHIP", tmp_path / "membership")
    trouble = limits.refusal(0, 8)
    assert trouble is not None
    assert "the system allows 7 more" in trouble.text
    assert limits.refusal(0, 7) is None


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EMFILE, "fewer workers"), (errno.EAGAIN, "fewer workers"), (errno.ENOMEM, "fewer workers"),
        (errno.ENOSPC, "Make room"), (errno.EROFS, "TMPDIR"), (errno.ENAMETOOLONG, "TMPDIR"), (errno.ENOENT, "TMPDIR"),
    ],
)  # fmt: skip
def test_a_refusal_says_what_would_mend_it(number: int, remedy: str) -> None:
    trouble = limits.explain(OSError(number, os.strerror(number), "/some/file"), 3)
    assert f"worker 4: {os.strerror(number)}." in trouble.text
    assert remedy in trouble.remedy
