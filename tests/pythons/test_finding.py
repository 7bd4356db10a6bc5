"""What is found where, each once, in order; what is remembered, and when it is asked again."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import threading
import time
from pathlib import Path

import pytest
from grandstand.pythons import added, memory
from grandstand.pythons.finding import FindingCancelled, Progress, examine, find
from grandstand.pythons.places import Whereabouts, candidates, in_environment, in_folder

from tests.pythons.fakes import (
    PATIENCE_S,
    REAL,
    answering,
    environment,
    found_in,
    inside,
    only,
    script,
    site_packages,
    whereabouts,
)  # fmt: skip


def counting(path: Path) -> Path:
    """One that answers and leaves a line in ``asked`` beside it each time."""
    return script(path, f'echo x >> "{path.parent}/asked"; exec "$REAL" "$@"')


def asked(folder: Path) -> int:
    file = folder / "asked"
    return len(file.read_text().splitlines()) if file.exists() else 0


# -- where --------------------------------------------------------------------------------------------------------

PLACES = {
    "the project's .venv": ({}, ".venv/bin/python"),
    "the project's venv": ({}, "venv/bin/python3"),
    "the active environment": ({"VIRTUAL_ENV": "{}/elsewhere"}, "elsewhere/bin/python"),
    "pyenv": ({}, ".pyenv/versions/3.14.0/bin/python"),
    "pyenv elsewhere": ({"PYENV_ROOT": "{}/my pyenv"}, "my pyenv/versions/3.14t-dev/bin/python"),
    "pyenv-virtualenv": ({}, ".pyenv/versions/3.14.0/envs/web/bin/python"),
    "uv": ({}, ".local/share/uv/python/cpython-3.14.0+freethreaded-linux-x86_64-gnu/bin/python"),
    "uv elsewhere": ({"UV_PYTHON_INSTALL_DIR": "{}/uvs"}, "uvs/cpython-3.14.0-linux-x86_64-gnu/bin/python3"),
    "uv by XDG": ({"XDG_DATA_HOME": "{}/data"}, "data/uv/python/pypy-3.11/bin/pypy3"),
    "conda": ({}, "miniforge3/bin/python"),
    "a conda environment": ({}, "miniconda3/envs/science/bin/python"),
    "conda by its program": ({"CONDA_EXE": "{}/tools/conda/bin/conda"}, "tools/conda/envs/x/bin/python"),
    "mise": ({}, ".local/share/mise/installs/python/3.14/bin/python"),
    "asdf": ({}, ".asdf/installs/python/3.14.0/bin/python"),
    "rye": ({}, ".rye/py/cpython@3.12.3/bin/python3"),
    "hatch": ({}, ".local/share/hatch/pythons/3.12/python/bin/python3"),
    "the PATH": ({}, "bin/python3.14t"),
    "PyPy on the PATH": ({}, "bin/pypy3.10"),
}  # fmt: skip


@pytest.mark.parametrize("where", PLACES)
def test_where_it_is_looked(where: str, tmp_path: Path) -> None:
    variables, place = PLACES[where]
    answering(tmp_path / place)
    env = {key: value.format(tmp_path) for key, value in variables.items()}
    assert [one.path for one in candidates(whereabouts(tmp_path, **env))] == [str(tmp_path / place)]


def test_where_a_list_of_conda_says(tmp_path: Path) -> None:
    answering(tmp_path / "far/science/bin/python")
    (tmp_path / ".conda").mkdir()
    (tmp_path / ".conda/environments.txt").write_text(f"relative\n{tmp_path}/far/science\n/gone/away\n")
    assert [one.path for one in candidates(whereabouts(tmp_path))] == [str(tmp_path / "far/science/bin/python")]
    (tmp_path / ".conda/environments.txt").write_bytes(b"\xff\xfe\x00")
    assert not list(candidates(whereabouts(tmp_path)))


def test_nothing_is_looked_for_where_there_is_no_place(tmp_path: Path) -> None:
    assert not list(candidates(Whereabouts({})))
    assert not list(candidates(Whereabouts({"PATH": "", "VIRTUAL_ENV": "relative", "PYENV_ROOT": "."}, "", "")))
    script(tmp_path / "bin/python", "")
    os.chdir(tmp_path)
    assert not list(candidates(Whereabouts({"PATH": "bin:.:"}))), "a relative PATH runs what lies in a folder"
    (tmp_path / "bin").chmod(0)
    assert list(candidates(Whereabouts({"PATH": f"{tmp_path}/bin:{tmp_path}/bin/python"}))) is not None
    (tmp_path / "bin").chmod(0o755)


@pytest.fixture(autouse=True)
def back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_shims_are_left_out(tmp_path: Path) -> None:
    script(tmp_path / "x/shims/python3", "echo")
    assert not list(candidates(Whereabouts({"PATH": f"{tmp_path}/x/shims/"})))


def test_what_has_a_pythons_name(tmp_path: Path) -> None:
    right = ["python", "python3", "python3.14", "python3.14t", "python3.13d", "pypy3", "pypy3.10", "graalpy"]
    wrong = [
        "python-config",
        "python3-config",
        "pythonw.sh",
        "ipython",
        "python3.11-gdb.py",
        "pytest",
        "bpython",
        "pypy.txt",
    ]
    for name in right + wrong:
        script(tmp_path / name, f"# {name}")
    assert sorted(in_folder(str(tmp_path))) == sorted(str(tmp_path / name) for name in right)
    assert in_environment(str(tmp_path)) == []


# -- each once ----------------------------------------------------------------------------------------------------


def test_links_and_ways_round_are_one(tmp_path: Path) -> None:
    real = answering(tmp_path / "real/bin/python3.99")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python3").symlink_to(real)
    (tmp_path / "bin/python").symlink_to("python3")
    (tmp_path / "more").symlink_to(tmp_path / "bin")
    found = found_in(tmp_path, PATH=f"{tmp_path}/bin:{tmp_path}/more:{tmp_path}/real/bin:{tmp_path}/bin/")
    assert [one.executable for one in found] == [str(tmp_path / "bin/python")]


def test_an_environment_is_not_its_base_and_the_same_by_another_path(tmp_path: Path) -> None:
    first = environment(tmp_path / "one")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    environment(tmp_path / ".venv")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").symlink_to(REAL)
    env = {"VIRTUAL_ENV": str(tmp_path / "two"), "PATH": f"{tmp_path}/bin:{tmp_path}/one/bin"}
    found = find(here=Whereabouts({**env}, str(tmp_path), str(tmp_path)), seconds=PATIENCE_S)
    names = {one.executable: one for one in inside(tmp_path, found)}
    project, active = str(tmp_path / ".venv/bin/python"), str(tmp_path / "two/bin/python")
    assert set(names) >= {project, active}
    assert str(first) not in names
    assert names[project].project
    assert names[project].name.endswith(" · project .venv")
    assert not names[active].project
    same = [one for one in found if os.path.realpath(one.executable) == REAL and not one.environment]
    assert len(same) == 1, "the base is there once, whatever leads to it"


def test_a_program_around_a_python_is_that_python(tmp_path: Path) -> None:
    answering(tmp_path / "bin/python3.50")
    answering(tmp_path / "bin/python3.51")
    assert len(found_in(tmp_path)) == 1


def test_the_order(tmp_path: Path) -> None:
    environment(tmp_path / ".venv")
    environment(tmp_path / ".pyenv/versions/3.50/envs/web")
    answering(tmp_path / "bin/python3.50")
    script(tmp_path / "bin/python3", "exit 1")
    found = find(here=whereabouts(tmp_path), seconds=PATIENCE_S)
    assert found[0].own
    assert found[0].executable == sys.executable
    assert sum(one.own for one in found) == 1
    ours = [(one.project, bool(one.environment), one.usable) for one in inside(tmp_path, found)]
    assert ours == [(True, True, True), (False, False, True), (False, True, True), (False, False, False)]


def test_the_projects_may_be_the_apps_own(tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(sys.prefix)
    if sys.prefix == sys.base_prefix:
        pytest.skip("the tests run in no environment")
    found = find(here=whereabouts(tmp_path), seconds=PATIENCE_S)
    assert (found[0].own, found[0].project) == (True, True)
    assert not any(one.own or one.project for one in found[1:])


def test_a_free_threaded_build(tmp_path: Path) -> None:
    """As far as one can be played: what the interpreter says of itself is changed before it is asked."""
    environment(tmp_path / ".venv")
    (site_packages(tmp_path / ".venv") / "sitecustomize.py").write_text(
        "import sys, sysconfig, types\n"
        "sys.version_info = (3, 14, 0, 'final', 0)\n"
        "sys._is_gil_enabled = lambda: False\n"
        "there = sysconfig.get_config_var\n"
        "sysconfig.get_config_var = lambda name: 1 if name == 'Py_GIL_DISABLED' else there(name)\n"
        "sys.modules['concurrent.interpreters'] = types.ModuleType('concurrent.interpreters')\n"
    )
    one = only(tmp_path)
    assert one.name == "3.14t (free-threaded) · project .venv"
    assert (one.free_threaded, one.gil, one.interpreters, one.usable) == (True, False, True, True)


def test_one_that_was_built_without_something(tmp_path: Path) -> None:
    environment(tmp_path / ".venv")
    (site_packages(tmp_path / ".venv") / "sitecustomize.py").write_text(
        "import sys\nsys.modules['_ctypes'] = sys.modules['zlib'] = None\n"
    )
    one = only(tmp_path)
    assert (one.usable, one.lacks) == (True, ("ctypes", "zlib"))
    assert found_in(tmp_path) == [one]


# -- progress -----------------------------------------------------------------------------------------------------


def test_progress(tmp_path: Path) -> None:
    for name in "123":
        environment(tmp_path / f".pyenv/versions/{name}")
    heard: list[Progress] = []
    found = find(heard.append, here=whereabouts(tmp_path), seconds=PATIENCE_S)
    assert heard[0].done < heard[0].total
    assert heard[0].pythons[0].own, "the app's own is known at once"
    assert heard[-1].done == heard[-1].total >= 3
    assert [h.done for h in heard] == sorted(h.done for h in heard)
    assert list(heard[-1].pythons) == found
    again: list[Progress] = []
    assert find(again.append, here=whereabouts(tmp_path)) == found
    assert [h.done for h in again] == [again[0].total], "all of it is remembered"


def test_many_threads_may_look(tmp_path: Path) -> None:
    environment(tmp_path / ".venv")
    found: list[list[str]] = []
    threads = [threading.Thread(target=lambda: found.append([o.name for o in found_in(tmp_path)])) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert found[0] == found[1] == found[2] != []


def test_cancelled_before_anything_was_asked(tmp_path: Path) -> None:
    counting(tmp_path / "bin/python3")
    with pytest.raises(FindingCancelled):
        find(cancelled=lambda: True, here=whereabouts(tmp_path))
    assert asked(tmp_path / "bin") == 0


# -- what is remembered -------------------------------------------------------------------------------------------


def test_it_is_asked_once_and_again_when_it_changed(tmp_path: Path) -> None:
    fake = counting(tmp_path / "bin/python3")
    first = found_in(tmp_path)
    assert found_in(tmp_path) == first
    assert asked(fake.parent) == 1
    os.utime(fake, (time.time(), time.time() + 5))  # upgraded
    assert found_in(tmp_path) == first
    assert asked(fake.parent) == 2
    found_in(tmp_path, again=True)
    assert asked(fake.parent) == 3


def test_an_upgrade_is_seen(tmp_path: Path) -> None:
    fake = answering(tmp_path / "bin/python3")
    assert only(tmp_path).usable
    script(fake, "echo no; exit 1")
    os.utime(fake, (1, 1))
    assert only(tmp_path).reason == "It ended with exit code 1: no"
    fake.unlink()
    assert found_in(tmp_path) == []


def test_an_environment_made_anew_is_asked_again(tmp_path: Path) -> None:
    environment(tmp_path / ".venv")
    fake = counting(tmp_path / "real/python")
    (tmp_path / ".venv/bin/python").unlink()
    (tmp_path / ".venv/bin/python").symlink_to(fake)
    found_in(tmp_path)
    os.utime(tmp_path / ".venv/pyvenv.cfg", (1, 1))
    found_in(tmp_path)
    assert asked(fake.parent) == 2


def test_one_that_failed_is_asked_again_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = script(tmp_path / "bin/python3", 'echo x >> "$(dirname "$0")/asked"; exit 1')
    for _ in range(2):
        assert not only(tmp_path).usable
    assert asked(fake.parent) == 1
    monkeypatch.setattr(memory, "FAILURES_S", 0.0)
    only(tmp_path)
    assert asked(fake.parent) == 2


DAMAGED = (
    b"", b"{", b"\xff\xfe", b"[]", b'{"schema": 99}', b'{"schema": 1, "kept": 3}', b"[" * 100_000,
    b'{"schema": 1, "question": "another", "kept": [], "discovered": null}',
    b'{"schema": 1, "kept": [{"path": "/x", "stamp": [[1]], "at": "now"}]}',
)  # fmt: skip


@pytest.mark.parametrize("data", DAMAGED)
def test_a_damaged_memory_is_made_anew(data: bytes, tmp_path: Path) -> None:
    fake = counting(tmp_path / "bin/python3")
    file = memory.place()
    assert file is not None
    file.parent.mkdir(parents=True)
    file.write_bytes(data)
    for _ in range(2):
        assert only(tmp_path).usable
    assert asked(fake.parent) == 1
    assert list(file.parent.iterdir()) == [file], "nothing is left beside it"


def test_a_memory_that_lies(tmp_path: Path) -> None:
    """Whoever writes there can start anything as this user; but what is no answer is none."""
    fake = counting(tmp_path / "bin/python3")
    only(tmp_path)
    file = memory.place()
    assert file is not None
    file.write_bytes(file.read_bytes().replace(b'"bits":64', b'"bits":"64"'))
    assert only(tmp_path).bits in (32, 64)
    assert asked(fake.parent) == 2


@pytest.mark.parametrize("how", ["a file in the way", "a folder in its place", "a pipe in its place", "no home"])
def test_a_memory_that_cannot_be_kept(
    how: str, tmp_path: Path, own_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = counting(tmp_path / "bin/python3")
    cache = own_folders / "cache"
    if how == "a file in the way":
        cache.write_text("")
    elif how == "a folder in its place":
        (cache / "grandstand/pythons.json").mkdir(parents=True)
    elif how == "a pipe in its place":
        (cache / "grandstand").mkdir(parents=True)
        os.mkfifo(cache / "grandstand/pythons.json")
    else:
        monkeypatch.delenv("XDG_CACHE_HOME")
        monkeypatch.setenv("HOME", "/no/such/folder")
        assert memory.place() is None
    for _ in range(2):
        assert only(tmp_path).usable
    assert asked(fake.parent) == 2, "without a memory it is asked each time"


def test_the_memory_is_for_its_owner_alone(tmp_path: Path) -> None:
    answering(tmp_path / "bin/python3")
    only(tmp_path)
    file = memory.place()
    assert file is not None
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_what_is_gone_is_forgotten(tmp_path: Path) -> None:
    answering(tmp_path / "bin/python3.50")
    only(tmp_path)
    shutil.rmtree(tmp_path / "bin")
    answering(tmp_path / "bin/python3.51")
    only(tmp_path)
    file = memory.place()
    assert file is not None
    assert b"python3.51" in file.read_bytes()
    assert b"python3.50" not in file.read_bytes()


# -- what others find, and what a person adds ------------------------------------------------------------------------


def test_what_python_discovery_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of our own in its place: it prints, and knows something that nobody else does."""
    fake = environment(tmp_path / "registry")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/python_discovery.py").write_text(
        "class Info:\n"
        "    def __init__(self, executable): self.executable = executable\n"
        "def iter_interpreters(env):\n"
        "    print('noise')\n"
        f"    assert env['PATH'] == ''\n    open({str(tmp_path / 'looked')!r}, 'a').write('x')\n"
        f"    return [Info({str(fake)!r}), Info(None), Info('relative')]\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))
    for _ in range(2):
        assert only(tmp_path).executable == str(fake)
    assert (tmp_path / "looked").read_text() == "x", "once a day is enough"
    found_in(tmp_path, again=True)
    assert (tmp_path / "looked").read_text() == "xx"


def test_python_discovery_that_fails_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(tmp_path / "bin/python3")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/python_discovery.py").write_text("raise RuntimeError('broken')\n")
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))
    assert only(tmp_path).usable


def test_the_real_python_discovery() -> None:
    library = pytest.importorskip("python_discovery")
    assert callable(library.iter_interpreters)


def test_added_paths_are_remembered(tmp_path: Path) -> None:
    far = answering(tmp_path / "far/away/my python")
    assert found_in(tmp_path) == []
    added.add(str(far))
    added.add(str(far))
    added.add("/gone/python")
    assert added.paths() == [str(far), "/gone/python"]
    found = find(here=whereabouts(tmp_path), seconds=PATIENCE_S)
    assert [(one.executable, one.added) for one in inside(tmp_path, found)] == [(str(far), True)]
    (gone,) = [one for one in found if one.executable == "/gone/python"]
    assert (gone.reason, gone.added, gone.name) == ("There is no such file.", True, "/gone/python")
    assert added.forget("/gone/python")
    assert not added.forget("/gone/python")
    assert added.paths() == [str(far)]


def test_any_path_can_be_added(tmp_path: Path) -> None:
    names = [os.fsdecode(b"/x/\xe9"), "/x/hex:zz", "hex:zz", "/caf\u00e9 x"]
    for name in names:
        added.add(name)
    assert added.paths() == names


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"schema": 1, "added": [3]}', b"\xff"])
def test_a_spoiled_list_is_set_aside(data: bytes, tmp_path: Path) -> None:
    added.add("/x")
    file = added.place()
    assert file is not None
    file.write_bytes(data)
    told: list[str] = []
    assert added.paths(told.append) == []
    assert len(told) == 1
    assert told[0].endswith("It was set aside as pythons.unreadable.json.")
    assert file.with_name("pythons.unreadable.json").read_bytes() == data
    added.add("/y")
    assert added.paths() == ["/y"]


def test_a_newer_list_stays_as_it_is(tmp_path: Path) -> None:
    added.add("/x")
    file = added.place()
    assert file is not None
    file.write_text('{"schema": 2, "added": [{"path": "/x"}]}'.replace('{"path": "/x"}', '"/x"'))
    assert added.paths() == []
    with pytest.raises(added.NotKept, match="newer Grandstand"):
        added.add("/y")
    assert '"schema": 2' in file.read_text()


def test_nowhere_to_remember(tmp_path: Path, own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_folders / "data").write_text("")
    with pytest.raises(added.NotKept, match="Cannot write"):
        added.add("/x")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/no/such/folder")
    assert added.paths() == []
    with pytest.raises(added.NotKept, match="no home folder"):
        added.add("/x")


def test_examining_a_folder_or_a_file(tmp_path: Path) -> None:
    made = environment(tmp_path / "my env")
    for path in (str(tmp_path / "my env"), str(made)):
        one = examine(path)
        assert (one.executable, one.usable) == (str(made), True)
    (tmp_path / "empty").mkdir()
    assert examine(str(tmp_path / "empty")).reason == "It is a folder in which no Python was found."
    assert examine(str(tmp_path / "nothing")).reason == "There is no such file."
    assert examine("a\0b").reason
    assert examine(sys.executable).own
