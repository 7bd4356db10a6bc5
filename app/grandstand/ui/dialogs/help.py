"""Keys, and the words that the charts use. GUI thread."""

from __future__ import annotations

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

from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import make_label

KEYS = (
    ("Space", "start or stop"),
    ("1 – 4", "mode: one by one, threads, processes, Qt threads"),
    ("↑  ↓", "one worker more or less"),
    ("V", "compare modes and back"),
    ("R", "recordings and back; there Enter opens, Space plays, ← → move, + − change the speed"),
    ("M", "a marker in the recording, now"),
    ("T", "talks: scenes, made and presented"),
    ("C", "claims and back; there ↑ ↓ choose one, Enter checks it"),
    ("S", "snapshot: a file and the clipboard"),
    ("Ctrl+C", "copy the picture only"),
    ("P", "freeze lanes and microscope, or go live again"),
    ("F, F11", "present: large letters, full screen; there ← → choose the charts, B blanks (Esc ends it)"),
    ("D", "dark or light"),
    ("Page Down, Up", "presenting a talk: the next scene, the one before; B blanks the screen, N shows the notes"),
    ("Ctrl+O", "open a recording"),
    ("?, F1", "this page"),
    ("Double click", "on a chart's heading: that chart alone fills the screen, and back"),
    ("Wheel, drag", "on the lanes: zoom from 60 s to 1 ms, pan; a double click goes live"),
)
WORDS = (
    ("computing", "the thread's own CPU time, read from the system's thread clock"),
    ("waiting for the interpreter", "ready to run Python, but another thread holds the GIL"),
    ("waiting for a core", "ready to run, but every core is taken: the scheduler's own figure (run delay)"),
    (
        "waiting for I/O",
        "within a sleep or a call to a server; getting the interpreter back afterwards is included",
    ),
    ("handing over", "packing up results and sending them"),
    ("idle", "nothing to do: not its turn, or pausing for a frame of this window"),
    ("throughput", "units done per second: each worker's units over its own measured time, added up"),
    ("range of ½ s", "5th to 95th percentile of half-second windows; no confidence interval"),
    ("window heartbeat", "time between two frames of this window, asked for every 33 ms"),
    (
        "[1.90, 1.95]",
        "95 % confidence interval of a claim's figure; across a border it is undecided",
    ),
    ("memory", "USS: what a process has alone and would give back if it ended"),
)


class HelpDialog(QDialog):
    """Non-modal; closes with Escape."""

    def __init__(self, parent: QWidget | None = None) -> None:
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
        for title, lines in (("Keys", KEYS), ("What the words mean and how it is measured", WORDS)):
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
