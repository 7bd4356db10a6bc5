"""Any channel has a panel: live, enlarged, in scenes, in pictures, in a replay. And a chart that a plug-in brings."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from grandstand.engine.clocks import now_ns
from grandstand.engine.samples import Sample
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording
from grandstand.observe import sources
from grandstand.observe.sources.source import Source
from grandstand.session.session import Session
from grandstand.talk.scene import Scene, scene_mistakes
from grandstand.ui.charts import registry
from grandstand.ui.charts.channel_chart import ChannelChart
from grandstand.ui.charts.chart import Chart
from grandstand.ui.pages.live.dashboard import Dashboard
from grandstand.ui.pages.recordings.run_track import RunTrack
from grandstand.ui.pages.talk.scene_form import SceneForm
from grandstand.ui.studio import Studio
from grandstand.vocabulary import channels, panels
from grandstand.vocabulary.channels import MACHINE, SERIES, TRACK, Channel
from grandstand.vocabulary.panels import Panel
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from tests.journal.made import S, Story, record
from tests.ui.conftest import Seat

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")
WATTS = Channel("watts", "Power", "W", MACHINE, SERIES, "the meter in the wall", order=45)


def look(pids: frozenset[int]) -> list[Sample]:
    return [Sample(now_ns(), "watts", (20.0 + math.sin(now_ns() / 1e9),))]


SOURCE = Source("meter", "Power", (WATTS,), 0.05, lambda: look)


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    yield
    sources.remove("meter")
    channels.remove("watts")
    registry.remove("power")


def words_of(widget: QWidget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel) if label.text())


def test_a_source_from_outside_is_seen_in_the_window(seats: Callable[..., Seat]) -> None:
    sources.add(SOURCE)
    seat = seats(workload="wait", parameters={"duration_ms": 5}, mode="threads", workers=2)
    board = seat.dashboard
    assert list(board.panels) == list(panels.keys())
    panel = board.panels["watts"]
    assert panel.isVisible()
    seat.until(lambda: not panel.is_empty())
    assert "Power" in words_of(panel)
    seat.until(lambda: " W" in words_of(panel))
    assert "of the machine" in words_of(panel)
    assert panel.toolTip() == "the meter in the wall"
    assert board.charts["watts"].widget.accessibleDescription().endswith(" W")
    seat.wait(0.1)
    QTest.mouseDClick(panel, Qt.MouseButton.LeftButton, pos=QPoint(panel.width() // 2, 12))
    assert seat.window.presenting
    assert [key for key, one in board.panels.items() if one.isVisible()] == ["watts"]
    seat.press(Qt.Key.Key_Escape)
    assert {key for key, one in board.panels.items() if one.isVisible()} == set(panels.usual())


def test_one_that_comes_later_is_taken_up(seat: Seat) -> None:
    sources.add(SOURCE)
    assert "watts" not in seat.dashboard.panels
    seat.dashboard.take_up()
    seat.dashboard.take_up()
    panel = seat.dashboard.panels["watts"]
    assert panel.isVisible()
    seat.until(lambda: not panel.is_empty())
    assert list(seat.dashboard.panels) == list(panels.keys())
    seat.until(lambda: " W" in words_of(panel))


def test_scenes_can_show_it(qtbot: Any) -> None:
    scene = Scene("Power", layout=("lanes", "watts"))
    assert scene_mistakes(scene)[0][0] == "layout"
    channels.add(WATTS)
    assert scene_mistakes(scene) == []
    form = SceneForm()
    qtbot.addWidget(form)
    form.show_scene(scene, 0)
    assert form.panels["watts"].text() == "Power"
    assert [key for key, box in form.panels.items() if box.isChecked()] == ["lanes", "watts"]
    assert form.layout_select.findData("watts") > 0


def told(path: Path) -> Path:
    """A recording with channels that this app does not know."""

    def telling(story: Story) -> None:
        channels.add(WATTS)
        for _ in range(8):
            story.run("threads", 2, 0.5)
            story.session.apply([(0, Sample(story.t, "watts", (21.5,)))], story.t)
            story.session.apply([(0, Sample(story.t, "strange", (1.0, -2.5)))], story.t)
        channels.remove("watts")

    record(path, telling)
    return path


@pytest.fixture
def player(tmp_path: Path, qapp: object) -> Iterator[Player]:
    found = Player(Recording.open(told(tmp_path / "x.grandstand")))
    found.seek(found.end_ns)
    while not found.work(1.0):
        pass
    yield found
    found.close()


def test_a_recording_shows_channels_that_nobody_here_knows(player: Player, qtbot: Any) -> None:
    track = RunTrack(player, "x", "")
    qtbot.addWidget(track)
    track.resize(1400, 900)
    track.go(player.t_ns - player.start_ns, 1.0)
    track.settle()
    board = track.dashboard
    assert {"watts", "strange"} <= set(board.panels)
    assert "21.5 W" in words_of(board.panels["watts"])
    assert "value 1, value 2" in board.panels["strange"].findChildren(QLabel)[1].text()
    player.seek(player.start_ns)
    track.settle()
    assert board.panels["watts"].is_empty(), "at the beginning nothing was measured yet"


def test_a_channel_that_a_recording_does_not_describe_gets_its_panel_when_it_is_heard_of(
    player: Player, qtbot: Any
) -> None:
    player.session.channels.describe(WATTS)
    track = RunTrack(player, "x", "")
    qtbot.addWidget(track)
    before = set(track.dashboard.panels)
    player.session.apply([(0, Sample(player.t_ns, "new", (1.0,)))], player.t_ns)
    track.go(player.t_ns - player.start_ns, 1.0)
    assert set(track.dashboard.panels) - before == {"new"}


def test_a_picture_of_it_alone(player: Player) -> None:
    studio = Studio(player, (960, 540), panels=("watts",))
    studio.still(player.t_ns)
    first = studio.image()
    studio.close()
    studio = Studio(player, (960, 540), panels=("strange",))
    studio.still(player.t_ns)
    other = studio.image()
    studio.close()
    assert first.size().toTuple() == (960, 540)
    assert first != other


class PowerChart(Chart):
    """As a plug-in writes it: one file."""

    early = True

    def make(self) -> QWidget:
        return QLabel()

    def tell(self, t_ns: int) -> None:
        last = self.stage.session.channels["watts"].last() if "watts" in self.stage.session.channels else None
        self.widget.setText("nothing yet" if last is None else f"about {last[0]:.0f} watts")


def test_a_chart_from_outside_takes_the_place_of_the_line_chart(seats: Callable[..., Seat]) -> None:
    sources.add(SOURCE)
    registry.add(Panel("power", "Power", "Power", 45, channels=("watts",)), PowerChart)
    seat = seats()
    assert "watts" not in seat.dashboard.panels
    chart = seat.dashboard.charts["power"].widget
    seat.until(lambda: chart.text().startswith("about "))
    assert chart.text().endswith("watts")
    with pytest.raises(ValueError, match="already"):
        registry.add(Panel("lanes", "Lanes", "", 1), PowerChart)


def line(session: Session, key: str) -> ChannelChart:
    chart = ChannelChart(session, key)
    chart.set_span(10 * S)
    return chart


def shown(chart: ChannelChart) -> list[list[tuple[float, float]]]:
    found = []
    for curve in chart._lines:
        if curve.isVisible():
            x, y = curve.getData()
            found.append([(round(float(a), 3), float(b)) for a, b in zip(x, y, strict=True)])
    return found


def test_lines_and_steps_and_what_lies_below_zero(qtbot: Any) -> None:
    session = Session(2)
    session.channels.describe(Channel("holder", "Holder", "", MACHINE, TRACK, ""))
    now = 100 * S
    for at, values in ((92, (1.0,)), (95, (3.0,)), (98, (2.0,))):
        samples = [Sample(at * S, "holder", values), Sample(at * S, "line", (*values, -4.0))]
        session.apply([(0, sample) for sample in samples], now)
    track, series = line(session, "holder"), line(session, "line")
    for chart in (track, series):
        qtbot.addWidget(chart)
        chart.resize(400, 300)
        chart.advance(now)
    assert shown(track) == [[(-8, 1), (-5, 1), (-5, 3), (-2, 3), (-2, 2), (0, 2)]]
    assert shown(series) == [[(-8, 1), (-5, 3), (-2, 2)], [(-8, -4), (-5, -4), (-2, -4)]]
    low, high = series.getPlotItem().viewRange()[1]
    assert low < -4 < 3 < high
    assert track.getPlotItem().viewRange()[1][0] == 0
    series.advance(96 * S)
    assert [len(points) for points in shown(series)] == [2, 2], "a replay that was set back shows nothing later"
    assert series.tick_text(-4) == "−4"


def test_a_dashboard_of_a_studio_builds_only_what_is_wanted(player: Player, qtbot: Any) -> None:
    board = Dashboard(player)
    qtbot.addWidget(board)
    board.build_charts(("watts",))
    built = {key for key, chart in board.charts.items() if chart.widget is not None}
    assert built == {"watts", "workers", "scoreboard"}
