"""What every command stands on, whatever it was started from. Main thread, before anything else."""

from __future__ import annotations

import os
import sys
import warnings


def prepare() -> None:
    """Warnings that are none of the environment's business."""
    if os.environ.get("PYTHONWARNINGS") and not sys.flags.ignore_environment:
        # Meant for the person's own programs: "error" would end this one within some library.
        warnings.resetwarnings()
        for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", kind)
