"""A row that becomes two where it is too narrow: nothing is cut, and no window must be wide. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Items side by side, each as wide as it wants, in as many lines as they need; those after ``break_here`` stand
    at the right of the last line where there is room.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._right_from: int | None = None

    def break_here(self) -> None:
        """What is added from now on goes to the right."""
        self._right_from = len(self._items)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay_out(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        margins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay_out(rect, move=True)

    def _lay_out(self, rect: QRect, move: bool) -> int:
        """Places the items (or only counts); returns the height that they take."""
        margins, gap = self.contentsMargins(), max(0, self.spacing())
        room = rect.adjusted(margins.left(), margins.top(), -margins.right(), -margins.bottom())
        lines: list[list[tuple[int, QLayoutItem, QSize]]] = [[]]
        used = 0
        for number, item in enumerate(self._items):
            if item.isEmpty():
                continue
            size = item.sizeHint().expandedTo(item.minimumSize())
            size.setWidth(min(size.width(), max(1, room.width())))
            wanted = size.width() + (gap if lines[-1] else 0)
            if lines[-1] and used + wanted > room.width():
                lines.append([])
                used, wanted = 0, size.width()
            lines[-1].append((number, item, size))
            used += wanted
        y = room.top()
        for line in lines:
            high = max((size.height() for _, _, size in line), default=0)
            spare = room.width() - sum(size.width() for _, _, size in line) - gap * max(0, len(line) - 1)
            x = room.left()
            for place, (number, item, size) in enumerate(line):
                first_right = self._right_from is not None and number >= self._right_from
                if first_right and (place == 0 or line[place - 1][0] < (self._right_from or 0)):
                    x += max(0, spare)
                if move:
                    item.setGeometry(QRect(QPoint(x, y + (high - size.height()) // 2), size))
                x += size.width() + gap
            y += high + (gap if line is not lines[-1] else 0)
        return y - rect.top() + margins.bottom()
