"""Benches: what Grandstand costs, and whether it keeps its limits. ``python -m bench`` prints them.

Nothing here is a test.
"""

import os
import sys

SOURCES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "app")
"""What must be on the path for ``import grandstand``."""
if SOURCES not in sys.path:
    sys.path.insert(0, SOURCES)

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
    "wire": "wire",
    "hosts": "hosts",
    "watch": "watch",
    "kills": "kills",
    "pyspy": "pyspy",
    "gil": "gil",
    "own": "own",
}
"""What can be asked for -> the file whose ``report(quick)`` measures it, in the order in which they run."""
