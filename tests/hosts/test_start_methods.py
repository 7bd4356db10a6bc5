"""The fork server loads the engine beforehand, wherever the app was started from."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest

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
