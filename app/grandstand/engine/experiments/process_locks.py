"""Processes that share a value or locks: updates that get lost, and two ways into a deadlock.

``add``, ``add_with_lock``, ``take_both`` and ``put_and_leave`` run in child processes. Whatever deadlocks is killed
here, and once more with the whole process group when the experiment is over.
"""

import os
import sys
import threading
import time
import traceback
from typing import Any, Dict, List, Optional

from grandstand.engine.experiment import Lanes
from grandstand.engine.experiments.process_order import cheap_context, keep_files_in

BEGUN, HOLDS, DONE = 1, 2, 3
"""How far a child that takes two locks has come: it says so in shared memory, which needs no lock itself."""
WATCH_S = 0.3
"""A deadlock is watched for so long: nobody moves, nobody computes."""
PATIENCE_S = 5.0
FIRST_HELD_S = 0.03
BIG, SMALL = 1_000_000, 1_000
"""Bytes put into a queue: more, and less, than a pipe holds (64 KiB on Linux)."""


# -- a shared value ---------------------------------------------------------------------------------------------------


def add(value: Any, gate: Any, updates: int) -> None:
    """``value``: a number in shared memory that has no lock. The two begin together."""
    gate.wait()
    for _ in range(updates):
        value.value += 1


def add_with_lock(value: Any, gate: Any, updates: int) -> None:
    """``value``: a number in shared memory with its lock."""
    gate.wait()
    for _ in range(updates):
        with value.get_lock():
            value.value += 1


def shared_value(tell: Any, repeats: int, updates: int, updates_with_lock: int, place: str) -> Dict[str, Any]:
    """Two processes add to one shared number. Returns ``lost`` and ``made`` (updates, one a repeat) for each way,
    "none" and "lock"."""
    keep_files_in(place)
    context = cheap_context()
    lost: Dict[str, List[int]] = {"none": [], "lock": []}
    made: Dict[str, List[int]] = {"none": [], "lock": []}
    for repeat in range(repeats):
        for way, target, each in (("none", add, updates), ("lock", add_with_lock, updates_with_lock)):
            value = context.Value("q", 0, lock=way == "lock")
            gate = context.Barrier(3)
            pair = [context.Process(target=target, args=(value, gate, each)) for _ in range(2)]
            for process in pair:
                process.start()
            gate.wait(PATIENCE_S)
            for process in pair:
                process.join()
            if any(process.exitcode for process in pair):
                raise RuntimeError("a process that adds to the shared value died")
            lost[way].append(2 * each - value.value)
            made[way].append(2 * each)
        words = "repeat {} of {}: {:,} of {:,} updates lost".format(repeat + 1, repeats, lost["none"][-1], 2 * updates)
        tell(progress=(repeat + 1) / repeats, words=words)
    return {"lost": lost, "made": made}


# -- two locks --------------------------------------------------------------------------------------------------------


def take_both(done: Any, number: int, first: Any, second: Any, asked: Any) -> None:
    """One process: takes ``first``, works a little, takes ``second``. ``said[number]``: how far it is."""
    threading.Thread(target=_show_stack, args=(asked, threading.get_ident()), daemon=True).start()
    done[number] = BEGUN
    with first:
        done[number] = HOLDS
        time.sleep(FIRST_HELD_S)  # its work with the first lock
        with second:
            done[number] = DONE


def _show_stack(asked: Any, ident: int) -> None:
    """Beside the work: sends the main thread's stack, as text, to whoever asks. A waiting lock does not keep it."""
    while asked.poll(None):
        asked.recv()
        frames = traceback.extract_stack(sys._current_frames()[ident])
        names = [frame.name for frame in frames]
        ours = frames[names.index(take_both.__name__) :]  # what lies below belongs to multiprocessing
        asked.send("\n".join("line {}, in {}\n    {}".format(f.lineno, f.name, f.line) for f in ours))


class Pair:
    """Two processes and two locks. ``opposite``: the second process takes the locks the other way round."""

    def __init__(self, opposite: bool) -> None:
        context = cheap_context()
        self.locks = [context.Lock(), context.Lock()]  # kept: a lock that is forgotten here is gone for children too
        self.said = context.RawArray("q", 2)
        self.began_ns = time.perf_counter_ns()
        self.asking: List[Any] = []
        self.processes: List[Any] = []
        for number in range(2):
            first, second = self.locks[:: -1 if opposite and number else 1]
            mine, theirs = context.Pipe()
            process = context.Process(target=take_both, args=(self.said, number, first, second, theirs))
            process.start()
            theirs.close()
            self.asking.append(mine)
            self.processes.append(process)

    def stuck(self) -> Optional[float]:
        """None when both come to their end. Else the cores they used together while they were watched, or -1 where
        the system does not tell. Raises TimeoutError when they neither end nor stand still."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if list(self.said) == [DONE, DONE]:
                for process in self.processes:
                    process.join(PATIENCE_S)
                return None
            if list(self.said) == [HOLDS, HOLDS]:
                # By now each holds one lock. If they move on within the watch, it was no deadlock.
                time.sleep(2 * FIRST_HELD_S)
                start, before = time.monotonic(), cpu_seconds(self.processes)
                time.sleep(WATCH_S)
                after, took = cpu_seconds(self.processes), time.monotonic() - start
                if list(self.said) == [HOLDS, HOLDS] and all(process.is_alive() for process in self.processes):
                    return -1.0 if before is None or after is None else (after - before) / took
            time.sleep(0.002)
        raise TimeoutError("the two processes neither came to an end nor stood still")

    def ring(self) -> List[Dict[str, str]]:
        """Each process: ``name``, ``holds``, ``waits_for``, ``held_by`` and the ``stack`` it sent just now."""
        names = ["process {}".format(process.pid) for process in self.processes]
        holders = []
        for number, (name, asking) in enumerate(zip(names, self.asking)):
            asking.send(None)
            stack = asking.recv() if asking.poll(1.0) else ""
            holders.append({
                "name": name, "holds": "lock {}".format("AB"[number]), "waits_for": "lock {}".format("BA"[number]),
                "held_by": names[1 - number], "stack": stack,
            })  # fmt: skip
        return holders

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.join()
        for asking in self.asking:
            asking.close()


def opposite_order(tell: Any, repeats: int, place: str) -> Dict[str, Any]:
    """Returns ``opposite`` and ``same`` (one a repeat: None, or cores used while stuck, as of Pair.stuck) and the
    first ``ring`` (empty when there was none)."""
    keep_files_in(place)
    lanes = Lanes(tell, ["process 1", "process 2"])
    waits: Dict[str, List[Optional[float]]] = {"opposite": [], "same": []}
    ring: List[Dict[str, str]] = []
    for repeat in range(repeats):
        for way in ("opposite", "same"):
            pair = Pair(way == "opposite")
            try:
                waits[way].append(pair.stuck())
                if waits[way][-1] is not None:
                    ring = ring or pair.ring()
                    for lane in range(2):
                        lanes.between(lane, "lock", pair.began_ns, time.perf_counter_ns(), "deadlock")
            finally:
                pair.end()
        deadlocks = sum(one is not None for one in waits["opposite"])
        words = "opposite order: {} deadlocks in {} repeats".format(deadlocks, repeat + 1)
        tell(progress=(repeat + 1) / repeats, words=words)
    lanes.flush()
    return {**waits, "ring": ring}


# -- a queue that is not drained --------------------------------------------------------------------------------------


def put_and_leave(put: Any, queue: Any, size: int) -> None:
    """A child: its last act is to put so many bytes. Before it ends, its queue waits until they are in the pipe."""
    queue.put(bytes(size))
    put[0] = DONE


def undrained(tell: Any, repeats: int, place: str) -> Dict[str, Any]:
    """The parent joins before it takes what the child has put.

    Returns for "big" and "small" a list, one a repeat, of [stuck, ended after draining]; stuck: the join did not
    come back while it was watched, although the child had no line left to run.
    """
    keep_files_in(place)
    context = cheap_context()
    outcomes: Dict[str, List[List[bool]]] = {"big": [], "small": []}
    for repeat in range(repeats):
        for kind, size in (("big", BIG), ("small", SMALL)):
            queue, put = context.Queue(), context.RawArray("q", 1)
            process = context.Process(target=put_and_leave, args=(put, queue, size))
            process.start()
            until = time.monotonic() + PATIENCE_S
            while put[0] != DONE and process.is_alive() and time.monotonic() < until:
                time.sleep(0.002)
            process.join(WATCH_S)
            stuck = bool(process.is_alive() and put[0] == DONE)
            taken = len(queue.get(timeout=PATIENCE_S))
            process.join(PATIENCE_S)
            outcomes[kind].append([stuck, taken == size and process.exitcode == 0])
            process.kill()
            queue.close()
        tell(progress=(repeat + 1) / repeats, words="a queue not drained, repeat {} of {}".format(repeat + 1, repeats))
    return dict(outcomes)


def cpu_seconds(processes: List[Any]) -> Optional[float]:
    """CPU seconds of all of them so far, in steps of the system's clock tick; None where there is no /proc."""
    total = 0.0
    try:
        for process in processes:
            with open("/proc/{}/stat".format(process.pid)) as file:
                fields = file.read().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError, ValueError):
        return None
    return total
