"""A program as people write it: a setting at the top of the file, changed in the main part before a worker starts.

It is run as a main module, by ``settings``; the worker is what multiprocessing makes of it with each start method.
"""

import json
import multiprocessing
import sys
from typing import Any, Dict, List

RATE = 1
NAMES: List[str] = []


def worker(pipe: Any, given: int) -> None:
    """A worker: sends what it finds, in the program's globals and in its argument."""
    pipe.send({"rate": RATE, "names": NAMES, "given": given})
    pipe.close()


def start_worker(method: str, given: int) -> Dict[str, Any]:
    context: Any = multiprocessing.get_context(method)
    mine, theirs = context.Pipe()
    process = context.Process(target=worker, args=(theirs, given))
    process.start()
    theirs.close()
    found: Dict[str, Any] = mine.recv()
    process.join()
    return {"found": found, "code": process.exitcode}


if __name__ == "__main__":
    RATE = 3  # for this program only, after the top of the file has run
    NAMES.append("Ada")
    answers = {method: start_worker(method, RATE) for method in sys.argv[1].split(",")}
    print(json.dumps({"main": {"rate": RATE, "names": NAMES, "given": RATE}, "workers": answers}))
