"""What old files call by names that have changed since: the one place that maps them to today's.

Figures are kept with the keys of the schema that wrote the file. Who renames a key adds it here, old to new, and
touches no file.
"""

from __future__ import annotations

from typing import Any

STATES: dict[str, str] = {"interpreter": "gil", "handover": "serializing"}
LATER_STATES = ("loop", "waiting", "suspended")
"""Of which nobody knew then: accounts of all states have none of them."""
MODES: dict[str, str] = {}
WORKLOADS: dict[str, str] = {}
PARAMETERS: dict[str, str] = {}
PANELS: dict[str, str] = {}
CLAIMS: dict[str, str] = {}
VERDICTS: dict[str, str] = {}

_VALUES = {"mode": MODES, "winner": MODES, "workload": WORKLOADS, "claim": CLAIMS, "verdict": VERDICTS,
           "layout": PANELS, "modes": MODES}  # fmt: skip
"""Keys of the figures whose value (or each of whose values) is such a name."""
_TABLES = {"states": STATES, "ways": MODES, "parameters": PARAMETERS}
"""Keys of the figures that hold a table by such names."""
_ACCOUNT = ("computing", "idle")
"""States that every whole account has, also of nothing."""


def todays(figures: Any) -> Any:
    """The same figures with today's keys."""
    if isinstance(figures, list):
        return [todays(part) for part in figures]
    if not isinstance(figures, dict):
        return figures
    found = {}
    for key, value in figures.items():
        if key in _VALUES and isinstance(value, list):
            found[key] = [_VALUES[key].get(name, name) for name in value]
        elif key in _VALUES and isinstance(value, str):
            found[key] = _VALUES[key].get(value, value)
        elif key in _TABLES and isinstance(value, dict):
            found[key] = {_TABLES[key].get(name, name): todays(part) for name, part in value.items()}
            if key == "states" and all(isinstance(value.get(name), int | float) for name in _ACCOUNT):
                found[key] = {**dict.fromkeys(LATER_STATES, 0.0), **found[key]}
        else:
            found[key] = todays(value)
    return found
