"""The Compare page: modes and numbers of workers in random blocks, with intervals; and the break-even map."""

from grandstand.ui.shell.actions import ActionSpec
from grandstand.ui.shell.page import PageSpec

PAGE = PageSpec(
    "compare", "Compare", "Modes and workers, with intervals", "grandstand.ui.pages.compare.page:ComparePage", ("V",),
    "compare", 20,
    (
        ActionSpec("compare_press", "Press", "press the chosen button", ("Space",), "", "press_focused"),
        ActionSpec("compare_snapshot", "Save", "save what is on the screen", ("S",), "", "snapshot"),
    ),
)  # fmt: skip
