"""The window, as ``main.py`` starts it, with a hand that presses Start: ``python window_main.py REPORT [stay]``.

Writes into REPORT, as JSON, whether workers worked, and what the window said; then closes it, unless it is to stay.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "app"))
_PATIENCE_S = 40.0


def main() -> int:
    from grandstand.engine import paths

    sys.path[:] = paths.ordered()
    report, *stay = sys.argv[1:]
    del sys.argv[1:]
    from grandstand.cli import window

    there = window.find_problems

    def find_problems() -> object:
        problems = there()
        if not problems:
            _lend_a_hand(report, bool(stay))
        return problems

    window.find_problems = find_problems  # type: ignore[assignment]
    from grandstand.cli import main as app

    return app([])


def _lend_a_hand(report: str, stay: bool) -> None:
    import json
    import time

    from grandstand.ui.shell import application
    from PySide6.QtCore import QTimer

    begin = application.Running.begin

    def begun(running: application.Running) -> None:
        told: list[str] = []
        show = running.window.toasts.show_message

        def tell(text: str, *more: object, **others: object) -> object:
            told.append(text)
            return show(text, *more, **others)  # type: ignore[arg-type]

        running.window.toasts.show_message = tell  # type: ignore[method-assign, assignment]
        begin(running)
        until = time.monotonic() + _PATIENCE_S
        pressed = False

        def look() -> None:
            nonlocal pressed
            if not pressed:
                pressed = True
                running.window.toggle_run()
                return
            run = running.controller.session.current
            working = run is not None and any(record.last is not None for record in run.workers.values())
            if working or not running.controller.active or time.monotonic() > until:
                timer.stop()
                with open(report, "w", encoding="utf-8") as file:
                    json.dump({"working": working, "told": told}, file)
                if not stay:
                    running.window.close()

        timer = QTimer(running.window)
        timer.timeout.connect(look)
        timer.start(50)

    application.Running.begin = begun  # type: ignore[method-assign]


if __name__ == "__main__":
    raise SystemExit(main())
