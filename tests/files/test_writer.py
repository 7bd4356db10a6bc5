"""The writer: whole or not at all, and nothing touched that nobody named."""

from __future__ import annotations

import os
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from grandstand.files import writer
from grandstand.files.places import STDOUT, place
from grandstand.files.writer import folder_written, write_bytes, write_text, written
from hypothesis import assume, given, settings
from hypothesis import strategies as st

posix = pytest.mark.skipif(sys.platform == "win32", reason="files of POSIX")


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(st.characters(exclude_characters="/\0", exclude_categories=("Cs",)), min_size=1, max_size=60).filter(
        lambda n: n not in (".", "..")
    ),
    before=st.none() | st.binary(max_size=300),
    data=st.binary(max_size=300),
    neighbors=st.lists(st.sampled_from([".part", ".tmp", "~", ".grandstand", ".new", ".bak"]), unique=True),
)
def test_it_is_there_whole_and_its_neighbors_are_as_they_were(tmp_path_factory, name, before, data, neighbors):
    folder = tmp_path_factory.mktemp("writer")
    target = folder / name
    assume(len(os.fsencode(name)) <= 240)
    if before is not None:
        target.write_bytes(before)
    for end in neighbors:
        (folder / (name + end)).mkdir()
        (folder / (name + end) / "precious").write_text("x")
    write_bytes(target, data)
    assert target.read_bytes() == data
    assert names(folder) == sorted([name, *(name + end for end in neighbors)])
    assert all(names(folder / (name + end)) == ["precious"] for end in neighbors)


@pytest.mark.parametrize("length", [200, 251, 255])
def test_a_name_as_long_as_names_can_be(tmp_path, length):
    target = tmp_path / ("n" * length)
    write_text(target, "whole")
    assert names(tmp_path) == [target.name]


def test_text_keeps_its_line_ends_and_is_utf_8(tmp_path):
    write_text(tmp_path / "t", "a\r\nb\n× \udce9")
    assert (tmp_path / "t").read_bytes() == "a\r\nb\n× ?".encode()


@posix
@pytest.mark.parametrize("kept", [0o600, 0o640, 0o644, 0o755, 0o666])
def test_the_mode_of_an_existing_file_is_kept(tmp_path, kept):
    target = tmp_path / "x"
    target.write_text("old")
    target.chmod(kept)
    write_text(target, "new")
    assert (mode(target), target.read_text()) == (kept, "new")


@posix
@pytest.mark.parametrize(("umask", "made"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_gets_what_the_umask_allows(tmp_path, umask, made):
    before = os.umask(umask)
    try:
        write_text(tmp_path / "x", "new")
        with folder_written(tmp_path / "d") as part:
            (part / "t.csv").write_text("1")
    finally:
        os.umask(before)
    assert mode(tmp_path / "x") == made
    assert mode(tmp_path / "d" / "t.csv") == made


@posix
@pytest.mark.parametrize("there", [True, False], ids=["to a file", "to nothing yet"])
@pytest.mark.parametrize("links", [1, 2, 5])
def test_a_link_stays_and_what_it_points_to_is_written(tmp_path, there, links):
    (tmp_path / "far").mkdir()
    last = tmp_path / "far" / "real.json"
    if there:
        last.write_text("old")
    target: Path = Path("far", "real.json")
    for number in range(links):
        (tmp_path / f"link{number}").symlink_to(target)
        target = Path(f"link{number}")
    write_text(tmp_path / target, "new")
    assert last.read_text() == "new"
    assert all((tmp_path / f"link{number}").is_symlink() for number in range(links))
    assert names(tmp_path / "far") == ["real.json"]


@posix
def test_a_linked_folder_and_links_in_a_circle(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "folder").symlink_to("real")
    write_text(tmp_path / "folder" / "x", "new")
    assert names(tmp_path / "real") == ["x"]
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="links"):
        write_text(tmp_path / "a", "new")


@posix
def test_other_names_of_the_same_file_stay_names_of_it(tmp_path):
    (tmp_path / "one").write_text("old")
    os.link(tmp_path / "one", tmp_path / "two")
    write_text(tmp_path / "two", "new")
    assert (tmp_path / "one").read_text() == "new"
    assert (tmp_path / "one").samefile(tmp_path / "two")


WAYS: dict[str, Callable[[Path, bytes], None]] = {}


def way(function: Callable[[Path, bytes], None]) -> Callable[[Path, bytes], None]:
    WAYS[function.__name__] = function
    return function


@way
def at_once(target: Path, data: bytes) -> None:
    write_bytes(target, data)


@way
def by_path(target: Path, data: bytes) -> None:
    with written(target) as part:
        part.write_bytes(data)


@posix
@pytest.mark.parametrize("how", WAYS.values(), ids=WAYS)
def test_a_pipe_is_written_straight(tmp_path, how):
    os.mkfifo(tmp_path / "pipe")
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    how(tmp_path / "pipe", b"x" * 200_000)
    reader.join(10)
    assert got == [b"x" * 200_000]
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert names(tmp_path) == ["pipe"]


@posix
@pytest.mark.parametrize("how", WAYS.values(), ids=WAYS)
def test_a_device_stays_one(how):
    how(Path("/dev/null"), b"gone")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    if os.path.exists("/dev/full"):
        with pytest.raises(OSError, match="No space"):
            how(Path("/dev/full"), b"too much")


@posix
@pytest.mark.parametrize("how", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("name", ["/dev/fd/{}", "/proc/self/fd/{}", "/proc/{pid}/fd/{}"])
def test_an_open_descriptor_goes_on_where_it_stands(tmp_path, how, name):
    """As a shell makes them: ``>(jq .)``, ``3>file``. Replacing the file would leave the shell with the old one."""
    with open(tmp_path / "out", "w+b") as file:
        path = name.format(file.fileno(), pid=os.getpid())
        if not os.path.exists(path):
            pytest.skip("no such names here")
        file.write(b"before ")
        file.flush()
        number = os.fstat(file.fileno()).st_ino
        how(Path(path), b"whole")
        assert os.stat(tmp_path / "out").st_ino == number
    assert (tmp_path / "out").read_bytes() == b"before whole"


@pytest.mark.parametrize("how", WAYS.values(), ids=WAYS)
def test_standard_output_in_turn_with_what_is_printed(how, capfdbinary):
    print("first")
    how(STDOUT, b"\xff whole\n")
    print("last")
    sys.stdout.flush()
    assert capfdbinary.readouterr().out == b"first\n\xff whole\nlast\n"


def test_what_a_dash_is():
    assert place("-") == STDOUT
    assert place("./-") == Path.cwd() / "-"
    assert place("x/y") == Path.cwd() / "x" / "y"


@pytest.mark.parametrize("problem", [KeyboardInterrupt, ValueError, OSError, SystemExit])
@pytest.mark.parametrize("there", [True, False])
def test_what_fails_half_way_leaves_things_as_they_were(tmp_path, problem, there):
    if there:
        (tmp_path / "x").write_text("old")

    def half_a_file() -> None:
        with written(tmp_path / "x") as part:
            part.write_text("half")
            raise problem

    def half_a_folder() -> None:
        with folder_written(tmp_path / "d") as part:
            (part / "half.csv").write_text("1")
            raise problem

    for half in (half_a_file, half_a_folder):
        with pytest.raises(problem):
            half()
    assert names(tmp_path) == (["x"] if there else [])
    assert not there or (tmp_path / "x").read_text() == "old"


def test_a_disk_that_fills_leaves_the_old_file(tmp_path, monkeypatch):
    (tmp_path / "x").write_text("old")
    monkeypatch.setattr(Path, "write_bytes", lambda self, data: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(OSError, match="No space"):
        write_bytes(tmp_path / "x", b"new")
    assert names(tmp_path) == ["x"]
    assert (tmp_path / "x").read_text() == "old"


def test_a_folder_that_is_there_is_nobodys_to_replace(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileExistsError, match="already"), folder_written(tmp_path / "empty"):
        raise AssertionError("it should not have begun")
    with pytest.raises(FileExistsError, match="already"), folder_written(tmp_path / "late"):
        (tmp_path / "late").mkdir()
    assert names(tmp_path) == ["empty", "late"]


@posix
def test_a_file_that_may_be_changed_where_nothing_may_be_put_beside_it(tmp_path, monkeypatch):
    """A file of one's own in a folder of somebody else's; a single file that a container mounts."""
    target = tmp_path / "x"
    target.write_text("old and long")

    def refused(folder: Path) -> Path:
        raise PermissionError(13, "Permission denied", str(folder))

    with monkeypatch.context() as patch:
        patch.setattr(writer, "begin", refused)
        write_text(target, "new")
        with pytest.raises(PermissionError):
            write_text(tmp_path / "y", "new")
    assert target.read_text() == "new"

    def busy(source: Path, there: Path) -> None:
        raise OSError(16, "Device or resource busy")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", busy)
        write_text(target, "newer")
    assert target.read_text() == "newer"
    assert names(tmp_path) == ["x"]


def test_many_writers_of_one_file_leave_one_whole(tmp_path):
    texts = [str(number) * 50_000 for number in range(8)]
    threads = [threading.Thread(target=write_text, args=(tmp_path / "x", text)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "x").read_text() in texts
    assert names(tmp_path) == ["x"]
