"""The list of Python programs that run: which one is to be watched? GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from grandstand import plain
from grandstand.observe.running import Running
from grandstand.session.words import percent
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.button import make_button
from grandstand.ui.widgets.flow import FlowLayout
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import EmptyState, make_label
from grandstand.ui.widgets.row_table import RowTable
from grandstand.ui.widgets.stack import Stack

_Index = QModelIndex | QPersistentModelIndex
HEADS = ("Program", "Process", "CPU", "Threads", "Memory")
_NOTHING = ("No Python program of yours is running", "Start one, or launch it with: grandstand watch -- python FILE")


def words(one: Running) -> tuple[str, str, str, str, str]:
    """A row: what HEADS names."""
    cpu = "…" if one.cpu is None else percent(one.cpu)
    return plain.one_line(one.title)[:400], str(one.pid), cpu, str(one.threads), f"{one.memory / 1e6:.0f} MB"


class Programs(QAbstractTableModel):
    """The words of the table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.programs: tuple[Running, ...] = ()

    def set_programs(self, programs: Sequence[Running]) -> None:
        """In their order; where only figures have changed, what is chosen and the scroll stay."""
        programs = tuple(programs)
        same = [one.pid for one in programs] == [one.pid for one in self.programs]
        if not same:
            self.beginResetModel()
        self.programs = programs
        if not same:
            self.endResetModel()
        elif programs:
            self.dataChanged.emit(self.index(0, 0), self.index(len(programs) - 1, len(HEADS) - 1))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.programs)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(HEADS)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        one, column = self.programs[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return words(one)[column]
        if role == Qt.ItemDataRole.ToolTipRole and column == 0:
            return plain_tip("\n".join(one.command)[:2_000])
        if role == Qt.ItemDataRole.TextAlignmentRole and column:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return HEADS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class ProgramsList(QWidget):
    """``wanted(Running)``: this one is to be watched."""

    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("programs_list")
        self._programs: tuple[Running, ...] = ()
        self.watch_button = make_button("Watch", "watch", "watch_start", self._watch, "primary")
        self.filter = QLineEdit()
        self.filter.setObjectName("watch_filter")
        self.filter.setAccessibleName("Part of the command line, or a process number")
        self.filter.setPlaceholderText("Filter: part of the command line, or a number")
        self.filter.setClearButtonEnabled(True)
        self.note = make_label("It is looked at from outside: it is not changed, and not stopped.", "secondary")
        self._bar = QFrame()
        self._bar.setProperty("role", "panel")
        self._row = FlowLayout(self._bar)
        for widget in (self.watch_button, self.filter, self.note):
            self._row.addWidget(widget)
        self.model = Programs(self)
        self.table = table = RowTable("programs_table", "Python programs that are running", self.model, 0)
        table.doubleClicked.connect(lambda _: self._watch())
        self.filter.textChanged.connect(lambda _: self._show())
        self.filter.returnPressed.connect(self._watch)
        self.empty = EmptyState()
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
        self.empty.set_text("Looking for Python programs …", "", "watch")
        self._stack.setCurrentIndex(1)
        self.watch_button.setEnabled(False)

    def set_programs(self, programs: Sequence[Running]) -> None:
        """What runs now; what was chosen stays chosen."""
        self._programs = tuple(programs)
        self._show()

    def set_problem(self, problem: str) -> None:
        """They cannot be looked for; those that are listed stay."""
        if not self._programs:
            self.empty.set_text("The programs that run here cannot be listed", plain.one_line(problem), "warning")

    @property
    def current(self) -> Running | None:
        """The chosen one."""
        return self.model.programs[self.table.row] if self.table.row >= 0 else None

    def _show(self) -> None:
        chosen = self.current.pid if self.current is not None else 0
        part = self.filter.text().strip().casefold()
        # A list that changes its order under the mouse cannot be clicked: those who were there keep their places.
        places = {one.pid: place for place, one in enumerate(self.model.programs)}
        fitting = [one for one in self._programs if part in " ".join(one.command).casefold() or part == str(one.pid)]
        fitting.sort(key=lambda one: places.get(one.pid, len(places)))
        self.model.set_programs(fitting)
        at = next((i for i, one in enumerate(fitting) if one.pid == chosen), 0)
        if fitting and (self.current is None or self.current.pid != fitting[at].pid):
            self.table.selectRow(at)
        if self._programs and not fitting:
            self.empty.set_text(f"No program's command line has “{plain.one_line(part)[:60]}” in it", "", "watch")
        elif not fitting:
            self.empty.set_text(*_NOTHING, "watch")
        self._stack.setCurrentIndex(0 if fitting else 1)
        self.watch_button.setEnabled(bool(fitting))

    def _watch(self) -> None:
        if self.current is not None:
            self.wanted.emit(self.current)

    def _rescale(self) -> None:
        px = theme_manager().px
        self._row.setContentsMargins(px(14), px(10), px(16), px(10))
        self._row.setSpacing(px(10))
        self.filter.setMinimumWidth(px(330))
        self._column.setSpacing(px(12))
        self._inside.setContentsMargins(px(14), px(12), px(14), px(12))
        self.table.verticalHeader().setDefaultSectionSize(px(40))
