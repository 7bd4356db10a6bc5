"""The distributions of these tests, as installers leave them: a package, and a .dist-info beside it."""

from __future__ import annotations

import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent


def metadata(folder: Path, name: str, points: dict[str, dict[str, str]], version: str = "1.0") -> Path:
    """Writes what importlib.metadata reads of a distribution; ``points``: by group, name -> module:attribute."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    text = "".join(
        f"[grandstand.{group}]\n" + "".join(f"{key} = {target}\n" for key, target in named.items())
        for group, named in points.items()
    )
    (info / "entry_points.txt").write_text(text, encoding="utf-8")
    return folder


def example(folder: Path) -> list[Path]:
    """What must be on the path for the example to be there."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    points = {group.removeprefix("grandstand."): named for group, named in project["entry-points"].items()}
    return [HERE, metadata(folder, project["name"], points, project["version"])]
