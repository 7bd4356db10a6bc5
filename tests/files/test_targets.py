"""Targets, looked over before any work begins."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from grandstand.files.targets import Wanted, check

PICTURES = (".png", ".svg", ".pdf")
posix = pytest.mark.skipif(sys.platform == "win32", reason="files of POSIX")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def refused(*outputs: Wanted, inputs: tuple[str, ...] = ()) -> str:
    before = {path: path.stat().st_ino for path in Path().rglob("*") if path.exists()}
    with pytest.raises(ValueError) as caught:
        check(outputs, [("what is read", Path(name).absolute()) for name in inputs])
    assert {path: path.stat().st_ino for path in Path().rglob("*") if path.exists()} == before
    return str(caught.value)


def json_file(text: str, option: str = "--json") -> Wanted:
    return Wanted(option, text, (".json",))


@pytest.mark.parametrize(
    "text", ["", "-", "new.json", "no_ending", "odd.ending", "old.json", os.devnull, "./-", "./--"]
)
def test_what_can_be_written_leaves_no_trace(text):
    Path("old.json").write_text("old")
    check([json_file(text)])
    assert os.listdir() == ["old.json"]
    assert Path("old.json").read_text() == "old"


@posix
@pytest.mark.parametrize("make", [os.mkfifo, lambda name: os.symlink("yet_to_come.json", name)], ids=["pipe", "link"])
def test_pipes_and_links_can_be_written_and_stay(make):
    make("x.json")
    check([json_file("x.json")])
    assert os.listdir() == ["x.json"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nowhere/x.json", "there is no folder"),
        ("folder", "expects a file; folder is a folder"),
        ("new/", "expects a file"),
        ("n" * 300, "shorter name"),
        ("file/x.json", "cannot be written"),
        (
            "--",
            "looks like an option. Give a name (- is standard output) after --json, or ./-- for a file of that name.",
        ),
        ("--report", "looks like an option"),
        ("-x.json", "looks like an option"),
    ],
)
def test_what_cannot_be_written_is_refused_with_what_to_do(text, words):
    Path("folder").mkdir()
    Path("file").write_text("x")
    said = refused(json_file(text))
    assert words in said
    assert said.startswith("--json")


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_folders_and_files_without_permission():
    Path("shut").mkdir(mode=0o500)
    assert "ermission" in refused(json_file("shut/x.json"))
    Path("kept.json").write_text("x")
    Path("kept.json").chmod(0o400)
    assert "ermission" in refused(json_file("kept.json"))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder in which nobody can make a file")
def test_a_folder_that_takes_no_files():
    assert "cannot be written" in refused(json_file("/proc/x.json"))


@posix
def test_links_in_a_circle():
    os.symlink("b.json", "a.json")
    os.symlink("a.json", "b.json")
    assert "links" in refused(json_file("a.json"))


@posix
def test_a_disk_without_room(monkeypatch):
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, hard))
    try:
        assert "larger files" in refused(json_file("x.json"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    monkeypatch.setattr(Path, "write_bytes", lambda self, data: (_ for _ in ()).throw(OSError(28, "No space left")))
    assert "Make room" in refused(json_file("x.json"))


@posix
@pytest.mark.parametrize("mode", ["r", "w"])
def test_a_descriptor_must_be_open_for_writing(mode):
    Path("x").write_text("x")
    with open("x", mode) as file:
        name = f"/dev/fd/{file.fileno()}"
        if not os.path.exists(name):
            pytest.skip("no such names here")
        if mode == "r":
            assert "only be read" in refused(json_file(name))
        else:
            check([json_file(name)])


def test_standard_output_must_be_open(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    assert "closed" in refused(json_file("-"))


SAME = {
    "the same name": ("x.json", "x.json"),
    "another way there": ("x.json", "sub/../x.json"),
    "by its whole path": ("x.json", "{here}/x.json"),
    "a link": ("real.json", "link.json"),
    "a link to what is not there yet": ("later.json", "dangling.json"),
    "another name of the file": ("real.json", "hard.json"),
    "through a linked folder": ("sub/y.json", "folder/y.json"),
    "standard output": ("-", "-"),
    "standard output by its other name": ("-", "/dev/stdout"),
}


def lay_out(tmp_path: Path) -> None:
    Path("sub").mkdir()
    Path("real.json").write_text("x")
    os.link("real.json", "hard.json")
    for name, target in (("link.json", "real.json"), ("dangling.json", "later.json"), ("folder", "sub")):
        os.symlink(target, name)


@posix
@pytest.mark.parametrize("case", SAME)
def test_two_outputs_in_one_place(case, tmp_path, capfd):
    lay_out(tmp_path)
    one, two = (name.format(here=tmp_path) for name in SAME[case])
    if not os.path.exists("/dev/stdout") and "/dev/stdout" in (one, two):
        pytest.skip("no such name here")
    said = refused(json_file(one), json_file(two, "--other"))
    assert "--json and --other both go to" in said
    assert "a place of its own" in said


@posix
@pytest.mark.parametrize("case", [case for case in SAME if "standard" not in case])
def test_an_output_that_is_an_input(case, tmp_path):
    lay_out(tmp_path)
    one, two = (name.format(here=tmp_path) for name in SAME[case])
    said = refused(json_file(one), inputs=(two,))
    assert "what is read" in said
    assert "Choose another name" in said


def test_nothing_is_lost_in_what_keeps_nothing():
    check([json_file(os.devnull), json_file(os.devnull, "--other")])


@pytest.mark.parametrize("name", ["x.txt", "x.json", "x.jpeg", "x", "x.png.bak", "x.PNG.gz"])
def test_a_picture_of_another_kind(name):
    said = refused(Wanted("--snapshot", name, PICTURES, strict=True))
    assert "--snapshot writes .png, .svg or .pdf" in said


@pytest.mark.parametrize("name", ["x.png", "x.PNG", "a.b.svg", "-", "x y.pdf"])
def test_a_picture(name):
    check([Wanted("--snapshot", name, PICTURES, strict=True)])


@pytest.mark.parametrize("name", ["x.csv", "x.png", "x.grandstand", "x.gz", "x.md", "x.HTML"])
def test_json_under_the_name_of_something_else(name):
    assert "--json writes .json" in refused(json_file(name))


def test_what_must_be_new():
    Path("there.grandstand").write_text("x")
    Path("tables").mkdir()
    assert "not written over" in refused(Wanted("--record", "there.grandstand", (".grandstand",), new=True, file=True))
    assert "a new folder" in refused(Wanted("--output", "tables", new=True, folder=True, file=True))
    assert "a file's ending" in refused(Wanted("--output", "x.json", new=True, folder=True, file=True))
    assert "Name a folder" in refused(Wanted("--output", "-", new=True, folder=True, file=True))
    assert "Name a file" in refused(Wanted("--record", "-", (".grandstand",), strict=True, new=True, file=True))
    check([Wanted("--output", "new/", new=True, folder=True, file=True)])
