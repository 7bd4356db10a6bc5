"""The app as a bench drives it: orders as JSON lines on standard input, answers on standard output.

``python -m bench.driven window FOLDER`` opens the real window (settings and beats in FOLDER), with a third word
``books`` it keeps books of its CPU time; ``python -m bench.driven plain`` runs the controller without Qt. Each ends
when standard input does.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from pathlib import Path
from typing import Any


def answer(said: dict[str, Any]) -> None:
    """One line to the bench."""
    os.write(1, (json.dumps(said) + "\n").encode())


def drive_plain() -> None:
    """As the command line does it: the pump and the model take turns on the main thread."""
    from grandstand.control.controller import Controller

    from bench.orders import Orders

    heard: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            heard.put(line)
            controller.pump.wake()
        heard.put(None)
        controller.pump.wake()

    controller = Controller(window=False)
    orders = Orders(controller)
    threading.Thread(target=listen, name="orders", daemon=True).start()
    while True:
        controller.pump.turn(0.02)
        controller.tick()
        while not heard.empty():
            line = heard.get()
            if line is None:
                controller.close()
                return
            answer(orders.obey(json.loads(line)))


def drive_window(folder: Path, books: bool) -> None:
    """The window as ``python main.py`` opens it, with an ear for orders."""
    from grandstand.ui.shell.application import Running, make_application
    from grandstand.ui.shell.settings import Settings
    from PySide6.QtCore import QObject, Signal

    from bench.orders import BeatFile
    from bench.window_orders import WindowOrders

    class Ear(QObject):
        heard = Signal(str)
        ended = Signal()

    ledger = None
    if books:  # before the window is made: Qt asks an object only once which of its methods Python overrides
        from bench.where import Ledger

        ledger = Ledger()
        ledger.open()
    app = make_application()
    running = Running(Settings(folder / "settings.ini"))
    beats = BeatFile(folder / "beats", create=True)
    clock, session = running.window.clock, running.controller.session

    def beat(t_ns: int, gap_ms: float) -> None:
        beats.add(t_ns)
        session.beat(t_ns, gap_ms)

    clock._beat = beat  # the one place where every frame passes
    orders = WindowOrders(running, answer, ledger)
    ear = Ear()
    ear.heard.connect(lambda line: answer(orders.obey(json.loads(line))))
    ear.ended.connect(app.quit)

    def begin() -> None:
        running.begin()
        answer({"event": "open", "pid": os.getpid()})

    def listen() -> None:
        for line in sys.stdin:
            order = json.loads(line)
            if order["do"] == "click":  # from this thread, so that a window that does not react is found out
                orders.post_click(order["name"])
            else:
                ear.heard.emit(line)
        ear.ended.emit()

    running.window.show()
    running.window.on_first_paint(begin)
    threading.Thread(target=listen, name="orders", daemon=True).start()
    app.exec()
    left = running.finish()
    beats.close()
    if left:
        os._exit(0)


if __name__ == "__main__":
    if sys.argv[1] == "window":
        drive_window(Path(sys.argv[2]), "books" in sys.argv[3:])
    else:
        drive_plain()
