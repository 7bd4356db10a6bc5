"""Each place of the window in which something that a package brings must appear by itself."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from grandstand import extensions, modes
from grandstand.claims import check
from grandstand.journal.reader import Recording
from grandstand.talk.toml import parse_talk
from grandstand.ui.dialogs.help import mode_lines
from grandstand.ui.export_dialog import ExportDialog
from grandstand.ui.pages.compare.plan_form import PlanForm
from grandstand.ui.pages.talk.scene_form import runs_text
from grandstand.ui.theme.manager import theme_manager
from grandstand.ui.widgets.panel import SEPARATOR
from grandstand.ui.widgets.toggle import Toggle
from PySide6.QtWidgets import QWidget

from tests.journal.made import record

pytestmark = [pytest.mark.qt_log_ignore("propagateSizeHints"), pytest.mark.usefixtures("installed")]
TALK = """
format = 2
title = "A talk"
[[scene]]
title = "Steps"
workload = "collatz"
mode = "spawned"
workers = 2
"""


@pytest.fixture
def seat(seats: Any) -> Any:
    """A window that has found the example."""
    found = seats(mode="threads", workers=2)
    found.until(lambda: "spawned" in modes.keys())  # noqa: SIM118
    return found


def test_it_is_offered_chosen_run_and_scored(seat: Any) -> None:
    select = seat.sidebar.workload
    at = select.findData("collatz")
    assert select.itemText(at) == "Collatz steps"
    select.setCurrentIndex(at)
    select.activated.emit(at)
    seat.until(lambda: seat.window.findChildren(QWidget, "parameter_first"))
    seat.click(seat.part("mode.spawned"))
    assert seat.controller.choice.mode == "spawned"
    seat.until(lambda: seat.sidebar.options.findChild(Toggle, "warm"))
    seat.sidebar.options.findChild(Toggle, "warm").setChecked(True)
    seat.start()
    seat.until(lambda: seat.controller.session.scoreboard.rows(seat.run.setting.work))
    (row,) = seat.controller.session.scoreboard.rows(seat.run.setting.work)
    assert row.name == "Spawned processes · warm"
    theme = theme_manager().theme
    assert theme.mode("spawned") == "#e0559b", "the color that it brings"
    assert theme.color("modes.spawned") == "#e0559b"
    seat.until(lambda: "spawned processes" in seat.window.live.sentence_bar.text())
    assert seat.toasts() == []


def test_help_explains_it() -> None:
    from grandstand.control.discovery import discover

    discover()
    assert extensions.problems() == []
    assert ("Spawned processes", "Each worker is a new interpreter, started from nothing. Warm: Does nothing: an "
            "example.") in mode_lines()  # fmt: skip


def test_compare_offers_it(seat: Any, qtbot: Any) -> None:
    form = PlanForm(seat.controller.choice)
    qtbot.addWidget(form)
    assert form.modes["spawned"].text() == "Spawned processes"
    assert form.workload.findData("collatz") >= 0


def test_a_scene_may_name_it(seat: Any) -> None:
    talk = parse_talk(TALK)
    assert runs_text(talk.scenes[0]).split(SEPARATOR)[:2] == ["Collatz steps", "2 spawned processes"]


def test_the_claims_page_lists_it() -> None:
    claim = check.claims()[-1]
    assert claim.id == "sleep-is-exact"
    assert claim.number == check.claims()[-2].number + 1
    assert "def overslept" in claim.source()


def test_the_export_dialog_offers_it(seat: Any, tmp_path: Path) -> None:
    record(tmp_path / "x.grandstand")
    with closing(Recording.open(tmp_path / "x.grandstand")) as recording:
        dialog = ExportDialog(recording, seat.window.services)
    assert "Runs, a line each" in [dialog.kind.itemText(i) for i in range(dialog.kind.count())]
    dialog.close()


def test_what_was_chosen_last_is_chosen_again_once_it_is_found(seats: Any) -> None:
    first = seats(mode="threads", workers=2)
    first.until(lambda: "spawned" in modes.keys())  # noqa: SIM118
    assert first.window.wish(workload="collatz", mode="spawned")
    first.finish()
    extensions.forget()
    modes.remove("spawned")
    second = seats(show=False)
    assert second.controller.choice.mode != "spawned"
    second.show()
    second.until(lambda: second.controller.choice.mode == "spawned")
    assert second.part("mode.spawned", QWidget).isChecked()


def test_its_chart_gets_a_panel_that_shows_its_channel(seat: Any) -> None:
    seat.until(lambda: "tide_table" in seat.dashboard.panels)
    assert seat.dashboard.panels["tide_table"].isVisible()
    seat.start()
    session = seat.controller.session
    seat.until(lambda: (tide := session.channels.get("tide")) is not None and len(tide) > 3)
    talk = parse_talk(TALK + 'layout = ["lanes", "tide_table"]\n')
    assert talk.scenes[0].layout == ("lanes", "tide_table")
