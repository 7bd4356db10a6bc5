"""Grandstand from Python: ``grandstand.race(function, items)`` and ``grandstand.doctor(function)``; no Qt.

``functions.py`` has the two, ``calling.py`` makes something that workers can run of a function object, ``by_value.py``
of one that stands in no file; ``results.py`` is what comes back, ``magic.py`` is ``%%race``.
"""

from __future__ import annotations

from typing import Any

from grandstand.api.functions import doctor, race
from grandstand.api.results import DoctorResult, RaceResult
from grandstand.own.race.racing import BudgetTooSmall

__all__ = ["BudgetTooSmall", "DoctorResult", "RaceResult", "doctor", "load_ipython_extension", "race"]


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext grandstand``: the cell magic ``%%race``."""
    from grandstand.api.magic import register

    register(shell)
