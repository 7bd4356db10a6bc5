"""Pictures of claims: whatever they hold, the SVG is whole, bounded, and of the theme's colors."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from coloraide import Color
from grandstand.render.drawing import LEAST_WIDTH, describe, draw, size
from grandstand.render.drawing_canvas import clean, cut, text_width
from grandstand.render.drawing_lanes import MOST_ROWS
from grandstand.render.drawing_ring import in_order
from grandstand.render.drawing_texts import fit
from grandstand.render.kinds import Bar, Bars, Curve, Curves, Holder, Lanes, Ring, Stretch, Texts
from grandstand.render.palette import THEMES, as_variables, contrast, ink_on, palette, variables
from grandstand.render.ticks import linear_ticks, log_ticks, tick_words, time_axis
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.places import SOURCES

LANES = Lanes(
    "two threads",
    0.02,
    (
        ("1", (Stretch("states.computing", 0, 0.005), Stretch("states.gil", 0.005, 0.02))),
        ("2", (Stretch("states.gil", 0, 0.005), Stretch("states.computing", 0.005, 0.02, "job 7"))),
    ),
    (("computing", "states.computing"), ("waiting", "states.gil")),
    ((0.005, "a switch"),),
    "a note",
)
BARS = Bars(
    "speed", "×", (Bar("one", 1.0, "modes.sequential"), Bar("two", 1.9, "modes.threads", 1.8, 2.0, "")), 1.0, "a note"
)
CURVES = Curves(
    "cost",
    "bytes",
    "MB/s",
    (
        Curve("Queue", "modes.processes", ((100, 2, 1.8, 2.2), (10_000, 90, 80, 99), (1_000_000, 900, 880, 915))),
        Curve("Pipe", "modes.asyncio", ((100, 4), (1_000_000, 1500))),
    ),
    True,
    True,
)
RING = Ring(
    "a deadlock",
    (Holder("first", "A", "B", "second", "in f\n  x()"), Holder("second", "B", "A", "first", "in g\n  y()")),
)
TEXTS = Texts("printed", (("without", "whole\nbro whole\nken", (1, 2)), ("with", "whole\nwhole", ())), "2 broken")
ALL = (LANES, BARS, CURVES, RING, TEXTS)
SVG = "{http://www.w3.org/2000/svg}"


def tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def words(svg: str) -> list[str]:
    return [element.text or "" for element in tree(svg).iter(f"{SVG}text")]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("picture", ALL, ids=lambda p: type(p).__name__)
@pytest.mark.parametrize("text_px", [14, 22])
def test_each_kind_is_a_whole_svg_in_the_colors_of_the_theme(picture, theme, text_px):
    colors = palette(theme)
    svg = draw(picture, colors, 900, text_px)
    root = tree(svg)
    assert (int(root.get("width")), int(root.get("height"))) == size(picture, 900, text_px)
    used = set(re.findall(r'(?:fill|stroke)="([^"]*)"', svg)) - {"none"}
    assert used <= set(colors.values())
    assert root.get("aria-label") == describe(picture)
    assert picture.title in words(svg)


@pytest.mark.parametrize("picture", ALL, ids=lambda p: type(p).__name__)
def test_qt_draws_each_kind(picture, qapp):
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(draw(picture, palette("dark")).encode())
    assert renderer.isValid()
    image = QImage(renderer.defaultSize(), QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    assert (image.width(), image.height()) == size(picture)
    assert any(image.pixelColor(x, image.height() // 2).alpha() for x in range(image.width()))


@pytest.mark.parametrize("picture", ALL, ids=lambda p: type(p).__name__)
@pytest.mark.parametrize("width", [0, LEAST_WIDTH, 1600])
@pytest.mark.parametrize("height", [120, 260, None])
def test_nothing_is_higher_than_asked_or_outside(picture, width, height):
    svg = draw(picture, palette("dark"), width, 14, height)
    assert size(picture, width, 14, height)[1] <= (height or 10_000)
    for element in tree(svg).iter(f"{SVG}rect"):
        x, w = float(element.get("x")), float(element.get("width"))
        assert x >= -0.01
        assert x + w <= max(width, LEAST_WIDTH) + 0.01


# -- hostile contents ------------------------------------------------------------------------------------------------

text = st.text(st.characters(), max_size=60) | st.sampled_from(
    ["]]>", "<b>&amp;\"'", "\x00\x1b[31m", "\ud800", "﷽" * 20]
)
number = st.floats() | st.floats(-10, 10) | st.sampled_from([0.0, 1e308, 5e-324, -1e308])
token = st.sampled_from(["states.lock", "modes.threads", "no.such", '"><script>'])
hostile = st.one_of(
    st.builds(
        Lanes, text, number, st.lists(st.tuples(text, st.lists(st.builds(Stretch, token, number, number, text),
        max_size=4).map(tuple)), max_size=4).map(tuple), st.lists(st.tuples(text, token), max_size=4).map(tuple),
        st.lists(st.tuples(number, text), max_size=4).map(tuple), text,
    ),
    st.builds(
        Bars, text, text, st.lists(st.builds(Bar, text, number, token, st.none() | number, st.none() | number, text),
        max_size=4).map(tuple), st.none() | number, text,
    ),
    st.builds(
        Curves, text, text, text, st.lists(st.builds(Curve, text, token, st.lists(
        st.tuples(number, number) | st.tuples(number, number, number, number), max_size=5).map(tuple)),
        max_size=3).map(tuple), st.booleans(), st.booleans(), text,
    ),
    st.builds(Ring, text, st.lists(st.builds(Holder, text, text, text, text, text), max_size=5).map(tuple), text),
    st.builds(
        Texts, text, st.lists(st.tuples(text, text, st.lists(st.integers(-3, 9)).map(tuple)), max_size=5).map(tuple),
        text,
    ),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(hostile, st.sampled_from([14, 30]), st.sampled_from([None, 90, 300]))
def test_whatever_it_holds_the_svg_is_xml(picture, text_px, most):
    svg = draw(picture, palette("dark"), 700, text_px, most)
    names = {element.tag.removeprefix(SVG) for element in tree(svg).iter()}
    assert names <= {"svg", "rect", "path", "text"}
    assert "nan" not in re.sub(r'>[^<]*<|aria-label="[^"]*"', "", svg)
    assert not re.search(r'="[^"]*\b(inf|nan)\b[^"]*"', re.sub(r'aria-label="[^"]*"', "", svg))
    svg.encode()


# -- size ------------------------------------------------------------------------------------------------------------


def turns(count: int, seconds: float) -> tuple[Stretch, ...]:
    step = seconds / count
    return tuple(
        Stretch("states.lock" if i % 2 else "states.computing", i * step, (i + 1) * step) for i in range(count)
    )


def test_thousands_of_stretches_make_a_bounded_picture():
    picture = replace(LANES, rows=tuple((str(i), turns(20_000, 0.02)) for i in range(4)))
    assert len(draw(picture, palette("dark"))) < 400_000


def test_many_lanes_are_bounded_and_the_rest_is_counted():
    picture = replace(LANES, rows=tuple((str(i), turns(900, 0.02)) for i in range(100)))
    svg = draw(picture, palette("dark"))
    assert len(svg) < 4_000_000
    assert f"… and {100 - MOST_ROWS} more lanes" in words(svg)


def test_a_dense_lane_shows_the_share_of_each_state():
    """Turns of 1 to 3 a thousand times: a quarter of the lane's area is computing."""
    stretches = []
    for i in range(1000):
        at = i * 0.02 / 1000
        stretches += [
            Stretch("states.computing", at, at + 0.000005),
            Stretch("states.gil", at + 0.000005, at + 0.00002),
        ]
    svg = draw(replace(LANES, rows=(("1", tuple(stretches)),)), palette("dark"))
    areas = dict.fromkeys(("states.computing", "states.gil"), 0.0)
    for path in tree(svg).iter(f"{SVG}path"):
        for state in areas:
            if path.get("fill") == palette("dark")[state]:
                pieces = re.findall(r"v-([\d.]+)h([\d.]+)v", path.get("d"))
                areas[state] += sum(float(tall) * float(wide) for tall, wide in pieces)
    assert areas["states.computing"] / sum(areas.values()) == pytest.approx(0.25, abs=0.01)


def test_a_long_text_is_cut_and_counted_and_its_first_broken_line_is_seen():
    lines = fit("\n".join(f"line {i}" for i in range(500)), 400, 13, 20, (300,))
    assert len(lines) <= 20
    assert ("line 300", True) in lines
    assert lines[0] == ("… 297 lines before", False)
    assert "more lines" in lines[-1][0]


def test_a_text_as_long_as_the_room_is_whole():
    assert [line for line, _ in fit("a\nb\nc\n", 400, 13, 3)] == ["a", "b", "c"]


def test_many_points_keep_the_furthest():
    points = tuple((float(i), 5.0 if i == 7_777 else 1.0) for i in range(20_000))
    svg = draw(Curves("c", "x", "y", (Curve("a", "modes.threads", points),)), palette("dark"))
    path = next(p.get("d") for p in tree(svg).iter(f"{SVG}path") if p.get("stroke") == palette("dark")["modes.threads"]
                and len(p.get("d")) > 100)  # fmt: skip
    heights = {float(y) for y in re.findall(r"[\d.]+ ([\d.]+)", path)}
    assert max(heights) - min(heights) > 100
    assert len(svg) < 60_000


# -- parts -----------------------------------------------------------------------------------------------------------


@given(text, st.floats(0, 300), st.sampled_from([10, 14, 30]))
def test_what_is_cut_fits(words, room, px):
    found = cut(words, room, px)
    assert found == "" or text_width(found, px) <= room
    assert found in ("", clean(words)) or found.endswith("…")


@pytest.mark.parametrize("weight", [400, 600])
@pytest.mark.parametrize(
    "sample",
    [
        "waiting for the GIL",
        "2 threads, 1.93× [1.90, 1.95]",
        "WORKERS 0123456789",
        "page/s",
        "Größe, naïve — ±½",
    ],
)
def test_widths_agree_with_what_qt_draws(qapp, sample, weight):
    from grandstand.ui.theme.fonts import load_fonts, ui_font
    from PySide6.QtGui import QFontMetricsF

    load_fonts()
    real = QFontMetricsF(ui_font(100, weight)).horizontalAdvance(sample)
    assert text_width(sample, 100, weight) == pytest.approx(real, rel=0.02)


def test_letters_that_the_font_does_not_have_count_as_wide_ones():
    assert text_width("日本", 100) > text_width("mm", 100)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e9), st.integers(2, 12))
def test_linear_ticks_are_round_few_and_inside(low, span, most):
    ticks = linear_ticks(low, low + span, most)
    assert len(ticks) <= most + 2
    assert all(low - span * 1e-3 <= t <= low + span * 1.001 for t in ticks)


def test_log_ticks():
    assert log_ticks(90, 1_200_000, 6) == [100, 1_000, 10_000, 100_000, 1_000_000]
    assert log_ticks(1, 32, 8) == [1, 2, 5, 10, 20]
    assert [tick_words(v) for v in (0.5, 100, 1_000, 2_500_000)] == ["0.5", "100", "1 k", "2.5 M"]
    assert tick_words(-0.5) == "−0.5"


def test_a_time_axis_has_the_unit_that_suits():
    assert time_axis(0.2, 4)[1] == (pytest.approx(0.05), "50 ms")
    assert time_axis(10, 5)[-1] == (10, "10 s")
    assert time_axis(30e-6, 3)[1][1] == "10 µs"


def test_a_ring_is_followed():
    one, two, three = (Holder(str(i), "a", "b", held_by, "") for i, held_by in ((1, "3"), (2, "1"), (3, "2")))
    assert in_order((one, two, three)) == [one, three, two]
    lonely = Holder("4", "", "b", "nobody", "")
    assert in_order((lonely, one, two)) == [lonely, one, two]


def test_no_arrow_where_nobody_waits_for_another():
    free = Ring("merely slow", tuple(replace(holder, held_by="nobody") for holder in RING.holders))
    lock = palette("dark")["states.lock"]
    assert f'stroke="{lock}"' in draw(RING, palette("dark"))
    assert f'stroke="{lock}"' not in draw(free, palette("dark"))


def test_a_bar_ends_where_its_value_is():
    svg = draw(BARS, palette("dark"))
    wide = {r.get("fill"): float(r.get("width")) for r in tree(svg).iter(f"{SVG}rect")}
    colors = palette("dark")
    assert wide[colors["modes.threads"]] / wide[colors["modes.sequential"]] == pytest.approx(1.9, rel=0.01)
    assert {"1.00×", "1.90×", "1.80 – 2.00"} <= set(words(svg))


# -- colors ---------------------------------------------------------------------------------------------------------


def test_both_themes_have_the_same_tokens():
    assert palette("dark").keys() == palette("light").keys()
    assert palette("dark")["states.computing"] == "#2ec4a6"
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for theme in THEMES for color in palette(theme).values())
    with pytest.raises(ValueError):
        palette("sepia")


def test_each_variable_that_is_referred_to_is_defined():
    defined = set(re.findall(r"^(--[\w-]+): #", variables("light"), re.M))
    assert {value.removeprefix("var(").removesuffix(")") for value in as_variables().values()} == defined


def test_each_token_that_claims_name_is_in_the_theme():
    """A picture with another one would be drawn grey."""
    folder = SOURCES / "grandstand" / "claims"
    pattern = re.compile(r"""["'`]((?:states|modes|accent|chart|surface|text|code)\.[a-z_]+)["'`]""")
    for path in folder.rglob("*.py"):
        for found in pattern.findall(path.read_text(encoding="utf-8")):
            assert found in palette("dark"), f"{path.name} names {found}"


@pytest.mark.parametrize("kind", ["states", "modes"])
def test_text_in_a_stretch_can_be_read(kind):
    for theme in THEMES:
        colors = palette(theme)
        for name in (t for t in colors if t.startswith(kind)):
            assert contrast(colors[ink_on(name)], colors[name]) > 2.9, (theme, name)


color = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@given(color, color)
def test_contrast_is_that_of_others(one, other):
    assert contrast(one, other) == pytest.approx(Color(one).contrast(other, method="wcag21"), abs=2e-3)
