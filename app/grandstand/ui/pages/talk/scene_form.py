"""One scene's fields: title, what runs, layout, start, time shown, notes. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from grandstand.control import catalogue
from grandstand.modes import described
from grandstand.session import words
from grandstand.talk.scene import (
    LEAST_SPAN_S,
    LONGEST_NOTES,
    LONGEST_TITLE,
    MOST_SPAN_S,
    STARTS,
    Scene,
    one_line,
)
from grandstand.ui.theme.manager import set_look, theme_manager
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import SEPARATOR, make_label
from grandstand.ui.widgets.select import Select
from grandstand.vocabulary import panels
from grandstand.vocabulary.panels import Panel

_CHOSEN = "chosen"
_START_WORDS = {"at once": "Right away, with the scene", "on Space": "When Space is pressed"}


def runs_text(scene: Scene) -> str:
    """'Count primes · 4 threads', with parameters that were moved."""
    if scene.claim:
        return f"Claim {scene.claim}"
    kind = catalogue.workload(scene.workload)
    titles = {parameter.key: parameter for parameter in kind.parameters}
    parts = [kind.title, words.workers(scene.mode, scene.workers)]
    parts += [f"{titles[k].title.lower()} {v:g} {titles[k].unit}".strip() for k, v in scene.parameters if k in titles]
    parts.append(described(scene.mode).variant(scene.options))
    parts.append(f"Python {scene.python}" if scene.python else "")
    parts = [part for part in parts if part]
    return SEPARATOR.join(parts)


def _named(panel: Panel) -> str:
    """The shorter of its names that a person would know it by."""
    return panel.title if " " not in panel.title else panel.short


class SceneForm(QWidget):
    """``edited`` tells the fields that a person has changed; ``from_window`` that the window should be copied."""

    edited = Signal(dict)
    from_window = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self._here = -1
        self._choosing = False
        """Whether a person is at the ticks: these stay, even when they make up the story or a single panel."""
        self.title = QLineEdit()
        self.title.setMaxLength(LONGEST_TITLE)
        self.title.textEdited.connect(self._title_edited)
        self.title.editingFinished.connect(self._title_left)
        self._shown_title = ""
        self.runs = make_label("", "body")
        self.runs.setWordWrap(True)
        self.take_button = QPushButton("Copy from the window")
        self.take_button.setToolTip(
            "Workload, mode, workers, parameters and time shown, as they are in the window now"
        )
        self.take_button.clicked.connect(self.from_window)
        self.layout_select = Select("Layout")
        there = panels.every()
        story = ", ".join(panel.title.lower() for panel in there if panel.story)
        self.layout_select.addItem(f"The story: {story}", "story")
        for panel in there:
            self.layout_select.addItem(f"{_named(panel)} alone", panel.key)
        self.layout_select.addItem("Chosen panels", _CHOSEN)
        self.layout_select.activated.connect(self._layout_chosen)
        self.panels: dict[str, QCheckBox] = {}
        self._panel_box = QWidget()
        self._panel_grid = QGridLayout(self._panel_box)
        self._panel_grid.setContentsMargins(0, 0, 0, 0)
        for i, panel in enumerate(there):
            box = self.panels[panel.key] = QCheckBox(_named(panel))
            box.setObjectName(f"scene_panel_{panel.key}")
            box.setAccessibleName(f"Show {_named(panel)}")
            box.toggled.connect(self._panels_chosen)
            self._panel_grid.addWidget(box, i // 4, i % 4)
        self.start = Select("When the run starts")
        for key in STARTS:
            self.start.addItem(_START_WORDS[key], key)
        self.start.activated.connect(lambda: self._tell(start=self.start.currentData()))
        self.span = QLineEdit()
        self.span.setToolTip(plain_tip(f"Seconds, {LEAST_SPAN_S:g} to {MOST_SPAN_S:g}"))
        self.span.editingFinished.connect(self._span_edited)
        self.python = QLineEdit()
        self.python.setMaxLength(LONGEST_TITLE)
        self.python.setPlaceholderText("As chosen in the window")
        self.python.setToolTip(
            "3.14, 3.14t, free-threaded, or a name from the list of Pythons. Without it, the scene is skipped"
        )
        self.python.editingFinished.connect(lambda: self._tell(python=one_line(self.python.text())))
        self.notes = QPlainTextEdit()
        self.notes.setTabChangesFocus(True)
        self.notes.setPlaceholderText("What you want to say. Only you see it (N while presenting).")
        self.notes.textChanged.connect(self._notes_edited)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        run = QWidget()
        self._run = QVBoxLayout(run)
        self._run.setContentsMargins(0, 0, 0, 0)
        self._run.addWidget(self.runs)
        self._run.addWidget(self.take_button, 0, Qt.AlignmentFlag.AlignLeft)
        rows: tuple[tuple[str, QWidget, str, str], ...] = (
            ("Title", self.title, "scene_title", "Scene title"),
            ("Runs", run, "", ""),
            ("Layout", self.layout_select, "scene_layout", "Layout"),
            ("", self._panel_box, "", ""),
            ("Python", self.python, "scene_python", "Python that the workers run under"),
            ("Start", self.start, "scene_start", "When the run starts"),
            ("Time shown, s", self.span, "scene_span", "Time shown, seconds"),
            ("Notes", self.notes, "scene_notes", "Notes for the speaker"),
        )
        for row, (text, widget, name, accessible) in enumerate(rows):
            label = make_label(text, "secondary")
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(widget, row, 1)
            if name:
                widget.setObjectName(name)
                widget.setAccessibleName(accessible)
                label.setBuddy(widget)
        self.take_button.setObjectName("scene_take")
        self.take_button.setAccessibleName(self.take_button.toolTip())
        self._grid.setRowStretch(len(rows) - 1, 1)
        theme_manager().changed.connect(self._rescale)
        self._rescale()

    def show_scene(self, scene: Scene, here: int) -> None:
        """Scene number ``here``. Fields that say the same already are left alone: somebody may be typing in them."""
        self._quiet = True
        self._shown_title = scene.title
        if not self.title.hasFocus() or one_line(self.title.text()) != scene.title:
            self.title.setText(scene.title)
        self.runs.setText(runs_text(scene))
        story, alone = scene.layout == panels.story(), len(scene.layout) == 1
        self._choosing = self._choosing and here == self._here
        self._here = here
        choice = _CHOSEN if self._choosing else "story" if story else scene.layout[0] if alone else _CHOSEN
        self.layout_select.setCurrentIndex(self.layout_select.findData(choice))
        self._panel_box.setVisible(choice == _CHOSEN)
        for key, box in self.panels.items():
            box.setChecked(key in scene.layout)
        self.start.setCurrentIndex(self.start.findData(scene.start))
        if not self.python.hasFocus():
            self.python.setText(scene.python)
        self.span.setText(f"{scene.span:g}")
        set_look(self.span, invalid=False)
        if self.notes.toPlainText().strip() != scene.notes:
            self.notes.setPlainText(scene.notes)
        for widget in (self.layout_select, self.span, self.python):
            widget.setEnabled(not scene.claim)
        self._quiet = False

    # -- inside -----------------------------------------------------------------------------------------------

    def _tell(self, **values: Any) -> None:
        if not self._quiet:
            self.edited.emit(values)

    def _title_edited(self, text: str) -> None:
        title = one_line(text)
        set_look(self.title, invalid=not title)
        if title:
            self._tell(title=title)

    def _title_left(self) -> None:
        if not self.title.text().strip():  # a scene without a title could not be saved
            self.title.setText(self._shown_title)
            set_look(self.title, invalid=False)

    def _layout_chosen(self) -> None:
        chosen = self.layout_select.currentData()
        self._choosing = chosen == _CHOSEN
        self._panel_box.setVisible(self._choosing)
        if not self._choosing:
            self._tell(layout=panels.story() if chosen == "story" else (chosen,))

    def _panels_chosen(self) -> None:
        if self._quiet:
            return
        chosen = tuple(key for key, box in self.panels.items() if box.isChecked())
        if chosen:
            self._choosing = True
            self._tell(layout=chosen)
            return
        box = self.sender()  # the last one stays: a scene must show something
        if isinstance(box, QCheckBox):
            box.setChecked(True)

    def _span_edited(self) -> None:
        try:
            span = float(self.span.text().strip().replace(",", "."))
        except ValueError:
            span = 0.0
        good = LEAST_SPAN_S <= span <= MOST_SPAN_S
        set_look(self.span, invalid=not good)
        if good:
            self._tell(span=span)

    def _notes_edited(self) -> None:
        self._tell(notes=self.notes.toPlainText()[:LONGEST_NOTES])

    def _rescale(self) -> None:
        px = theme_manager().px
        self._grid.setHorizontalSpacing(px(14))
        self._grid.setVerticalSpacing(px(10))
        self._panel_grid.setHorizontalSpacing(px(14))
        self._panel_grid.setVerticalSpacing(px(6))
        self._run.setSpacing(px(6))
        self.notes.setMinimumHeight(px(90))
        inside: Callable[[int, int, int, int], None] = self.notes.setViewportMargins
        inside(px(6), px(4), px(6), px(4))
