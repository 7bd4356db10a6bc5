"""Benches: what Grandstand costs, and whether it keeps its limits. ``python -m bench`` prints them.

Nothing here is a test.
"""

NAMES = {
    "accounts": "accounts",
    "overhead": "overhead",
    "alive": "alive",
    "light": "light",
    "grows": "grows",
    "switching": "switching",
    "page_server": "pages",
    "coverage": "coverage",
    "claims": "claims",
    "compare": "compare",
    "cells": "cells",
    "recording": "recording",
    "replay": "replay",
    "hostile": "hostile",
}
"""What can be asked for -> the file whose ``report(quick)`` measures it, in the order in which they run."""
