"""The small widgets, as a person meets them: by mouse, by keyboard, by their names."""

from __future__ import annotations

from itertools import pairwise

import pytest
from grandstand.ui.theme.fonts import PRESENTING_SCALE
from grandstand.ui.theme.manager import ThemeManager, theme_manager
from grandstand.ui.widgets import python_highlighter
from grandstand.ui.widgets.chip import Chip
from grandstand.ui.widgets.code_view import CodeDialog, CodeView
from grandstand.ui.widgets.labeled_slider import LabeledSlider
from grandstand.ui.widgets.mode_card import ModeItem, ModeList
from grandstand.ui.widgets.numbers import NO_BREAK_SPACE, THIN_SPACE, format_number, format_value, parse_number
from grandstand.ui.widgets.panel import SEPARATOR, ElidedLabel, Panel
from grandstand.ui.widgets.python_highlighter import classify
from grandstand.ui.widgets.select import Select
from grandstand.ui.widgets.sentence_bar import SentenceBar
from grandstand.ui.widgets.slider_scale import SliderScale
from grandstand.ui.widgets.toast import MAX_TOASTS, ToastStack
from grandstand.ui.widgets.toggle import Toggle
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

# Qt's offscreen platform says this for each window with a smallest or largest size; it concerns that platform
# alone.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def look(qapp: QApplication):
    """The app dressed as at the desk, before and after."""
    manager = theme_manager()
    manager.set_theme("dark")
    manager.set_scale(1.0)
    yield manager
    manager.set_theme("dark")
    manager.set_scale(1.0)


@pytest.fixture
def window(qtbot):
    """An active window to put widgets in: `window.layout().addWidget(...)`."""
    box = QWidget()
    box.resize(900, 600)
    QVBoxLayout(box)
    qtbot.addWidget(box)
    with qtbot.waitActive(box):
        box.show()
        box.activateWindow()
    return box


def put(window: QWidget, widget: QWidget) -> None:
    window.layout().addWidget(widget)
    widget.show()
    QApplication.processEvents()


def has_color(image: QImage, color: str, area: QRect | None = None) -> bool:
    area = area or image.rect()
    wanted = QColor(color).rgb()
    return any(
        image.pixelColor(x, y).rgb() == wanted
        for x in range(area.left(), area.right() + 1)
        for y in range(area.top(), area.bottom() + 1)
    )


class Presses:
    """Counts how often a window's own shortcut fired."""

    def __init__(self, window: QWidget, *keys: str) -> None:
        self.keys: list[str] = []
        for key in keys:
            QShortcut(QKeySequence(key), window).activated.connect(lambda key=key: self.keys.append(key))


# -- numbers


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (2500, 0, f"2{THIN_SPACE}500"),
        (1_234_567.891, 1, f"1{THIN_SPACE}234{THIN_SPACE}567.9"),
        (999, 0, "999"),
        (-3.5, 1, "−3.5"),
        (-0.01, 1, "0.0"),
    ],
)
def test_numbers_are_formatted_for_reading(value: float, decimals: int, expected: str):
    assert format_number(value, decimals) == expected


def test_a_value_carries_its_unit():
    assert format_value(10, 0, "ms") == f"10{NO_BREAK_SPACE}ms"
    assert format_value(4) == "4"
    assert format_value(10, 3, "s") == f"10{NO_BREAK_SPACE}s"
    assert format_value(2500, 0) == f"2{THIN_SPACE}500"


@pytest.mark.parametrize(
    ("text", "unit", "whole", "expected"),
    [
        ("2500", "", True, 2500),
        (f"2{THIN_SPACE}500 numbers", "numbers", True, 2500),
        ("2,500", "", True, 2500),
        ("2,5", "", False, 2.5),
        ("0.25", "", False, 0.25),
        (".5 S", "s", False, 0.5),
        ("64k", "", True, 64_000),
        ("1.5M", "", False, 1_500_000),
        ("−3", "", False, -3),
        (" 12 % ", "%", True, 12),
    ],
)
def test_typed_numbers_are_understood(text: str, unit: str, whole: bool, expected: float):
    assert parse_number(text, unit=unit, whole=whole) == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "ten", "1.2.3", "4 5x", "nan", "inf", "1e3", "--1", "s"])
def test_what_is_no_number_is_refused(text: str):
    with pytest.raises(ValueError, match="is not a number"):
        parse_number(text, unit="s")


# -- slider scales


@pytest.mark.parametrize(
    ("low", "high", "step", "kind", "message"),
    [
        (5, 5, 1, "linear", "minimum below its maximum"),
        (0, float("inf"), 1, "linear", "minimum below its maximum"),
        (0, 5, 0, "linear", "above 0"),
        (0, 5, 1, "log", "must start above 0"),
        (1, 5, 1, "cubic", "'linear' or 'log'"),
    ],
)
def test_impossible_scales_are_refused(low, high, step, kind, message):
    with pytest.raises(ValueError, match=message):
        SliderScale(low, high, step, kind)


@pytest.mark.parametrize(
    "scale",
    [
        SliderScale(1, 64, 1),
        SliderScale(0, 1, 0.05),
        SliderScale(-3, 8, 2),
        SliderScale(1, 1_000_000, 1, "log"),
        SliderScale(0.5, 500, 0.5, "log"),
        SliderScale(1, 4, 1, "log"),
    ],
)
def test_every_stop_is_allowed_distinct_and_found_again(scale: SliderScale):
    stops = [scale.value_at(position) for position in range(scale.last + 1)]
    assert stops == sorted(set(stops))
    assert (stops[0], stops[-1]) == (scale.minimum, scale.maximum)
    assert [scale.position_of(stop) for stop in stops] == list(range(scale.last + 1))
    assert all(scale.snap(stop) == stop for stop in stops)
    assert scale.value_at(-5) == stops[0]
    assert scale.value_at(10**9) == stops[-1]


# -- LabeledSlider


@pytest.fixture
def slider(window, qtbot):
    made = LabeledSlider("Workers", 1, 64, 1, 4, accent="threads")
    made.setObjectName("workers")
    made.setFixedWidth(300)
    put(window, made)
    return made


def parts(slider: LabeledSlider) -> tuple[QSlider, QPushButton, QLineEdit]:
    return (
        slider.findChild(QSlider, "workers.slider"),
        slider.findChild(QPushButton, "workers.value"),
        slider.findChild(QLineEdit, "workers.edit"),
    )


def test_the_slider_shows_its_value_and_names_its_parts(slider):
    groove, value, edit = parts(slider)
    assert (slider.value(), value.text(), groove.value()) == (4, "4", 3)
    assert groove.accessibleName() == "Workers"
    assert value.accessibleName() == "Workers: 4"
    assert edit.accessibleName()
    assert value.toolTip() == "1 to 64; click to type"


def test_set_value_is_silent_and_keeps_to_the_range(slider, qtbot):
    with qtbot.assertNotEmitted(slider.value_changed):
        slider.set_value(1000)
    assert slider.value() == 64
    assert parts(slider)[0].value() == 63


def test_a_click_on_the_groove_jumps_there_and_drags_on(slider, qtbot):
    groove = parts(slider)[0]
    seen: list[float] = []
    slider.value_changed.connect(seen.append)
    middle = QPoint(groove.width() // 2, groove.height() // 2)
    qtbot.mousePress(groove, LEFT, pos=middle)
    assert slider.value() == pytest.approx(32, abs=2)
    qtbot.mouseMove(groove, pos=middle + QPoint(60, 0))
    qtbot.mouseRelease(groove, LEFT, pos=middle + QPoint(60, 0))
    assert slider.value() > 40
    assert seen == sorted(set(seen))


def test_arrows_belong_to_the_slider_only_while_it_has_the_keyboard(window, slider, qtbot):
    presses = Presses(window, "Up", "Down")
    groove = parts(slider)[0]
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Up)
    assert (slider.value(), presses.keys) == (4, ["Up"])
    groove.setFocus()
    qtbot.waitUntil(groove.hasFocus)
    with qtbot.waitSignal(slider.value_changed) as told:
        qtbot.keyClick(groove, Qt.Key.Key_Up)
    assert told.args == [5]
    qtbot.keyClick(groove, Qt.Key.Key_End)
    assert slider.value() == 64
    assert presses.keys == ["Up"]


def test_a_value_can_be_typed(slider, qtbot):
    _, value, edit = parts(slider)
    qtbot.mouseClick(value, LEFT)
    assert edit.isVisible()
    assert edit.hasFocus()
    assert not value.isVisible()
    qtbot.keyClicks(edit, "16")
    with qtbot.waitSignal(slider.value_changed) as told:
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert told.args == [16]
    assert (value.text(), value.isVisible(), edit.isVisible()) == ("16", True, False)


@pytest.mark.parametrize("typed", ["65", "0", "many", "", "-4"])
def test_a_bad_value_is_refused_in_words_and_the_old_one_kept(slider, qtbot, typed):
    _, value, edit = parts(slider)
    with qtbot.assertNotEmitted(slider.value_changed):
        qtbot.mouseClick(value, LEFT)
        edit.clear()
        qtbot.keyClicks(edit, typed)
        qtbot.keyClick(edit, Qt.Key.Key_Return)
        assert slider.error() == "Type a whole number from 1 to 64."
        assert edit.property("invalid")
        assert edit.isVisible()
        assert edit.accessibleDescription() == slider.error()
        qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert (slider.error(), slider.value(), value.isVisible()) == ("", 4, True)


def test_escape_gives_up_a_good_value_too_and_stays_in_the_field(window, slider, qtbot):
    presses = Presses(window, "Escape", "Up", "Space")
    _, value, edit = parts(slider)
    value.setFocus()
    qtbot.keyClick(value, Qt.Key.Key_Return)
    slider.edit_value()
    qtbot.keyClicks(edit, "8")
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert edit.text() == "9"
    qtbot.keyClick(edit, Qt.Key.Key_Escape)
    assert (slider.value(), presses.keys) == (4, [])
    assert value.hasFocus()


def test_walking_away_takes_a_good_value_and_drops_a_bad_one(window, slider, qtbot):
    panel = Panel("Elsewhere")
    put(window, panel)
    _, value, edit = parts(slider)
    for typed, expected in (("12", 12), ("99", 12)):
        qtbot.mouseClick(value, LEFT)
        edit.clear()
        qtbot.keyClicks(edit, typed)
        # A click on empty ground is enough, so that the window's shortcuts work again.
        QTest.mouseClick(window.windowHandle(), LEFT, pos=panel.mapTo(window, QPoint(30, panel.height() - 8)))
        assert not edit.isVisible()
        assert slider.value() == expected


def test_decimals_units_and_steps(window, qtbot):
    made = LabeledSlider("Latency", 0.5, 20, 0.5, 2, "ms")
    made.setObjectName("workers")
    put(window, made)
    _, value, edit = parts(made)
    assert value.text() == f"2{NO_BREAK_SPACE}ms"
    made.edit_value()
    edit.setText("3.3 ms")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert made.value() == 3.5
    made.edit_value()
    edit.setText("0.1")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert made.error() == "Type a number from 0.5 to 20 ms."


def test_a_logarithmic_slider_takes_a_step_with_every_tap(window, qtbot):
    made = LabeledSlider("Numbers", 1, 100_000, 1, 1, "numbers", scale="log")
    made.setObjectName("workers")
    put(window, made)
    groove, value, _ = parts(made)
    groove.setFocus()
    seen = [made.value()]
    for _ in range(20):
        qtbot.keyClick(groove, Qt.Key.Key_Right)
        seen.append(made.value())
    assert seen == sorted(set(seen))
    made.set_value(2_573)  # a value between two stops is kept as it is
    assert value.text() == f"2{THIN_SPACE}573{NO_BREAK_SPACE}numbers"


def test_a_new_range_is_taken_or_refused_whole(slider, qtbot):
    with qtbot.assertNotEmitted(slider.value_changed):
        slider.set_range(1, 2)
    assert slider.value() == 2
    with pytest.raises(ValueError, match="minimum below"):
        slider.set_range(3, 3)
    assert slider.value() == 2


def test_the_accent_colors_the_filled_part(slider, look: ThemeManager):
    groove = parts(slider)[0]
    slider.set_value(60)
    assert has_color(groove.grab().toImage(), look.theme.modes["threads"])
    slider.set_accent("processes")
    assert has_color(groove.grab().toImage(), look.theme.modes["processes"])


# -- ModeList

MODES = [
    ModeItem("sequential", "Sequential", "1"),
    ModeItem("threads", "Threads", "2"),
    ModeItem(
        "free-threaded",
        "Free-threaded",
        "5",
        False,
        "Needs a Python without the GIL.",
        "Install python3.13t.",
    ),
    ModeItem("processes", "Processes", "3"),
]


@pytest.fixture
def modes(window):
    made = ModeList()
    made.setFixedWidth(260)
    made.set_modes(MODES)
    made.set_current("threads")
    put(window, made)
    window.layout().addStretch(1)
    QApplication.processEvents()
    return made


def test_a_click_chooses_a_mode_once(modes, qtbot):
    with qtbot.waitSignal(modes.mode_chosen) as told:
        qtbot.mouseClick(modes.card("processes"), LEFT)
    assert told.args == ["processes"]
    assert modes.current() == "processes"
    assert [item.key for item in MODES if modes.card(item.key).isChecked()] == ["processes"]
    with qtbot.assertNotEmitted(modes.mode_chosen):
        qtbot.mouseClick(modes.card("processes"), LEFT)
        modes.set_current("threads")
    assert modes.card("threads").isChecked()


def test_clicks_leave_the_keyboard_to_the_window(window, modes, qtbot):
    presses = Presses(window, "Space", "Up", "2")
    window.setFocus()
    QTest.mouseClick(window.windowHandle(), LEFT, pos=modes.card("processes").mapTo(window, QPoint(20, 20)))
    assert modes.current() == "processes"
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Up, Qt.Key.Key_2):
        qtbot.keyClick(QApplication.focusWidget() or window, key)
    assert presses.keys == ["Space", "Up", "2"]


def test_the_keyboard_walks_and_chooses(window, modes, qtbot):
    presses = Presses(window, "Space", "Up", "Down")
    cards = {item.key: modes.card(item.key) for item in MODES}
    entries = [key for key, card in cards.items() if card.focusPolicy() == Qt.FocusPolicy.TabFocus]
    assert entries == ["threads"]  # Tab comes here once
    cards["threads"].setFocus()
    qtbot.waitUntil(cards["threads"].hasFocus)
    with qtbot.assertNotEmitted(modes.mode_chosen):
        qtbot.keyClick(cards["threads"], Qt.Key.Key_Down)
    assert cards["processes"].hasFocus()  # past the one that cannot be chosen
    qtbot.keyClick(cards["processes"], Qt.Key.Key_Down)
    assert cards["processes"].hasFocus()
    with qtbot.waitSignal(modes.mode_chosen) as told:
        qtbot.keyClick(cards["processes"], Qt.Key.Key_Space)
    assert told.args == ["processes"]
    assert presses.keys == []
    qtbot.keyClick(cards["processes"], Qt.Key.Key_Space)
    assert presses.keys == ["Space"]  # nothing left to choose here: Space is the window's again


def test_a_mode_that_cannot_run_says_why_and_what_would_help(modes, qtbot):
    card = modes.card("free-threaded")
    assert not card.isEnabled()
    assert card.toolTip() == "Install python3.13t."
    assert card.accessibleName() == "Free-threaded, not available"
    assert card.accessibleDescription() == "Needs a Python without the GIL. Install python3.13t."
    assert card.height() > modes.card("threads").height()
    assert card.heightForWidth(160) > card.heightForWidth(400)
    with qtbot.assertNotEmitted(modes.mode_chosen):
        qtbot.mouseClick(card, LEFT)


def test_modes_can_be_replaced(modes, qtbot):
    modes.set_modes(MODES[:2])
    with pytest.raises(KeyError):
        modes.card("processes")
    assert modes.card("threads").isChecked()
    modes.set_current("nonsense")
    assert not modes.card("threads").isChecked()
    assert modes.card("sequential").focusPolicy() == Qt.FocusPolicy.TabFocus


def test_the_chosen_card_wears_its_color(modes, look: ThemeManager):
    image = modes.card("threads").grab().toImage()
    assert has_color(image, look.theme.modes["threads"], QRect(0, 15, 3, 10))
    assert not has_color(modes.card("processes").grab().toImage(), look.theme.modes["processes"], QRect(0, 15, 3, 10))


# -- code

SOURCE = '''def step(state):
    """Two
    lines."""
    for n in range(0x10):  # why
        state.found += is_prime(n, 2.5)
    return f"{state.size} done"
'''


def kinds(source: str) -> set[tuple[str, str]]:
    lines = source.splitlines()
    return {
        (lines[row][start : start + length], kind)
        for row, spans in classify(source).items()
        for start, length, kind in spans
    }


def test_python_is_colored_by_what_it_is():
    found = kinds(SOURCE)
    assert {
        ("def", "keyword"),
        ("step", "function"),
        ('"""Two', "string"),
        ('    lines."""', "string"),
        ("for", "keyword"),
        ("range", "function"),
        ("0x10", "number"),
        ("# why", "comment"),
        ("is_prime", "function"),
        ("2.5", "number"),
        ("return", "keyword"),
    } <= found
    assert not {text for text, _ in found} & {"state", "n"}
    assert any(kind == "string" and "done" in text for text, kind in found)
    assert classify("go('\U0001f3c1')  # ok")[0][-1] == (10, 4, "comment")  # Qt counts UTF-16


@pytest.mark.parametrize(
    "source", ["", "def step(:\n  (", 'x = """never closed', "  indented\nbadly\n", "\x00", "if x:\n\ty\n  z"]
)
def test_broken_source_is_shown_all_the_same(source: str, window):
    classify(source)
    view = CodeView(source)
    put(window, view)
    assert view.code() == source


def test_code_is_read_only_copied_and_opened_larger(window, qtbot, look: ThemeManager):
    view = CodeView(SOURCE, "Count primes")
    view.setObjectName("code")
    put(window, view)
    text = view.findChild(QWidget, "code.text")
    assert text.isReadOnly()
    assert text.accessibleName() == "Count primes"
    assert text.fontInfo().fixedPitch()
    assert has_color(text.grab().toImage(), look.theme.code.keyword)
    qtbot.mouseClick(view.findChild(QToolButton, "code.copy"), LEFT)
    assert QGuiApplication.clipboard().text() == SOURCE
    qtbot.mouseClick(view.findChild(QToolButton, "code.larger"), LEFT)
    dialog = window.findChild(CodeDialog)
    assert dialog.isVisible()
    assert not dialog.isModal()
    assert dialog.findChild(QWidget, "codeDialog.text").fontInfo().pixelSize() == 16
    QGuiApplication.clipboard().clear()
    qtbot.mouseClick(dialog.findChild(QPushButton, "codeDialog.copy"), LEFT)
    assert QGuiApplication.clipboard().text() == SOURCE
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: window.findChild(CodeDialog) is None)


def test_the_first_code_of_all_is_colored_once_it_was_painted(window, qtbot, look: ThemeManager, monkeypatch):
    monkeypatch.setattr(python_highlighter, "quick", lambda: False)
    view = CodeView(SOURCE)
    put(window, view)
    qtbot.waitUntil(lambda: has_color(view.grab().toImage(), look.theme.code.keyword))


def test_code_changes_color_with_the_theme(window, look: ThemeManager):
    view = CodeView(SOURCE)
    put(window, view)
    look.set_theme("light")
    QApplication.processEvents()
    assert has_color(view.grab().toImage(), look.theme.code.keyword)


# -- sentence bar


@pytest.mark.parametrize(("wide", "lines"), [(900, 2), (750, 3), (600, 4)])
def test_a_sentence_wraps_and_is_cut_beyond_the_lines_that_its_width_has(window, look: ThemeManager, wide, lines):
    bar = SentenceBar()
    put(window, bar)
    window.layout().addStretch(1)
    bar.setFixedWidth(wide)
    QApplication.processEvents()
    height = bar.sizeHint().height()
    bar.set_sentence("Short.", "threads")
    assert (bar.lines(), bar.toolTip(), bar.accessibleName()) == (["Short."], "", "Short.")
    bar.set_sentence("4 threads did no more work than running sequentially: 97 % of their waiting was for the GIL "
                     "(the GIL). But Sequential had only 76 % of a core: do that again.", "warn")  # fmt: skip
    assert 2 <= len(bar.lines()) <= lines
    assert bar.toolTip() == ""
    assert " ".join(bar.lines()) == bar.text()
    assert not any(line.startswith("%") for line in bar.lines())
    bar.set_sentence("and so on, " * 40, "bad")
    assert len(bar.lines()) == lines
    assert bar.lines()[-1].endswith("…")
    assert bar.toolTip() == bar.text()
    assert bar.sizeHint().height() == height
    bar.setFixedWidth(4000)
    QApplication.processEvents()
    assert len(bar.lines()) == 1
    assert bar.toolTip() == ""


@pytest.mark.parametrize("tone", ["neutral", "good", "warn", "bad", "processes", "computing"])
def test_the_edge_of_the_bar_has_the_color_of_its_tone(window, look: ThemeManager, tone: str):
    bar = SentenceBar()
    put(window, bar)
    for theme in ("dark", "light"):
        look.set_theme(theme)
        bar.set_sentence("Something happened.", tone)
        assert has_color(bar.grab().toImage(), look.theme.tone(tone), QRect(0, 25, 4, 10))


# -- panel, chip, toggle, select


def test_facts_are_left_out_whole_before_one_is_cut(window, look: ThemeManager):
    label = ElidedLabel(SEPARATOR.join(("4 threads", "Count primes", "2 cores")))
    put(window, label)
    wide = label.fontMetrics().horizontalAdvance(label.text())
    shown = list(dict.fromkeys(label.shown_in(room) for room in range(wide + 4, 20, -1)))
    assert shown[:3] == [label.text(), SEPARATOR.join(("4 threads", "Count primes")), "4 threads"]
    assert shown[3:]
    assert all(text.endswith("…") and "·" not in text for text in shown[3:-1])
    assert shown[-1] == "", "a letter or two tell nothing"


def test_a_panel_has_header_body_and_empty_state(window, look: ThemeManager):
    panel = Panel("Throughput", "million numbers / s")
    body = QLabel("chart")
    panel.body.addWidget(body)
    panel.add_corner(Chip("GIL on"))
    put(window, panel)
    assert panel.accessibleName() == "Throughput"
    labels = {label.property("role"): label for label in panel.findChildren(QLabel) if label.isVisible()}
    assert "value" not in labels
    panel.set_value("1.18 M/s")
    value = next(label for label in panel.findChildren(QLabel) if label.property("role") == "value")
    assert (value.isVisible(), value.text(), value.fontInfo().pixelSize()) == (True, "1.18 M/s", 20)
    panel.set_empty("Nothing has run yet", "Press Space to start.")
    assert panel.is_empty()
    assert not body.isVisible()
    panel.set_empty(None)
    assert not panel.is_empty()
    assert body.isVisible()


def test_a_long_subtitle_gives_way_to_the_value(window):
    panel = Panel("Cores", "a subtitle that is much too long for a panel as narrow as this one")
    panel.set_value("193 of 200 %")
    panel.setFixedWidth(330)
    put(window, panel)
    labels = {label.property("role"): label for label in panel.findChildren(QLabel)}
    panel.grab()
    assert labels["caption"].toolTip() == labels["caption"].text()
    value = labels["value"]
    assert value.width() >= value.fontMetrics().horizontalAdvance(value.text())
    assert value.geometry().right() <= panel.width()


def test_a_chip_shows_words_and_color(window, look: ThemeManager):
    chip = Chip("it depends", "warn")
    put(window, chip)
    assert chip.accessibleName() == "it depends"
    width = chip.sizeHint().width()
    chip.set_chip("true", "good")
    assert (chip.text(), chip.tone()) == ("true", "good")
    assert chip.sizeHint().width() < width
    look.set_scale(2.0)
    assert chip.sizeHint().height() == 48


def test_a_toggle_is_a_check_box_to_mouse_keyboard_and_readers(window, qtbot):
    toggle = Toggle("Frame slots")
    put(window, toggle)
    with qtbot.waitSignal(toggle.toggled) as told:
        qtbot.mouseClick(toggle, LEFT, pos=QPoint(toggle.width() - 4, toggle.height() // 2))
    assert told.args == [True]
    toggle.setFocus()
    qtbot.keyClick(toggle, Qt.Key.Key_Space)
    assert not toggle.isChecked()
    assert toggle.accessibleName() == "Frame slots"


def test_a_select_keeps_its_keys_and_ignores_the_wheel(window, qtbot):
    presses = Presses(window, "Down")
    select = Select("Workload")
    select.addItems(["Count primes", "Wait"])
    put(window, select)
    select.setFocus()
    qtbot.waitUntil(select.hasFocus)
    qtbot.keyClick(select, Qt.Key.Key_Down)
    assert (select.currentIndex(), presses.keys) == (1, [])
    assert select.accessibleName() == "Workload"


# -- toasts


@pytest.fixture
def toasts(window):
    stack = ToastStack(window)
    stack.animation_ms = 0
    return stack


def test_messages_stack_without_overlap_inside_the_window(window, toasts):
    shown = [toasts.show_message(f"Message {index}: " + "long " * 20, "warn") for index in range(3)]
    cards = [toast.geometry().adjusted(10, 10, -10, -10) for toast in shown]
    assert all(window.rect().contains(card) for card in cards)
    assert all(one.bottom() < other.top() for one, other in pairwise(cards))
    window.resize(520, 500)
    QApplication.processEvents()
    assert all(window.rect().contains(toast.geometry().adjusted(10, 10, -10, -10)) for toast in shown)


def test_a_fifth_message_pushes_out_what_would_go_anyway(toasts):
    for index, tone in enumerate(("bad", "info", "warn", "bad")):
        toasts.show_message(f"Message {index}", tone)
    toasts.show_message("Message 4", "bad")
    toasts.show_message("Message 5", "bad")
    assert [toast.text for toast in toasts.toasts()] == [f"Message {index}" for index in (2, 3, 4, 5)]
    assert len(toasts.toasts()) == MAX_TOASTS


def test_the_same_message_again_is_counted(toasts):
    for _ in range(3):
        toast = toasts.show_message("Worker 3 stopped", "bad")
    assert len(toasts.toasts()) == 1
    assert toast.accessibleName() == "Error: Worker 3 stopped, 3 times"


def test_only_information_goes_by_itself(toasts, qtbot):
    toasts.show_message("Saved", "good", milliseconds=30)
    toasts.show_message("Careful", "warn")
    qtbot.waitUntil(lambda: [toast.text for toast in toasts.toasts()] == ["Careful"])
    toast = toasts.show_message("Note")
    assert toast._timer.isActive()
    assert not toasts.toasts()[0]._timer.isActive()


def test_details_open_and_the_action_acts(window, toasts, qtbot):
    done: list[str] = []
    toast = toasts.show_message(
        "Worker 3 stopped",
        "bad",
        details="Traceback …",
        action="Restart",
        on_action=lambda: done.append("restart"),
    )
    before = toast.height()
    qtbot.mouseClick(toast.findChild(QPushButton, "toast.details"), LEFT)
    assert toast.height() > before + 100
    qtbot.mouseClick(toast.findChild(QPushButton, "toast.action"), LEFT)
    assert done == ["restart"]
    assert toasts.toasts() == []


def test_escape_is_the_windows_and_the_newest_message_can_be_closed_by_it(window, toasts, qtbot):
    presses = Presses(window, "Escape")
    toasts.show_message("First", "bad")
    toasts.show_message("Second", "bad")
    window.setFocus()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert presses.keys == ["Escape"]
    assert len(toasts.toasts()) == 2
    assert toasts.close_newest()
    assert [toast.text for toast in toasts.toasts()] == ["First"]
    assert toasts.close_newest()
    assert not toasts.close_newest()


def test_a_message_can_be_closed_by_mouse(window, toasts, qtbot):
    toast = toasts.show_message("Careful", "warn")
    button = toast.findChild(QToolButton, "toast.close")
    assert button.accessibleName() == "Close this message"
    qtbot.mouseClick(button, LEFT)
    assert toasts.toasts() == []
    assert not toasts.close_newest()


# -- all of them


def test_every_widget_follows_theme_and_scale(window, look: ThemeManager, toasts):
    modes = ModeList()
    modes.set_modes(MODES)
    everything = [
        LabeledSlider("Workers", 1, 64, 1, 4),
        modes,
        CodeView(SOURCE),
        SentenceBar(),
        Chip("GIL on", "info"),
        Toggle("Slots"),
        Panel("Cores"),
        Select("Workload"),
    ]
    for widget in everything:
        put(window, widget)
    toasts.show_message("Careful", "warn", details="why")
    heights = [widget.sizeHint().height() for widget in everything]
    for theme, scale in (("light", 1.0), ("light", PRESENTING_SCALE), ("dark", 1.0)):
        look.set_theme(theme)
        look.set_scale(scale)
        QApplication.processEvents()
        image = window.grab().toImage()
        assert has_color(image, look.theme.surface.panel)
        taller = [widget.sizeHint().height() for widget in everything]
        if scale == 1.0:
            assert taller == heights
        else:
            assert not [w for w, now, was in zip(everything, taller, heights, strict=True) if now <= was]


def test_every_interactive_part_has_an_accessible_name(window):
    modes = ModeList()
    modes.set_modes(MODES)
    view = CodeView(SOURCE)
    view.setObjectName("code")
    slider = LabeledSlider("Workers", 1, 64, 1, 4)
    slider.setObjectName("workers")
    for widget in (modes, view, slider):
        put(window, widget)
    for kind in (QPushButton, QToolButton, QSlider, QLineEdit, QWidget):
        for part in window.findChildren(kind):
            if part.focusPolicy() != Qt.FocusPolicy.NoFocus and type(part).__name__ not in (
                "QWidget",
                "Panel",
            ):
                assert part.accessibleName(), part
                assert part.objectName(), part
