"""The Pythons that are on this machine: each is listed once, and what is said of it is what it says itself."""

from __future__ import annotations

import glob
import json
import os
import platform
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from grandstand.pythons import question
from grandstand.pythons.choosing import resolve
from grandstand.pythons.finding import find
from grandstand.pythons.record import LEAST, Python, numbers, running

WANTED = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14", "3.14t", "pypy3")
TRUTH = """
import json, platform, sys, sysconfig
print(json.dumps({
    "version": platform.python_version(), "implementation": platform.python_implementation(),
    "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
    "gil": getattr(sys, "_is_gil_enabled", lambda: True)(), "prefix": sys.prefix, "base_prefix": sys.base_prefix,
    "interpreters": sys.version_info >= (3, 14) and sys.implementation.name == "cpython",
    "bits": 64 if sys.maxsize > 2**32 else 32,
}))
"""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> list[Python]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("data")))
        return find()


@pytest.mark.parametrize("version", WANTED)
def test_what_is_said_of_it_is_what_it_says(version: str, here: list[Python]) -> None:
    known = {".".join(map(str, one.numbers[:2])) + "t" * bool(one.free_threaded) for one in here if one.usable}
    if version not in known and not (version == "pypy3" and any(one.implementation == "PyPy" for one in here)):
        pytest.skip(f"no Python {version} on this machine")
    one = resolve(version, here)
    said = subprocess.run([one.executable, "-I", "-c", TRUTH], capture_output=True, text=True, check=True, timeout=60)
    truth = json.loads(said.stdout)
    assert {key: getattr(one, key) for key in truth} == {**truth, "version": truth["version"].rstrip("+")}
    assert one.short_document() == {key: truth[key] for key in ("version", "implementation", "free_threaded", "gil")}


USUAL = (
    "~/.pyenv/versions/*/bin/python",
    "/usr/bin/python3.[0-9]",
    "/usr/bin/python3.1[0-9]",
    "/usr/local/bin/python3",
)


def test_every_one_in_the_usual_places_is_listed_once(here: list[Python]) -> None:
    there = [path for pattern in USUAL for path in glob.glob(os.path.expanduser(pattern))]
    if not there:
        pytest.skip("nothing in the usual places")
    plain = [os.path.realpath(one.executable) for one in here if not one.environment or one.own]
    for path in there:
        found = [real for real in plain if real == os.path.realpath(path)]
        own_base = os.path.realpath(path) == os.path.realpath(sys.executable) and sys.prefix != sys.base_prefix
        assert len(found) == 1 + own_base, path  # the app's own environment is made of one of them


def test_all_are_told_apart_and_judged(here: list[Python]) -> None:
    assert [one.own for one in here] == [True] + [False] * (len(here) - 1)
    assert len({one.name for one in here}) == len(here)
    for one in here:
        if one.version:
            assert one.usable is (one.numbers[:2] >= LEAST)
        assert one.usable is not bool(one.reason)


def test_the_one_that_runs_this(here: list[Python]) -> None:
    assert running() == here[0].short_document()
    assert running() == {
        "version": platform.python_version(), "implementation": platform.python_implementation(),
        "free_threaded": bool(sysconfig.get_config_var("Py_GIL_DISABLED")),
        "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
    }  # fmt: skip


def test_the_answer_of_a_free_threaded_build(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 14, 0, "candidate", 2))
    monkeypatch.setattr(sysconfig, "get_config_var", {"Py_GIL_DISABLED": 1}.get)
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: True, raising=False)
    assert (question.version(), question.free_threaded(), question.gil()) == ("3.14.0rc2", True, True)
    assert question.interpreters() is (sys.version_info >= (3, 14) and "concurrent.interpreters" in sys.modules)


def test_versions_as_numbers() -> None:
    assert [numbers(text) for text in ("3.14.0", "3.15.0a2", "3.9", "", "x")] == [
        (3, 14, 0), (3, 15, 0), (3, 9, 0), (0, 0, 0), (0, 0, 0),
    ]  # fmt: skip


@pytest.mark.skipif(not Path("/proc").exists(), reason="Linux")
def test_the_question_is_old_enough_for_the_oldest() -> None:
    """It is compiled by every Python from 3.9 on; ruff holds it to that syntax, and so does this where 3.9 is here."""
    oldest = sorted(glob.glob(os.path.expanduser("~/.pyenv/versions/3.9*/bin/python")))
    if not oldest:
        pytest.skip("no Python 3.9 on this machine")
    assert question.__file__
    subprocess.run(
        [oldest[0], "-I", "-c", "import sys; compile(open(sys.argv[1], encoding='utf-8').read(), 'question', 'exec')",
         question.__file__], check=True, timeout=60,
    )  # fmt: skip
