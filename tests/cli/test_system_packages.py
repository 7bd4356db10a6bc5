"""The table of packages, and the command made of it."""

import subprocess
import sys
from pathlib import Path

import pytest
from grandstand.cli import system_packages
from grandstand.cli.system_packages import QT_LIBRARIES, X11_LIBRARIES, install_command, package_manager, packages

from tests.places import SOURCES

TOOLS = ("Xvfb", "xdotool", "openbox", "venv")


@pytest.mark.parametrize("manager", ["apt", "dnf", "pacman", "zypper"])
def test_everything_has_a_package(manager):
    for thing in (*QT_LIBRARIES, *X11_LIBRARIES, *TOOLS):
        assert len(packages([thing], manager)) == 1, thing


def test_a_package_is_named_once_and_unknown_things_not_at_all():
    assert packages(["libgthread-2.0.so.0", "libglib-2.0.so.0", "libnonsense.so.3"], "apt") == ["libglib2.0-0"]


@pytest.mark.parametrize(
    ("text", "manager"),
    [
        ("ID=debian\n", "apt"),
        ("ID=zorin\nID_LIKE='ubuntu debian'\n", "apt"),
        ('VERSION_ID="41"\nID=fedora\n', "dnf"),
        ("ID=plan9\nVARIANT_ID=debian\n", None),
        ("", None),
    ],
)
def test_the_package_manager_of_a_distribution(tmp_path: Path, text, manager):
    file = tmp_path / "os-release"
    file.write_text(text)
    assert package_manager(file) == manager


def test_no_distribution_at_all(tmp_path: Path):
    assert package_manager(tmp_path / "none") is None
    assert install_command(["libGL.so.1"], tmp_path / "none") is None


def test_sudo_for_whoever_needs_it(tmp_path: Path):
    file = tmp_path / "os-release"
    file.write_text("ID=debian\n")
    as_user = "sudo apt-get update && sudo apt-get install -y libgl1"
    assert install_command(["libGL.so.1"], file, is_root=False) == as_user
    assert install_command(["libGL.so.1"], file, is_root=True) == as_user.replace("sudo ", "")
    assert install_command(["libnonsense.so.3"], file) is None


def test_what_the_set_up_script_reads():
    command = [sys.executable, "-m", system_packages.__name__, "Xvfb"]
    root = SOURCES
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=30, check=True)
    first, second = done.stdout.split("\n")[:2]
    manager = package_manager()
    assert first.split() == ([manager, *packages(["Xvfb"], manager)] if manager else ["unknown"])
    assert second == (install_command(["Xvfb"]) or "")
