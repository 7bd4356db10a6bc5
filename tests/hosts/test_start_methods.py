"""The fork server loads the engine beforehand, wherever the app was started from."""

from __future__ import annotations

import errno
import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest
from grandstand.engine import messages as m
from grandstand.hosts import scratch, start_methods

from tests.modes.runs import Running
from tests.places import SOURCES

PROGRAM = """
import sys
sys.path.insert(0, {root!r})

def main():
    import multiprocessing
    import os
    from grandstand.hosts import start_methods
    os.environ.pop("PYTHONPATH", None)
    start_methods.choose("forkserver")
    assert "PYTHONPATH" not in os.environ
    report = "import sys; open({report!r}, 'w').write(str('grandstand.engine.child' in sys.modules))"
    child = multiprocessing.get_context("forkserver").Process(target=exec, args=(report,))
    child.start()
    child.join()

if __name__ == "__main__":
    main()
"""


@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="no fork server here")
def test_the_fork_server_loads_the_engine_from_any_working_folder(tmp_path: Path) -> None:
    report = tmp_path / "report"
    program = tmp_path / "elsewhere.py"
    program.write_text(PROGRAM.format(root=str(SOURCES), report=str(report)))
    subprocess.run([sys.executable, str(program)], cwd=tmp_path, check=True, timeout=60)
    assert report.read_text() == "True"


@pytest.fixture
def no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Path:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(scratch, "folder", refuse)


@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="no fork server here")
def test_where_the_fork_server_cannot_begin_spawn_takes_its_place_and_that_is_said(no_folder: None) -> None:
    chosen = start_methods.choose("")
    assert chosen.method == "spawn"
    assert "Read-only file system" in chosen.instead
    with pytest.raises(OSError, match="Read-only"):
        start_methods.choose("forkserver")
    assert start_methods.choose("spawn") == start_methods.Chosen("spawn")
    start_methods.warm_up()  # says nothing, breaks nothing
    with Running("processes", "Behaves", 2) as run:
        run.until_working(2)
        (trouble,) = run.of(m.Trouble)
        run.stop()
    assert trouble.kind == m.INSTEAD
    assert "by spawn instead" in trouble.text
    assert "TMPDIR" in trouble.remedy


@pytest.mark.skipif("forkserver" not in multiprocessing.get_all_start_methods(), reason="no fork server here")
def test_who_asked_for_the_fork_server_is_refused_in_words(no_folder: None) -> None:
    with Running("threads", "Behaves", 2, "forkserver") as run:
        run.until_done()
        (trouble,) = run.of(m.Trouble)
    assert trouble.kind == "start"
    assert "Read-only file system" in trouble.text
    assert "TMPDIR" in trouble.remedy
    assert not run.hellos()
