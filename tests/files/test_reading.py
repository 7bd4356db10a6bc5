"""The way in for files: kinds and sizes that are refused, in words and at once."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from grandstand.claims import report
from grandstand.cli.compared import read_file
from grandstand.compare import break_even, document
from grandstand.files.reading import Missing, Unreadable, read_bytes, read_text
from grandstand.journal.reader import Recording
from grandstand.talk.toml import read_talk
from grandstand.ui.pages.claims import store

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes and devices have no names there")
PROMPT_S = 5.0
"""Far longer than it takes, far shorter than reading 2.5 GB or waiting for a pipe."""


@pytest.fixture(params=["pipe", "link to a pipe", "device", "folder", "socket", "2.5 GB"])
def odd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """What is no file that can be read, and what is said of it."""
    path = tmp_path / "odd"
    kind = str(request.param)
    if kind.endswith("pipe"):
        os.mkfifo(path)
        if kind.startswith("link"):
            path, target = tmp_path / "link", path
            path.symlink_to(target)
        yield path, "it is a pipe"
    elif kind == "device":
        path.symlink_to("/dev/zero")
        yield path, "it is a device"
    elif kind == "folder":
        path.mkdir()
        yield path, "it is a folder"
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(os.path.relpath(path))
            yield path, "it is a socket"
    else:
        with path.open("wb") as file:
            file.truncate(2_500_000_000)
        yield path, "it holds 2.5 GB"


READERS: dict[str, Callable[[Path], object]] = {
    "bytes": lambda path: read_bytes(path, 1000, "a file"),
    "a comparison": document.load,
    "a comparison, as a command reads it": lambda path: read_file(str(path), "--open"),
    "a break-even map": break_even.load,
    "a talk": read_talk,
}


@pytest.mark.parametrize("name", READERS)
def test_what_is_no_file_or_too_large_is_refused_in_words_and_at_once(name: str, odd: tuple[Path, str]) -> None:
    path, words = odd
    began = time.monotonic()
    with pytest.raises(ValueError, match=words):
        READERS[name](path)
    assert time.monotonic() - began < PROMPT_S


def test_kept_results_that_are_no_file_are_set_aside_as_they_are(odd: tuple[Path, str]) -> None:
    path, words = odd
    kind = os.lstat(path).st_mode
    began = time.monotonic()
    results, trouble = store.load(path, {})
    assert time.monotonic() - began < PROMPT_S
    assert results == {}
    assert words in trouble
    assert not os.path.lexists(path)
    assert os.lstat(path.with_name(f"{path.stem}.broken{path.suffix}")).st_mode == kind


@pytest.mark.parametrize("side", ["", "-wal", "-shm", "-journal"])
def test_a_recording_and_what_stands_beside_it_must_be_files(tmp_path: Path, side: str) -> None:
    path = tmp_path / "x.grandstand"
    path.write_bytes(bytes(600))
    there = path.with_name(path.name + side)
    there.unlink(missing_ok=True)
    os.mkfifo(there)
    began = time.monotonic()
    with pytest.raises(ValueError, match="it is a pipe"):
        Recording.open(path)
    assert time.monotonic() - began < PROMPT_S


def test_a_file_whose_size_is_not_told_is_read_to_the_limit_only() -> None:
    if not Path("/proc/self/maps").exists():
        pytest.skip("no /proc here")
    assert Path("/proc/self/maps").stat().st_size == 0
    with pytest.raises(Unreadable, match="a file holds 0 kB at most"):
        read_bytes(Path("/proc/self/maps"), 10, "a file")
    assert read_bytes(Path("/proc/self/cmdline"), 1_000_000, "a file")


@pytest.mark.parametrize("name", ["nothing", "nothing/in/it", "a\0b"])
def test_what_is_not_there(tmp_path: Path, name: str) -> None:
    with pytest.raises(Missing):
        read_bytes(tmp_path / name, 10, "a file")


@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("x")
    path.chmod(0)
    with pytest.raises(Unreadable, match="permission denied"):
        read_bytes(path, 10, "a file")


def test_texts(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_bytes(b"\xef\xbb\xbfwith a mark\n")
    assert read_text(path, 100, "a file") == "with a mark\n"
    for data in (b"a\nb\xff", b"a\n" + b"\xff\xfe", b"\n\xed\xa0\x80"):
        path.write_bytes(data)
        with pytest.raises(Unreadable, match=r"not UTF-8 text \(line 2\)"):
            read_text(path, 100, "a file")
    path.write_bytes(b"x" * 100)
    assert len(read_bytes(path, 100, "a file")) == 100
    path.write_bytes(b"x" * 101)
    with pytest.raises(Unreadable, match="a file holds 0 kB at most"):
        read_bytes(path, 100, "a file")


def test_a_reader_of_results_says_the_same_of_bytes() -> None:
    with pytest.raises(Unreadable, match="it is not JSON, trailing characters in line 2"):
        report.read_document(b'{"claims": []}\n]')
