"""What the window remembers: geometry, theme, the last choice. Unreadable entries are forgotten. GUI thread."""

from __future__ import annotations

import json
import logging
import math
import os
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths
from PySide6.QtWidgets import QWidget

from grandstand.control.choice import Choice
from grandstand.control.controller import Controller
from grandstand.engine import workloads

log = logging.getLogger(__name__)


class Settings:
    """A thin layer over QSettings; GRANDSTAND_SETTINGS names another file (tests, a second profile)."""

    def __init__(self, file: Path | None = None) -> None:
        path = str(file) if file else os.environ.get("GRANDSTAND_SETTINGS")
        if path:
            self._store = QSettings(path, QSettings.Format.IniFormat)
        else:
            self._store = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Grandstand", "grandstand")

    def text(self, key: str, default: str) -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def number(self, key: str, default: float) -> float:
        try:
            value = float(str(self._store.value(key, default)))
        except ValueError:
            return default
        return value if math.isfinite(value) else default

    def put(self, key: str, value: Any) -> None:
        self._store.setValue(key, value)

    def save(self) -> None:
        self._store.sync()

    def save_geometry(self, window: QWidget) -> None:
        self._store.setValue("window/geometry", window.saveGeometry())

    def restore_geometry(self, window: QWidget) -> bool:
        """True when there was one and Qt found it sensible for the screens there are now."""
        stored = self._store.value("window/geometry")
        return isinstance(stored, QByteArray) and window.restoreGeometry(stored)

    def save_choice(self, choice: Choice) -> None:
        self.put(
            "choice",
            json.dumps(
                {
                    "workload": choice.workload,
                    "mode": choice.mode,
                    "workers": choice.workers,
                    "knobs": dict(choice.knobs),
                    "start_method": choice.start_method,
                    "frame_slots": choice.frame_slots,
                }
            ),
        )

    def restore_choice(self, controller: Controller) -> None:
        """The last choice, or as much of it as is still possible."""
        try:
            stored = json.loads(self.text("choice", "{}"))
        except ValueError:
            stored = {}
        # Only workloads that ship with the app: a settings file must not be able to have other code loaded.
        if not isinstance(stored, dict) or stored.get("workload") not in workloads.keys():  # noqa: SIM118
            return
        knobs = stored.pop("knobs", {})
        wishes: list[dict[str, Any]] = [{"workload": stored.pop("workload")}]
        wishes += [{"knobs": {key: value}} for key, value in knobs.items()] if isinstance(knobs, dict) else []
        wishes += [{key: value} for key, value in stored.items()]
        for wish in wishes:  # one by one: what is not possible any more must not take the rest with it
            try:
                controller.choose(**wish)
            except (ValueError, KeyError, TypeError) as problem:
                log.info("Not possible any more: %s", problem)

    def claims_file(self) -> Path:
        """Where results of claims are kept: beside the settings."""
        return Path(self._store.fileName()).with_suffix(".claims.json")

    def comparison_file(self) -> Path:
        """Where the last comparison is kept: beside the settings."""
        return Path(self._store.fileName()).with_suffix(".comparison.json")

    def pictures_folder(self) -> Path:
        """Where snapshots go."""
        stored = self.text("snapshot/folder", "")
        if stored and Path(stored).is_dir():
            return Path(stored)
        found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        folder = Path(found) if found else Path.home()
        return folder if folder.is_dir() else Path.home()
