"""Random numbers that forked workers draw: from generators that they have from their parent, and after a new seed."""

import importlib
import multiprocessing
import random
from typing import Any, Dict, List

from grandstand.engine.experiments.process_order import keep_files_in

PATIENCE_S = 20.0


def numpy_random() -> Any:
    """numpy.random, or None where there is no numpy."""
    try:
        return importlib.import_module("numpy.random")
    except ImportError:
        return None


def as_inherited(numpy: Any, made: random.Random, rng: Any) -> Dict[str, bytes]:
    """The next number of each generator, as the parent has left it. ``made``, ``rng``: made before the fork."""
    drawn = {"random": random.getrandbits(64).to_bytes(8, "big"), "Random()": made.getrandbits(64).to_bytes(8, "big")}
    if numpy is not None:
        drawn["numpy.random"] = numpy.bytes(8)
        drawn["default_rng()"] = rng.bytes(8)
    return drawn


def newly_seeded(numpy: Any) -> Dict[str, bytes]:
    """The same after the worker has seeded them, or made its own."""
    random.seed()
    drawn = {
        "random": random.getrandbits(64).to_bytes(8, "big"),
        "Random()": random.Random().getrandbits(64).to_bytes(8, "big"),
    }
    if numpy is not None:
        numpy.seed()
        drawn["numpy.random"] = numpy.bytes(8)
        drawn["default_rng()"] = numpy.default_rng().bytes(8)
    return drawn


def worker(pipe: Any, numpy: Any, made: random.Random, rng: Any) -> None:
    """A forked worker."""
    inherited, seeded = as_inherited(numpy, made, rng), newly_seeded(numpy)
    pipe.send([{name: value.hex() for name, value in drawn.items()} for drawn in (inherited, seeded)])


def forked_draws(tell: Any, repeats: int, workers: int, place: str) -> Dict[str, Any]:
    """Returns ``numpy`` (whether there is one) and ``inherited`` and ``seeded``: for each generator a list, one a
    repeat, of what each worker drew, in hex."""
    keep_files_in(place)
    context: Any = multiprocessing.get_context("fork")
    numpy = numpy_random()
    made, rng = random.Random(), None if numpy is None else numpy.default_rng()
    drawn: Dict[str, Dict[str, List[List[str]]]] = {"inherited": {}, "seeded": {}}
    for repeat in range(repeats):
        as_inherited(numpy, made, rng)  # the parent draws too: each repeat begins somewhere else
        for rows in drawn.values():
            for name in as_inherited(numpy, made, rng):
                rows.setdefault(name, []).append([])
        started = []
        for _ in range(workers):
            mine, theirs = context.Pipe()
            process = context.Process(target=worker, args=(theirs, numpy, made, rng))
            process.start()
            theirs.close()
            started.append((process, mine))
        for process, mine in started:
            if not mine.poll(PATIENCE_S):
                raise TimeoutError("a worker did not answer")
            for rows, values in zip(drawn.values(), mine.recv()):
                for name, value in values.items():
                    rows[name][-1].append(value)
            process.join()
            mine.close()
        tell(progress=(repeat + 1) / repeats, words="repeat {} of {}".format(repeat + 1, repeats))
    return {"numpy": numpy is not None, **drawn}
