"""What every command stands on, whatever it was started from. Main thread, before anything else."""

from __future__ import annotations

import os
import sys
import warnings


def prepare() -> None:
    """Standard streams that are open, and warnings that are none of the environment's business."""
    _open_streams()
    if os.environ.get("PYTHONWARNINGS") and not sys.flags.ignore_environment:
        # Meant for the person's own programs: "error" would end this one within some library.
        warnings.resetwarnings()
        for kind in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
            warnings.simplefilter("ignore", kind)


def _open_streams() -> None:
    """A closed one (``>&-``) would give its number to the next file or pipe, and somebody would print into that."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            nowhere = os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one
            os.set_inheritable(nowhere, True)
