"""A recording, a talk or a comparison that names a person's function never starts it, nor imports it, by itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from grandstand.compare.runner import begin
from grandstand.control import catalogue, named
from grandstand.control.controller import Controller
from grandstand.own import naming

from tests.cli.command import grandstand
from tests.own.made import understood, write

SOURCE = """
import pathlib
pathlib.Path(__file__).with_name("imported").touch()
import time
def work(n=1):
    time.sleep(0.001)
"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> Path:
    """A folder with a comparison and a recording of a function of one's own."""
    folder = tmp_path_factory.mktemp("measured")
    write(folder, SOURCE)
    legs = ("--workers", "1", "--repeats", "2", "--seconds", "0.2", "--modes", "sequential,threads")
    done = grandstand("compare", "job.py:work", *legs, "--json", "c.json", cwd=folder)
    assert done.returncode == 0, done.stderr
    done = grandstand(
        "run", "job.py:work", "--workers", "1", "--seconds", "0.3", "--record", "r.grandstand", cwd=folder
    )
    assert done.returncode == 0, done.stderr
    assert (folder / "imported").exists(), "it did run, when it was asked to"
    return folder


@pytest.fixture
def folder(measured) -> Path:
    (measured / "imported").unlink(missing_ok=True)
    return measured


def untouched(folder: Path) -> bool:
    return not (folder / "imported").exists()


def test_a_comparison_is_shown(folder):
    done = grandstand("compare", "--open", "c.json", "--snapshot", "c.svg", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "calls/s" in done.stdout
    done = grandstand("compare", "--open", "c.json", "--beside", "c.json", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert untouched(folder)


def test_a_comparison_is_not_resumed_without_a_word(folder):
    done = grandstand("compare", "--resume", "c.json", "--json", "d.json", cwd=folder)
    assert done.returncode == 2
    assert "job.py:work, a function that is not Grandstand's" in done.stderr
    done = grandstand("compare", "job.py:work", "--arg", "2", "--resume", "c.json", cwd=folder)
    assert done.returncode == 2
    assert "other arguments" in done.stderr
    assert untouched(folder)


def test_it_is_resumed_when_it_is_named_again(folder):
    document = json.loads((folder / "c.json").read_text())
    document["plan"]["repeats"] = 3
    (folder / "more.json").write_text(json.dumps(document))
    done = grandstand("compare", "job.py:work", "--resume", "more.json", "--json", "d.json", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert len(json.loads((folder / "d.json").read_text())["measurements"]) == 6
    assert not untouched(folder)


@pytest.mark.parametrize("workload", ["antigravity_of_mine:work", "antigravity_of_mine:Class"])
def test_nor_is_any_other_module_that_a_file_names(workload, folder):
    document = json.loads((folder / "c.json").read_text())
    document["plan"]["workload"] = workload
    document["plan"]["repeats"] = 3
    (folder / "evil.json").write_text(json.dumps(document))
    write(folder, "import pathlib\npathlib.Path('imported').touch()\n", "antigravity_of_mine.py")
    for arguments in (["--open", "evil.json"], ["--resume", "evil.json"]):
        grandstand("compare", *arguments, cwd=folder, PYTHONPATH=str(folder))
        assert untouched(folder), arguments


def test_a_recording_is_read(folder):
    for arguments in (
        ("recordings",),
        ("export", "r.grandstand", "--to", "csv", "--output", "out"),
        ("export", "r.grandstand", "--to", "svg", "--output", "r.svg"),
    ):
        done = grandstand(*arguments, cwd=folder, GRANDSTAND_RECORDINGS=str(folder))
        assert "Traceback" not in done.stderr
        assert untouched(folder), arguments


@pytest.mark.parametrize("workload", ["job.py:work", "job:work", "own:job.py:work@00000000"])
def test_a_talk_is_checked_and_listed(workload, folder):
    text = f'title = "T"\n[[scene]]\ntitle = "A"\nworkload = "{workload}"\nmode = "threads"\nworkers = 1\n'
    (folder / "talk.toml").write_text(text)
    for option in ("--check", "--list"):
        done = grandstand("present", "talk.toml", option, cwd=folder, PYTHONPATH=str(folder))
        assert "Traceback" not in done.stderr
        assert untouched(folder)


def test_a_key_alone_starts_nothing(tmp_path):
    own = understood(tmp_path, SOURCE, "work")
    with pytest.raises(KeyError, match="name it yourself"):
        catalogue.workload("own:job.py:work@00000000")
    controller = Controller(window=False)
    try:
        with pytest.raises(KeyError, match="name it yourself"):
            controller.choose(workload="own:job.py:work@00000000")
        there = naming.let_run(own)
        controller.choose(workload=there.key)
        assert controller.choice.workload == there.key
    finally:
        controller.close()
    assert untouched(tmp_path), "named and chosen, and not imported by the app"


def test_the_same_function_has_the_same_key_and_other_arguments_another(tmp_path):
    one = naming.let_run(understood(tmp_path, SOURCE, "work"))
    assert one.key == naming.let_run(understood(tmp_path, SOURCE, "work")).key
    assert one.key != naming.let_run(understood(tmp_path, SOURCE, "work", args=("2",))).key
    assert named.shown(one.key) == "job.py:work"
    assert str(tmp_path) not in one.key, "a recording tells nobody's folders"
    assert named.refusal(one.key) == named.refusal("primes") == ""
    assert "name it yourself" in named.refusal("os:system")


def test_the_app_knows_title_and_unit_without_importing(tmp_path):
    there = naming.let_run(understood(tmp_path, SOURCE, "work", items="range(3)"))
    kind = catalogue.workload(there.key)
    assert (kind.title, kind.unit, kind.needs_server) == ("work in job.py", "items", False)
    assert untouched(tmp_path)


def test_begin_is_never_called_for_what_is_only_opened(folder):
    """What begins a comparison asks the catalogue, which refuses."""
    from grandstand.compare import document

    comparison = document.load(folder / "c.json")
    with pytest.raises(KeyError, match="name it yourself"):
        begin(comparison.plan)
