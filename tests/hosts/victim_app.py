"""An app to be killed: ``python -m tests.hosts.victim_app MODE METHOD WORKLOAD [server]``.

With an executable for METHOD, MODE is a runner's key and the workers run under that Python. Runs workers as the window
does, the pump in a thread of its own; says "ready" when the first worker misbehaves.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any

from grandstand import modes
from grandstand.engine import messages as m
from grandstand.hosts import base, interpreter
from grandstand.hosts.page_server import PageServer
from grandstand.hosts.pump import Pump

from tests.places import ROOT


def main(mode: str, method: str, workload: str, *more: str) -> None:
    said: list[Any] = []
    pump = Pump(lambda batch: said.extend(envelope.message for envelope in batch))
    threading.Thread(target=pump.run).start()
    environment = {}
    if "server" in more:
        server = PageServer()
        starter = threading.Thread(target=server.start, args=(60,))  # a thread that is gone long before the app
        starter.start()
        starter.join()
        environment["server"] = server.address
    parameters: dict[str, float] = {"who": 1, "after": 10**9, "latency_ms": 1, "page_kb": 1, "jitter": 0}
    if os.path.isabs(method):
        spec = base.RunSpec(workload, parameters, 2, (), environment, python=method)
        handle: Any = interpreter.start(spec, mode, said.extend, path=(str(ROOT),))
    else:
        kind = modes.load(mode)
        spec = base.RunSpec(workload, parameters, 2, (("start_method", method),), environment)
        handle = base.host_of(kind).start(kind, spec, said.extend)
    pump.attach(handle)
    while len({x.worker for x in said if isinstance(x, m.Progress) and x.steps}) < 2:
        time.sleep(0.01)
    handle.set_parameters({**parameters, "after": 0})
    time.sleep(0.3)
    print("ready", flush=True)
    time.sleep(600)


if __name__ == "__main__":
    main(*sys.argv[1:])
