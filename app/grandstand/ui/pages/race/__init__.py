"""The Race page: a function of the person's own, checked, raced over every way that can run it; the answer first."""

from grandstand.ui.shell.actions import ActionSpec
from grandstand.ui.shell.page import PageSpec

PAGE = PageSpec(
    "race", "Race", "Your own function, in every way", "grandstand.ui.pages.race.page:RacePage", ("A",), "race", 25,
    (
        ActionSpec("race_press", "Press", "press the chosen button", ("Space",), "", "press_focused"),
        ActionSpec("race_report", "Report", "save the race as a report", ("S",), "", "snapshot"),
    ),
)  # fmt: skip
