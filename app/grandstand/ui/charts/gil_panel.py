"""Who holds the GIL, in its panel: the picture, hand-overs a second, each worker's share, and how well it was seen.

GUI thread.
"""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from grandstand.session.gils import HARDLY, LEAST_LOOKS, MOST_UNSEEN, NO_GIL, SHARED, GilFigures
from grandstand.session.witnesses import AGREE
from grandstand.ui.charts.chart import Chart
from grandstand.ui.charts.gil_view import GilMicroscope, GilView
from grandstand.ui.stage import Stage
from grandstand.ui.widgets.gil_key import GilKey
from grandstand.ui.widgets.panel import GivingLabel, Panel

_LAG_NS = 150_000_000
"""What the observer sees is told twenty times a second, and drawn ten times."""


class GilPanel(Chart):
    """Below a stated quality nothing is drawn, and why is said instead."""

    paced = True

    def __init__(self, stage: Stage, frame: Panel) -> None:
        self.key = GilKey()
        super().__init__(stage, frame)

    def make(self) -> QWidget:
        self.frame.add_corner(self.key)
        self.view, self.microscope = GilView(self.stage.session), GilMicroscope(self.stage.session)
        whole = QWidget()
        whole.setAccessibleName("Who holds the GIL: the last seconds, and 200 milliseconds turn by turn")
        box = QVBoxLayout(whole)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.view, 1)
        box.addWidget(self.microscope, 1)
        self.witnesses = GivingLabel("caption")
        self.witnesses.setObjectName("gil_witnesses")
        box.addWidget(self.witnesses)
        return whole

    def set_span(self, span_ns: float) -> None:
        if self.widget is not None:
            self.view.set_span(span_ns)

    def advance(self, t_ns: int) -> None:
        if self.widget is None:
            return
        self.view.advance(t_ns - _LAG_NS)
        self.microscope.rebuild()  # what it shows may have become known since

    def jumped(self, t_ns: int) -> None:
        if self.widget is not None:
            self.view.edge_ns = t_ns - _LAG_NS
            self.view.rebuild()
            self.microscope.rebuild()

    def set_window(self, window_ns: tuple[int, int] | None) -> None:
        if self.widget is not None:
            self.microscope.window_ns = window_ns

    def room(self) -> int:
        return 132 + 28 * max(1, min(4, len(self.stage.session.gils.bands)))

    def tell(self, t_ns: int) -> None:
        gils, frame = self.stage.session.gils, self.frame
        figures = gils.figures()
        why, hint = self._nothing(figures)
        frame.set_empty(why, hint)
        if why is not None or self.widget is None:
            frame.set_value("")
            frame.set_subtitle("")
            self.key.show_shares([])
            return
        self.view.show_figures(figures)
        self.microscope.show_figures(figures)
        hand_overs = sum(one.hand_overs for one in figures)
        frame.set_value(f"{hand_overs:,.0f} hand-overs/s", f"{hand_overs:,.0f}/s")
        looks, unseen = min(one.looks for one in figures), max(one.unseen for one in figures)
        more = f" · the first {len(figures)} GILs" if gils.too_many else ""
        frame.set_subtitle(
            f"checked {looks:,.0f}× a second from outside · {_percent(unseen)} missed · this takes "
            f"{100 * gils.observer_share:.0f} % of a core{more}",
            f"checked {looks:,.0f}×/s",
        )
        shares = [(lane, share) for one in figures for lane, share in one.shares.items()]
        others, free = (sum(part) / len(figures) for part in zip(*((f.others, f.free) for f in figures), strict=True))
        self.key.show_shares(shares, others, free)
        self.witnesses.set_texts(*self._two_witnesses())
        told = ", ".join(f"worker {lane + 1} {100 * share:.0f} %" for lane, share in shares)
        self.view.setAccessibleDescription(f"{hand_overs:.0f} hand-overs a second; held by {told}")

    def _two_witnesses(self) -> tuple[str, str]:
        """Whether what workers say of themselves is what was seen of them; long and short."""
        both = self.stage.session.gils.witnesses
        differences = both.differences()
        if not both.compared:
            return "", ""
        if not differences:
            return AGREE, "Inside and outside agree within 3 points."
        more = f" And {len(differences) - 1} more." if len(differences) > 1 else ""
        return differences[0].words + more, differences[0].brief

    def _nothing(self, figures: list[GilFigures]) -> tuple[str | None, str]:
        """Why there is no picture, and what would bring one; None where there is one."""
        gils, run = self.stage.session.gils, self.run
        if run is not None and run.share_a_thread:
            return "One thread, one holder", SHARED
        if gils.trouble[0]:
            return "Who holds the GIL cannot be seen", " ".join(part for part in gils.trouble if part)
        if gils.none:
            return "No GIL here", NO_GIL
        if not figures:
            if self.stage.replayed:
                return "Nobody looked at the GIL here", "It is recorded while this chart is shown beside a run."
            if run is None or run.state.ended:
                return "Press Start (Space) to see who holds the GIL", "A separate process watches from outside."
            return "Looking for the GIL…", HARDLY
        if not all(one.good for one in figures):
            looks, unseen = min(one.looks for one in figures), max(one.unseen for one in figures)
            return (
                "Not seen well enough to draw",
                f"Checked {looks:.0f} times a second, {100 * unseen:.0f} % of the time missed. A picture needs "
                f"{LEAST_LOOKS:.0f} times, and {100 * MOST_UNSEEN:.0f} % at most. Use fewer workers, or free a core.",
            )
        return None, ""


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %" if share < 0.1 else f"{100 * share:.0f} %"


CHART = GilPanel
