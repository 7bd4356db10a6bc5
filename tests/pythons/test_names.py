"""What people call a Python, and which one they mean."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from grandstand.pythons.choosing import NoSuchPython, choose, is_path, resolve
from grandstand.pythons.names import named
from grandstand.pythons.record import Python
from hypothesis import given
from hypothesis import strategies as st

from tests.pythons.fakes import environment

HOME = "/home/ada"


def python(version: str, executable: str = "", **more: object) -> Python:
    """One that can be used, unless more is said; '3.14t' is free-threaded."""
    bare = version.rstrip("t")
    fields = {
        "executable": executable or f"/opt/{version}/bin/python", "version": bare, "implementation": "CPython",
        "free_threaded": bare != version, "gil": bare == version, "interpreters": bare >= "3.14", "bits": 64,
        "prefix": executable or version, "source": "pyenv", **more,
    }  # fmt: skip
    return Python(**fields)  # type: ignore[arg-type]


def in_environment(version: str, folder: str, **more: object) -> Python:
    return python(version, f"{folder}/bin/python", environment=folder, prefix=folder, **more)


OWN = in_environment("3.13.1", "/opt/app", own=True)


def names(*pythons: Python) -> list[str]:
    return [one.name for one in named(pythons, HOME)]


CALLED = [
    ([python("3.13.1")], ["3.13"]),
    ([python("3.14.0t")], ["3.14t (free-threaded)"]),
    ([python("3.14.0"), python("3.14.0t")], ["3.14", "3.14t (free-threaded)"]),
    ([python("3.10.14", implementation="PyPy")], ["PyPy 3.10"]),
    ([python("3.15.0a2")], ["3.15"]),
    ([python("3.13.1", abi="d")], ["3.13 (debug build)"]),
    ([in_environment("3.13.1", f"{HOME}/shop/.venv", project=True)], ["3.13 · project .venv"]),
    ([in_environment("3.13.1", f"{HOME}/shop/.venv")], ["3.13 · shop/.venv"]),
    ([in_environment("3.13.1", f"{HOME}/.virtualenvs/web")], ["3.13 · web"]),
    ([OWN], ["3.13 · Grandstand's own"]),
    ([python("3.11.2"), python("3.11.7")], ["3.11.2", "3.11.7"]),
    ([python("3.11.7", "/a"), python("3.11.7", "/b", source="system")], ["3.11.7 · pyenv", "3.11.7 · system"]),
    ([python("3.11.7", f"{HOME}/a/python"), python("3.11.7", "/b/python"), python("3.11.2")],
     ["3.11.7 · ~/a/python", "3.11.7 · /b/python", "3.11.2"]),
    ([python("3.13.1", "/a"), python("3.13.1", "/b", bits=32)], ["3.13.1", "3.13.1 (32 bit)"]),
    ([in_environment("3.13.1", f"{HOME}/a/web"), in_environment("3.13.1", "/b/web")],
     ["3.13.1 · ~/a/web", "3.13.1 · /b/web"]),
    ([OWN, python("3.13.1")], ["3.13.1 · Grandstand's own", "3.13.1 · pyenv"]),
    ([OWN, python("3.13.5"), python("3.12.1")], ["3.13.1 · Grandstand's own", "3.13.5", "3.12"]),
    ([Python(f"{HOME}/bin/python3", usable=False), python("3.9.1")], ["~/bin/python3", "3.9"]),
    ([python("3.8.18", usable=False, reason="Too old."), python("3.9.1")], ["3.8", "3.9"]),
]  # fmt: skip


@pytest.mark.parametrize(("pythons", "called"), CALLED, ids=[" | ".join(called) for _, called in CALLED])
def test_names(pythons: list[Python], called: list[str]) -> None:
    assert names(*pythons) == called


def test_conda(tmp_path: Path) -> None:
    for place in ("mini", "mini/envs/science"):
        (tmp_path / place / "conda-meta").mkdir(parents=True)
    base, science = str(tmp_path / "mini"), str(tmp_path / "mini/envs/science")
    found = names(in_environment("3.12.1", base), in_environment("3.12.1", science))
    assert found == ["3.12 · conda base", "3.12 · conda science"]


def test_nothing_in_a_name_commands_or_turns() -> None:
    evil = "\x1b[31m/\u202eevil"
    (name,) = names(in_environment("3.13.1", f"/x/{evil}/.venv"))
    assert name.isprintable()
    (name,) = names(python("3.13.1", implementation="\x1b[31mPyPy\n"))
    assert name.isprintable()


PYTHONS = st.builds(
    lambda version, where, env, own: (
        in_environment(version, f"/e/{where}", own=own) if env else python(version, f"/p/{where}/python", own=own)
    ),
    st.sampled_from(["3.13.1", "3.13.2", "3.14.0t", "3.14.0"]), st.sampled_from("abc"), st.booleans(), st.just(False),
)  # fmt: skip


@given(st.lists(PYTHONS, max_size=8, unique_by=lambda one: one.executable))
def test_names_are_unique_and_each_means_its_own(pythons: list[Python]) -> None:
    made = named([OWN, *pythons], HOME)
    called = [one.name for one in made]
    assert len(set(called)) == len(called)
    assert [resolve(name, made) for name in called] == made
    for one in made:
        found = resolve(".".join(map(str, one.numbers[:2])) + "t" * bool(one.free_threaded), made)
        assert found.numbers[:2] == one.numbers[:2]
        assert found.free_threaded == one.free_threaded


# -- which one is meant -------------------------------------------------------------------------------------------

HERE = named(
    [
        OWN, in_environment("3.13.1", f"{HOME}/shop/.venv", project=True), python("3.14.0"), python("3.14.1"),
        python("3.14.0t"), python("3.15.0a2"), python("3.12.1", "/usr/bin/python3.12", source="system"),
        python("3.10.14", implementation="PyPy"),
        in_environment("3.11.1", "/x/web"), in_environment("3.11.1", "/x/wiki"),
        python("3.8.18", usable=False, reason="Python 3.8 is too old: 3.9 or newer is needed."),
        Python(f"{HOME}/bin/python3", usable=False, reason="It ended with exit code 1."),
    ],
    HOME,
)  # fmt: skip

MEANT = {
    "3.13 · project .venv": "3.13 · project .venv",
    "3.13 · PROJECT .venv": "3.13 · project .venv",
    "project .venv": "3.13 · project .venv",
    "project": "3.13 · project .venv",
    ".venv": "3.13 · project .venv",
    "own": "3.13 · Grandstand's own",
    "Grandstand's own": "3.13 · Grandstand's own",
    "3.13": "3.13 · Grandstand's own",
    "3.14": "3.14.1",
    "3.14.0": "3.14.0",
    "3.14t": "3.14t (free-threaded)",
    "3.14.0t": "3.14t (free-threaded)",
    "python3.14t": "3.14t (free-threaded)",
    "free-threaded": "3.14t (free-threaded)",
    "cpython 3.12": "3.12",
    " 3.12 ": "3.12",
    "3": "3.14.1",
    "3.15": "3.15",
    "3.15.0a2": "3.15",
    "pypy": "PyPy 3.10",
    "pypy3.10": "PyPy 3.10",
    "PyPy": "PyPy 3.10",
    "wiki": "3.11 · wiki",
    "/usr/bin/python3.12": "3.12",
    f"{HOME}/shop/.venv": "3.13 · project .venv",
    f"{HOME}/shop/.venv/bin/python": "3.13 · project .venv",
}


@pytest.mark.parametrize("text", MEANT)
def test_which_is_meant(text: str) -> None:
    assert resolve(text, HERE).name == MEANT[text]


LISTED = "There are: 3.13 · Grandstand's own, 3.13 · project .venv, 3.14.0, 3.14.1, 3.14t (free-threaded), 3.15, 3.12"
REFUSED = {
    "3.16": f"There is no Python 3.16 here. {LISTED}",
    "3.12t": "There is no Python 3.12t here. There are: ",
    "3.14.7": "There is no Python 3.14.7 here. There are: ",
    "3.15.0b1": "There is no Python 3.15.0b1 here.",
    "graalpy": "There is no Python called 'graalpy' here. There are: ",
    "nonsense": "There is no Python called 'nonsense' here. There are: ",
    "\x1b[31m": "There is no Python called '\ufffd[31m' here. ",
    "": "Which Python? Give a name, a version or a path. There are: ",
    "w": "'w' matches several: 3.13 · Grandstand's own, 3.11 · web, 3.11 · wiki. Give more of the name.",
    "3.8": "3.8 cannot be used. Python 3.8 is too old: 3.9 or newer is needed.",
    "~/bin/python3": "~/bin/python3 cannot be used. It ended with exit code 1.",
    "/no/such/python": "/no/such/python cannot be used. There is no such file.",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_said_where_none_is_meant(text: str) -> None:
    with pytest.raises(NoSuchPython) as refused:
        resolve(text, HERE)
    assert str(refused.value).startswith(REFUSED[text])
    if "There are:" in REFUSED[text]:
        assert str(refused.value).endswith("pythons' lists them all, and why some cannot be used.")


def test_nothing_there_at_all() -> None:
    with pytest.raises(NoSuchPython, match=r"^There is no Python 3.12 here. '.* pythons' lists them all"):
        resolve("3.12", [])


def test_a_path_is_a_path() -> None:
    for text in ("/x/python", "./python", "~/x", "env/bin/python", f"{os.sep}x"):
        assert is_path(text)
    for text in ("3.14t", ".venv", "project .venv", "3.11.7 · ~/a/python", "PyPy 3.10", ""):
        assert not is_path(text)


def test_a_path_that_was_not_found_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = environment(tmp_path / "far away")
    for text in (str(made), str(tmp_path / "far away"), "far away/bin/python", "./far away"):
        assert choose(text).executable == str(made)
        assert resolve(text, HERE).executable == str(made)


def test_choosing_looks_around(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PATH", "PYENV_ROOT", "VIRTUAL_ENV", "CONDA_PREFIX"):
        monkeypatch.delenv(name, raising=False)
    made = environment(tmp_path / ".venv")
    assert choose("project .venv").executable == str(made)
    with pytest.raises(NoSuchPython, match=r"There is no Python 2\.1 here"):
        choose("2.1")
