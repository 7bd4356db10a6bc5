"""A projector beside a laptop: the talk on the one, the speaker's notes on the other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import SOURCES

SCREENS = [
    {"name": "laptop", "x": 0, "y": 0, "width": 1_440, "height": 900},
    {"name": "projector", "x": 1_440, "y": 0, "width": 1_280, "height": 800},
]
SCRIPT = """
import json, sys
from pathlib import Path
from PySide6.QtGui import QGuiApplication
from grandstand.talk.library import starter
from grandstand.ui.pictures import Photographer

photographer = Photographer(Path(sys.argv[1]))
window, wait = photographer.window, photographer.wait
place = {screen.name(): screen.geometry() for screen in QGuiApplication.screens()}
window.move(place[sys.argv[2]].topLeft())
wait(0.3)
talk = window.talk
talk.open(starter())
wait(0.3)
talk.toggle_notes()
wait(0.3)
found = {"screens": sorted(place), "talk": window.screen().name(), "full": window.isFullScreen()}
for name, where in place.items():
    if where.contains(talk.notes.frameGeometry()):
        found["notes"] = name
print(json.dumps(found))
photographer.finish()
"""


@pytest.mark.parametrize(("talk", "notes"), [("projector", "laptop"), ("laptop", "projector")])
def test_notes_are_on_the_screen_that_the_talk_is_not_on(tmp_path: Path, talk: str, notes: str):
    screens = tmp_path / "screens.json"
    screens.write_text(
        json.dumps({"screens": [{**s, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1} for s in SCREENS]})
    )
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), talk], cwd=SOURCES, capture_output=True, text=True, timeout=60,
        env={**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={screens}"},
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    assert found == {"screens": ["laptop", "projector"], "talk": talk, "full": True, "notes": notes}, done.stderr
