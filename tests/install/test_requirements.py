"""requirements.txt and the package's metadata name the same libraries."""

from __future__ import annotations

import tomllib
from email import message_from_bytes
from pathlib import Path
from zipfile import ZipFile

from packaging.requirements import Requirement

from tests.places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def listed(file: str) -> set[Requirement]:
    lines = (line.partition("#")[0].strip() for line in (ROOT / file).read_text(encoding="utf-8").splitlines())
    return {Requirement(line) for line in lines if line and not line.startswith("-")}


def test_requirements_txt_has_all_that_the_package_asks_for_extras_included():
    optional = {r for name, extra in PROJECT["optional-dependencies"].items() if name != "all" for r in extra}
    assert listed("requirements.txt") == {Requirement(r) for r in (*PROJECT["dependencies"], *optional)}


def test_the_extra_all_is_all_of_them():
    (everything,) = map(Requirement, PROJECT["optional-dependencies"]["all"])
    assert everything.name == "grandstand"
    assert everything.extras == PROJECT["optional-dependencies"].keys() - {"all"}


def test_the_wheel_asks_for_the_same(wheel: Path):
    with ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        metadata = message_from_bytes(archive.read(name))
    asked = {Requirement(r) for r in metadata.get_all("Requires-Dist", [])}
    assert {r for r in asked if "extra" not in str(r.marker)} == set(map(Requirement, PROJECT["dependencies"]))
    assert metadata["Requires-Python"] == ">=3.11"
    assert set(metadata.get_all("Provides-Extra", [])) == {"mp4", "stacks", "all"}


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path):
    with ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    assert {top.partition("-")[0] for top in tops} == {"grandstand"}
    assert len(tops) == 2  # and what is said about it
