"""Keys, and the words that the charts use. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from grandstand.modes import every
from grandstand.ui.shell.actions import ActionSpec, help_lines
from grandstand.ui.shell.page import PageSpec
from grandstand.ui.shell.walking import KEYS
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import make_label
from grandstand.vocabulary.states import IN_ORDER

MOUSE = (
    ("Double click", "on a chart's heading: that chart alone fills the screen, and back"),
    ("Wheel, drag", "on the lanes: zoom from 60 s to 1 ms, pan; a double click goes live"),
)
WORDS = (
    *((state.title, state.explained) for state in IN_ORDER),
    ("throughput", "units done per second: each worker's units over its own measured time, added up"),
    ("range of ½ s", "5th to 95th percentile of half-second windows; no confidence interval"),
    ("window heartbeat", "time between two frames of this window, asked for every 33 ms"),
    (
        "[1.90, 1.95]",
        "95 % confidence interval of a claim's figure; across a border it is undecided",
    ),
    ("memory", "USS: memory that only this process uses, and would free if it ended"),
)


def key_lines(everywhere: Sequence[ActionSpec], pages: Sequence[PageSpec]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings with their keys, made of what there is to do: everywhere, and on each page."""
    openers = [page.opener() for page in pages if page.keys]
    groups = [("Everywhere", help_lines([*openers, *everywhere]))]
    groups += [(f"{page.title}: keys", help_lines(page.actions)) for page in pages]
    groups.append(("Presenting", list(KEYS)))
    groups.append(("Mouse", list(MOUSE)))
    return [(title, lines) for title, lines in groups if lines]


def mode_lines() -> list[tuple[str, str]]:
    """Each mode and what it does, and its options."""
    return [(mode.title, " ".join([mode.blurb, *(f"{o.title}: {o.help}" for o in mode.options)])) for mode in every()]


class HelpDialog(QDialog):
    """Non-modal; closes with Escape. Its keys are those of ``everywhere`` and of each page's actions."""

    def __init__(
        self, everywhere: Sequence[ActionSpec], pages: Sequence[PageSpec], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setObjectName("help_dialog")
        self.setWindowTitle("Grandstand: keys and words")
        px = theme_manager().px
        inner = QWidget()
        inner.setProperty("role", "scrolled")
        grid = QGridLayout(inner)
        grid.setHorizontalSpacing(px(18))
        grid.setVerticalSpacing(px(8))
        grid.setColumnStretch(1, 1)
        row = 0
        ways = ("Ways of running workers", mode_lines())
        words = ("What the words mean and how things are measured", list(WORDS))
        for title, lines in (*key_lines(everywhere, pages), ways, words):
            heading = make_label(title, "heading")
            grid.addWidget(heading, row, 0, 1, 2)
            row += 1
            for key, text in lines:
                left, right = make_label(key, "body"), make_label(text, "secondary")
                right.setWordWrap(True)
                grid.addWidget(left, row, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(right, row, 1)
                row += 1
            grid.setRowMinimumHeight(row, px(10))
            row += 1
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inner)
        close = QPushButton("Close")
        close.setObjectName("help_dialog.close")
        close.setAccessibleName("Close")
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(16), px(20), px(16))
        column.addWidget(area, 1)
        column.addLayout(foot)
        self.resize(px(720), px(640))
