"""What S and the Snapshot button do: file and clipboard at once, the kind of picture from a small menu. GUI thread."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QActionGroup, QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from app.ui import snapshot
from app.ui.stage import Stage

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

SCALES = (1, 2, 3, 4)


class SnapshotActions:
    """Remembers scale, format, caption and what is pictured."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        settings = window.settings
        self.scale = int(min(4, max(1, settings.number("snapshot/scale", 2))))
        self.format = "svg" if settings.text("snapshot/format", "png") == "svg" else "png"
        self.caption = settings.text("snapshot/caption", "yes") != "no"
        self.what = "all"

    def target(self) -> QWidget:
        """The widget that is pictured: all charts or one panel."""
        dashboard = self._window.dashboard
        panel = dashboard.panels.get(self.what)
        return panel if panel is not None and panel.isVisible() else dashboard

    def take(self, stage: Stage | None = None, widget: QWidget | None = None) -> Path | None:
        """Writes the picture into the pictures folder and copies it; returns its path.

        Of ``widget``, which shows ``stage``; by default of the window's own charts.
        """
        window = self._window
        stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
        choice = (stage or window.controller).choice
        name = f"grandstand_{choice.workload}_{choice.mode}_{choice.workers}_{stamp}.{self.format}"
        path = window.settings.pictures_folder() / name
        copied = self.copy(True, stage, widget)
        try:
            self.write(path, stage, widget)
        except (snapshot.SnapshotError, OSError) as problem:
            window.tell("error", str(problem) + (" The picture is on the clipboard." if copied else ""))
            return None
        also = ", and copied to the clipboard" if copied else ""
        window.toasts.show_message(
            f"Saved {path.name}{also}.", "good", action="Open folder", on_action=lambda: _open(path.parent)
        )
        return path

    def write(self, path: Path, stage: Stage | None = None, widget: QWidget | None = None) -> None:
        """Writes to ``path``; its ending decides the format. Raises SnapshotError or OSError."""
        shown, target = stage or self._window.controller, widget or self.target()
        if path.suffix.lower() == ".svg":
            snapshot.write_svg(path, target, shown, self.caption)
        else:
            snapshot.write_png(path, target, shown, self.scale, self.caption)

    def copy(self, quiet: bool = False, stage: Stage | None = None, widget: QWidget | None = None) -> bool:
        """Puts the picture on the clipboard; False where there is none."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is None:
            return False
        image = snapshot.picture(widget or self.target(), stage or self._window.controller, self.scale, self.caption)
        image.setDevicePixelRatio(1.0)
        clipboard.setImage(image)
        if not quiet:
            self._window.tell("info", "Picture copied to the clipboard.")
        return True

    def menu(self, beside: QWidget) -> None:
        """The small menu."""
        menu = self.build_menu(beside)
        menu.popup(beside.mapToGlobal(beside.rect().bottomLeft()))

    def build_menu(self, parent: QWidget) -> QMenu:
        menu = QMenu(parent)
        menu.setObjectName("snapshot_menu")
        settings = self._window.settings
        sizes = QActionGroup(menu)
        for scale in SCALES:
            action = menu.addAction(f"PNG at {scale}×")
            action.setCheckable(True)
            action.setChecked(self.format == "png" and self.scale == scale)
            sizes.addAction(action)
            action.triggered.connect(lambda _=False, s=scale: self._kind("png", s))
        action = menu.addAction("SVG")
        action.setCheckable(True)
        action.setChecked(self.format == "svg")
        sizes.addAction(action)
        action.triggered.connect(lambda: self._kind("svg", self.scale))
        menu.addSeparator()
        whats = QActionGroup(menu)
        for key, panel in {"all": None, **self._window.dashboard.panels}.items():
            if panel is not None and not panel.isVisible():
                continue
            action = menu.addAction("All charts" if panel is None else f"Only {panel.accessibleName().lower()}")
            action.setCheckable(True)
            action.setChecked(self.what == key)
            whats.addAction(action)
            action.triggered.connect(lambda _=False, k=key: setattr(self, "what", k))
        menu.addSeparator()
        action = menu.addAction("With caption")
        action.setCheckable(True)
        action.setChecked(self.caption)
        action.toggled.connect(self._set_caption)
        menu.addAction("Save as…").triggered.connect(self.save_as)
        menu.addAction("Choose folder…").triggered.connect(self._choose_folder)
        menu.addAction("Copy (Ctrl+C)").triggered.connect(lambda: self.copy())
        menu.aboutToHide.connect(menu.deleteLater)
        settings.save()
        return menu

    def save_as(self) -> None:
        folder = self._window.settings.pictures_folder()
        name, _ = QFileDialog.getSaveFileName(
            self._window, "Save picture", str(folder / f"grandstand.{self.format}"), "Pictures (*.png *.svg)"
        )
        if not name:
            return
        path = Path(name)
        if path.suffix.lower() not in (".png", ".svg"):
            path = path.with_name(f"{path.name}.{self.format}")
        try:
            self.write(path)
            self._window.tell("good", f"Saved {path.name}.")
        except (snapshot.SnapshotError, OSError) as problem:
            self._window.tell("error", str(problem))

    def _kind(self, form: str, scale: int) -> None:
        self.format, self.scale = form, scale
        self._window.settings.put("snapshot/format", form)
        self._window.settings.put("snapshot/scale", scale)

    def _set_caption(self, on: bool) -> None:
        self.caption = on
        self._window.settings.put("snapshot/caption", "yes" if on else "no")

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self._window, "Folder for snapshots", str(self._window.settings.pictures_folder())
        )
        if folder:
            self._window.settings.put("snapshot/folder", folder)


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
