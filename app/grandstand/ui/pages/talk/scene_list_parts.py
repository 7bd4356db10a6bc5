"""The widgets of the scene list and where they stand; what they do is in scene_list. GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from grandstand.talk.scene import LONGEST_TITLE, one_line
from grandstand.ui.pages.talk.draft import Draft
from grandstand.ui.pages.talk.scene_form import SceneForm
from grandstand.ui.pages.talk.scene_items import SceneItems
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.button import make_button
from grandstand.ui.widgets.flow import FlowLayout
from grandstand.ui.widgets.foreign import caption, plain_tip
from grandstand.ui.widgets.panel import ElidedLabel, EmptyState, make_label
from grandstand.ui.widgets.stack import Stack

_RECENT_SHOWN = 4


class Parts(QObject):
    """``buttons`` by key; ``show`` brings them in line with a draft."""

    recent_chosen = Signal(object)

    def __init__(self, dialog: QDialog) -> None:
        super().__init__(dialog)
        self.buttons: dict[str, QPushButton] = {}
        self.title = QLineEdit()
        self.title.setObjectName("talk_title")
        self.title.setAccessibleName("Title of the talk")
        self.title.setMaxLength(LONGEST_TITLE)
        self.items = SceneItems()
        self.form = SceneForm()
        self.said = ElidedLabel("", "secondary")
        self.said.setObjectName("scene_list_said")
        self._bar = QFrame()
        self._bar.setProperty("role", "panel")
        self._top = FlowLayout(self._bar)
        self._top.addWidget(make_label("Talk", "heading"))
        self.title.setMinimumWidth(220)
        self._top.addWidget(self.title)
        for key, text, icon in (
            ("new", "New", "plus"), ("open", "Open", "open"), ("save", "Save", "save"),
            ("save_as", "Save as…", "save"),
        ):  # fmt: skip
            self._top.addWidget(self._button(key, text, icon))
        self._top.addWidget(self._button("start", "Start the talk here", "present", "primary"))
        self.buttons["start"].setToolTip("Present from the chosen scene (F5)")
        self._make_question()
        self._make_left()
        self._right = QFrame()
        self._right.setProperty("role", "panel")
        self._right_column = QVBoxLayout(self._right)
        self._right_column.addWidget(self.form)
        both = QWidget()
        self._middle = QHBoxLayout(both)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self._middle.addWidget(self._left, 6)
        self._middle.addWidget(self._right, 7)
        self._stack = Stack()
        self._stack.addWidget(both)
        self._stack.addWidget(self._make_empty())
        self._column = QVBoxLayout(dialog)
        self._column.addWidget(self._bar)
        self._column.addWidget(self.question)
        self._column.addWidget(self._stack, 1)
        self._column.addWidget(self.said)
        theme_manager().changed.connect(self._rescale)
        self._rescale()
        px = theme_manager().px
        dialog.resize(px(1060), px(700))

    def show(self, draft: Draft, at: int, recent: Sequence[Path]) -> None:
        """Scene ``at`` of the draft; where there is none, what to begin with."""
        scenes = draft.talk.scenes
        if not self.title.hasFocus() or one_line(self.title.text()) != draft.talk.title:  # not while it is typed
            self.title.setText(draft.talk.title)
        self._stack.setCurrentIndex(0 if scenes else 1)
        if scenes:
            self.items.show_talk(draft.talk, at)
            self.form.show_scene(scenes[at], at)
        else:
            self._show_recent(recent)
        enabled = {
            "save": draft.unsaved and bool(scenes), "save_as": bool(scenes), "start": bool(scenes), "up": at > 0,
            "down": at < len(scenes) - 1, "undo": draft.can_undo, "redo": draft.can_redo,
        }  # fmt: skip
        for key, on in enabled.items():
            self.buttons[key].setEnabled(on)
        if not draft.unsaved:
            self.question.hide()

    # -- inside -----------------------------------------------------------------------------------------------

    def _make_question(self) -> None:
        self.question = QFrame()
        self.question.setObjectName("scene_list_question")
        self.question.setProperty("role", "panel")
        self._asked = QHBoxLayout(self.question)
        self._asked.addWidget(make_label("There are unsaved changes.", "body"))
        self._asked.addStretch(1)
        self.question_save = self._button("question_save", "Save", "save", "primary")
        self._asked.addWidget(self.question_save)
        self._asked.addWidget(self._button("question_discard", "Discard", "delete", "danger"))
        self._asked.addWidget(self._button("question_keep", "Keep editing", "edit"))
        self.question.hide()

    def _make_left(self) -> None:
        self._left = QFrame()
        self._left.setProperty("role", "panel")
        self._left_column = QVBoxLayout(self._left)
        self._left_column.addWidget(self.items, 1)
        self._rows = (QHBoxLayout(), QHBoxLayout())
        for row, entries in zip(
            self._rows,
            (
                (("add", "Add the window as it is", "plus"), ("duplicate", "Duplicate", "copy")),
                (("delete", "Delete", "delete"), ("up", "", "chevron-up"), ("down", "", "chevron-down"),
                 ("undo", "Undo", ""), ("redo", "Redo", "")),
            ),
            strict=True,
        ):  # fmt: skip
            for key, text, icon in entries:
                row.addWidget(self._button(key, text, icon))
            row.addStretch(1)
            self._left_column.addLayout(row)
        for key, words in (("up", "Move the scene up (Alt+Up)"), ("down", "Move the scene down (Alt+Down)")):
            self.buttons[key].setToolTip(plain_tip(words))
            self.buttons[key].setAccessibleName(words)

    def _make_empty(self) -> QWidget:
        page = QFrame()
        page.setProperty("role", "panel")
        empty = EmptyState()
        empty.set_text(
            "No scene yet",
            "A scene is a workload, a mode, workers and what is on screen. Set up the window, then add it as it is.",
            "present",
        )
        column = QVBoxLayout(page)
        column.addStretch(2)
        column.addWidget(empty, 3)
        self._choices = QHBoxLayout()
        self._choices.addStretch(1)
        self._choices.addWidget(self._button("first", "Add the window as it is", "plus", "primary"))
        self._choices.addWidget(self._button("starter", "Open the starter talk", "open"))
        self._choices.addStretch(1)
        column.addLayout(self._choices)
        self._recent = QHBoxLayout()
        column.addLayout(self._recent)
        column.addStretch(3)
        self._recent_buttons: list[QPushButton] = []
        self._recent_paths: tuple[Path, ...] = ()
        return page

    def _show_recent(self, recent: Sequence[Path]) -> None:
        paths = tuple(recent[:_RECENT_SHOWN])
        if paths == self._recent_paths:
            return
        self._recent_paths = paths
        while (item := self._recent.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._recent.addStretch(1)
        for path in paths:
            button = self._button(f"recent_{path.stem}", caption(path.name), "open", "ghost")
            button.setToolTip(plain_tip(str(path)))
            button.clicked.connect(lambda _=False, p=path: self.recent_chosen.emit(p))
            self._recent.addWidget(button)
        self._recent.addStretch(1)

    def _button(self, key: str, text: str, icon: str, role: str = "") -> QPushButton:
        button = self.buttons[key] = make_button(text, icon, f"scenes_{key}", role=role)
        return button

    def _rescale(self) -> None:
        px = theme_manager().px
        self._column.setContentsMargins(px(14), px(14), px(14), px(10))
        self._column.setSpacing(px(10))
        self._middle.setSpacing(px(10))
        for row in (self._top, self._asked):
            row.setContentsMargins(px(14), px(10), px(14), px(10))
        for column in (self._left_column, self._right_column):
            column.setContentsMargins(px(14), px(12), px(14), px(12))
        for row in (*self._rows, self._top, self._asked, self._choices, self._recent):
            row.setSpacing(px(8))
