"""The command line: the same powers as the window. One file per command; heavy imports inside the commands."""

from __future__ import annotations

import sys


def main(arguments: list[str] | None = None) -> int:
    """Runs the command line; returns the exit code (0 done, 1 a worker or the work failed, 2 usage)."""
    given = sys.argv[1:] if arguments is None else arguments
    if not given:  # the window: nothing that it does not need is imported on the way to the first frame
        from grandstand.cli.window import open_window

        return open_window()
    from grandstand.cli.commands import run_command

    return run_command(given)
