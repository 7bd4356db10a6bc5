"""Grandstand: watch Python's ways of running work race on your own machine.

Children started by spawn or the fork server import this file too, so nothing is imported at its top.
"""


def _main() -> int:
    import os
    import sys

    if getattr(sys, "frozen", False):
        from multiprocessing import freeze_support

        freeze_support()
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "app"))
    from grandstand.cli import main

    return main()


if __name__ == "__main__":
    raise SystemExit(_main())
