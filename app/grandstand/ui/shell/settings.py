"""What the window remembers: geometry, theme, the last choice. What cannot be read is set aside. GUI thread."""

from __future__ import annotations

import contextlib
import json
import logging
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths
from PySide6.QtWidgets import QWidget

from grandstand import folders
from grandstand.control.choice import Choice
from grandstand.control.controller import Controller
from grandstand.engine import workloads
from grandstand.files import checked
from grandstand.files.aside import set_aside
from grandstand.files.private import tighten
from grandstand.files.reading import Missing, Unreadable, read_bytes
from grandstand.hosts import scratch

log = logging.getLogger(__name__)
T = TypeVar("T")
_MOST_BYTES = 4_000_000


_FORMER_OPTIONS = ("start_method", "frame_slots")
"""Which were kept beside the options before there were more of them."""


class Settings:
    """A thin layer over QSettings; GRANDSTAND_SETTINGS names another file (tests, a second profile)."""

    def __init__(self, file: Path | None = None) -> None:
        named = str(file) if file else os.environ.get("GRANDSTAND_SETTINGS")
        path = Path(named) if named else _usual() if _lasting() else _forgotten()
        self._tell: Callable[[str, str], None] | None = None
        self._trouble: list[str] = []
        self._store = self._opened(path)
        tighten(path)

    def tell_to(self, tell: Callable[[str, str], None]) -> None:
        """From here on ``tell("warning", text)`` hears what could not be read, and what could not until now."""
        self._tell = tell
        for text in self._trouble:
            tell("warning", text)
        self._trouble.clear()

    @property
    def kept(self) -> bool:
        """Whether what is put here outlives the window."""
        return self._store.isWritable()

    def text(self, key: str, default: str) -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def number(self, key: str, default: float) -> float:
        try:
            value = float(str(self._store.value(key, default)))
        except ValueError:
            return default
        return value if math.isfinite(value) else default

    def parsed(self, key: str, kind: type[T], default: T) -> T:
        """The JSON under ``key`` as ``kind``. What is none is kept as ``key.broken``, and told."""
        value = self._store.value(key)
        if value is None:
            return default
        try:
            if not isinstance(value, str):
                raise Unreadable("it is not text.")
            return checked.decode(value.encode("utf-8", "replace"), kind, "what is kept there")
        except Unreadable as problem:
            self._store.setValue(f"{key}.broken", value)
            self._store.remove(key)
            self._say(f"“{key}” of the settings was reset: {problem} The old entry was kept as {key}.broken.")
            return default

    def put(self, key: str, value: Any) -> None:
        self._store.setValue(key, value)

    def save(self) -> None:
        self._store.sync()
        tighten(Path(self._store.fileName()))

    def save_geometry(self, window: QWidget) -> None:
        self._store.setValue("window/geometry", window.saveGeometry())

    def restore_geometry(self, window: QWidget) -> bool:
        """True when there was one and Qt found it sensible for the screens there are now."""
        stored = self._store.value("window/geometry")
        return isinstance(stored, QByteArray) and window.restoreGeometry(stored)

    def save_choice(self, choice: Choice) -> None:
        self.put("python", choice.python.executable if choice.python is not None else "")
        self.put(
            "choice",
            json.dumps(
                {
                    "workload": choice.workload,
                    "mode": choice.mode,
                    "workers": choice.workers,
                    "parameters": dict(choice.parameters),
                    "options": dict(choice.options),
                }
            ),
        )

    @property
    def python(self) -> str:
        """The executable of the Python that was chosen last; '' for the app's own."""
        return self.text("python", "")

    def restore_choice(self, controller: Controller) -> None:
        """The last choice, or as much of it as is still possible."""
        stored = self.parsed("choice", dict[str, Any], {})
        # Only workloads that ship with the app: a settings file must not be able to have other code loaded.
        if stored.get("workload") not in workloads.keys():  # noqa: SIM118
            return
        wishes: list[dict[str, Any]] = [{"workload": stored.pop("workload")}]
        options = {key: stored.pop(key) for key in _FORMER_OPTIONS if key in stored}
        for what, values in (
            ("parameters", stored.pop("knobs", {})), ("parameters", stored.pop("parameters", {})),
            ("options", options), ("options", stored.pop("options", {})),
        ):  # fmt: skip
            wishes += [{what: {key: value}} for key, value in values.items()] if isinstance(values, dict) else []
        wishes += [{key: value} for key, value in stored.items()]
        for wish in wishes:  # each by itself: what is not possible any more must not take the rest with it
            try:
                controller.choose(**wish)
            except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as problem:
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
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        return Path(folder) if folder and Path(folder).is_dir() else folders.start()

    # -- inside -----------------------------------------------------------------------------------------------

    def _opened(self, path: Path) -> QSettings | _Forgetful:
        """The settings in a file, once it is one: Qt would read a device, or wait for a pipe, for ever."""
        try:
            with contextlib.suppress(Missing):
                read_bytes(path, _MOST_BYTES, "a file of settings")
            store = QSettings(str(path), QSettings.Format.IniFormat)
            if store.status() == QSettings.Status.FormatError:
                del store
                raise Unreadable("it holds no settings.")
            return store
        except Unreadable as problem:
            self._say(f"The settings in {path} could not be read: {problem} {set_aside(path, 'broken')}")
        if os.path.lexists(path):
            return _Forgetful(path)
        return QSettings(str(path), QSettings.Format.IniFormat)

    def _say(self, text: str) -> None:
        log.warning("%s", text)
        if self._tell is None:
            self._trouble.append(text)
        else:
            self._tell("warning", text)


class _Forgetful:
    """In place of QSettings where there is no file to keep them in: remembers until the app ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, Any] = {}

    def value(self, key: str, default: Any = None) -> Any:
        return self._values.get(key, default)

    def setValue(self, key: str, value: Any) -> None:
        self._values[key] = value

    def remove(self, key: str) -> None:
        self._values.pop(key, None)

    def sync(self) -> None:
        pass

    def isWritable(self) -> bool:
        return False

    def fileName(self) -> str:
        return str(self._path)


def _usual() -> Path:
    """Where the system wants an app's settings. Another name is asked for: to ask for its own would read the file."""
    scope = QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Grandstand", "no-settings")
    return Path(scope.fileName()).with_name("grandstand.ini")


def _lasting() -> bool:
    """Whether Qt knows a place for settings that is this user's: it takes / for the home of who has none."""
    return folders.home() is not None or os.path.isabs(os.environ.get("XDG_CONFIG_HOME", ""))


def _forgotten() -> Path:
    """A file for settings that goes with the app; where even that cannot be, one that nobody can make."""
    try:
        return scratch.folder() / "settings.ini"
    except OSError:
        return Path(os.devnull) / "settings.ini"
