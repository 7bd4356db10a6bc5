"""What older versions wrote opens, with the figures that it had then. For good: see README.md."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from tests.recordings_of_old import reading
from tests.recordings_of_old.files import FILES, FOLDERS, contents, kept, name_of, unpacked

CLOSE, FITTED = 1e-9, 1e-5
"""Relative: of what is computed from a file (another library may add up in another order), and of fitted curves. What
stands in a file is compared to the digit."""


def differences(old: Any, new: Any, relative: float = 0.0, where: str = "") -> list[str]:
    """Where and how ``new`` is not ``old``; floats may differ by a ``relative`` share."""
    if isinstance(old, dict) and isinstance(new, dict):
        found = [f"{where}: {key} is {'new' if key in new else 'missing'}" for key in sorted(old.keys() ^ new.keys())]
        for key in old.keys() & new.keys():
            share = FITTED if key == "laws" and relative else relative
            found += differences(old[key], new[key], share, f"{where}/{key}")
        return found
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        parts = enumerate(zip(old, new, strict=True))
        return [d for i, (a, b) in parts for d in differences(a, b, relative, f"{where}/{i}")]
    if isinstance(old, float) and isinstance(new, float) and relative:
        return [] if math.isclose(old, new, rel_tol=relative, abs_tol=1e-12) else [f"{where}: {old!r}, now {new!r}"]
    return [] if old == new and isinstance(old, bool) == isinstance(new, bool) else [f"{where}: {old!r}, now {new!r}"]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    return {folder: unpacked(folder, tmp_path_factory.mktemp(folder.name)) for folder in FOLDERS}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_it_opens_with_the_figures_that_it_had(
    path: Path, copies: dict[Path, Path], request: pytest.FixtureRequest
) -> None:
    if path.suffix == ".ini":
        request.getfixturevalue("qapp")
    copy = copies[path.parent] / name_of(path)
    before = contents(copy.parent)
    found, old = reading.figures(copy), kept(path, "figures")
    assert differences(old["read"], found["read"]) == []
    assert differences(old["computed"], found["computed"], CLOSE) == []
    said = kept(path, "words")
    assert {key: bool(text) for key, text in found["words"].items()} == {key: bool(text) for key, text in said.items()}
    assert contents(copy.parent) == before, "opening a file changes nothing in it, and leaves nothing beside it"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_figure_belongs_to_a_file(folder: Path) -> None:
    """A file that got lost would otherwise just not be checked any more."""
    names = {f"{name_of(path)}.json" for path in FILES if path.parent == folder}
    assert {path.name for path in (folder / "figures").iterdir()} == names
    assert {path.name for path in (folder / "words").iterdir()} == names


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_the_recordings_are_listed_and_what_a_crash_left_is_finished(folder: Path, tmp_path: Path) -> None:
    copy = unpacked(folder, tmp_path)
    before = contents(copy)
    listed = reading.listed(copy)
    there = [path for path in FILES if path.parent == folder and ".grandstand" in path.name]
    recordings = {name_of(path): kept(path, "figures")["read"] for path in there}
    assert listed.keys() == recordings.keys()
    for name, read in recordings.items():
        assert listed[name] == {
            "title": read["title"], "began_at": read["began_at"], "seconds": read["length_ns"] / 1e9,
            "runs": len(read["runs"]), "spans": read["spans"], "pinned": read["pinned"], "live": False, "problem": "",
        }  # fmt: skip
    crashed = {name for name, read in recordings.items() if not read["ended"]}
    changed = {name for name, what in contents(copy).items() if before.get(name) != what}
    assert changed == crashed, "only they are written to"
    for name in crashed:
        assert not (copy / f"{name}-wal").exists()
        found = reading.figures(copy / name)
        assert found["read"].pop("ended")
        del recordings[name]["ended"]
        assert differences(recordings[name], found["read"]) == []


@pytest.mark.parametrize("path", [path for path in FILES if path.name.endswith((".run.json", ".beside.json"))],
                         ids=lambda path: f"{path.parent.name}/{path.name}")  # fmt: skip
def test_a_document_has_the_figures_of_what_it_was_made_of(path: Path, copies: dict[Path, Path]) -> None:
    found = reading.figures(copies[path.parent] / path.name)
    read, computed = found["read"], found["computed"]
    common = read.keys() & computed.keys()
    assert len(common) >= 3
    assert differences({k: read[k] for k in common}, {k: computed[k] for k in common}, CLOSE) == []
