"""The themes are legible for everybody, complete, and applied in one place.

Thresholds and where they come from:
- text 4.5:1 and graphics 3:1 against what they lie on: WCAG 2.2, success criteria 1.4.3 and 1.4.11;
- colors that mean different things: CIEDE2000 of at least 18 for the usual eye and 10 for a color-blind one
  (Machado et al. 2009, severity 1.0). About 1 is what an eye just tells apart in large adjoining patches;
  small and distant marks need several times that (Szafir, "Modeling Color Difference for Visualization
  Design", IEEE TVCG 24(1), 2018), so ten times for the worst case, and texture or labels help besides. Lines
  of single cores carry labels: 14 and 6.5.
"""

from __future__ import annotations

import re
from itertools import combinations

import pytest
from coloraide import Color
from grandstand import assets, modes
from grandstand.ui.theme import fonts, icons
from grandstand.ui.theme.icon_resources import icon_path, svg_source, tinted_svg
from grandstand.ui.theme.lengths import Px
from grandstand.ui.theme.manager import MAX_SCALE, MIN_SCALE, set_look, theme_manager
from grandstand.ui.theme.mixing import mix
from grandstand.ui.theme.palette import build_palette
from grandstand.ui.theme.style import build_style
from grandstand.ui.theme.tokens import (
    Theme,
    ThemeError,
    load_theme,
    parse_theme,
    theme_names,
)
from grandstand.vocabulary.states import KEYS
from PySide6.QtCore import QFile, QIODevice, QSize, Qt
from PySide6.QtGui import QColor, QFontInfo, QFontMetricsF, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tests.places import ROOT, SOURCES

# Qt's offscreen platform says this for each window with a smallest or largest size; it concerns that platform
# alone.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

TEXT, GRAPHICS = 4.5, 3.0
APART, APART_COLOR_BLIND = 18.0, 10.0
CORES_APART, CORES_APART_COLOR_BLIND = 14.0, 6.5
LATER_MODES = ("interpreters", "free_threaded", "asyncio", "dask")


@pytest.fixture(params=theme_names())
def theme(request: pytest.FixtureRequest) -> Theme:
    return load_theme(request.param)


def surfaces(theme: Theme) -> dict[str, str]:
    """Whatever text may lie on."""
    s = theme.surface
    return {
        "window": s.window,
        "panel": s.panel,
        "raised": s.raised,
        "sunken": s.sunken,
        "hover": s.hover,
        "pressed": s.pressed,
        "selection": s.selection,
    }


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio, 1 to 21."""
    return float(Color(one).contrast(other, method="wcag21"))


def seen_by(color: str, vision: str) -> Color:
    """``color`` as a screen would have to show it for the usual eye to see what that one sees."""
    if vision == "usual":
        return Color(color)
    return Color(color).filter(vision, 1, method="machado").convert("srgb").clip()


def too_close(colors: dict[str, str], least: float, least_color_blind: float) -> list[str]:
    """The pairs that cannot be told apart, and by whom."""
    faults = []
    for vision in ("usual", "protan", "deutan", "tritan"):
        limit = least if vision == "usual" else least_color_blind
        seen = {key: seen_by(color, vision) for key, color in colors.items()}
        for one, other in combinations(seen, 2):
            apart = seen[one].delta_e(seen[other], method="2000")
            if apart < limit:
                faults.append(f"{vision}: {one} and {other} are {apart:.1f} apart, not {limit}")
    return faults


# -- legible


def test_text_is_legible_on_every_surface(theme: Theme):
    faults = [
        f"text.{key} on {where}: {contrast(color, under):.2f}"
        for key, color in (
            ("primary", theme.text.primary),
            ("secondary", theme.text.secondary),
            ("link", theme.text.link),
        )
        for where, under in surfaces(theme).items()
        if contrast(color, under) < TEXT
    ]
    assert not faults


def test_accents_are_legible_as_text(theme: Theme):
    assert contrast(theme.text.on_accent, theme.accent.primary) >= TEXT
    for key in ("warning", "danger", "ok"):
        for where in ("window", "panel", "raised", "sunken"):
            under = theme.color(f"surface.{where}")
            assert contrast(theme.color(f"accent.{key}"), under) >= TEXT, f"{key} on {where}"
    for where, under in surfaces(theme).items():
        assert contrast(theme.accent.focus, under) >= GRAPHICS, f"the focus ring on {where}"


def test_code_and_axes_are_legible(theme: Theme):
    for key in ("keyword", "string", "comment", "number", "function"):
        assert contrast(theme.color(f"code.{key}"), theme.surface.sunken) >= TEXT, key
    assert contrast(theme.chart.axis, theme.surface.panel) >= TEXT


def test_words_on_a_chip_are_legible_whatever_its_tone(theme: Theme):
    for key in (*theme.states, *theme.modes, "good", "warn", "bad", "info"):
        tint = mix(theme.surface.panel, theme.tone(key), 0.13)
        assert contrast(theme.text.primary, tint) >= TEXT, key


def test_marks_stand_out_from_the_panel(theme: Theme):
    marks = {f"states.{key}": color for key, color in theme.states.items() if key != "idle"}
    marks |= {f"modes.{key}": color for key, color in theme.modes.items()}
    marks |= {f"cores[{index}]": color for index, color in enumerate(theme.chart.cores)}
    marks |= {f"chart.{k}": theme.color(f"chart.{k}") for k in ("marker", "total", "heartbeat", "memory", "rest")}
    faults = {
        key: round(contrast(color, theme.surface.panel), 2)
        for key, color in marks.items()
        if contrast(color, theme.surface.panel) < GRAPHICS
    }
    assert not faults


# -- apart, for all eyes


def test_states_are_told_apart_by_all_eyes(theme: Theme):
    assert not too_close(dict(theme.states), APART, APART_COLOR_BLIND)


def test_modes_are_told_apart_by_all_eyes(theme: Theme):
    assert not too_close(dict(theme.modes), APART, APART_COLOR_BLIND)


def test_cores_are_told_apart(theme: Theme):
    colors = {str(index): color for index, color in enumerate(theme.chart.cores)}
    assert not too_close(colors, CORES_APART, CORES_APART_COLOR_BLIND)


# -- complete


def test_both_themes_ship_and_say_which_is_dark():
    assert theme_names() == ("dark", "light")
    assert [load_theme(name).dark for name in theme_names()] == [True, False]


def test_every_token_is_there(theme: Theme):
    assert set(theme.states) == set(KEYS)
    assert set(theme.modes) >= {*modes.keys(), *LATER_MODES}
    assert len(theme.chart.cores) >= 8
    assert theme.color("surface.panel") == theme.surface.panel
    assert theme.color("modes.threads") == theme.modes["threads"]
    for wrong in ("surface.sky", "sky.blue", "surface", "chart.cores", ""):
        with pytest.raises(KeyError, match="has no color"):
            theme.color(wrong)


def test_tones_cover_modes_states_and_severities(theme: Theme):
    assert theme.tone("free-threaded") == theme.modes["free_threaded"]
    assert theme.tone("gil") == theme.states["gil"]
    assert theme.tone("bad") == theme.accent.danger
    assert theme.tone("a mode from next year") == theme.text.secondary
    assert theme.core_color(len(theme.chart.cores)) == theme.core_color(0)


DARK = assets.read_text("themes/dark.toml")


@pytest.mark.parametrize(
    ("find", "replace", "message"),
    [
        ('panel = "#151c26"', "", r"^mine\.toml: surface\.panel: the color is missing$"),
        ('panel = "#151c26"', 'panel = "teal"', r"^mine\.toml: surface\.panel: expected a color .*'teal'$"),
        ('panel = "#151c26"', "panel = 3", r"^mine\.toml: surface\.panel: expected a color .*3$"),
        (
            'panel = "#151c26"',
            'panel = "#151c26"\nsky = "#0000ff"',
            r"^mine\.toml: surface\.sky: unknown key$",
        ),
        ('idle = "#232d3a"', "", r"^mine\.toml: states\.idle: the color is missing$"),
        (
            'idle = "#232d3a"',
            'idle = "#232d3a"\nidel = "#232d3a"',
            r"^mine\.toml: states\.idel: unknown key$",
        ),
        ("[modes]", "[moods]", r"^mine\.toml: \[modes\]: the section is missing$"),
        ("dark = true", 'dark = "yes"', r"^mine\.toml: dark: expected true or false, got 'yes'$"),
        ('title = "Dark"', "", r"^mine\.toml: title: expected text, got None$"),
        (
            'cores = ["#30c4a6", ',
            'cores = ["#30c4a", ',
            r"^mine\.toml: chart\.cores: expected a color .*'#30c4a'$",
        ),
        ('cores = ["#30c4a6", ', "cores = [", r"^mine\.toml: chart\.cores: expected a list of at least 8"),
        ("[surface]", "[surface", r"^mine\.toml: cannot be read as a theme: .*line"),
        ("[code]", "[more]\nx = 1\n[code]", r"^mine\.toml: more: unknown key$"),
    ],
)
def test_a_broken_theme_file_is_named_with_its_key(find: str, replace: str, message: str):
    assert DARK.count(find) >= 1
    with pytest.raises(ThemeError, match=message):
        parse_theme(DARK.replace(find, replace, 1), "mine.toml")


def test_an_unknown_theme_names_the_known_ones():
    with pytest.raises(ThemeError, match=r"no theme 'sepia'; choose one of dark, light"):
        load_theme("sepia")


def test_colors_live_in_the_theme_alone():
    literal = re.compile(r"""["']#[0-9a-fA-F]{3,8}["']""")
    theme_dir = SOURCES / "grandstand" / "ui" / "theme"
    faults = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in (SOURCES / "grandstand" / "ui").rglob("*.py")
        if theme_dir not in path.parents
        for found in literal.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not faults


# -- fonts and sizes


def test_the_shipped_fonts_are_used_with_tabular_figures(qapp: QApplication):
    assert {fonts.UI_FAMILY, fonts.MONO_FAMILY} <= fonts.load_fonts()
    for weight in (400, 500, 600, 700):
        font = fonts.ui_font(14, weight)
        info = QFontInfo(font)
        assert (info.family(), info.weight(), info.pixelSize()) == (fonts.UI_FAMILY, weight, 14)
        widths = [QFontMetricsF(font).horizontalAdvance(digit) for digit in "0123456789"]
        assert max(widths) - min(widths) < 0.05  # hinting moves single digits by a 64th of a pixel
    mono = fonts.mono_font(13, scale=2)
    assert QFontInfo(mono).family() == fonts.MONO_FAMILY
    assert QFontInfo(mono).pixelSize() == 26


def test_a_missing_font_falls_back_without_a_fuss(qapp: QApplication, monkeypatch, caplog):
    monkeypatch.setattr(fonts, "_families", None)
    assert fonts.load_fonts({"broken.ttf": b"no font"}) == frozenset()
    assert "broken.ttf cannot be read" in caplog.text
    assert fonts.ui_font(14).pixelSize() == 14


@pytest.mark.parametrize(("scale", "least"), [(1.0, 13), (fonts.PRESENTING_SCALE, 20)])
def test_no_text_is_too_small(theme: Theme, scale: float, least: int):
    sizes = [int(size) for size in re.findall(r"font-size: (\d+)px", build_style(theme, scale))]
    assert len(sizes) > 10
    assert min(sizes) >= least


@pytest.mark.parametrize("scale", [0.75, 1.0, 1.1, 1.25, 1.5, fonts.PRESENTING_SCALE, 2.0, 3.3])
@pytest.mark.parametrize(("length", "border"), [(16, 1), (4, 0), (8, 0), (26, 0), (10, -2)])
def test_round_things_stay_round_at_every_scale(scale: float, length: int, border: int):
    px = Px(scale)
    radius, side = (int(text.removesuffix("px")) for text in (px.half(length, border), px(length)))
    assert side + 2 * border - 1 <= 2 * radius <= side + 2 * border  # more than half, and Qt draws a square


# -- icons


@pytest.mark.parametrize("name", icons.icon_names())
def test_icons_are_of_one_make(name: str, qapp: QApplication):
    source = svg_source(name)
    if name != "grandstand":
        assert 'width="24" height="24" viewBox="0 0 24 24"' in source
        assert "currentColor" in source
        assert re.search(r'stroke-width="(1\.75|3)"|stroke="none"', source)
    image = icons.pixmap(name, "#ff0000", 24, 2.0).toImage()
    assert (image.width(), image.height(), image.devicePixelRatio()) == (48, 48, 2.0)
    drawn = [color for x in range(48) for y in range(48) if (color := image.pixelColor(x, y)).alpha() > 200]
    assert drawn, "an empty icon"
    if name != "grandstand":
        assert all(color.red() > 240 and color.green() < 15 for color in drawn)


def test_the_icons_the_window_needs_are_there():
    needed = {
        "play stop compare claims record snapshot present moon sun help close",
        "copy save warning info chevron-down pause grandstand",
    }
    assert {name for line in needed for name in line.split()} <= set(icons.icon_names())


def test_icons_are_cached_sharp_and_grayed(qapp: QApplication):
    made = icons.icon("play", "#112233", disabled="#445566")
    assert icons.icon("play", "#112233", disabled="#445566") is made
    for ratio in (1.0, 1.25, 2.0, 3.0):
        assert made.pixmap(QSize(20, 20), ratio).size() == QSize(round(20 * ratio), round(20 * ratio))
    grey = made.pixmap(QSize(24, 24), 1.0, made.Mode.Disabled).toImage().pixelColor(11, 12)
    assert grey == QColor("#445566")
    assert not icons.app_icon().isNull()
    with pytest.raises(KeyError, match="no icon 'unicorn'"):
        icons.icon("unicorn", "#112233")


def test_tinted_icons_are_served_from_memory(qapp: QApplication):
    for gap in (0, 5):
        file = QFile(icon_path("stop", "#abcdef", gap))
        assert file.open(QIODevice.OpenModeFlag.ReadOnly)
        assert bytes(file.readAll().data()) == tinted_svg("stop", "#abcdef", gap)
        file.close()


# -- applying it


@pytest.fixture
def manager(qapp: QApplication):
    manager = theme_manager()
    manager.set_theme("dark")
    manager.set_scale(1.0)
    yield manager
    manager.set_theme("dark")
    manager.set_scale(1.0)


def test_the_palette_follows_the_theme(theme: Theme, qapp: QApplication):
    palette = build_palette(theme)
    assert palette.color(QPalette.ColorRole.Window).name() == theme.surface.window
    assert palette.color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text).name() == theme.text.disabled


def test_changing_the_theme_dresses_the_app_and_tells(manager, qtbot, qapp):
    assert theme_manager() is manager
    with qtbot.waitSignal(manager.changed, timeout=1000):
        manager.set_theme("light")
    light = load_theme("light")
    assert manager.theme is light
    assert light.surface.panel in qapp.styleSheet()
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == light.surface.window
    assert qapp.font().family() == fonts.UI_FAMILY
    with qtbot.assertNotEmitted(manager.changed):
        manager.set_theme("light")
        manager.set_scale(1.0)


def test_an_unknown_theme_leaves_the_present_one(manager, qtbot):
    with qtbot.assertNotEmitted(manager.changed), pytest.raises(ThemeError):
        manager.set_theme("sepia")
    assert manager.theme.name == "dark"


def test_the_scale_grows_everything(manager, qtbot, qapp):
    button = QPushButton("Start")
    qtbot.addWidget(button)
    button.ensurePolished()
    before = button.sizeHint()
    manager.set_scale(fonts.PRESENTING_SCALE)
    assert qapp.font().pixelSize() == round(14 * fonts.PRESENTING_SCALE)
    assert button.sizeHint().height() > 1.4 * before.height()
    assert (manager.px(10), manager.px(0), manager.px(0.1)) == (15, 0, 1)
    manager.set_scale(100)
    assert manager.scale == MAX_SCALE
    manager.set_scale(0)
    assert manager.scale == MIN_SCALE


def test_icons_follow_the_theme(manager, qtbot):
    button = QPushButton("Stop")
    qtbot.addWidget(button)
    icons.set_icon(button, "stop", "text.primary", 24)

    def ink() -> QColor:
        return button.icon().pixmap(button.iconSize(), 1.0).toImage().pixelColor(12, 12)

    assert ink().name() == manager.theme.text.primary
    manager.set_theme("light")
    assert ink().name() == load_theme("light").text.primary
    manager.set_scale(2.0)
    assert button.iconSize().height() == 48
    icons.set_icon(button, "play", "text.link", 24)
    assert len(button.children()) == 1


def test_only_the_keyboard_gets_a_focus_ring(manager, qtbot):
    box = QWidget()
    column = QVBoxLayout(box)
    first, second, field = QPushButton("One"), QPushButton("Two"), QLineEdit()
    for widget in (first, second, field):
        column.addWidget(widget)
    qtbot.addWidget(box)
    with qtbot.waitActive(box):
        box.show()
        box.activateWindow()
    first.setFocus()
    assert not first.property("focusVisible")  # a window that opens has nobody at the keyboard yet
    box.focusNextChild()
    assert (first.property("focusVisible"), second.property("focusVisible")) == (None, True)
    # Through the window, as from the system: only so does Qt know that a mouse button is down.
    QTest.mouseClick(box.windowHandle(), Qt.MouseButton.LeftButton, pos=first.geometry().center())
    qtbot.waitUntil(first.hasFocus)
    assert (first.property("focusVisible"), second.property("focusVisible")) == (None, False)


@pytest.mark.parametrize("role", ["", "primary", "danger", "outline", "ghost", "value"])
def test_a_focus_ring_moves_nothing(manager, qtbot, role: str):
    button = QPushButton("Start")
    qtbot.addWidget(button)
    set_look(button, role=role)
    for scale in (1.0, 1.25, fonts.PRESENTING_SCALE):
        manager.set_scale(scale)
        set_look(button, focusVisible=False)
        before = button.sizeHint()
        set_look(button, focusVisible=True)
        assert button.sizeHint() == before


def test_set_look_restyles(manager, qtbot):
    button = QPushButton("Start")
    qtbot.addWidget(button)
    set_look(button, role="primary")
    button.resize(120, 40)
    assert button.grab().toImage().pixelColor(12, 20).name() == manager.theme.accent.primary
