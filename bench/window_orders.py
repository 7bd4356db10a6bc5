"""What only a driven window obeys: clicks and when their effect was painted, and where its time goes. GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from grandstand.engine.clocks import now_ns
from grandstand.ui.shell.application import Running
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QSlider, QStyle, QStyleOptionSlider, QWidget

from bench.acts import Acts
from bench.orders import Orders

if TYPE_CHECKING:
    from bench.where import Ledger


class WindowOrders(Orders):
    """``tell`` sends events: the effect of a click, when it comes. ``ledger``: the books, where they are kept."""

    def __init__(self, running: Running, tell: Callable[[dict[str, Any]], None], ledger: Ledger | None = None) -> None:
        super().__init__(running.controller)
        self._window = running.window
        self._tell = tell
        self._witness: _Witness | None = None
        self._targets: dict[str, tuple[QWidget, QPoint]] = {}
        self._ledger = ledger
        self._acts = Acts(running, tell)

    def do_play(self, acts: list[dict[str, Any]]) -> dict[str, Any]:
        """Plays a list of acts; 'act' events tell of each, a 'played' event of the end."""
        self._acts.play(acts)
        return {"t_ns": now_ns()}

    def do_watch(self, name: str) -> dict[str, Any]:
        """Waits for the next visible change of the named control; answers where on the screen it is to be clicked.

        Names: mode.KEY, start, pause_view, workers=N (the slider, clicked where N is).
        """
        widget, point = self._find(name)
        self._targets[name] = (widget, point)
        if self._witness is not None:
            self._witness.stop()
        self._witness = _Witness(widget, lambda t: self._tell({"event": "effect", "name": name, "t_ns": t}))
        place = widget.mapToGlobal(point)
        return {"x": place.x(), "y": place.y()}

    def do_choice(self) -> dict[str, Any]:
        choice = self.controller.choice
        return {"mode": choice.mode, "workers": choice.workers, "wanted": self.controller.wanted}

    def do_record(self, on: bool) -> dict[str, Any]:
        """Recording on or off, as the switch on the Recordings page does it."""
        self._window.recorder.set_wanted(on)
        return {"recording": self._window.recorder.recording}

    def do_spent(self) -> dict[str, Any]:
        """The books so far: CPU seconds by group and by thread."""
        if self._ledger is None:
            raise ValueError("no books are kept here")
        return {"groups": self._ledger.groups(), "threads": self._ledger.threads()}

    def post_click(self, name: str) -> None:
        """A click as Qt would get it from the system; called on the listening thread."""
        widget, point = self._targets[name]
        where, everywhere = QPointF(point), QPointF(widget.mapToGlobal(point))
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        for kind, held in (
            (QEvent.Type.MouseButtonPress, left),
            (QEvent.Type.MouseButtonRelease, Qt.MouseButton.NoButton),
        ):
            QCoreApplication.postEvent(widget, QMouseEvent(kind, where, everywhere, left, held, none))

    def _find(self, name: str) -> tuple[QWidget, QPoint]:
        if name.startswith("workers="):
            slider = self._window.live.sidebar.workers.findChild(QSlider)
            assert isinstance(slider, QSlider)
            return slider, self._slider_point(slider, int(name.partition("=")[2]))
        widget = self._window.findChild(QAbstractButton, name)
        if widget is None or not widget.isVisible():
            raise ValueError(f"no button {name} to be seen")
        return widget, widget.rect().center()

    def _slider_point(self, slider: QSlider, workers: int) -> QPoint:
        option = QStyleOptionSlider()
        slider.initStyleOption(option)
        handle = slider.style().subControlRect(
            QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider
        )
        position = self._window.live.sidebar.workers._scale.position_of(workers)
        room = slider.width() - handle.width()
        x = QStyle.sliderPositionFromValue(0, slider.maximum(), position, room) + handle.width() // 2
        return QPoint(x, slider.height() // 2)


class _Witness(QObject):
    """Sees when a control's look has changed and has been painted; tells once, after that painting is through."""

    def __init__(self, widget: QWidget, tell: Callable[[int], None]) -> None:
        super().__init__()
        self._widget = widget
        self._tell = tell
        self._before = _look(widget)
        self._done = False
        widget.installEventFilter(self)

    def stop(self) -> None:
        self._widget.removeEventFilter(self)
        self._done = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self._done and event.type() == QEvent.Type.Paint and _look(self._widget) != self._before:
            self._done = True
            # This control paints in a moment, with others; when the loop comes round they are on the screen.
            QTimer.singleShot(0, self, self._painted)
        return False

    def _painted(self) -> None:
        self._widget.removeEventFilter(self)
        self._tell(now_ns())


def _look(widget: QWidget) -> object:
    if isinstance(widget, QSlider):
        return widget.value()
    assert isinstance(widget, QAbstractButton)
    return widget.isChecked(), widget.text()
