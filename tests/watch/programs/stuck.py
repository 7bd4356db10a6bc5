"""``stuck.py KIND``: threads that wait for ever, or only look as if. Says "ready" then; ends with its input."""

import os
import sys
import threading
import time

KIND = sys.argv[1]


def deadlock(one, other, name):
    both = threading.Barrier(2)

    def take(first, second):
        with first:
            both.wait()
            with second:
                pass

    for pair in ((one, other), (other, one)):
        threading.Thread(target=take, args=pair, daemon=True, name=name).start()


def leave():
    sys.stdin.read()
    os._exit(0)


if KIND == "rlocks":
    deadlock(threading.RLock(), threading.RLock(), "ring")
elif KIND == "locks":  # nobody listens here: everything waits
    deadlock(threading.Lock(), threading.Lock(), "stuck")
elif KIND == "pool":
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(4)
    for _ in pool.map(time.sleep, [0.05] * 4):
        pass
elif KIND == "timed":
    event = threading.Event()
    for _ in range(3):
        threading.Thread(target=event.wait, args=(60,), daemon=True).start()
time.sleep(0.2)
print("ready", flush=True)
if KIND == "locks":
    threading.Thread(target=threading.Event().wait, daemon=True).start()
    threading.Event().wait()
leave()
