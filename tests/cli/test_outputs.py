"""Files that commands are told to write: looked over before the work, written before the words, saved elsewhere."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import command, environment, grandstand
from tests.control.workloads_for_tests import PLACE
from tests.journal.made import record

posix = pytest.mark.skipif(sys.platform == "win32", reason="files of POSIX")
LONG = ("run", PLACE + "Gentle", "--seconds", "600")
SHORT = ("run", PLACE + "Gentle", "--workers", "2", "--seconds", "0.3", "--warmup", "0")
COMPARE = ("compare", PLACE + "Gentle", "--modes", "threads", "--workers", "1", "--repeats", "1", "--seconds", "0.2")
EXPORT = ("export", "b.grandstand")

REFUSED = {
    "the recording itself": (*EXPORT, "--to", "trace", "--output", "b.grandstand"),
    "the recording, by another way": (*EXPORT, "--to", "trace", "--output", "./sub/../b.grandstand"),
    "the recording, by a link": (*EXPORT, "--to", "trace", "--output", "soft.json"),
    "the recording, by its other name": (*EXPORT, "--to", "trace", "--output", "hard.json"),
    "the recording's log": (*EXPORT, "--to", "trace", "--output", "b.grandstand-wal"),
    "a picture that is no SVG": (*EXPORT, "--to", "svg", "--output", "a.png"),
    "a film that is a GIF": (*EXPORT, "--to", "mp4", "--output", "a.gif"),
    "a trace that is a table": (*EXPORT, "--to", "trace", "--output", "a.csv"),
    "tables that are a file": (*EXPORT, "--to", "csv", "--output", "a.json"),
    "tables for standard output": (*EXPORT, "--to", "csv", "--output", "-"),
    "tables in a folder that is there": (*EXPORT, "--to", "csv", "--output", "sub"),
    "two documents for standard output": (*EXPORT, "--to", "trace", "--output", "-", "--json"),
    "an export into no folder": (*EXPORT, "--to", "gif", "--output", "nowhere/a.gif"),
    "one file for two": (*LONG, "--json", "z.json", "--snapshot", "./z.json"),
    "a result and a recording": (*LONG, "--json", "z", "--record", "z"),
    "a recording and a link to it": (*LONG, "--record", "later.grandstand", "--json", "dangling"),
    "standard output twice": (*LONG, "--json", "-", "--snapshot", "-"),
    "standard output twice, by another name": (*LONG, "--json", "-", "--snapshot", "/dev/stdout"),
    "a recording on standard output": (*LONG, "--record", "-"),
    "a recording over another": (*LONG, "--record", "b.grandstand"),
    "a picture that is a text": (*LONG, "--snapshot", "x.txt"),
    "a result that is a picture": (*LONG, "--json", "x.png"),
    "a size that is none": (*LONG, "--snapshot", "x.png", "--snapshot-size", "huge"),
    "a folder": (*LONG, "--json", "sub"),
    "no folder": (*LONG, "--json", "nowhere/x.json"),
    "a name that is too long": (*LONG, "--json", "n" * 300),
    "a folder that takes no files": (*LONG, "--json", "/proc/x.json"),
    "a file for a folder": (*LONG, "--json", "b.grandstand/x.json"),
    "a table and a text": (*COMPARE[:-2], "--csv", "x", "--markdown", "x"),
    "a table over what is shown": ("compare", "--open", "c.json", "--json", "c.json"),
    "a table over what is shown beside": ("compare", "--open", "c.json", "--beside", "d.json", "--json", "d.json"),
    "a report that is a picture": ("claims", "--report", "x.png"),
    "a report and its data": ("claims", "--report", "x.json", "--json", "x.json"),
    "a map in no folder": ("break-even", "--json", "nowhere/x.json"),
    "a map that is its picture": ("break-even", "--json", "x", "--snapshot", "x"),
}


@posix
@pytest.mark.parametrize("case", REFUSED)
def test_refused_before_anything_runs_and_nothing_is_touched(case, tmp_path):
    record(tmp_path / "b.grandstand")
    for name in ("c.json", "d.json"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "sub").mkdir()
    os.link(tmp_path / "b.grandstand", tmp_path / "hard.json")
    os.symlink("b.grandstand", tmp_path / "soft.json")
    os.symlink("later.grandstand", tmp_path / "dangling")
    before = {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    done = grandstand(*REFUSED[case], cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert re.search(r"Cannot (run|export|compare|check|measure): .*\w\.$", done.stderr, re.DOTALL)
    assert {path: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


@posix
@pytest.mark.parametrize(
    ("kind", "starts"),
    [("trace", b'{"displayTimeUnit"'), ("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("gif", b"GIF8")],
)
def test_an_export_to_standard_output_is_that_alone(kind, starts, tmp_path):
    record(tmp_path / "b.grandstand")
    more = ("--until", "0.1", "--fps", "10") if kind == "gif" else ()
    done = subprocess.run(
        command(*EXPORT, "--to", kind, "--output", "-", *more), cwd=tmp_path, env=environment(), capture_output=True,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(starts)
    if kind == "trace":
        json.loads(done.stdout)
    assert os.listdir(tmp_path) == ["b.grandstand"]


@pytest.mark.parametrize(
    ("option", "starts"),
    [("--json", "{"), ("--csv", "setup,"), ("--markdown", "|"), ("--snapshot", "\ufffdPNG")],
)
def test_each_result_of_a_comparison_to_standard_output(option, starts, tmp_path):
    done = subprocess.run(
        command(*COMPARE, option, "-"), cwd=tmp_path, env=environment(), capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    first = done.stdout.decode("utf-8", "replace")
    if option in ("--json", "--snapshot"):
        assert first.startswith(starts)
    assert b"1 thread" in done.stderr, "the table is for people, and goes where they look"
    assert os.listdir(tmp_path) == []


@posix
@pytest.mark.parametrize("arguments", [SHORT, (*COMPARE,)], ids=["run", "compare"])
@pytest.mark.parametrize(
    "target", [">(cat >got.json)", "/dev/fd/3", "/proc/self/fd/3", "pipe", "link.json"],
)  # fmt: skip
def test_what_is_no_plain_file_is_written_straight(arguments, target, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "far").mkdir()
    os.symlink("far/got.json", tmp_path / "link.json")
    line = f'exec 3>three.json; cat pipe >from_pipe.json & "$@" --json {target}; code=$?; '
    line += "exec 4<>pipe; exec 4>&-; wait; sleep 0.2; exit $code"
    done = subprocess.run(
        ["bash", "-c", line, "bash", *command(*arguments)], cwd=tmp_path, env=environment(), capture_output=True,
        text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    where = {"pipe": "from_pipe.json", "link.json": "far/got.json"}.get(target, "three.json")
    if target.startswith(">("):
        where = "got.json"
    assert json.loads((tmp_path / where).read_text())["schema"] == 2
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert (tmp_path / "link.json").is_symlink()


@posix
def test_standard_output_by_its_other_name_in_a_file(tmp_path):
    """The file that the shell has opened must not be replaced, and nothing else may come into it."""
    done = subprocess.run(
        ["bash", "-c", '"$@" --json /dev/stdout >out.json', "bash", *command(*SHORT)], cwd=tmp_path,
        env=environment(), capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0
    assert json.loads((tmp_path / "out.json").read_text())["workers"]
    assert "naps/s" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
@pytest.mark.parametrize(
    ("arguments", "option", "shown"),
    [(SHORT, "--json", "naps/s"), (COMPARE, "--json", "1 thread"), (COMPARE, "--csv", "1 thread")],
    ids=["run", "compare", "csv"],
)
def test_a_disk_that_fills_while_it_measures(arguments, option, shown, tmp_path):
    spare = tmp_path / "spare"
    spare.mkdir()
    done = grandstand(*arguments, option, "/dev/full", cwd=tmp_path, TMPDIR=str(spare))
    assert done.returncode == 1
    assert shown in done.stdout
    assert "Traceback" not in done.stderr
    assert re.search(r"Cannot write /dev/full: no space left on device\. Make room", done.stderr)
    saved = re.search(r"It was saved as (\S+) instead\.", done.stderr)
    assert saved is not None
    assert Path(saved[1]).parent == spare
    assert Path(saved[1]).stat().st_size > 50
    assert len(list(spare.iterdir())) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_when_there_is_no_other_place_either(tmp_path):
    done = grandstand(
        *SHORT, "--json", "/dev/full", "--snapshot", str(tmp_path / "s.png"),
        TMPDIR="/proc", HOME="/proc", GRANDSTAND_RECORDINGS="/proc", cwd=tmp_path,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    assert done.returncode == 1
    assert "naps/s" in done.stdout
    assert (tmp_path / "s.png").stat().st_size > 1_000, "the others are written all the same"


@posix
@pytest.mark.parametrize("kept", [0o600, 0o640])
def test_a_private_result_stays_private(kept, tmp_path):
    target = tmp_path / "r.json"
    target.write_text("old")
    target.chmod(kept)
    assert grandstand(*SHORT, "--json", "r.json", cwd=tmp_path).returncode == 0
    assert stat.S_IMODE(target.stat().st_mode) == kept
    assert json.loads(target.read_text())["schema"] == 2


def test_what_has_a_name_like_ours_is_left_alone(tmp_path):
    record(tmp_path / "b.grandstand")
    for name in ("out", "r.json"):
        (tmp_path / f"{name}.part").mkdir()
        (tmp_path / f"{name}.part" / "precious").write_text("x")
    assert grandstand(*EXPORT, "--to", "csv", "--output", "out", cwd=tmp_path).returncode == 0
    assert grandstand(*SHORT, "--json", "r.json", cwd=tmp_path).returncode == 0
    assert sorted(os.listdir(tmp_path)) == ["b.grandstand", "out", "out.part", "r.json", "r.json.part"]
    assert all((tmp_path / f"{name}.part" / "precious").exists() for name in ("out", "r.json"))


def test_a_comparison_goes_on_in_its_own_file(tmp_path):
    assert grandstand(*COMPARE, "--json", "c.json", cwd=tmp_path).returncode == 0
    done = grandstand("compare", PLACE + "Gentle", "--resume", "c.json", "--json", "c.json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "c.json").read_text())["kind"] == "comparison"
