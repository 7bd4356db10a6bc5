"""The Claims page: sentences about running work in Python, each put to the test on this machine."""

from grandstand.ui.shell.actions import ActionSpec
from grandstand.ui.shell.page import PageSpec

PAGE = PageSpec(
    "claims", "Claims", "Claims, checked on this machine", "grandstand.ui.pages.claims.page:ClaimsPage", ("C",),
    "claims", 30,
    (
        ActionSpec("claims_up", "Claim above", "choose a claim", ("Up",), "", "step", (-1,), True, group="choose"),
        ActionSpec("claims_down", "Claim below", "", ("Down",), "", "step", (1,), True, group="choose"),
        ActionSpec("claims_enter", "Check this claim", "check this claim", ("Return", "Enter"), "", "enter"),
        ActionSpec("claims_press", "Press", "press the chosen button", ("Space",), "", "press_focused"),
        ActionSpec("claims_snapshot", "Snapshot", "a picture of the claim, as a file", ("S",), "", "snapshot"),
        ActionSpec("claims_copy", "Copy picture", "copy the claim's picture", ("Ctrl+C",), "", "copy"),
    ),
)  # fmt: skip
