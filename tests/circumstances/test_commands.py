"""Whatever they are started in: what can be done is done, the rest is said in words, and nothing is left behind.

The circumstances are in the_list.py.
"""

from __future__ import annotations

import pytest

from tests.circumstances import trial
from tests.circumstances.circumstance import Circumstance
from tests.circumstances.commands import Place


@pytest.mark.parametrize(("circumstance", "command"), trial.pairs("list", "run", "compare", "export", "recordings"))
def test_in_every_circumstance(circumstance: Circumstance, command: str, place: Place) -> None:
    trial.check(circumstance, command, place)
