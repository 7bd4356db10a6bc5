"""A session takes samples of any channel, within bounds, and refuses what cannot be true."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from grandstand.engine.samples import QuotaSample, Sample
from grandstand.session.channels import MOST_CHANNELS
from grandstand.session.session import Session
from grandstand.vocabulary.channels import CORES_EACH, MACHINE, SERIES, Channel

from tests.session.made import MS, T0, S


def said(session: Session, *samples: Sample, now: int = T0) -> None:
    session.apply([(0, sample) for sample in samples], now)


def test_a_channel_that_nobody_knows_is_a_series_with_its_key_for_a_title() -> None:
    session = Session(2)
    said(session, Sample(T0, "watts", (12.5, 3)), Sample(T0, "watts", (13.5,)))
    times, values = session.channels["watts"].since(0)
    assert times.tolist() == [T0, T0]
    assert values[0].tolist() == [12.5, 3.0]
    assert values[1][0] == 13.5
    assert math.isnan(values[1][1]), "of a column that is left out nothing is known"
    assert session.channels.channel("watts").title == "watts"
    assert session.rejected == 0


def test_the_apps_own_are_channels_too() -> None:
    session = Session(2)
    assert session.channels["cores"] is session.cores
    assert session.channels["heartbeat"] is session.heartbeat
    assert session.channels["memory"] is session.memory
    session.apply([(0, QuotaSample(T0, 1.5, 1, 0, 0.0)), (0, QuotaSample(T0 + S // 2, 1.5, 6, 2, 0.25))], T0 + S)
    given, held_back = session.channels["quota"].last().tolist()
    assert (given, held_back) == (1.5, 0.5), "half a core's time a second was held back"


NONSENSE: list[Any] = [
    Sample(T0, "watts", ()), Sample(T0, "watts", (math.nan,)), Sample(T0, "watts", (math.inf,)),
    Sample(T0, "watts", (1e16,)), Sample(T0, "watts", ("x",)), Sample(T0, "watts", (True,)),
    Sample(T0, "watts", (1.0,) * 65), Sample(T0, "watts", [1.0]), Sample(T0, "watts", None),
    Sample(T0, "watts", (10**400,)), Sample(T0 + S, "watts", (1.0,)), Sample(-1, "watts", (1.0,)),
    Sample(1.5, "watts", (1.0,)), Sample(None, "watts", (1.0,)), Sample(T0 - MS, "volts", (1.0,)),
    Sample(T0, "volts", (1.0, 2.0)), Sample(T0, "", (1.0,)), Sample(T0, "a b", (1.0,)), Sample(T0, "x" * 41, (1.0,)),
    Sample(T0, None, (1.0,)), Sample(T0, [], (1.0,)), Sample(T0, "cores", (1.0,)), Sample(T0, "heartbeat", (1.0,)),
]  # fmt: skip


@pytest.mark.parametrize("sample", NONSENSE, ids=repr)
def test_nonsense_is_refused_and_counted(sample: Any) -> None:
    session = Session(2)
    said(session, Sample(T0, "volts", (5.0,)))
    said(session, sample)
    assert session.rejected == 1
    assert set(session.channels) == {"cores", "heartbeat", "memory", "quota", "volts"}
    assert len(session.channels["volts"]) == 1
    assert not len(session.cores)


def test_a_flood_of_samples_takes_bounded_memory() -> None:
    session = Session(2)
    for i in range(20_000):
        said(session, Sample(T0 + i, "watts", (float(i),)), now=T0 + i)
    wide = tuple(map(float, range(64)))
    for i in range(5_000):
        said(session, Sample(T0 + i, "many", wide), now=T0 + 20_000)
    for key in ("watts", "many"):
        assert session.channels[key].bytes < 400_000
    assert session.channels["watts"].last().tolist() == [19_999.0]
    assert np.array_equal(session.channels["many"].last(), wide)
    assert session.rejected == 0


def test_a_flood_of_channels_is_refused_beyond_a_number() -> None:
    session = Session(2)
    for i in range(1_000):
        said(session, Sample(T0, f"channel{i}", (1.0,)))
    assert len(session.channels) == MOST_CHANNELS + 4
    assert session.rejected == 1_000 - MOST_CHANNELS
    said(session, Sample(T0, "channel0", (2.0,)))
    assert session.channels["channel0"].last().tolist() == [2.0], "those that there are go on"


def test_a_description_that_came_with_it_counts() -> None:
    session = Session(2)
    channel = Channel("watts", "Power", "W", MACHINE, SERIES, "", ("all",), CORES_EACH)
    session.channels.describe(channel)
    assert session.channels.described == [channel]
    said(session, Sample(T0, "watts", (1.0, 2.0, 3.0)))
    assert session.channels.channel("watts") is channel
    assert session.channels["watts"].columns == 64, "the next machine may have more cores"
    for i in range(1_000):
        session.channels.describe(channel._replace(key=f"c{i}"))
    assert len(session.channels.described) == MOST_CHANNELS
