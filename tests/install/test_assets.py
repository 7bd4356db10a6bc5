"""Fonts, icons, themes and talks are there and the same however Grandstand was installed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from grandstand import assets

from tests.cli.command import environment
from tests.install.installs import Installed, build_editable, build_sdist, build_wheel, unpacked
from tests.places import ROOT, SOURCES

SHIPPED = {
    path.relative_to(ROOT / "resources").as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
    for path in (ROOT / "resources").rglob("*")
    if path.is_file()
}
COMPUTING = tomllib.loads((ROOT / "resources/themes/dark.toml").read_text(encoding="utf-8"))["states"]["computing"]
READ = """
import hashlib, json, sys
import grandstand
from grandstand import assets
from grandstand.claims.html import html
from grandstand.render.drawing_canvas import text_width
from grandstand.render.palette import palette
from grandstand.talk.library import starter
from PySide6.QtWidgets import QApplication
application = QApplication([])
from grandstand.ui.theme.fonts import load_fonts
from grandstand.ui.theme.icons import icon, icon_names
from grandstand.ui.theme.tokens import load_theme, theme_names

def drawn(name):
    image = icon(name, "#ff8000").pixmap(24, 24).toImage()
    return any(image.pixelColor(x, y).alpha() for x in range(image.width()) for y in range(image.height()))

folders = ("fonts", "icons", "themes", "talks", "templates")
names = [f"{folder}/{name}" for folder in folders for name in assets.names(folder, "")]
print(json.dumps({
    "package": grandstand.__file__,
    "files": {name: hashlib.sha256(assets.read_bytes(name)).hexdigest() for name in names},
    "families": sorted(load_fonts()),
    "blank": [name for name in icon_names() if not drawn(name)],
    "icons": len(icon_names()),
    "themes": [load_theme(name).title for name in theme_names()],
    "computing": palette("dark")["states.computing"],
    "talk": starter().title,
    "report": "No claim was checked" in html([], {}),
    "wide": text_width("m", 14) > text_width("i", 14),
}))
"""


def from_a_clone(folder: Path) -> tuple[Path, str]:
    return Path(sys.executable), str(SOURCES)


def from_an_editable_install(folder: Path) -> tuple[Path, str]:
    return Installed(folder / "environment", build_editable(folder)).python, ""


def from_an_sdist(folder: Path) -> tuple[Path, str]:
    source = unpacked(build_sdist(folder), folder / "sdist")
    return Installed(folder / "environment", build_wheel(folder, source)).python, ""


def from_a_wheel(folder: Path) -> tuple[Path, str]:
    return Installed(folder / "environment", build_wheel(folder)).python, ""


def from_a_zip(folder: Path) -> tuple[Path, str]:
    return Path(sys.executable), str(build_wheel(folder))


@pytest.mark.parametrize(
    ("install", "package"),
    [
        (from_a_clone, str(SOURCES)),
        (from_an_editable_install, str(SOURCES)),
        (from_an_sdist, "site-packages"),
        (from_a_wheel, "site-packages"),
        (from_a_zip, ".whl"),
    ],
)
def test_all_that_ships_is_read(install: Callable[[Path], tuple[Path, str]], package: str, tmp_path: Path):
    python, path = install(tmp_path)
    script = tmp_path / "elsewhere" / "read.py"
    script.parent.mkdir()
    script.write_text(READ, encoding="utf-8")
    done = subprocess.run(
        [python, script], cwd=script.parent, capture_output=True, text=True, timeout=60,
        env=environment(PYTHONPATH=path, QT_QPA_PLATFORM="offscreen"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert package in read.pop("package")
    assert read.pop("files") == SHIPPED
    assert read.pop("icons") == sum(name.startswith("icons/") for name in SHIPPED)
    assert {"Inter", "JetBrains Mono"} <= set(read.pop("families"))
    assert read.pop("report")
    assert read.pop("wide")
    assert read == {"blank": [], "themes": ["Dark", "Light"], "computing": COMPUTING, "talk": "Threads or processes?"}


def test_main_py_works_in_an_unpacked_sdist(tmp_path: Path):
    source = unpacked(build_sdist(tmp_path), tmp_path / "sdist")
    done = subprocess.run(
        [sys.executable, source / "main.py", "list"], cwd=tmp_path, capture_output=True, text=True, timeout=60,
        env=environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "primes" in done.stdout


def test_an_editable_install_copies_nothing(tmp_path: Path):
    installed = Installed(tmp_path / "environment", build_editable(tmp_path))
    assert list((tmp_path / "environment").rglob("*.svg")) == []
    assert installed.grandstand("--version", cwd=tmp_path).returncode == 0


def test_what_is_not_there_is_an_os_error():
    assert assets.names("sounds", ".wav") == ()
    with pytest.raises(OSError, match="gong"):
        assets.read_bytes("sounds/gong.wav")
    with pytest.raises(OSError, match=r"no-such\.svg"):
        assets.read_text("icons/no-such.svg")


def test_nobody_else_knows_where_resources_are():
    words = ("importlib.resources", '"resources"', "'resources'")
    files = {path.relative_to(SOURCES).as_posix(): path.read_text("utf-8") for path in SOURCES.rglob("*.py")}
    assert {file for file, text in files.items() if any(word in text for word in words)} == {"grandstand/assets.py"}
