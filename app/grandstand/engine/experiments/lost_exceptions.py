"""An exception in a worker, and nobody asks: what reaches standard error, when, and the exit code.

Each case is a program of its own, a helper Python with its name as the argument; ``main`` is that program.
"""

import asyncio
import concurrent.futures
import multiprocessing.pool
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, Callable, Dict

from grandstand.engine import helper_python
from grandstand.engine.experiments.process_order import cheap_context, keep_files_in

WORDS = "the job failed"
GOES_ON = "-- the program goes on"
PATIENCE_S = 30.0
AT_ONCE, LATER, NEVER = "at once", "later", "never"


def fail() -> None:
    """The job."""
    raise ValueError(WORDS)


# -- the programs: each calls ``go_on`` when the job has failed, and asks for nothing ---------------------------------


def thread_pool(go_on: Callable[[], None]) -> None:
    with ThreadPoolExecutor(1) as pool:
        concurrent.futures.wait([pool.submit(fail)])
        go_on()


def process_pool(go_on: Callable[[], None]) -> None:
    with ProcessPoolExecutor(1, cheap_context()) as pool:
        concurrent.futures.wait([pool.submit(fail)])
        go_on()


def multiprocessing_pool(go_on: Callable[[], None]) -> None:
    with multiprocessing.pool.Pool(1, context=cheap_context()) as pool:
        pool.apply_async(fail).wait()
        go_on()


def thread(go_on: Callable[[], None]) -> None:
    worker = threading.Thread(target=fail)
    worker.start()
    worker.join()
    go_on()


def process(go_on: Callable[[], None]) -> None:
    worker = cheap_context().Process(target=fail)
    worker.start()
    worker.join()
    go_on()


def task(go_on: Callable[[], None]) -> None:
    async def job() -> None:
        fail()

    async def program() -> None:
        worker = asyncio.ensure_future(job())
        await asyncio.wait([worker])
        go_on()
        del worker  # nothing refers to the task any more: it is garbage

    asyncio.run(program())


CASES = {
    "a thread": thread, "a process": process, "an asyncio task": task, "ThreadPoolExecutor": thread_pool,
    "ProcessPoolExecutor": process_pool, "multiprocessing.Pool": multiprocessing_pool,
}  # fmt: skip


def main() -> None:
    """One program. Arguments: the case, and a folder for multiprocessing's files."""

    def go_on() -> None:
        sys.stderr.write(GOES_ON + "\n")
        sys.stderr.flush()

    keep_files_in(sys.argv[2])
    CASES[sys.argv[1]](go_on)


# -- the measurement --------------------------------------------------------------------------------------------------


def when_told(text: str) -> str:
    """AT_ONCE, LATER or NEVER, by what a program wrote to standard error. Raises RuntimeError for another failure."""
    before, goes_on, after = text.partition(GOES_ON)
    if not goes_on:
        raise RuntimeError("the program ended early: {}".format(text[-500:]))
    return AT_ONCE if WORDS in before else LATER if WORDS in after else NEVER


def nobody_asks(tell: Any, repeats: int, place: str) -> Dict[str, Any]:
    """Returns for each case ``told`` (of ``when_told``, one a repeat), ``codes`` (exit codes) and ``text``, what the
    last one wrote to standard error."""
    seen: Dict[str, Dict[str, Any]] = {case: {"told": [], "codes": [], "text": ""} for case in CASES}
    for repeat in range(repeats):
        programs = {
            case: subprocess.Popen(
                helper_python.command("grandstand.engine.experiments.lost_exceptions:main", case, place),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            )
            for case in CASES
        }  # fmt: skip
        for case, program in programs.items():
            _, said = program.communicate(timeout=PATIENCE_S)
            text = said.decode(errors="replace")
            seen[case]["told"].append(when_told(text))
            seen[case]["codes"].append(program.returncode)
            seen[case]["text"] = text[-4000:]
        tell(progress=(repeat + 1) / repeats, words="repeat {} of {}".format(repeat + 1, repeats))
    return seen
