"""Who held the GIL of a run's workers is recorded while somebody looks, and plays again."""

from __future__ import annotations

import random
from array import array
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from grandstand.engine.observed import GilSeen, Looking, ProcessSeen, Watching
from grandstand.journal import player as player_module
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording
from grandstand.session.gils import Gils

from tests.journal.made import MS, S, Story, record


def looked_at(story: Story, seconds: float) -> None:
    """A run of two threads while an observer tells twenty times a second who holds their GIL."""
    chance = random.Random(7)
    session, held, began = story.session, {}, story.t
    session.apply([(0, Watching(99, 1, story.t, 0))], story.t)
    session.apply([(0, ProcessSeen(4_001, 0, story.t, (), "3.13", False, "read", "", "", ""))], story.t)
    apply, told = session.apply, [0]

    def with_gil(batch: list[tuple[int, Any]], now_ns: int) -> None:
        apply(batch, now_ns)
        if now_ns - told[0] >= 50 * MS and session.current is not None and session.current.present:
            told[0] = now_ns
            holder = chance.choice([record.thread for record in session.current.present])
            held[holder] = held.get(holder, 0) + 25 * MS
            slices = array("q", (holder, now_ns - 50 * MS, now_ns - 25 * MS, 0, now_ns - 25 * MS, now_ns))
            holders = array("q", [n for pair in held.items() for n in pair])
            whole, sum_held = now_ns - began, sum(held.values())
            event = GilSeen(4_001, 0, now_ns, sum_held, whole - sum_held, 0, whole // S, whole // MS, 0,
                            holders.tobytes(), slices.tobytes())  # fmt: skip
            apply([(0, event), (0, Looking(now_ns, 950.0, 150.0, 1, 3, whole // 20))], now_ns)

    session.apply = with_gil  # type: ignore[method-assign]
    story.run("threads", 2, seconds)


def at(player: Player, t_ns: int) -> Player:
    player.seek(t_ns)
    while not player.work(1.0):
        pass
    return player


def picture(gils: Gils, since_ns: int, until_ns: int) -> list[list[list[int]]]:
    return [gils.store.lanes[band.row].between(since_ns, until_ns).tolist() for band in gils.bands.values()]


def test_the_figures_are_those_that_were_seen(tmp_path: Path):
    story = record(tmp_path / "x.grandstand", lambda story: looked_at(story, 4.0))
    live = story.session.gils.figures()
    assert live
    assert sum(live[0].shares.values()) > 0.3
    with closing(Recording.open(tmp_path / "x.grandstand")) as recording:
        replayed = at(Player(recording), recording.end_ns).session.gils
        assert replayed.figures() == live
        assert replayed.observer_share == story.session.gils.observer_share
        assert picture(replayed, 0, 1 << 62) == picture(story.session.gils, 0, 1 << 62)


def test_it_is_the_same_whichever_way_one_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(player_module, "_KEEP_EVERY_NS", S)
    monkeypatch.setattr(player_module, "KEPT_SECONDS", 3)
    record(tmp_path / "x.grandstand", lambda story: looked_at(story, 12.0))
    with (
        closing(Recording.open(tmp_path / "x.grandstand")) as recording,
        closing(Recording.open(tmp_path / "x.grandstand")) as again,
    ):
        wandering = Player(recording)
        for place in (11.0, 5.0, 9.5, 9.6, 2.0, 12.0, 4.4):
            t = recording.start_ns + int(place * 1e9)
            gils, straight = at(wandering, t).session.gils, at(Player(again), t).session.gils
            assert gils.figures() == straight.figures(), place
            assert picture(gils, t - 2 * S, t) == picture(straight, t - 2 * S, t), place
            assert any(picture(gils, t - 2 * S, t)), place


def test_where_nobody_looked_nothing_is_told(tmp_path: Path):
    record(tmp_path / "x.grandstand", lambda story: story.run("threads", 2, 1.0))
    with closing(Recording.open(tmp_path / "x.grandstand")) as recording:
        player = at(Player(recording), recording.end_ns)
        assert player.session.gils.figures() == []
        assert player.replayed
