"""Why a program may not be looked into, on systems that are made up here."""

from __future__ import annotations

from pathlib import Path

import pytest
from grandstand.observe.outside.rights import why_not

PTRACE = 1 << 19


@pytest.fixture
def system(tmp_path: Path):
    """``system(yama, uid of process 7, our capabilities)``: the arguments of why_not."""

    def make(yama: int | None, uid: int, capabilities: int = 0) -> dict[str, object]:
        for name, owner in (("7", uid), ("self", 1000)):
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "status").write_text(
                f"Name:\tx\nUid:\t{owner}\t{owner}\t{owner}\t{owner}\nCapEff:\t{capabilities:016x}\n"
            )
        scope = tmp_path / "ptrace_scope"
        if yama is not None:
            scope.write_text(f"{yama}\n")
        me = (tmp_path / "7").stat().st_uid if uid == 1000 else 1000
        return {"yama": str(scope), "proc": str(tmp_path), "uid": uid if uid == me else 1000}

    return make


def test_another_user(system):
    why, remedy = why_not(7, False, **system(0, 4321))
    assert "another user (number 4321)" in why
    assert "sudo grandstand watch --pid 7" in remedy


def test_yama_lets_only_whoever_started_it(system):
    why, remedy = why_not(7, False, **system(1, 1000))
    assert "ptrace_scope is 1" in why
    assert "grandstand watch -- PROGRAM" in remedy
    assert "sudo sysctl kernel.yama.ptrace_scope=0" in remedy


def test_yama_lets_only_root(system):
    why, remedy = why_not(7, True, **system(2, 1000))
    assert "only root" in why
    assert "sudo" in remedy


def test_yama_lets_nobody(system):
    why, remedy = why_not(7, True, **system(3, 1000, PTRACE))
    assert "nobody" in why
    assert "/etc/sysctl.d" in remedy


def test_a_container_without_the_right(system):
    _, remedy = why_not(7, True, **system(None, 1000))
    assert "--cap-add=SYS_PTRACE" in remedy or "sudo" in remedy


def test_no_such_process(system):
    why, remedy = why_not(8, False, **system(0, 1000))
    assert "no process 8" in why
    assert not remedy
