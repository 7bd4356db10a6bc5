"""What a child process has of its parent's memory: a changed global, and 200 MB of data before and after a touch.

``change_global`` and ``have_data`` run in child processes. The parent reads a child's memory from outside, in
/proc/PID/smaps_rollup (Linux 4.14 and later): *own* is what only this process has (Private_*, also called USS),
*shared* the rest of what it has in memory (Rss - own).
"""

import gc
import multiprocessing
import os
import random
from typing import Any, Dict, List, Optional, Tuple

from grandstand.engine.experiments.process_order import keep_files_in

PATIENCE_S = 20.0
PAGE = 4096
BEFORE, READ, WRITTEN = "before", "read", "written"

BALANCE = 100
"""The global that a child changes."""

DATA: Optional[Tuple[bytearray, List[float]]] = None
"""The parent's data: a block of bytes, and as many bytes of Python objects."""


# -- a global ---------------------------------------------------------------------------------------------------------


def change_global(pipe: Any, amount: int) -> None:
    """A child: changes its global, and says what it reads there then."""
    global BALANCE
    BALANCE += amount
    pipe.send(BALANCE)
    pipe.close()


def changed_global(tell: Any, repeats: int, methods: List[str], place: str) -> Dict[str, Any]:
    """Returns for each start method a list, one a repeat, of [what the child read, what the parent reads after]."""
    keep_files_in(place)
    values: Dict[str, Any] = {method: [] for method in methods}
    for repeat in range(repeats):
        for method in methods:
            context: Any = multiprocessing.get_context(method)
            mine, theirs = context.Pipe()
            process = context.Process(target=change_global, args=(theirs, 42))
            process.start()
            theirs.close()
            child = mine.recv()
            process.join()
            mine.close()
            values[method].append([child, BALANCE])
        tell(progress=(repeat + 1) / repeats, words="a changed global, repeat {} of {}".format(repeat + 1, repeats))
    return values


# -- 200 MB -----------------------------------------------------------------------------------------------------------


def hold(megabytes: float) -> Tuple[bytearray, List[float]]:
    """Data of so many MB: half a block of bytes, half floats in a list (24 bytes each and 8 in the list)."""
    half = int(megabytes * 1e6 / 2)
    return bytearray(b"\x5a" * half), [float(i) for i in range(half // 32)]


def read_all(data: Tuple[bytearray, List[float]]) -> None:
    """Looks at every object and every page. For an object that means counting a reference to it: a write."""
    block, objects = data
    for one in objects:  # noqa: B007
        pass
    for at in range(0, len(block), PAGE):
        block[at]


def write_all(data: Tuple[bytearray, List[float]]) -> None:
    """Changes a byte in every page of the block."""
    block, _ = data
    for at in range(0, len(block), PAGE):
        block[at] = 1


def have_data(pipe: Any, given: Optional[Tuple[bytearray, List[float]]]) -> None:
    """A child: does what it is told with the data that it was given or that it has from its parent, if any."""
    data = given if given is not None else DATA
    pipe.send(data is not None)
    while True:
        told = pipe.recv()
        if told == READ and data is not None:
            read_all(data)
        elif told == WRITTEN and data is not None:
            write_all(data)
        elif not told:
            return
        pipe.send(told)


def own_and_shared(pid: int) -> List[float]:
    """MB that a process has alone, and MB in its memory that others have too. Raises OSError."""
    sizes: Dict[str, int] = {}
    with open("/proc/{}/smaps_rollup".format(pid)) as file:
        for line in file.readlines()[1:]:
            name, size = line.split()[:2]
            sizes[name.rstrip(":")] = int(size)
    own = sizes["Private_Clean"] + sizes["Private_Dirty"]
    return [own * 1024 / 1e6, (sizes["Rss"] - own) * 1024 / 1e6]


def copied_memory(tell: Any, repeats: int, methods: List[str], megabytes: float, place: str) -> Dict[str, Any]:
    """Children of a parent that holds ``megabytes``, by each start method; "METHOD, given": the data was an argument.

    Returns ``parent``, a list, one a repeat, of [own, shared] MB while there was no child; and ``children``: for each
    case ``has`` (whether the child had the data) and such a list for "before", "read" and "written".
    """
    global DATA
    keep_files_in(place)
    contexts: Dict[str, Any] = {method: multiprocessing.get_context(method) for method in methods}
    if "forkserver" in contexts:  # must be there before the data, or nothing would prove that it has not got them
        contexts["forkserver"].Process(target=int).start()
    DATA = hold(megabytes)
    gc.collect()
    parent: List[List[float]] = []
    cases = [(method, False) for method in methods] + [(m, True) for m in methods if m != "fork"]
    children: Dict[str, Dict[str, Any]] = {}
    chance = random.Random(20)
    for repeat in range(repeats):
        parent.append(own_and_shared(os.getpid()))
        for done, (method, given) in enumerate(chance.sample(cases, len(cases))):
            case = method + (", given" if given else "")
            words = "{}, repeat {} of {}".format(case, repeat + 1, repeats)
            tell(progress=(repeat + done / len(cases)) / repeats, words=words)
            _one_child(contexts[method], DATA if given else None, children.setdefault(case, {}))
    return {"parent": parent, "children": children}


def _one_child(context: Any, given: Any, sizes: Dict[str, Any]) -> None:
    mine, theirs = context.Pipe()
    process = context.Process(target=have_data, args=(theirs, given))
    process.start()
    theirs.close()
    sizes["has"] = _hear(mine)
    for stage in (BEFORE, READ, WRITTEN):
        mine.send(stage)
        _hear(mine)
        sizes.setdefault(stage, []).append(own_and_shared(process.pid))
    mine.send("")
    process.join()
    mine.close()


def _hear(pipe: Any) -> Any:
    if not pipe.poll(PATIENCE_S):
        raise TimeoutError("a child did not answer")
    return pipe.recv()
