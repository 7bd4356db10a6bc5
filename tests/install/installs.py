"""Builds the wheel and the sdist, and installs them into empty environments. Nothing is downloaded: an environment
borrows the dependencies from the one that runs the tests, and no more."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path

from tests.cli.command import environment
from tests.places import ROOT

PATIENCE_S = 100
_EDITABLE = "import hatchling.build, sys; hatchling.build.build_editable(sys.argv[1])"


def _python(*arguments: str, cwd: Path) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, timeout=PATIENCE_S
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def _only(folder: Path, pattern: str) -> Path:
    found = list(folder.glob(pattern))
    assert len(found) == 1, found
    return found[0]


def build_wheel(into: Path, source: Path = ROOT) -> Path:
    _python("-m", "hatchling", "build", "-t", "wheel", "-d", str(into), cwd=source)
    return _only(into, "*.whl")


def build_sdist(into: Path) -> Path:
    _python("-m", "hatchling", "build", "-t", "sdist", "-d", str(into), cwd=ROOT)
    return _only(into, "*.tar.gz")


def build_editable(into: Path) -> Path:
    """What ``pip install --editable`` builds: a wheel that points to the clone."""
    _python("-c", _EDITABLE, str(into), cwd=ROOT)
    return _only(into, "*.whl")


def unpacked(sdist: Path, into: Path) -> Path:
    """The folder in it."""
    with tarfile.open(sdist) as archive:
        archive.extractall(into, filter="data")
    return _only(into, "grandstand-*")


class Installed:
    """An environment with one wheel in it. ``run`` starts its commands, away from the clone."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        venv.create(folder, with_pip=False, symlinks=os.name != "nt")
        self.bin = folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.bin / "python"
        paths = sysconfig.get_paths(vars={"base": str(folder), "platbase": str(folder)})
        borrowed = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
        (Path(paths["purelib"]) / "borrowed.pth").write_text("\n".join(borrowed) + "\n", encoding="utf-8")
        done = self.run([self.python, "-m", "installer", wheel], cwd=folder)
        assert done.returncode == 0, done.stderr

    def run(self, command: list[str | Path], cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
        """Runs ``command`` to its end, without a display and deaf to the environment of the tests."""
        return subprocess.run(
            command, cwd=cwd, env=self.environment(**env), capture_output=True, text=True, timeout=PATIENCE_S
        )  # fmt: skip

    def grandstand(self, *arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
        return self.run([self.bin / "grandstand", *arguments], cwd, **env)

    def environment(self, **more: str) -> dict[str, str]:
        return environment(GRANDSTAND_RECORDINGS="off", **more)
