"""Any channel, in a panel of its own. GUI thread."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from grandstand.session import words
from grandstand.ui.charts.chart import Chart
from grandstand.ui.stage import Stage
from grandstand.ui.widgets.foreign import plain_tip
from grandstand.ui.widgets.panel import Panel

_MOST_NAMED = 4


class ChannelPanel(Chart):
    """Its lines; the heading says unit and columns, the tooltip how it is measured."""

    def __init__(self, stage: Stage, frame: Panel, key: str) -> None:
        self._key = key
        super().__init__(stage, frame)

    def make(self) -> QWidget:
        from grandstand.ui.charts.channel_chart import ChannelChart

        return ChannelChart(self.stage.session, self._key)

    def tell(self, t_ns: int) -> None:
        channel = self.stage.session.channels.channel(self._key)
        self.advance(t_ns)
        latest = self.widget.latest() if self.widget is not None else ()
        if not latest:
            self.frame.set_value("")
            self.frame.set_empty("Nothing measured yet", channel.source)
            return
        self.frame.set_empty(None)
        names = channel.names(len(latest))
        told = [f"{_number(x)} {channel.unit}".strip() for x in latest]
        self.frame.set_value(told[0] if len(told) == 1 else "")
        shown = ", ".join([*names[:_MOST_NAMED], *(["…"] if len(names) > _MOST_NAMED else [])])
        of = f"of each {channel.of}" if channel.each else f"of the {channel.of}"
        self.frame.set_subtitle(" · ".join(part for part in (channel.unit, shown, of) if part), channel.unit)
        self.frame.setToolTip(plain_tip(channel.source))
        self.widget.setAccessibleDescription(
            "; ".join(f"{name}: {x}" if name else x for name, x in zip(names, told, strict=True))
        )


def _number(value: float) -> str:
    return words.number(value).replace("-", "−")
