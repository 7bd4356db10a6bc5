"""The command line: the same powers as the window. One file per command; heavy imports inside the commands.

Nothing is imported at the top: the scripts that an installer writes import this module, and multiprocessing runs them
again, as ``__mp_main__``, in children started by spawn or the fork server.
"""


def main(arguments: list[str] | None = None) -> int:
    """``grandstand``: runs a command; returns the exit code (the README lists them)."""
    import sys

    _find_a_footing()
    from grandstand.cli.interrupts import interrupts
    from grandstand.cli.streams import Streams

    given = sys.argv[1:] if arguments is None else arguments
    with Streams() as streams, interrupts.heard(to_the_end=True):
        try:
            code = _run(given)
        except KeyboardInterrupt:
            code = interrupts.code
        return streams.code(interrupts.code if interrupts.raised else code)


def _run(given: list[str]) -> int:
    if not given:  # the window: nothing that it does not need is imported on the way to the first frame
        from grandstand.cli.window import open_window

        return open_window()
    from grandstand.cli.commands import run_command

    return run_command(given)


def main_window() -> int:
    """``grandstand-window [FILE]``: the window, with or without a console; returns the exit code."""
    import sys

    _find_a_footing()
    from grandstand.cli.no_console import open_window

    return open_window(sys.argv[1:], main)


def _find_a_footing() -> None:
    """Before anything is imported that the working folder may have a file for."""
    import sys

    from grandstand.engine import paths

    sys.path[:] = paths.ordered()
    from grandstand.cli.ground import prepare

    prepare()
