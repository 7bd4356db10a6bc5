"""Which Python, path and working folder a function has: those of ``python file.py``."""

from __future__ import annotations

import sys
import venv
from pathlib import Path

import pytest
from grandstand.own import environment
from grandstand.own.environment import NoPython

from tests.own.made import write


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """An environment of its own, without anything in it."""
    folder = tmp_path_factory.mktemp("made") / "env"
    venv.create(folder, with_pip=False, symlinks=True)
    return folder


def link(made: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(made)


@pytest.mark.parametrize("name", [".venv", "venv"])
def test_the_environment_beside_the_file_is_the_projects(name, made, tmp_path):
    link(made, tmp_path / name)
    found = environment.find(write(tmp_path, ""), {})
    assert (found.executable, found.why) == (str(tmp_path / name / "bin/python"), f"{name} beside the file")
    assert not found.own


def test_one_above_the_file_is_found_up_to_where_the_project_ends(made, tmp_path):
    link(made, tmp_path / ".venv")
    file = write(tmp_path, "", "src/jobs/job.py")
    assert environment.find(file, {}).executable == str(tmp_path / ".venv/bin/python")
    write(tmp_path, "", "src/pyproject.toml")
    assert environment.find(file, {}).own, "the folder with pyproject.toml is the project's root"


def test_the_active_environment_comes_next_and_then_conda(made, tmp_path):
    file = write(tmp_path, "")
    active = environment.find(file, {"VIRTUAL_ENV": str(made), "CONDA_PREFIX": "/nowhere"})
    assert "VIRTUAL_ENV" in active.why
    assert active.executable == str(made / "bin/python")
    conda = environment.find(file, {"VIRTUAL_ENV": "/nowhere", "CONDA_PREFIX": str(made)})
    assert "conda" in conda.why


def test_without_any_it_is_grandstands_own(tmp_path):
    found = environment.find(write(tmp_path, ""), {})
    assert found.own
    assert found.executable == sys.executable
    assert found.version == "{}.{}.{}".format(*sys.version_info[:3])


def test_one_can_be_named(made, tmp_path):
    link(made, tmp_path / ".venv")
    file = write(tmp_path, "")
    assert environment.find(file, {}, "app").own
    assert environment.find(file, {}, str(made)).executable == str(made / "bin/python")
    with pytest.raises(NoPython, match="there is no Python"):
        environment.find(file, {}, "/nowhere/python")


def test_a_broken_environment_is_said_to_be(tmp_path):
    broken = tmp_path / ".venv"
    (broken / "bin").mkdir(parents=True)
    (broken / "pyvenv.cfg").touch()
    python = broken / "bin/python"
    python.write_text("#!/bin/sh\necho 'no luck' >&2\nexit 3\n")
    python.chmod(0o755)
    with pytest.raises(NoPython, match=r"does not run: no luck\. Mend or remove that environment"):
        environment.find(write(tmp_path, ""), {})


def test_an_old_python_is_told(tmp_path):
    old = tmp_path / "python"
    old.write_text(
        '#!/bin/sh\necho \'{"version": "3.6.1", "implementation": "CPython", "prefix": "/", "path": [],'
        ' "free_threaded": false, "gil": true}\'\n'
    )
    old.chmod(0o755)
    with pytest.raises(NoPython, match=r"3\.9 or newer"):
        environment.find(write(tmp_path, ""), {}, str(old))


def test_the_path_is_that_of_python_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "in" / "job.py"
    assert environment.search_path(file, {}) == (str(tmp_path / "in"),)
    assert environment.search_path(None, {}) == (str(tmp_path),)
    assert environment.search_path(file, {"PYTHONPATH": "/a::b"}) == (str(tmp_path / "in"), "/a", str(tmp_path / "b"))
    assert environment.search_path(file, {"PYTHONSAFEPATH": "1", "PYTHONPATH": "/a"}) == ("/a",)
