"""Names are bytes, and foreign text is neither markup nor a command to the terminal, whichever command tells it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from grandstand.journal import library
from grandstand.journal.reader import Recording

from tests.cli.command import PATIENCE, ROOT, command, environment
from tests.journal.made import record

EVIL = "threads [/s] vs [bold]\x1b[31mred\x1b]0;owned\x07\u202e <b>&amp;</b>"
OLD = ROOT / "tests" / "recordings_of_old" / "schema1"
NAMES = (
    b"\xff\xfe g\xe9.grandstand", "größe 日本.grandstand".encode(), b" -dash 'quote\" a#b?c%20&d.grandstand",
    b"[bold]x[red] e\x1b[31mred\ntwo lines.grandstand",
)  # fmt: skip
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="names are not bytes on this system")


def grandstand(*arguments: str | bytes, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[bytes]:
    words = [os.fsencode(a) for a in command()] + [os.fsencode(a) for a in arguments]
    return subprocess.run(words, cwd=cwd or ROOT, env=environment(**env), capture_output=True, timeout=PATIENCE)


def harmless(said: bytes) -> bool:
    """Text in UTF-8 without any command to a terminal."""
    text = said.decode("utf-8")
    return "Traceback" not in text and not any(
        (c < " " and c != "\n") or "\x7f" <= c <= "\x9f" or "\u202a" <= c <= "\u202e" for c in text
    )


@linux
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_recording_of_any_name_is_listed_opened_and_exported(name, tmp_path):
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))
    record(path)
    with_path = Recording.open(path)
    assert len(with_path.runs) == 3
    with_path.close()

    listed = grandstand("recordings", GRANDSTAND_RECORDINGS=str(tmp_path))
    assert listed.returncode == 0, listed.stderr
    assert harmless(listed.stdout)
    shown = library.shown_name(path)
    assert shown in listed.stdout.decode()

    told = grandstand("recordings", "--json", GRANDSTAND_RECORDINGS=str(tmp_path))
    told.stdout.decode("utf-8")
    assert b"\\ud" not in told.stdout, "no half of a pair"
    (entry,) = json.loads(told.stdout)["recordings"]
    assert unquote_to_bytes(entry["uri"].removeprefix("file://")) == os.fsencode(path)
    assert entry["problem"] == ""

    for number, given in enumerate((os.fsencode(path), name, os.fsencode(path.stem), shown)):
        out = tmp_path / f"out{number}.json"
        done = grandstand(
            "export", "--to", "trace", "--output", str(out), "--json", "--", given, GRANDSTAND_RECORDINGS=str(tmp_path)
        )
        assert done.returncode == 0, done.stderr
        assert harmless(done.stderr)
        assert json.loads(done.stdout)["slices"] > 1_000
        assert out.exists()


@linux
def test_what_is_written_may_have_any_name_too(tmp_path):
    folder = os.path.join(os.fsencode(tmp_path), b"f\xe9")
    os.mkdir(folder)
    recorded, result = os.path.join(folder, b"r\xe9.grandstand"), os.path.join(folder, b"j\xe9.json")
    picture = os.path.join(folder, b"p\xe9.svg")
    done = grandstand("run", "primes", "--workers", "1", "--seconds", "0.3", "--record", recorded, "--json", result)
    assert done.returncode == 0, done.stderr
    assert harmless(done.stdout)
    assert harmless(done.stderr)
    assert b"r\\xe9.grandstand" in done.stderr
    assert json.loads(Path(os.fsdecode(result)).read_bytes().decode("utf-8"))["recording"].endswith(
        "r\\xe9.grandstand"
    )
    for to, out in (("svg", picture), ("csv", os.path.join(folder, b"t\xe9"))):
        done = grandstand("export", recorded, "--to", to, "--output", out)
        assert done.returncode == 0, done.stderr
        assert harmless(done.stderr)
        assert os.path.exists(out)


def test_two_names_that_look_alike_are_not_guessed_at(tmp_path):
    for name in ("a\x1b.grandstand", "a\x07.grandstand"):
        record(tmp_path / name)
    done = grandstand(
        "export", "a\ufffd", "--to", "csv", "--output", str(tmp_path / "out"), GRANDSTAND_RECORDINGS=str(tmp_path)
    )
    assert done.returncode == 2
    assert b"matches 2 recordings" in done.stderr


def test_a_title_is_no_markup_anywhere(tmp_path):
    path = tmp_path / "x.grandstand"
    record(path)
    library.rename(path, EVIL)
    listed = grandstand("recordings", GRANDSTAND_RECORDINGS=str(tmp_path))
    assert (listed.returncode, listed.stderr) == (0, b"")
    assert harmless(listed.stdout)
    assert "threads [/s] vs [bold]" in listed.stdout.decode()
    assert "<b>&amp;</b>" in listed.stdout.decode()
    (entry,) = json.loads(grandstand("recordings", "--json", GRANDSTAND_RECORDINGS=str(tmp_path)).stdout)["recordings"]
    assert not set(entry["title"]) & set("\x1b\x07\u202e")
    for to, out in (("trace", "t.json"), ("svg", "s.svg"), ("csv", "c")):
        done = grandstand(
            "export", "x", "--to", to, "--output", str(tmp_path / out), GRANDSTAND_RECORDINGS=str(tmp_path)
        )
        assert done.returncode == 0, done.stderr
    assert "\\u001b" not in (tmp_path / "t.json").read_text()
    for file in (tmp_path / "c").iterdir():
        assert harmless(file.read_bytes())


@pytest.mark.parametrize("title", ["=1+1", "@SUM(A1)", "+44 20", "-2", '=HYPERLINK("http://x")'])
def test_a_title_is_no_formula_in_a_spreadsheet(title, tmp_path):
    path = tmp_path / "x.grandstand"
    record(path)
    library.rename(path, title)
    done = grandstand("export", str(path), "--to", "csv", "--output", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out" / "session.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["title"] == f"'{title}"
    assert int(row["start_ns"]) > 0


TALK = """format = 1
title = "Talk [/x] \\u001b[31m \\u202e"

[[scene]]
title = "One [bold] \\u009b31m \\u0007"
workload = "primes"
mode = "threads"
workers = 2
start = "at once"
"""


def test_a_talk_is_no_markup(tmp_path):
    (tmp_path / "t.toml").write_text(TALK)
    done = grandstand("present", str(tmp_path / "t.toml"), "--list")
    assert (done.returncode, done.stderr) == (0, b"")
    assert harmless(done.stdout)
    assert b"Talk [/x]" in done.stdout
    assert b"One [bold]" in done.stdout


@pytest.mark.parametrize("mistake", ['mode = "\\u001b[31m[/x]"', '"\\u001b[31m" = 3', "title = 3", "x = \x1b"])
def test_mistakes_of_a_talk_are_told_in_plain_text(mistake, tmp_path):
    (tmp_path / "t.toml").write_text(TALK.replace('mode = "threads"', mistake))
    done = grandstand("present", str(tmp_path / "t.toml"), "--check")
    assert done.returncode == 1
    assert harmless(done.stdout + done.stderr)


@pytest.mark.parametrize("option", ["", "--csv", "--markdown"])
def test_a_comparison_from_elsewhere_is_no_markup(option, tmp_path):
    data = json.loads((OLD / "primes_failures.comparison.json").read_text())
    data["machine"]["cpu"] = EVIL
    data["unit"] = "=numbers[/x]\x1b"
    for failure in data["failures"]:
        failure["reason"] = EVIL
    (tmp_path / "c.json").write_text(json.dumps(data))
    more = [option, str(tmp_path / "out")] if option else []
    done = grandstand("compare", "--open", str(tmp_path / "c.json"), *more)
    assert done.returncode == 0, done.stderr
    assert harmless(done.stdout)
    assert harmless(done.stderr)
    if option:
        text = (tmp_path / "out").read_bytes()
        assert harmless(text)
        assert not any(line.startswith(b"=") for line in text.replace(b",", b"\n").splitlines())
    if option == "--markdown":
        assert b"\\<b>" in text


MODULE = """
from grandstand.engine.workloads.base import Workload

class Evil(Workload):
    key, title, unit = "evil", "Evil [/x]", "steps[bold]"

    def step(self, meter):
        print("\\x1b[31mprinted [/y]")
        raise RuntimeError({text!r})
"""


@pytest.mark.parametrize("text", [EVIL, "[/s] lost", "lines\nof\r\x1b[2Jtext", "half \ud83d g\udce9"], ids=ascii)
def test_an_error_of_a_workload_is_told_and_its_result_kept(text, tmp_path):
    (tmp_path / "evil.py").write_text(MODULE.format(text=text))
    done = grandstand(
        "run", "evil:Evil", "--workers", "2", "--seconds", "0.5", "--json", str(tmp_path / "r.json"),
        PYTHONPATH=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert harmless(done.stdout)
    assert harmless(done.stderr)
    document = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert all("RuntimeError" in worker["trouble"] for worker in document["workers"])
    assert not any("\ud800" <= c <= "\udfff" for c in str(document))


@pytest.mark.parametrize(
    "arguments",
    [["run", "\x1b[31m[/x]"], ["run", "primes", "--\x1b[31m"], ["\x1b[2J"], ["run", "primes", "x\x1b[31m"],
     ["run", "primes", "--set", "\x1b=1"], ["open", "\x1b[31m"], ["export", "\x1b", "--to", "csv", "--output", "x"],
     ["claims", "\x1b]0;x\x07"], ["compare", "--open", "\x1b"], ["run", "primes", "--mode", "\u202e"]],
    ids=ascii,
)  # fmt: skip
def test_the_command_line_is_quoted_in_plain_text(arguments):
    done = grandstand(*arguments)
    assert done.returncode in (1, 2)
    assert harmless(done.stdout)
    assert harmless(done.stderr)
