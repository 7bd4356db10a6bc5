"""The Recordings page: what was recorded, and a recording that plays, or two. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from grandstand import folders
from grandstand.journal import library
from grandstand.journal.library import Entry
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording, Unreadable
from grandstand.journal.schema import SUFFIX
from grandstand.session import words
from grandstand.ui.pages.recordings.listing import Listing
from grandstand.ui.pages.recordings.player_view import PlayerView
from grandstand.ui.pages.recordings.run_track import RunTrack
from grandstand.ui.pages.recordings.track import Track
from grandstand.ui.pages.recordings.watch_track import WatchTrack
from grandstand.ui.shell.background import Worker
from grandstand.ui.shell.page import Page
from grandstand.ui.shell.services import Services
from grandstand.ui.shell.session_recorder import DEFAULT_BUDGET
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.button import make_button
from grandstand.ui.widgets.foreign import caption
from grandstand.ui.widgets.panel import SEPARATOR, ElidedLabel, make_label
from grandstand.ui.widgets.stack import Stack
from grandstand.watch.replay import Replay

_MOST_IN_MENU = 12


class RecordingsPage(Page):
    """The list, or the player over it."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.setObjectName("recordings_page")
        self._worker = Worker((Unreadable, OSError), self)
        self._entries: tuple[Entry, ...] = ()
        self._loaded: list[Player | Replay] = []  # opened in the background, not on the screen yet
        self.listing = Listing()
        self.player = PlayerView()
        self.title = make_label("", "title")
        self.words = ElidedLabel("", "secondary")
        self.back_button = make_button("Recordings", "chevron-down", "replay_close", self.close_player)
        self.beside_button = make_button("Beside…", "compare", "replay_beside", self._beside_menu)
        self.alone_button = make_button("Only this one", "close", "replay_alone", self._alone)
        self.export_button = make_button("Export…", "export", "replay_export", self.export)
        self._bar = QFrame()
        self._bar.setProperty("role", "panel")
        self._row = QHBoxLayout(self._bar)
        for button in (self.back_button, self.beside_button, self.alone_button, self.export_button):
            self._row.addWidget(button)
        self._row.addStretch(1)
        self._row.addWidget(self.title)
        self._row.addWidget(self.words)
        playing = QWidget()
        self._playing = QVBoxLayout(playing)
        self._playing.setContentsMargins(0, 0, 0, 0)
        self._playing.addWidget(self._bar)
        self._playing.addWidget(self.player, 1)
        self.stack = Stack()
        self.stack.addWidget(self.listing)
        self.stack.addWidget(playing)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.stack)
        listing = self.listing
        listing.opened.connect(lambda entry: self.open(entry.path))
        listing.deleted.connect(self._delete)
        listing.pinned.connect(self._pin)
        listing.renamed.connect(self._rename)
        listing.other.connect(self.ask_open)
        listing.folder.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder_name)))
        listing.budget.connect(self._set_budget)
        listing.record.toggled.connect(self._set_recording)
        self.player.changed.connect(self._refresh)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self._refresh()

    # -- what a person does -----------------------------------------------------------------------------------

    @property
    def playing(self) -> bool:
        """Whether the player is on the screen, and not the list."""
        return self.stack.currentIndex() == 1

    def refresh(self) -> None:
        """Looks at the folder again."""
        with QSignalBlocker(self.listing.record):
            self.listing.record.setChecked(self.services.recorder.wanted)
        recorder = self.services.recorder
        live = recorder.path
        self._worker.do(
            lambda: library.entries(self._folder, live), self._show_entries, lambda error: self._tell(str(error))
        )

    def open(self, path: Path) -> None:
        """Plays a recording in place of what plays now; a message when it cannot be read, and nothing else happens."""
        self._load(path, self._play)

    def open_beside(self, path: Path) -> None:
        """Plays a second one beside the first, both from their starts."""
        self._load(path, self._play_beside)

    def ask_open(self) -> None:
        path = self._ask()
        if path is not None:
            self.open(path)

    def export(self) -> None:
        """Asks what is to be written of the recording that is shown first."""
        from grandstand.ui.export_dialog import ExportDialog

        if self.player.tracks:
            self.player.pause()
            track = self.player.tracks[0]
            ExportDialog(track.recording, self.services).show()

    def close_player(self) -> None:
        """Back to the list."""
        self.player.clear()
        self.stack.setCurrentIndex(0)
        self.refresh()
        self.listing.table.setFocus()

    def come(self) -> None:
        self.refresh()

    def leave(self) -> None:
        """The page goes off the screen."""
        self.player.pause()

    def step_out(self) -> bool:
        """From what is open in the player to the player, and from that to the list."""
        if self.playing and any(track.step_out() for track in self.player.tracks):
            return True
        if self.playing:
            self.close_player()
            return True
        return False

    def take_focus(self) -> None:
        (self.player if self.playing else self.listing.table).setFocus()

    def space(self) -> None:
        """A button that has the keyboard, else play and pause."""
        if not self.press_focused() and self.playing:
            self.player.toggle()

    def enter(self) -> None:
        """A button that has the keyboard, else the chosen recording."""
        if not self.press_focused() and not self.playing:
            self.listing.open_chosen()

    def step(self, by: int) -> None:
        """Up and down: the list's rows, or the speed."""
        if self.playing:
            self.player.faster(-by)
        else:
            self.listing.table.choose(by)

    def snapshot(self) -> None:
        """S: a picture of what is replayed."""
        if self.player.tracks:
            self.player.tracks[0].snapshot(self.services)

    def copy(self) -> None:
        if self.player.tracks:
            self.player.tracks[0].copy(self.services)

    def frame(self, t_ns: int) -> None:
        if self.playing:
            try:
                self.player.advance(t_ns)
            except Unreadable as problem:
                self.close_player()
                self._tell(f"The recording cannot be read any further: {problem}")

    def present(self, on: bool) -> None:
        """Presenting, only the charts and the bar under them are left."""
        self._bar.setVisible(not on)
        for track in self.player.tracks:
            track.arrange(on or len(self.player.tracks) > 1)

    def close_down(self) -> bool:
        self.player.clear()
        self._worker.close_down()
        for player in self._loaded:
            player.close()
        return True

    # -- inside -----------------------------------------------------------------------------------------------

    @property
    def _folder(self) -> Path | None:
        return library.folder()

    @property
    def _folder_name(self) -> str:
        return str(self._folder or folders.start())

    def _load(self, path: Path, then: Callable[[Player | Replay], None]) -> None:
        """Opens it in the background: a slow disk or a file made to be slow must not hold the window up."""

        def work() -> Player | Replay:
            recording = Recording.open(path)
            try:
                player = Replay(recording) if recording.watched else Player(recording)
            except BaseException:
                recording.close()
                raise
            self._loaded.append(player)
            return player

        def ready(player: Player | Replay) -> None:
            self._loaded.remove(player)
            then(player)
            if player.recording.skipped:
                self._tell(f"{path.name}: {player.recording.skipped}")

        self._worker.do(work, ready, lambda problem: self._tell(f"{path.name}: {problem}"))

    def _play(self, player: Player | Replay) -> None:
        self.player.clear()
        track = track_of(player)
        self.player.show_track(track)
        self.player.seek(track.opens_at)
        self.stack.setCurrentIndex(1)
        self.player.setFocus()
        self._refresh()

    def _play_beside(self, player: Player | Replay) -> None:
        for old in self.player.tracks[1:]:
            self.player.remove_track(old)
        self.player.show_track(track_of(player))
        self._refresh()

    def _show_entries(self, entries: list[Entry]) -> None:
        self._entries = tuple(entries)
        self.listing.set_entries(
            self._entries, int(self.services.settings.number("recordings/budget", DEFAULT_BUDGET))
        )

    def _delete(self, entry: Entry) -> None:
        def deleted(undo: Callable[[], None]) -> None:
            self.refresh()
            back = "brought back"
            self.services.toasts.show_message(
                f"Deleted “{entry.title}”.", "info", action="Undo", on_action=lambda: self._change(undo, entry, back)
            )

        self._worker.do(
            lambda: library.delete(entry.path), deleted, lambda problem: self._cannot(entry, "deleted", problem)
        )

    def _pin(self, entry: Entry) -> None:
        self._change(lambda: library.pin(entry.path, not entry.pinned), entry, "pinned")

    def _rename(self, entry: Entry, title: str) -> None:
        self._change(lambda: library.rename(entry.path, title), entry, "renamed")

    def _change(self, work: Callable[[], None], entry: Entry, done: str) -> None:
        """In the background; then the list as it is."""
        self._worker.do(work, lambda _: self.refresh(), lambda problem: self._cannot(entry, done, problem))

    def _cannot(self, entry: Entry, done: str, problem: Exception) -> None:
        self._tell(f"“{entry.title}” could not be {done}: {problem}")
        self.refresh()

    def _set_budget(self, budget: int) -> None:
        self.services.settings.put("recordings/budget", budget)
        live = self.services.recorder.path

        def tidy() -> list[Path]:
            return library.tidy(folder, budget, live) if (folder := self._folder) is not None else []

        def done(gone: list[Path]) -> None:
            if gone:
                self._tell(f"{len(gone)} of the oldest recordings were removed to stay within that.", "info")
            self.refresh()

        self._worker.do(tidy, done, lambda error: self._tell(str(error)))

    def _set_recording(self, on: bool) -> None:
        self.services.recorder.set_wanted(on)
        self.refresh()

    def _beside_menu(self) -> None:
        menu = QMenu(self.beside_button)
        menu.setObjectName("beside_menu")
        shown = {track.recording.path for track in self.player.tracks}
        others = [entry for entry in self._entries if not entry.problem and entry.path not in shown]
        for entry in others[:_MOST_IN_MENU]:
            action = menu.addAction(caption(f"{entry.title}  ·  {entry.began_at[:16].replace('T', ' ')}"))
            action.triggered.connect(lambda _=False, path=entry.path: self.open_beside(path))
        menu.addSeparator()
        menu.addAction("Another file…").triggered.connect(self._ask_beside)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.beside_button.mapToGlobal(self.beside_button.rect().bottomLeft()))

    def _ask_beside(self) -> None:
        path = self._ask()
        if path is not None:
            self.open_beside(path)

    def _alone(self) -> None:
        for track in self.player.tracks[1:]:
            self.player.remove_track(track)
        self._refresh()

    def _ask(self) -> Path | None:
        name, _ = QFileDialog.getOpenFileName(self, "Open recording", self._folder_name, f"Recordings (*{SUFFIX})")
        return Path(name) if name else None

    def _tell(self, text: str, level: str = "warning") -> None:
        self.services.tell(level, text)

    def _refresh(self) -> None:
        tracks = self.player.tracks
        self.beside_button.setVisible(len(tracks) == 1)
        self.alone_button.setVisible(len(tracks) > 1)
        self.title.setText(tracks[0].title.text() if len(tracks) == 1 else "")
        self.words.setText(tracks[0].facts.text() if len(tracks) == 1 else "")
        for track in tracks:  # alone, it has its title in the bar: the lanes want the room
            track.show_head(len(tracks) > 1)

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(px(14), px(12), px(14), px(12))
        self._playing.setSpacing(px(10))
        self._row.setContentsMargins(px(14), px(8), px(16), px(8))
        self._row.setSpacing(px(8))


def track_of(player: Player | Replay) -> Track:
    """Its charts."""
    recording = player.recording
    if isinstance(player, Replay):
        return WatchTrack(player, recording.title, facts(recording))
    return RunTrack(player, recording.title, facts(recording))


def facts(recording: Recording) -> str:
    """Where and when it was made."""
    here = recording.machine
    gil = "GIL" if here.gil.startswith("on") else "no GIL"
    cores = words.cores(here.cores, here.quota)
    return SEPARATOR.join(
        (recording.began_at[:16].replace("T", " "), f"Python {here.python} ({gil})", cores, here.cpu)
    )
