"""The list of recordings: a table of what there is, and what can be done with the chosen one. GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from grandstand.journal.library import Entry, shown_name
from grandstand.ui.pages.recordings.runs_delegate import ENTRY, RunsDelegate
from grandstand.ui.pages.recordings.timeline import clock_text
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.button import make_button
from grandstand.ui.widgets.flow import FlowLayout
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import ElidedLabel, EmptyState
from grandstand.ui.widgets.row_table import RowTable
from grandstand.ui.widgets.select import Select
from grandstand.ui.widgets.stack import Stack
from grandstand.ui.widgets.toggle import Toggle

_Index = QModelIndex | QPersistentModelIndex
HEADS = ("Title", "When", "Length", "Runs", "Size")
RUNS = 3
_RIGHT = (2, 4)
BUDGETS = ((500_000_000, "500 MB"), (2_000_000_000, "2 GB"), (10_000_000_000, "10 GB"), (0, "any size"))


def size_text(size: int) -> str:
    """'340 kB', '12.3 MB', '1.20 GB'."""
    for scale, unit, digits in ((1e9, "GB", 2), (1e6, "MB", 1)):
        if size >= scale:
            return f"{size / scale:.{digits}f} {unit}"
    return f"{size / 1e3:.0f} kB"


class Entries(QAbstractTableModel):
    """The words of the table. The title can be edited."""

    renamed = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: tuple[Entry, ...] = ()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        self.beginResetModel()
        self.entries = tuple(entries)
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(HEADS)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        entry = self.entries[index.row()]
        if index.column() == 0 and not entry.problem:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry, column = self.entries[index.row()], index.column()
        if role == ENTRY:
            return entry
        if role == Qt.ItemDataRole.EditRole:
            return entry.title
        if role == Qt.ItemDataRole.DisplayRole:
            return words(entry)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(entry.problem or "\n".join(entry.runs))
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _RIGHT:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == RUNS and entry.spans:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)  # above the strip
        if role == Qt.ItemDataRole.ForegroundRole and entry.problem:
            return QColor(theme_manager().theme.text.secondary)
        return None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        title = str(value).strip()
        if not title or title == self.entries[index.row()].title:
            return False
        self.renamed.emit(self.entries[index.row()], title)
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return HEADS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in _RIGHT else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


def words(entry: Entry) -> tuple[str, str, str, str, str]:
    """A row: what HEADS names."""
    title = entry.title + ("  ·  being recorded" if entry.live else "") + ("  ·  pinned" if entry.pinned else "")
    if entry.problem:
        return shown_name(entry.path), "", "", entry.problem, size_text(entry.bytes)
    runs = entry.runs[0] if entry.runs else "no runs"
    if len(entry.runs) > 1:
        runs = f"{runs}, and {len(entry.runs) - 1} more"
    length = clock_text(round(entry.seconds * 1e9), fine=False)
    return title, entry.began_at[:16].replace("T", " "), length, runs, size_text(entry.bytes)


class Listing(QWidget):
    """``opened``, ``deleted``, ``pinned`` tell an Entry; ``budget`` bytes (0: none)."""

    opened = Signal(object)
    deleted = Signal(object)
    pinned = Signal(object)
    renamed = Signal(object, str)
    other = Signal()
    folder = Signal()
    budget = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recordings_list")
        self.open_button = self._button("Open", "play", lambda: self._with(self.opened), "primary")
        self.other_button = self._button("Open file…", "open", self.other.emit)
        self.rename_button = self._button("Rename", "edit", self._rename)
        self.pin_button = self._button("Pin", "pin", lambda: self._with(self.pinned))
        self.delete_button = self._button("Delete", "delete", lambda: self._with(self.deleted), "danger")
        self.folder_button = self._button("Show folder", "open", self.folder.emit, "ghost")
        self.facts = ElidedLabel("", "secondary")
        self.facts.setObjectName("recordings_facts")
        self.record = Toggle("Record every session")
        self.record.setObjectName("recordings_on")
        self.most = Select("Space for recordings; when it is full, the oldest unpinned ones are deleted")
        self.most.setObjectName("recordings_budget")
        for size, text in BUDGETS:
            self.most.addItem(f"Keep {text}", size)
        self.most.setToolTip(plain_tip(self.most.accessibleName()))
        self.most.activated.connect(lambda: self.budget.emit(self.most.currentData()))
        self._bar = QFrame()
        self._bar.setProperty("role", "panel")
        self._row = FlowLayout(self._bar)
        for button in (
            self.open_button, self.other_button, self.rename_button, self.pin_button, self.delete_button,
        ):  # fmt: skip
            self._row.addWidget(button)
        self._row.addWidget(self.record)
        self._row.break_here()
        self._row.addWidget(self.facts)
        self._row.addWidget(self.most)
        self._row.addWidget(self.folder_button)
        self.model = Entries(self)
        self.table = table = RowTable("recordings_table", "Recordings", self.model, RUNS)
        self._strips = RunsDelegate(table)
        table.setItemDelegateForColumn(RUNS, self._strips)
        table.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        table.doubleClicked.connect(lambda index: self.opened.emit(self.model.entries[index.row()]))
        press = QShortcut(QKeySequence(Qt.Key.Key_Delete), table)
        press.setContext(Qt.ShortcutContext.WidgetShortcut)  # not while a title is being typed
        press.activated.connect(self.delete_button.click)
        table.selectionModel().selectionChanged.connect(lambda *_: self._refresh())
        self.model.renamed.connect(self.renamed)
        self.empty = EmptyState()
        self.empty.set_text(
            "Nothing recorded yet", "Every session with a run in it is recorded as it happens.", "record"
        )
        self._stack = Stack()
        self._stack.addWidget(table)
        self._stack.addWidget(self.empty)
        panel = QFrame()
        panel.setProperty("role", "panel")
        self._inside = QVBoxLayout(panel)
        self._inside.addWidget(self._stack)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._bar)
        self._column.addWidget(panel, 1)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        self._refresh()

    # -- what it shows ----------------------------------------------------------------------------------------

    def set_entries(self, entries: Sequence[Entry], budget: int) -> None:
        """Newest first; what was chosen stays chosen."""
        before = self.current
        self._strips.longest = max((entry.seconds for entry in entries), default=0.0)
        self.model.set_entries(entries)
        self._stack.setCurrentIndex(0 if entries else 1)
        where = next((i for i, e in enumerate(entries) if before is not None and e.path == before.path), 0)
        if entries:
            self.table.selectRow(where)
        used = size_text(sum(entry.bytes for entry in entries))
        many = f"{len(entries)} recordings" if len(entries) > 1 else "1 recording"
        self.facts.setText(f"{many}, {used}" if entries else "")
        self.most.setCurrentIndex(max(0, self.most.findData(budget)))
        self._refresh()

    @property
    def current(self) -> Entry | None:
        """The chosen one."""
        return self.model.entries[self.table.row] if self.table.row >= 0 else None

    def open_chosen(self) -> None:
        """Enter: ends the typing of a title, else opens the chosen recording."""
        if self.table.state() == QTableView.State.EditingState:
            self.table.setFocus()
        else:
            self.open_button.click()

    # -- inside -----------------------------------------------------------------------------------------------

    def _with(self, signal: Any) -> None:
        if self.current is not None:
            signal.emit(self.current)

    def _rename(self) -> None:
        if self.table.row >= 0:
            self.table.edit(self.model.index(self.table.row, 0))

    def _refresh(self) -> None:
        entry = self.current
        readable = entry is not None and not entry.problem
        for button in (self.open_button, self.rename_button, self.pin_button):
            button.setEnabled(readable)
        self.delete_button.setEnabled(entry is not None and not entry.live)
        self.pin_button.setText("Unpin" if entry is not None and entry.pinned else "Pin")

    @staticmethod
    def _button(text: str, icon: str, action: Callable[[], None], role: str = "") -> QPushButton:
        return make_button(text, icon, f"recordings_{text.lower().replace(' ', '_').replace('…', '')}", action, role)

    def _rescale(self) -> None:
        px = theme_manager().px
        self._row.setContentsMargins(px(14), px(10), px(16), px(10))
        self._row.setSpacing(px(8))
        self._column.setSpacing(px(12))
        self._inside.setContentsMargins(px(14), px(12), px(14), px(12))
        self.table.verticalHeader().setDefaultSectionSize(px(46))
