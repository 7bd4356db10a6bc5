"""What it costs to hand data to another process, or to another thread: messages of many sizes, by four ways.

Each way has one sender, this process's main thread, and one receiver that lives as long as the experiment. A leg is a
number of messages one after another: from the first one sent until the receiver has said that it has them all.
"""

import multiprocessing
import os
import queue
import random
import threading
import time
from multiprocessing import resource_tracker, shared_memory
from typing import Any, Callable, Dict, List

from grandstand.engine.experiment import Lanes
from grandstand.engine.experiments.process_order import cheap_context, keep_files_in
from grandstand.vocabulary.states import SERIALIZING

SLOTS = 2
"""Of shared memory: one is filled while the other is emptied."""
PATIENCE_S = 20.0
LEG_BYTES, MOST, LEAST = 20_000_000, 600, 2
"""A leg moves about so many bytes, in at most and at least so many messages."""

# -- the receivers ----------------------------------------------------------------------------------------------------


def receive(orders: Any, take: Callable[[int], bytes]) -> None:
    """A receiver: is told (messages, bytes each), takes them, says how many bytes came; until it is told nothing."""
    while True:
        order = orders.recv()
        if not order:
            return
        count, size = order
        orders.send(sum(len(take(size)) for _ in range(count)))


def from_queue(orders: Any, messages: Any) -> None:
    receive(orders, lambda size: messages.get())


def from_pipe(orders: Any, end: Any) -> None:
    receive(orders, lambda size: end.recv())


def from_shared_memory(orders: Any, memory: Any, filled: Any, empty: Any) -> None:
    buffer, slot = memory.buf, 0

    def take(size: int) -> bytes:
        nonlocal slot
        filled.acquire()
        start = slot * (len(buffer) // SLOTS)
        data = bytes(buffer[start : start + size])
        slot = (slot + 1) % SLOTS
        empty.release()
        return data

    receive(orders, take)


# -- the ways ---------------------------------------------------------------------------------------------------------


class Way:
    """A way to send bytes to a receiver that already runs. ``most``: the largest message it can carry, in bytes."""

    def __init__(self, send: Callable[[bytes], None], orders: Any, receiver: Any, most: int) -> None:
        self._send, self._orders, self._receiver, self.most = send, orders, receiver, most
        receiver.start()

    def leg(self, payload: bytes, count: int) -> int:
        """Nanoseconds for ``count`` messages. Raises RuntimeError when not every byte arrived, or TimeoutError."""
        began = time.perf_counter_ns()
        self._orders.send((count, len(payload)))
        for _ in range(count):
            self._send(payload)
        if not self._orders.poll(PATIENCE_S):
            raise TimeoutError("the receiver does not answer")
        came = self._orders.recv()
        took = time.perf_counter_ns() - began
        if came != count * len(payload):
            raise RuntimeError("{} bytes were sent and {} came".format(count * len(payload), came))
        return took

    def close(self) -> None:
        self._orders.send(None)
        self._receiver.join(PATIENCE_S)


def threads(most: int) -> Way:
    """Another thread, a queue.Queue: what is handed over is a reference, however large the data."""
    messages: "queue.Queue[bytes]" = queue.Queue()
    mine, theirs = multiprocessing.Pipe()
    receiver = threading.Thread(target=from_queue, args=(theirs, messages), daemon=True)
    return Way(messages.put, mine, receiver, most)


def process_queue(context: Any, most: int) -> Way:
    messages = context.Queue()
    mine, theirs = context.Pipe()
    return Way(messages.put, mine, context.Process(target=from_queue, args=(theirs, messages), daemon=True), most)


def process_pipe(context: Any, most: int) -> Way:
    reading, writing = context.Pipe(duplex=False)
    mine, theirs = context.Pipe()
    return Way(writing.send, mine, context.Process(target=from_pipe, args=(theirs, reading), daemon=True), most)


def process_shared_memory(context: Any, most: int, name: str) -> Way:
    """Copied into shared memory by the sender and out of it by the receiver; two semaphores say whose turn it is."""
    most = max(1, min(most, room() // SLOTS))
    if hasattr(os, "fork"):
        resource_tracker.ensure_running()  # now, not between the making of the segment and its unlinking
    memory: Any = shared_memory.SharedMemory(name, create=True, size=SLOTS * most)
    if context.get_start_method() == "fork":
        memory.unlink()  # the child inherits it; so nothing of it can stay behind, however this process ends
    filled, empty = context.Semaphore(0), context.Semaphore(SLOTS)
    mine, theirs = context.Pipe()
    slot = 0

    def send(payload: bytes) -> None:
        nonlocal slot
        empty.acquire()
        start = slot * (len(memory.buf) // SLOTS)
        memory.buf[start : start + len(payload)] = payload
        slot = (slot + 1) % SLOTS
        filled.release()

    process = context.Process(target=from_shared_memory, args=(theirs, memory, filled, empty), daemon=True)
    return Way(send, mine, process, most)


def room() -> int:
    """Bytes of shared memory that may be used: half of what is free, where the system tells."""
    try:
        there = os.statvfs("/dev/shm")
    except (OSError, AttributeError):
        return 1 << 40
    return int(there.f_bavail * there.f_frsize // 2)


# -- the measurement --------------------------------------------------------------------------------------------------


def messages_of(way: str, size: int) -> int:
    """How many messages a leg has; a reference costs the same whatever it refers to."""
    return MOST if way == "threads" else max(LEAST, min(MOST, LEG_BYTES // size))


def transfer_costs(tell: Any, blocks: int, sizes: List[int], place: str, name: str) -> Dict[str, Any]:
    """Each way with each size once a block, in random order. ``name``: of the segment of shared memory.

    Returns ``method`` (how the processes were started) and ``micros``: for each way a list, one a size, of lists, one
    a block, of µs per message; empty lists where a way cannot carry the size.
    """
    keep_files_in(place)
    context = cheap_context()
    most = max(sizes)
    ways = {  # those that fork come before the thread
        "shared memory": process_shared_memory(context, most, name),
        "pipe": process_pipe(context, most),
        "queue": process_queue(context, most),
        "threads": threads(most),
    }
    payloads = [b"\x5a" * size for size in sizes]
    lanes = Lanes(tell, list(ways))
    micros: Dict[str, List[List[float]]] = {way: [[] for _ in sizes] for way in ways}
    legs = [(way, at) for way in ways for at, size in enumerate(sizes) if size <= ways[way].most]
    for way, at in legs:
        ways[way].leg(payloads[at], SLOTS)  # the first use of a page is not the cost of a message
    chance = random.Random(19)
    for block in range(blocks):
        for way, at in chance.sample(legs, len(legs)):
            count = messages_of(way, sizes[at])
            start = time.perf_counter_ns()
            micros[way][at].append(ways[way].leg(payloads[at], count) / count / 1e3)
            end = time.perf_counter_ns()
            lanes.between(list(ways).index(way), SERIALIZING.key, start, end, "{:,} B".format(sizes[at]))
        tell(progress=(block + 1) / blocks, words="block {} of {}".format(block + 1, blocks))
    lanes.flush()
    for one in ways.values():
        one.close()
    return {"method": context.get_start_method(), "micros": micros}
