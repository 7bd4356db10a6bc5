"""A ``multiprocessing.Queue`` without helper thread and semaphores. Runs in the worker's thread, or in its child's
sender.

The usual Queue pickles and sends in a thread of its own. In a process with one worker that thread is the only other
one to want the GIL, and on a busy machine it gets it and then waits for a core, while the worker waits for
the GIL: the measurement would show up in the measured. Sending from the worker's own thread costs some 20 µs,
twenty times a second, and is accounted as serializing.

The usual Queue takes three semaphores, so that several may write and read. Here one process writes and one thread
reads: the pipe alone keeps their order and says when it is full. So nothing is left in /dev/shm, whoever is killed,
and nothing is needed of it: containers often have little or none.
"""

import multiprocessing.queues
import queue
import select
from multiprocessing.reduction import ForkingPickler
from typing import Any, Optional


class _Free:
    """In place of a semaphore that nobody would ever wait for."""

    def __init__(self, value: int = 1) -> None:
        pass

    def acquire(self, block: bool = True, timeout: Optional[float] = None) -> bool:
        return True

    def release(self) -> None:
        pass


class _WithoutSemaphores:
    """What a Queue wants of a multiprocessing context."""

    Lock = BoundedSemaphore = _Free


class DirectQueue(multiprocessing.queues.Queue):  # type: ignore[type-arg]
    """For one writing process and one reading thread. Sends in ``put``.

    Where the system can tell, ``put_nowait`` never blocks: a full pipe is ``queue.Full``.
    """

    def __init__(self) -> None:
        super().__init__(1, ctx=_WithoutSemaphores)

    def put(self, obj: Any, block: bool = True, timeout: Optional[float] = None) -> None:
        writer = self._writer  # type: ignore[attr-defined]
        if not block and not _has_room(writer):
            raise queue.Full
        writer.send_bytes(ForkingPickler.dumps(obj))


def _has_room(writer: Any) -> bool:
    """A pipe counts as writable while PIPE_BUF bytes fit, and no message is longer than that."""
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    poll.register(writer.fileno(), select.POLLOUT)
    return bool(poll.poll(0))  # a pipe that is broken or closed counts too: let the sending say so
