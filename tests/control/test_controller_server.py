"""The page server of *Fetch pages*: it comes when it is wanted, and a failure of it is survived."""

from __future__ import annotations

import time

import pytest
from grandstand.hosts.page_server import PageServer, PageServerError

from tests.control.conftest import Desk


def no_server(monkeypatch: pytest.MonkeyPatch, after: float = 0.0) -> None:
    def start(self: PageServer, patience: float = 10.0) -> str:
        time.sleep(after)
        raise PageServerError("No free port on 127.0.0.1.", "Close other programs.")

    monkeypatch.setattr(PageServer, "start", start)


def test_pages_are_fetched_from_the_apps_own_server(desk: Desk):
    desk.choose(workload="fetch", parameters={"latency_ms": 1, "page_kb": 1}, workers=4)
    desk.controller.start()
    assert desk.state == "starting"
    desk.until_working()
    assert desk.notices() == []
    desk.choose(mode="processes")  # the server stays
    desk.until_working()
    desk.stop()


def test_a_page_server_that_does_not_start_is_a_notice(desk: Desk, monkeypatch):
    no_server(monkeypatch)
    desk.choose(workload="fetch")
    desk.controller.start()
    desk.until(lambda: not desk.controller.active)
    assert desk.notices() == ["error: No free port on 127.0.0.1. Close other programs."]
    assert (desk.state, desk.controller.session.runs) == ("idle", [])
    desk.controller.start()  # a second try says it again
    desk.until(lambda: not desk.controller.active)
    assert len(desk.notices()) == 1


def test_a_page_server_that_does_not_start_keeps_what_ran_before(desk: Desk, monkeypatch):
    no_server(monkeypatch)
    desk.start()
    before = desk.controller.choice
    desk.choose(workload="fetch")
    desk.until(lambda: len(desk.controller.session.runs) == 2)
    desk.until_working()
    assert desk.controller.choice == before
    assert desk.notices() == [
        "error: No free port on 127.0.0.1. Close other programs.",
        "info: Went back to what ran before.",
    ]


def test_a_page_server_that_fails_when_nobody_wants_it_any_more_stops_nothing(desk: Desk, monkeypatch):
    no_server(monkeypatch, after=0.5)
    desk.choose(workload="fetch")
    desk.controller.start()
    desk.turn(0.1)
    desk.choose(workload="Gentle")
    desk.until_working()
    desk.turn(0.8)
    assert (desk.state, desk.controller.wanted) == ("running", True)
    assert [r.state.value for r in desk.controller.session.runs] == ["running"]


def test_stop_while_the_page_server_starts(desk: Desk, monkeypatch):
    no_server(monkeypatch, after=0.3)
    desk.choose(workload="fetch")
    desk.controller.start()
    desk.turn(0.05)
    desk.controller.stop()
    assert not desk.controller.active
    desk.turn(0.6)
    assert (desk.state, desk.controller.session.runs) == ("idle", [])
