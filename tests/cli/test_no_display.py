"""``python main.py`` where there is no screen: the default job in the terminal, and a picture of the window."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.cli.command import grandstand


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="elsewhere there is always a screen")
def test_without_a_display_the_default_job_runs_in_the_terminal(tmp_path: Path):
    done = grandstand(cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "neither DISPLAY nor WAYLAND_DISPLAY is set" in done.stderr
    assert "Running the default job here in the terminal instead." in done.stderr
    assert "primes · " in done.stdout
    assert " threads: " in done.stdout
    assert "numbers/s" in done.stdout
    assert "Measure Sequential as well" in done.stdout
    picture = tmp_path / "grandstand.png"
    assert f"Picture written to {picture}" in done.stderr
    image = QImage(str(picture))
    assert image.width() > 2_000
    assert "Count primes" in image.text("Description")
    assert [file.name for file in tmp_path.iterdir()] == ["grandstand.png"]
