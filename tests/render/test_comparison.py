"""The pictures of comparisons and break-even maps, from made-up measurements."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from grandstand.compare import break_even
from grandstand.compare.break_even import Map
from grandstand.render.comparison import accounts, charts, over_workers
from grandstand.render.comparison import break_even as break_even_picture
from grandstand.render.drawing import draw, sheet
from grandstand.render.kinds import Bars, Curves, Grid, Square, Stack, Stacks
from grandstand.render.palette import palette

from tests.compare.made import GIL, MACHINE, ONE, PARAMETERS, comparison, measurement, processes, threads

BASE = [100.0, 101.0, 99.0, 100.5, 99.5, 100.2]
SVG = "{http://www.w3.org/2000/svg}"


def times(factor: float) -> list[float]:
    return [v * factor for v in BASE]


def texts(svg: str) -> str:
    return " ".join("".join(node.itertext()) for node in ET.fromstring(svg).iter(f"{SVG}text"))


def test_what_is_shown_depends_on_what_was_compared() -> None:
    assert charts(comparison({ONE: [], threads(2): []})) == ()
    kinds = [type(p) for p in charts(comparison({ONE: BASE, threads(2): BASE}))]
    assert kinds == [Bars, Stacks]
    kinds = [type(p) for p in charts(comparison({ONE: BASE, threads(2): BASE, threads(4): BASE}))]
    assert kinds == [Curves, Bars, Stacks]
    swept = {}
    for size in (1_000, 100_000):
        parameters = (("batch", 60), ("size", size))
        for setup in (ONE, processes(2)):
            swept[type(ONE)(setup.mode, setup.workers, parameters)] = BASE
    first, *_ = charts(comparison(swept))
    assert isinstance(first, Curves)
    assert first.x_title == "size"
    assert [p[0] for p in first.curves[0].points] == [1_000, 100_000]


def test_speedups_come_with_intervals_the_ideal_line_and_a_law_that_fits() -> None:
    def usl(n: int) -> float:
        return n / (1 + 0.05 * (n - 1) + 0.002 * n * (n - 1))

    picture = over_workers(comparison({ONE: BASE, **{processes(n): times(usl(n)) for n in (1, 2, 4, 8)}}))
    measured, fitted, ideal = picture.curves
    assert [p[0] for p in measured.points] == [1, 2, 4, 8]
    assert all(p[2] <= p[1] <= p[3] for p in measured.points)
    assert (measured.guide, fitted.guide, ideal.guide) == (False, True, True)
    assert ideal.points == ((1.0, 1.0), (2.0, 2.0)), "two cores"
    assert "contention 0.05" in picture.note


def test_a_law_that_does_not_fit_is_not_drawn() -> None:
    made = comparison({ONE: BASE, **{threads(n): times(min(n, 2)) for n in (1, 2, 4, 8)}})
    picture = over_workers(made)
    assert [c.label for c in picture.curves] == ["Threads", "ideal"]
    assert "does not describe these points" in picture.note


def test_accounts_add_up_and_show_the_start_of_a_fixed_amount_of_work() -> None:
    made = comparison({ONE: BASE, threads(2): BASE}, {threads(2): GIL}, work=1_000.0)
    made.measurements = [measurement(m.setup, m.block, 100.0, states=m.states, wall=1.0, start_up=0.25)
                         for m in made.measurements]  # fmt: skip
    picture = accounts(made)
    for row in picture.rows:
        assert sum(share for _, share in row.parts) == pytest.approx(1.0, abs=0.01)
        assert row.parts[0] == ("chart.rest", 0.25)
    assert ("waiting for the GIL", "states.gil") in picture.legend


def place(length: float, size: int, **times_: list[float]) -> break_even.Place:
    return break_even.judge(
        length, size, {"sequential": BASE, "threads": times(1.1), "processes": times(2.0), **times_}
    )


def test_who_wins_is_decided_only_where_every_other_way_is_surely_slower() -> None:
    one = place(1e-5, 100)
    assert (one.winner, one.decided) == ("sequential", True)
    assert one.advantage.value == pytest.approx(1.1), "over the next"
    many = place(1e-2, 100, processes=times(0.5))
    assert (many.winner, many.decided) == ("processes", True)
    assert many.advantage.value == pytest.approx(2.0), "over sequential"
    noisy = place(1e-3, 100, processes=[50.0, 180.0, 90.0, 60.0, 150.0, 95.0])
    assert (noisy.winner, noisy.decided) == ("processes", False)


def test_the_map_hatches_what_is_not_decided() -> None:
    noisy = [50.0, 180.0, 90.0, 60.0, 150.0, 95.0]
    places = (place(1e-5, 100), place(1e-3, 100, processes=noisy), place(1e-5, 10**6), place(1e-3, 10**6))
    picture = break_even_picture(Map(places, 2, "fork", MACHINE))
    assert picture.columns == ("10 µs", "1 ms")
    assert [label for label, _ in picture.rows] == ["1 MB", "100 B"]
    assert [s.hatched for _, row in picture.rows for s in row] == [False, False, False, True]
    assert picture.rows[1][1][1].text == "processes?"
    document = break_even.document(Map(places, 2, "fork", MACHINE))
    assert [p["decided"] for p in document["places"]] == [True, False, True, True]


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(
    "picture",
    [
        Stacks("Shares", (Stack("row <&>", (("states.io", 0.5), ("states.core", float("nan")))),) * 99),
        Stacks("None", ()),
        Grid("Map", "x", "y", tuple("abc"), (("row", (Square("modes.threads", "<b>" * 50, True),) * 9),) * 3),
        Grid("None", "", "", (), ()),
    ],
    ids=["many rows", "no rows", "more squares than columns", "no squares"],
)  # fmt: skip
def test_odd_pictures_are_drawn_too(picture: Stacks | Grid, theme: str) -> None:
    svg = draw(picture, palette(theme), 600, 14, 400)
    ET.fromstring(svg)
    assert len(svg) < 200_000


def test_a_sheet_holds_all_pictures_and_the_caption() -> None:
    made = comparison({ONE: BASE, threads(2): BASE, threads(4): BASE})
    svg = sheet(charts(made), palette("light"), 1200, caption="What it means.\nWhere it was measured: <here>.")
    words = texts(svg)
    for part in ("Speedup over workers", "Throughput against the baseline", "What it means.", "<here>"):
        assert part in words
    assert dict(PARAMETERS)["batch"] == 60
