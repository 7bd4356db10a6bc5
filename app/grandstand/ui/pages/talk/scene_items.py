"""The list of scenes, in which they are dragged into another order; and a scene made of what the window shows.

GUI thread.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QWidget

from grandstand.control import catalogue
from grandstand.modes import load as load_mode
from grandstand.pythons.choosing import called
from grandstand.talk.scene import LONGEST_TITLE, Scene, Talk
from grandstand.ui.pages.talk.scene_delegate import LINE, SceneDelegate, SceneLine
from grandstand.ui.pages.talk.scene_form import runs_text
from grandstand.ui.shell.services import Services
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.vocabulary.panels import story


class SceneItems(QListWidget):
    """``moved`` tells from where and to where (0-based); the list itself changes nothing."""

    moved = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("scene_items")
        self.setAccessibleName("Scenes; Alt with an arrow key moves one")
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDragDropOverwriteMode(False)
        self.setItemDelegate(SceneDelegate(self))
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_talk(self, talk: Talk, at: int) -> None:
        """All scenes, with ``at`` (0-based) chosen. Nothing is told."""
        was = self.blockSignals(True)
        lines = [
            SceneLine(i, scene.title, runs_text(scene), "accent" if scene.claim else scene.mode)
            for i, scene in enumerate(talk.scenes, 1)
        ]
        if self.count() != len(lines):
            self.clear()
            self.addItems([line.title for line in lines])
        for row, line in enumerate(lines):
            item = self.item(row)
            if item.data(LINE) != line:
                item.setText(f"{line.number}   {line.title}\n{line.runs}")  # as a screen reader says it
                item.setToolTip(plain_tip(f"{line.title}\n{line.runs}"))
                item.setData(LINE, line)
        self.setCurrentRow(at)
        self.blockSignals(was)

    def dropEvent(self, event: QDropEvent) -> None:
        at, index = self.currentRow(), self.indexAt(event.position().toPoint())
        to = index.row() if index.isValid() else self.count()
        if index.isValid() and self.dropIndicatorPosition() == QAbstractItemView.DropIndicatorPosition.BelowItem:
            to += 1
        # Not a move for Qt, which would then take the row away: the list follows the talk.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        to = to - 1 if to > at else to
        if to != at:
            QTimer.singleShot(0, self, lambda: self.moved.emit(at, to))


def scene_of(services: Services) -> Scene:
    """What the window shows now. Raises ValueError, saying why, for a workload that a talk cannot name."""
    if services.desk.shown("claims"):
        claim = services.desk.page("claims").current.claim
        return Scene(claim.says[:LONGEST_TITLE], claim=claim.id)
    choice = services.controller.choice
    kinds = {kind.key: kind for kind in catalogue.workload_classes()}
    if choice.workload not in kinds:
        raise ValueError(f"A talk can only run workloads of the app; '{choice.workload}' is from outside.")
    kind = kinds[choice.workload]
    own = kind.defaults()
    dashboard = services.desk.page("live").dashboard
    return Scene(
        f"{kind.title}: {load_mode(choice.mode).title}",
        choice.workload,
        choice.mode,
        choice.workers,
        tuple((key, value) for key, value in choice.parameters if own.get(key) != value),
        story() if dashboard.shows_all else dashboard.layout_keys,
        span=round(dashboard.lanes.span_ns / 1e9, 6),
        options=load_mode(choice.mode).unusual(choice.options),
        python=called(choice.python) if choice.python is not None else "",
    )
