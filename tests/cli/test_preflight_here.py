"""The same questions put to this machine: processes of their own, and X servers that are really there."""

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import SOURCES

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the display servers of Linux")


def preflight(**environ: str) -> subprocess.CompletedProcess[str]:
    """Run it in a process of its own, which fails with 9 when a big package was imported to find out."""
    bare = {name: value for name, value in os.environ.items() if "DISPLAY" not in name and "QT_" not in name}
    code = (
        "import sys; from grandstand.cli.preflight import main; status = main();"
        "sys.exit(9 if {'PySide6', 'pyqtgraph', 'numpy'} & set(sys.modules) else status)"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=SOURCES,
        env={**bare, **environ},
        capture_output=True,
        text=True,
        timeout=30,
    )


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A file with one secret for any display of any host, as X servers and clients share it."""
    fields = [b"", b"", b"MIT-MAGIC-COOKIE-1", bytes(range(16))]
    path = tmp_path / "key"
    packed = b"".join(struct.pack(">H", len(field)) + field for field in fields)
    path.write_bytes(struct.pack(">H", 0xFFFF) + packed)
    return path


@pytest.fixture
def display(key: Path) -> Iterator[str]:
    """An X server that lets in only who has the key."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed (`make setup-dev` as root on Debian installs it)")
    read, write = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(write),
        "-auth",
        str(key),
        "-nolisten",
        "tcp",
        "-screen",
        "0",
        "640x480x24",
    ]
    server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with open(read) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        server.terminate()
        server.wait(10)


def test_without_a_display():
    done = preflight()
    assert done.returncode == 1, done.stderr
    assert "neither DISPLAY nor WAYLAND_DISPLAY is set" in done.stdout


def test_headless_needs_none():
    done = preflight(QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All checks passed" in done.stdout


def test_a_display_that_lets_us_in(display: str, key: Path):
    done = preflight(DISPLAY=display, XAUTHORITY=str(key))
    assert f"DISPLAY={display}" not in done.stdout + done.stderr


def test_a_display_that_turns_us_away(display: str, tmp_path: Path):
    done = preflight(DISPLAY=display, XAUTHORITY=str(tmp_path / "none"))
    assert done.returncode == 1, done.stderr
    assert f"X server at DISPLAY={display} turns this program away" in " ".join(done.stdout.split())


def test_a_display_that_is_gone():
    done = preflight(DISPLAY=":6999")
    assert done.returncode == 1, done.stderr
    assert "nobody answers at DISPLAY=:6999" in " ".join(done.stdout.split())
