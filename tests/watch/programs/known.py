"""A program that knows what its threads do: ``known.py SECONDS KIND…``, a thread for each kind. Prints it as JSON.

It begins when a line comes in.

For each thread: its native id, its CPU time and its seconds in each bracket, over the stretch in which all ran.
"""

import json
import queue
import socket
import sys
import threading
import time
import zlib

LOCK = threading.Lock()
DATA = bytes(range(256)) * 2000


def spin(seconds):
    until = time.thread_time() + seconds
    n = 0
    while time.thread_time() < until:
        for i in range(200):
            n += i
    return n


def compute(until, told):
    while time.perf_counter() < until:
        spin(0.01)


def duty(until, told):
    """A third computing, two thirds asleep."""
    while time.perf_counter() < until:
        spin(0.01)
        with bracket(told, "io"):
            time.sleep(0.02)


def sleep(until, told):
    while time.perf_counter() < until:
        with bracket(told, "io"):
            time.sleep(0.05)


def io(until, told):
    mine, theirs = socket.socketpair()
    stop = threading.Event()

    def answer():
        while not stop.is_set():
            time.sleep(0.015)
            theirs.send(b"x")

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    while time.perf_counter() < until:
        with bracket(told, "io"):
            mine.recv(10)
        spin(0.002)
    stop.set()
    thread.join()
    mine.close()
    theirs.close()


def lock(until, told):
    """Several of these hand one lock to each other, and hold it asleep."""
    while time.perf_counter() < until:
        with bracket(told, "lock"):
            LOCK.acquire()
        with bracket(told, "io"):
            time.sleep(0.01)
        LOCK.release()
        spin(0.0005)


def compress(until, told):
    """C code that gives the GIL away."""
    while time.perf_counter() < until:
        zlib.compress(DATA, 9)


def idle(until, told):
    """A worker of a pool that has nothing to do."""
    jobs = queue.Queue()
    timer = threading.Timer(max(0.0, until - time.perf_counter()), jobs.put, (None,))
    timer.daemon = True
    timer.start()
    with bracket(told, "lock"):
        jobs.get()


class bracket:
    def __init__(self, told, state):
        self.told, self.state = told, state

    def __enter__(self):
        self.began = time.perf_counter()

    def __exit__(self, *_):
        now = time.perf_counter()
        self.told[self.state] = self.told.get(self.state, 0.0) + now - self.began


def main():
    seconds, kinds = float(sys.argv[1]), sys.argv[2:]
    sys.stdin.readline()
    told = []
    barrier = threading.Barrier(len(kinds))

    def run(kind):
        mine = {"kind": kind, "id": threading.get_native_id()}
        told.append(mine)
        barrier.wait()
        began, cpu = time.perf_counter(), time.thread_time()
        globals()[kind](began + seconds, mine)
        mine.update(seconds=time.perf_counter() - began, cpu=time.thread_time() - cpu)

    threads = [threading.Thread(target=run, args=(kind,)) for kind in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"threads": told}))


if __name__ == "__main__":
    main()
