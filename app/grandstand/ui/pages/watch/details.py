"""One thread of a watched program: what it did, and what it is doing now, as a call stack. GUI thread."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from grandstand import plain
from grandstand.observe.stacks import NoStacks, Stack
from grandstand.session.words import percent
from grandstand.ui.theme.fonts import mono_font
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.button import make_button
from grandstand.ui.widgets.panel import Panel, make_label
from grandstand.vocabulary.states import IN_ORDER
from grandstand.watch.lately import Activity

_LEAST = 0.005


class ThreadDetails(Panel):
    """``again``: its stack is to be read anew. ``closed``: nobody wants to see it any longer."""

    again = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Thread", parent=parent)
        self.setObjectName("thread_details")
        self.facts = make_label("", "secondary")
        self.facts.setWordWrap(True)
        self._where = ""
        self.stack = QPlainTextEdit()
        self.stack.setObjectName("thread_stack")
        self.stack.setAccessibleName("Call stack")
        self.stack.setProperty("role", "code")
        self.stack.setReadOnly(True)
        self.stack.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.again_button = make_button("Look again", "step-forward", "stack_again", self.again.emit)
        self.close_button = make_button("Close", "close", "stack_close", self.closed.emit)
        foot = QHBoxLayout()
        foot.addWidget(self.again_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        self.body.addWidget(self.facts)
        self.body.addWidget(self.stack, 1)
        self.body.addLayout(foot)
        theme_manager().changed.connect(self._restyle)
        self._restyle()

    def show_thread(self, name: str, pid: int, thread: int) -> None:
        """Of whom it tells from now on."""
        self.set_title(name)
        self._where = f"Thread {thread} of process {pid}."
        self.facts.setText(self._where)
        self.stack.setPlainText("Reading its call stack …")

    def show_activity(self, activity: Activity | None, ended: bool) -> None:
        """What it did in the last two seconds."""
        if ended:
            self.facts.setText(f"{self._where} It has ended.")
            return
        if activity is None:
            return
        parts = [
            f"{percent(share)} {state.title}"
            for state in IN_ORDER
            if (share := activity.shares[state.number]) >= _LEAST
        ]
        held = f" It held the GIL {percent(activity.held)} of the time." if activity.held >= _LEAST else ""
        self.facts.setText(f"{self._where} In the last two seconds: {', '.join(parts)}.{held}")

    def show_stack(self, stacks: list[Stack], thread: int) -> None:
        """The one of this thread, innermost call first."""
        own = next((stack for stack in stacks if stack.thread == thread), None)
        if own is None or not own.frames:
            self.stack.setPlainText("No Python code is running in this thread.")
            return
        lines = [
            f"{plain.one_line(frame.function)}\n    {plain.one_line(frame.file)}:{frame.line}" for frame in own.frames
        ]
        self.stack.setPlainText(plain.lines("\n".join(lines)))

    def show_problem(self, problem: Exception) -> None:
        """Why there is no stack."""
        why = str(problem) if isinstance(problem, NoStacks) else f"{type(problem).__name__}: {problem}"
        self.stack.setPlainText(plain.lines(why))

    def _restyle(self) -> None:
        self.stack.setFont(mono_font(13, theme_manager().scale))
