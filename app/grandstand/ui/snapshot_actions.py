"""What S and the Snapshot button do: file and clipboard at once, the kind of picture from a menu. GUI thread.

The window's own charts are painted as they are. Another size, theme or ground is laid out anew by a studio, in steps
with frames of the window between them; packing the file is a thread's work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QAction, QActionGroup, QClipboard, QDesktopServices, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from grandstand.ui import snapshot
from grandstand.ui.shell.background import Worker
from grandstand.ui.shell.settings import Settings
from grandstand.ui.snapshot_look import FORMATS, SCALES, remember, remembered
from grandstand.ui.stage import Stage
from grandstand.ui.vector import png_of
from grandstand.ui.widgets.toast import ToastStack
from grandstand.vocabulary.panels import story

if TYPE_CHECKING:
    from grandstand.ui.studio import Studio

_KINDS = "Pictures (*.png *.svg *.pdf)"


class Board(Protocol):
    """Charts that are pictured: all of them are one widget, with a panel each."""

    @property
    def panels(self) -> dict[str, Any]: ...

    @property
    def lanes(self) -> Any: ...

    def width(self) -> int: ...

    def height(self) -> int: ...


class SnapshotActions(QObject):
    """``look`` says how pictures are to be; ``busy`` while one is being laid out anew.

    ``parent`` is the window: dialogs come above it.
    """

    def __init__(
        self, settings: Settings, tell: Callable[..., None], toasts: ToastStack, background: Worker, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._settings, self._tell, self._toasts, self._background = settings, tell, toasts, background
        self._window = parent
        self.look = remembered(settings)
        self.busy = False

    @property
    def scale(self) -> int:
        return self.look.scale

    @property
    def format(self) -> str:
        return self.look.format

    @property
    def caption(self) -> bool:
        return self.look.caption

    def target(self, board: Board) -> Any:
        """The widget that is pictured: all charts or one panel."""
        panel = board.panels.get(self.look.what)
        return panel if panel is not None and panel.isVisible() else board

    def take(self, stage: Stage, board: Board) -> Path | None:
        """Writes a picture of ``board``, which shows ``stage``, into the pictures folder and copies it.

        Returns its path. A picture that is laid out anew is not written yet then: a message says when it is.
        """
        stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
        choice = stage.choice
        name = f"grandstand_{choice.workload}_{choice.mode}_{choice.workers}_{stamp}"
        folder = self._settings.pictures_folder()
        if not self.look.from_window:
            path = folder / name if self.look.what == "each" else folder / f"{name}.{self.look.format}"
            self._lay_out(stage, board, path)
            return path
        path = folder / f"{name}.{self.look.format}"
        copied = self.copy(stage, board, quiet=True)
        try:
            self.write(path, stage, board)
        except (snapshot.SnapshotError, OSError) as problem:
            self._tell("error", str(problem) + (" The picture is on the clipboard." if copied else ""))
            return None
        self._saved(path, copied)
        return path

    def write(self, path: Path, stage: Stage, board: Board) -> None:
        """Writes to ``path`` at once; its ending decides the format. Raises SnapshotError or OSError."""
        shown, target = stage, self.target(board)
        ending = path.suffix.lower()
        if ending == ".pdf" or not self.look.from_window:
            studio = self._studio(shown, board)
            studio.still(shown.session.clock())
            studio.write(path)
            studio.close()
        elif ending == ".svg":
            snapshot.write_svg(path, target, shown, self.look.caption)
        else:
            snapshot.write_png(path, target, shown, self.look.scale, self.look.caption)

    def copy(self, stage: Stage, board: Board, quiet: bool = False) -> bool:
        """Puts the picture on the clipboard; False, with a message, where there is none."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is None:
            if not quiet:
                self._tell("warning", "There is no clipboard here. Press S for a file instead.")
            return False
        image = snapshot.picture(self.target(board), stage, self.look.scale, self.look.caption)
        image.setDevicePixelRatio(1.0)
        clipboard.setImage(image)
        if not quiet:
            self._tell("info", "Picture copied to the clipboard.")
        return True

    def take_widget(self, name: str, widget: QWidget, lines: Sequence[str]) -> Path:
        """A picture of what no session shows, with these ``lines`` below: as a file, and on the clipboard.

        Returns its path; a message says when it is there.
        """
        stamp = datetime.now().strftime("%Y-%m-%d_%H-%M-%S")
        path = self._settings.pictures_folder() / f"{name}_{stamp}.png"
        self._pack(snapshot.picture_with(widget, lines, self.look.scale), path, last=True)
        return path

    def copy_widget(self, widget: QWidget, lines: Sequence[str]) -> None:
        """The same, on the clipboard alone."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is None:
            self._tell("warning", "There is no clipboard here. Press S for a file instead.")
            return
        clipboard.setImage(snapshot.picture_with(widget, lines, self.look.scale))
        self._tell("info", "Picture copied to the clipboard.")

    # -- laid out anew ----------------------------------------------------------------------------------------

    def _studio(self, stage: Stage, board: Board, panels: tuple[str, ...] = ()) -> Studio:
        from grandstand.ui.studio import PRESETS, Studio

        look = self.look
        shown = panels or ((look.what,) if look.what in board.panels else story())
        size = PRESETS.get(look.size) or (board.width() * look.scale, board.height() * look.scale)
        return Studio(stage, size, look.theme, shown, look.caption, look.transparent, board.lanes.span_ns)

    def _lay_out(self, stage: Stage, board: Board, path: Path) -> None:
        """One step an event: the window draws its frames in between."""
        if self.busy:
            self._tell("info", "The last picture is still being made.")
            return
        self.busy = True
        t_ns = stage.session.clock()
        each = self.look.what == "each"
        keys = tuple(board.panels) if each else ("",)
        form = self.look.format
        jobs: list[Callable[[], None]] = []
        made: dict[str, Studio] = {}

        def job(key: str) -> list[Callable[[], None]]:
            target = path / f"{key}.{form}" if each else path

            def build() -> None:
                made[key] = self._studio(stage, board, (key,) if key else ())

            def write() -> None:
                studio = made.pop(key)
                try:
                    if form == "png":
                        self._pack(studio.image(), target, last=key == keys[-1])
                    else:
                        studio.write(target)
                finally:
                    studio.close()

            return [build, lambda: made[key].still(t_ns), write]

        for key in keys:
            jobs += job(key)
        if each:
            jobs.insert(0, lambda: path.mkdir(parents=True, exist_ok=True))

        def step() -> None:
            try:
                jobs.pop(0)()
            except (snapshot.SnapshotError, OSError) as problem:
                jobs.clear()
                self._tell("error", f"{problem} Choose another folder in the menu beside Snapshot.")
                self._done(made)
                return
            if jobs:
                QTimer.singleShot(40, self._window, step)
            else:
                self._done(made)
                if form != "png":
                    self._saved(path, False)

        step()

    def _done(self, made: dict[str, Studio]) -> None:
        for studio in made.values():
            studio.close()
        self.busy = False

    def _pack(self, image: QImage, path: Path, last: bool) -> None:
        """Packs a PNG in a thread: for 4K it takes a fifth of a second."""

        def work() -> None:
            snapshot.save(path, png_of(image))

        clipboard: QClipboard | None = QGuiApplication.clipboard()
        each = self.look.what == "each"
        if not each and clipboard is not None:
            clipboard.setImage(image)

        def done(_: object) -> None:
            if not each:
                self._saved(path, clipboard is not None)
            elif last:
                self._saved(path.parent, False)

        self._background.do(work, done, lambda problem: self._tell("error", str(problem)))

    def _saved(self, path: Path, copied: bool) -> None:
        also = ", and copied to the clipboard" if copied else ""
        self._toasts.show_message(
            f"Saved {path.name}{also}.", "good", action="Open folder", on_action=lambda: _open(path.parent)
        )

    # -- the menu ---------------------------------------------------------------------------------------------

    def menu(self, beside: QWidget, stage: Stage, board: Board) -> None:
        """The menu, below the button."""
        menu = self.build_menu(beside, stage, board)
        menu.popup(beside.mapToGlobal(beside.rect().bottomLeft()))

    def build_menu(self, parent: QWidget, stage: Stage, board: Board) -> QMenu:
        from grandstand.ui.studio import PRESETS

        menu = QMenu(parent)
        menu.setObjectName("snapshot_menu")
        kinds = [(f"PNG at {s}×", {"format": "png", "size": "", "scale": s}) for s in SCALES]
        kinds += [("SVG", {"format": "svg", "size": ""}), ("PDF", {"format": "pdf", "size": ""})]
        self._choices(menu, kinds)
        sizes = menu.addMenu("Laid out for slides")
        names = {"square": "Square", "slide-half": "Half of a slide"}
        self._choices(
            sizes,
            [
                (f"{names.get(name, name.replace('x', ' × '))}, {form.upper()}", {"format": form, "size": name})
                for name in PRESETS
                for form in FORMATS
            ],
        )
        themes = menu.addMenu("Theme")
        self._choices(
            themes,
            [(text, {"theme": t}) for t, text in (("", "As in the window"), ("dark", "Dark"), ("light", "Light"))],
        )
        menu.addSeparator()
        panels = {k: p for k, p in board.panels.items() if p.isVisible()}
        whats = [("All charts", {"what": "all"})]
        whats += [(f"Only {panel.accessibleName().lower()}", {"what": key}) for key, panel in panels.items()]
        whats += [("Each chart as a separate file", {"what": "each"})]
        self._choices(menu, whats)
        menu.addSeparator()
        self._switch(menu, "With caption", "caption")
        self._switch(menu, "Transparent background", "transparent")
        menu.addSeparator()
        menu.addAction("Save as…").triggered.connect(lambda: self.save_as(stage, board))
        menu.addAction("Choose folder…").triggered.connect(self._choose_folder)
        menu.addAction("Copy (Ctrl+C)").triggered.connect(lambda: self.copy(stage, board))
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def save_as(self, stage: Stage, board: Board) -> None:
        folder = self._settings.pictures_folder()
        form = self.look.format
        name, _ = QFileDialog.getSaveFileName(self._window, "Save picture", str(folder / f"grandstand.{form}"), _KINDS)
        if not name:
            return
        path = Path(name)
        if path.suffix.lower()[1:] not in FORMATS:
            path = path.with_name(f"{path.name}.{form}")
        try:
            self.write(path, stage, board)
            self._tell("good", f"Saved {path.name}.")
        except (snapshot.SnapshotError, OSError) as problem:
            self._tell("error", str(problem))

    def _choices(self, menu: QMenu, choices: list[tuple[str, dict[str, Any]]]) -> None:
        """One of these; checked is what is so now."""
        group = QActionGroup(menu)
        for text, changes in choices:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(replace(self.look, **changes) == self.look)
            group.addAction(action)
            action.triggered.connect(lambda _=False, c=changes: self._change(**c))

    def _switch(self, menu: QMenu, text: str, name: str) -> None:
        action: QAction = menu.addAction(text)
        action.setCheckable(True)
        action.setChecked(bool(getattr(self.look, name)))
        action.toggled.connect(lambda on: self._change(**{name: on}))

    def _change(self, **changes: Any) -> None:
        self.look = replace(self.look, **changes)
        remember(self._settings, self.look)
        self._settings.save()

    def _choose_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(
            self._window, "Folder for snapshots", str(self._settings.pictures_folder())
        )
        if folder:
            self._settings.put("snapshot/folder", folder)


def _open(folder: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
