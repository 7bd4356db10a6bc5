"""Printing that fails, or cannot show a character, and what that does to results: nothing."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from grandstand.cli.streams import Stream, Streams, plain
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.command import command, environment
from tests.control.workloads_for_tests import PLACE
from tests.journal.made import record

posix = pytest.mark.skipif(sys.platform == "win32", reason="shells of POSIX")
GENTLE = ("run", PLACE + "Gentle", "--workers", "2", "--seconds", "0.3", "--warmup", "0")
BOTH = ("--json", "r.json")
READER_GONE = 141


def shell(line: str, *arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """``line`` with the command for ``"$@"``, by bash, which fails when the command does."""
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", line, "bash", *command(*arguments)],
        cwd=cwd, env=environment(**env), capture_output=True, text=True, timeout=60,
    )  # fmt: skip


FAILING = {
    "nobody reads": ('"$@" | true', READER_GONE),
    "a reader that has seen enough": ('"$@" | head -c 1', READER_GONE),
    "standard output closed": ('"$@" >&-', 1),
    "standard output full": ('"$@" >/dev/full', 1),
    "standard error closed": ('"$@" 2>&-', 0),
    "standard error full": ('"$@" 2>/dev/full', 0),
    "both closed": ('"$@" >&- 2>&-', 1),
    "all three closed": ('"$@" <&- >&- 2>&-', 1),
    "both full": ('"$@" >/dev/full 2>&1', 1),
    "standard input closed": ('"$@" <&-', 0),
}


@posix
@pytest.mark.parametrize("case", FAILING)
def test_a_run_keeps_its_file_whatever_becomes_of_its_words(case, tmp_path):
    line, code = FAILING[case]
    done = shell(line, *GENTLE, *BOTH, cwd=tmp_path)
    # A reader may leave after the last word as well as before it.
    assert done.returncode in ((0, code) if code == READER_GONE else (code,)), done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert json.loads((tmp_path / "r.json").read_text())["workers"]
    assert os.listdir(tmp_path) == ["r.json"]


@posix
@pytest.mark.parametrize("line", ['"$@" >&-', '"$@" >/dev/full', '"$@" | true'])
@pytest.mark.parametrize(
    "arguments",
    [("list",), ("list", "--json"), ("recordings", "--json"), ("present", "--list"), ("claims", "--list"),
     ("--version",), ("run", "--help"), ("export", "x.grandstand", "--to", "trace", "--output", "-")],
    ids=" ".join,
)  # fmt: skip
def test_what_only_prints_says_by_its_exit_code_that_it_did_not_get_through(line, arguments, tmp_path):
    record(tmp_path / "x.grandstand")
    done = shell(line, *arguments, cwd=tmp_path)
    assert "Traceback" not in done.stderr
    if "true" in line:
        assert done.returncode in (0, READER_GONE)
        assert done.stderr == ""
    elif "export" in arguments and ">&-" in line:
        assert (done.returncode, "closed" in done.stderr) == (2, True)  # found before anything was read
    else:
        assert done.returncode == 1
        assert "Standard output did not accept everything" in done.stderr


@posix
def test_a_document_for_a_closed_standard_output_is_refused_before_it_is_measured(tmp_path):
    done = shell('"$@" --json - >&-', "run", PLACE + "Gentle", "--seconds", "600", cwd=tmp_path)
    assert done.returncode == 2
    assert "closed" in done.stderr


@posix
@pytest.mark.parametrize("how", [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"},
                                 {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}])  # fmt: skip
@pytest.mark.parametrize(
    "arguments",
    [GENTLE, ("list",), ("list", "--json"), ("present", "--list"), ("claims", "--list"), ("recordings",)],
    ids=lambda arguments: " ".join(arguments[:2]),
)
def test_a_terminal_that_lacks_characters_shows_others(how, arguments, tmp_path):
    done = subprocess.run(
        command(*arguments), cwd=tmp_path, env=environment(GRANDSTAND_RECORDINGS=str(tmp_path), **how),
        capture_output=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    encoding = how.get("PYTHONIOENCODING", "ascii")
    shown = done.stdout.decode(encoding) + done.stderr.decode(encoding)
    assert "Traceback" not in shown
    assert len(shown) > 20
    if "--json" in arguments:
        json.loads(done.stdout)


@posix
@pytest.mark.parametrize("rest", [(), ("--csv", "c.csv", "--markdown", "m.md", "--snapshot", "s.svg")])
def test_a_comparison_that_is_shown_in_ascii_to_nobody(rest, tmp_path):
    """Its table has ×, its sentence –, its laws σ and κ."""
    made = (
        "compare",
        PLACE + "Gentle",
        "--modes",
        "threads",
        "--workers",
        "1,2",
        "--repeats",
        "1",
        "--seconds",
        "0.2",
    )
    done = shell(
        '"$@" >&-', *made, "--seconds", "0.2", "--json", "c.json", *rest, cwd=tmp_path, PYTHONIOENCODING="ascii"
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert sorted(os.listdir(tmp_path)) == sorted(["c.json", *rest[1::2]])
    shown = shell('"$@"', "compare", "--open", "c.json", cwd=tmp_path, PYTHONIOENCODING="ascii")
    assert shown.returncode == 0
    assert shown.stdout.isascii()
    assert "x" in shown.stdout


@pytest.mark.parametrize(
    ("text", "shown"),
    [("1.94× [1.92 – 1.96]", "1.94x [1.92 - 1.96]"), ("10 µs … 1 ms", "10 us ... 1 ms"), ("Café ½", "Cafe 1/2"),
     ("primes · 2", "primes * 2"), ("5 ± 1", "5 +/- 1"), ("漢", "?"), ("\udce9", "?")],
)  # fmt: skip
def test_the_nearest_character(text, shown):
    out = io.BytesIO()
    stream = Stream(io.TextIOWrapper(out, encoding="ascii"))
    stream.write(text)
    stream.flush()
    assert out.getvalue().decode() == shown


@given(st.text(st.characters()), st.sampled_from(["ascii", "latin-1", "cp437", "utf-8", "utf-16", "shift_jis"]))
def test_every_text_can_be_written_in_every_encoding(text, encoding):
    out = io.BytesIO()
    stream = Stream(io.TextIOWrapper(out, encoding=encoding, newline=""))
    assert stream.write(text) == len(text)
    stream.flush()
    assert stream.problem is None
    clean = text.encode(encoding, "ignore").decode(encoding)
    if clean == text:
        assert out.getvalue().decode(encoding) == text
    assert plain(text).isascii()


class Breaks(io.StringIO):
    """A stream that fails from the ``after``-th write on."""

    def __init__(self, after: int, problem: Exception) -> None:
        super().__init__()
        self.after, self.raised = after, problem

    def write(self, text: str) -> int:
        self.after -= 1
        if self.after < 0:
            raise self.raised
        return super().write(text)


@pytest.mark.parametrize(
    ("problem", "code"),
    [(OSError(28, "No space left on device"), 1), (BrokenPipeError(32, "Broken pipe"), 141),
     (ValueError("I/O operation on closed file"), 1), (OSError(5, "Input/output error"), 1)],
)  # fmt: skip
@pytest.mark.parametrize("worked", [0, 1, 2, 130, 143])
def test_the_work_s_own_exit_code_comes_first(problem, code, worked, monkeypatch):
    out, err = Breaks(1, problem), io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    with Streams() as streams:
        for word in ("one\n", "two\n", "three\n"):
            print(word, end="")
        assert streams.code(worked) == (worked or code)
    assert out.getvalue() == "one\n"
    assert sys.stdout is out
    assert ("Standard output did not accept everything" in err.getvalue()) is (code != 141)


def test_without_any_streams_at_all(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    with Streams() as streams:
        print("nobody hears", file=sys.stderr)
        assert streams.code(0) == 0
        print("nobody hears")
        assert streams.code(0) == 1
    assert sys.stdout is None
