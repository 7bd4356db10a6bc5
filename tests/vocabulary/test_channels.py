"""Channels and panels as data: what describes one, and what other packages may bring."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from grandstand.vocabulary import channels, panels
from grandstand.vocabulary.channels import MACHINE, SERIES, Channel
from grandstand.vocabulary.panels import Panel

WATTS = Channel("watts", "Power", "W", MACHINE, SERIES, "made up", order=15)


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    yield
    channels.remove("watts")
    for panel in panels.every():
        panels.remove(panel.key)


@pytest.mark.parametrize("channel", channels.OWN, ids=lambda channel: channel.key)
def test_the_apps_own_are_described(channel: Channel) -> None:
    channels.check(channel)
    assert channel.unit
    assert len(channel.source) > 20, "how it is measured, in words"


def test_columns_have_names() -> None:
    assert channels.CORES.names(4) == ("core 1", "core 2", "ours", "window")
    assert channels.MEMORY.names(2) == ("lane 1", "lane 2")
    assert channels.HEARTBEAT.names(1) == ("gap",)
    assert WATTS.names(1) == ("",)
    assert WATTS.names(2) == ("value 1", "value 2")
    assert WATTS._replace(columns=("a", "b")).names(1) == ("a",)


def test_one_from_outside_comes_and_goes() -> None:
    channels.add(WATTS)
    assert [channel.key for channel in channels.every()] == ["cores", "watts", "heartbeat", "memory", "quota"]
    assert channels.described("watts") is WATTS
    with pytest.raises(ValueError, match="already"):
        channels.add(WATTS)
    channels.remove("watts")
    channels.remove("watts")
    assert WATTS not in channels.every()
    assert channels.described("watts") == channels.unknown("watts"), "as much as its key tells"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"key": ""}, "key"), ({"key": "a b"}, "key"), ({"key": "ü"}, "key"), ({"key": "x" * 41}, "key"),
        ({"title": ""}, "title"), ({"title": "two\nlines"}, "one line"), ({"unit": 5}, "texts"),
        ({"source": "x" * 301}, "short texts"), ({"of": "planet"}, "machine"), ({"kind": "heap"}, "track"),
        ({"each": "planet"}, "core or lane"), ({"columns": ("x",) * 65}, "64"), ({"key": "cores"}, "already"),
    ],
)  # fmt: skip
def test_what_describes_none_is_refused_in_words(change: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        channels.add(WATTS._replace(**change))  # type: ignore[arg-type]
    assert len(channels.every()) == len(channels.OWN)


def test_a_channel_without_a_panel_gets_one() -> None:
    own = panels.keys()
    assert own == ("lanes", "gil", "throughput", "cores", "heartbeat", "workers", "memory", "scoreboard")
    channels.add(WATTS)
    assert panels.keys() == (*own[:3], "watts", *own[3:])
    assert panels.every()[3] == Panel("watts", "Power", "Power", 15, False, ("watts",))
    assert ("watts",) in panels.arrangements()
    assert panels.story() == ("lanes", "throughput", "scoreboard")


def test_a_panel_from_outside_may_show_it_and_be_in_the_story() -> None:
    channels.add(WATTS)
    panels.add(Panel("power", "Power over time", "Power", 61, True, ("watts",)))
    assert "watts" not in panels.keys()  # noqa: SIM118
    assert panels.story() == ("lanes", "throughput", "scoreboard", "power")
    assert panels.arrangements()[0] == panels.story()
    for wrong in (Panel("power", "Again", "", 1), Panel("a b", "Power", "", 1), Panel("x", "", "", 1)):
        with pytest.raises(ValueError):
            panels.add(wrong)
    panels.remove("power")
    assert "watts" in panels.keys()  # noqa: SIM118


def test_channels_of_a_recording_have_panels_even_with_the_key_of_another_panel() -> None:
    there = [panel.key for panel in panels.every([WATTS, WATTS._replace(key="lanes"), channels.QUOTA])]
    assert "watts" in there
    assert "channel.lanes" in there
    assert "quota" not in there, "the cores' panel shows it"
