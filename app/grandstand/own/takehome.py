"""Code to take home: the recommended way as a short, complete program, and the same in other libraries. Pure.

What is written stands beside the person's file and imports the function from it.
"""

from __future__ import annotations

import keyword
import sys
from collections.abc import Callable
from pathlib import Path

from grandstand.own.naming import Own
from grandstand.own.recommend import ASYNCIO, PROCESSES, SEQUENTIAL, THREADS, Way
from grandstand.own.reference import ASYNC, CLASS, split

_CALLS = 1_000
"""Calls that a program makes where there are no items to work through."""
VARIANTS = ("joblib", "dask")
_PUT_HERE = "# Put this at the end of {}, whose name cannot be imported."


def written(mode: str) -> bool:
    """Whether there is a program for this mode."""
    return mode in (SEQUENTIAL, THREADS, PROCESSES, ASYNCIO)


def program(own: Own, way: Way) -> str:
    """The way as a program with concurrent.futures or asyncio."""
    make: dict[str, Callable[[Own, Way], list[str]]] = {
        SEQUENTIAL: _sequential, THREADS: _threads, PROCESSES: _processes, ASYNCIO: _asyncio,
    }  # fmt: skip
    return "\n".join(make[way.mode](own, way)) + "\n"


def variants(own: Own, way: Way) -> dict[str, str]:
    """The same with joblib and with Dask; nothing where there is no work to share out."""
    if way.mode == SEQUENTIAL:
        return {}
    return {"joblib": "\n".join(_joblib(own, way)) + "\n", "dask": "\n".join(_dask(own, way)) + "\n"}


def _head(own: Own, what: str, *imports: str) -> list[str]:
    items, extra = _items(own)
    standard = sorted({*imports, *extra, *(("import asyncio",) if _awaits(own, what) else ())}, key=_import_order)
    lines = [f'"""{own.function.name}, {what}."""', "", *standard]
    return [*lines, *([""] if standard else []), _import(own), "", _items_line(own, items)]


def _awaits(own: Own, what: str) -> bool:
    return own.function.kind == ASYNC and "asyncio" not in what


def _import_order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line


def _importable(name: str) -> bool:
    return name.isidentifier() and not keyword.iskeyword(name) and name not in sys.stdlib_module_names


def _import(own: Own) -> str:
    names = [own.function.name.partition(".")[0]]
    if own.setup and own.setup not in names:
        names.append(own.setup)
    if own.file.module:
        return f"from {own.file.module} import {', '.join(sorted(names))}"
    if _importable(own.file.path.stem):
        return f"from {own.file.path.stem} import {', '.join(sorted(names))}"
    return _PUT_HERE.format(own.file.path.name)


def _items(own: Own) -> tuple[str, tuple[str, ...]]:
    """An expression for the items, and what must be imported for it."""
    if own.items is None:
        return f"range({_CALLS:_})", ()
    text = own.items.text
    if isinstance(own.items.values, range) or text[:1] in "[(":
        return text, ()
    if any(mark in text for mark in "*?["):
        return f"sorted(glob.glob({text!r}, recursive=True))", ("import glob",)
    ending = Path(split(text)[0] or text).suffix.lower()
    reads = f'Path({text!r}).read_text(encoding="utf-8")'
    path = "from pathlib import Path"
    if ending == ".json":
        return f"json.loads({reads})", ("import json", path)
    if ending in (".jsonl", ".ndjson"):
        return f"[json.loads(line) for line in {reads}.splitlines() if line.strip()]", ("import json", path)
    if ending in (".csv", ".tsv"):
        tab = ', delimiter="\\t"' if ending == ".tsv" else ""
        return f"list(csv.DictReader({reads}.splitlines(){tab}))", ("import csv", path)
    return f"{reads}.splitlines()", (path,)


def _items_line(own: Own, items: str) -> str:
    if own.items is None:
        return f"CALLS = {items}  # so many, all with the same arguments"
    return f"ITEMS = {items}"


def _name(own: Own) -> str:
    return "ITEMS" if own.items is not None else "CALLS"


def _call(own: Own) -> str:
    """'work(item, 5, size=3)'."""
    parts = ["item"] if own.items is not None else []
    parts += [repr(value) for value in own.args] + [f"{key}={value!r}" for key, value in own.kwargs.items()]
    return f"{own.function.name}({', '.join(parts)})"


def _one(own: Own, awaits: bool) -> list[str]:
    """The function that is handed to a pool: at the top of the module, so that processes find it by its name."""
    item = "item" if own.items is not None else "_"
    call = f"asyncio.run({_call(own)})" if awaits else _call(own)
    return ["", "", f"def one({item}):", f"    return {call}"]


def _direct(own: Own) -> str:
    """What a pool maps over the items: the function itself where it takes nothing else."""
    plain = own.items is not None and not own.args and not own.kwargs and own.function.kind != ASYNC
    return own.function.name if plain else "one"


def _tail(own: Own, run: str = "main()") -> list[str]:
    return [
        "", "", 'if __name__ == "__main__":', f"    results = {run}", '    print(f"{len(results):,} results")',
    ]  # fmt: skip


def _sequential(own: Own, way: Way) -> list[str]:
    if own.function.kind == CLASS:
        name = own.function.name
        body = ["", "", "def main():", f"    work = {name}()", "    return [work.step() for _ in CALLS]"]
    else:
        setup = [f"    {own.setup}()"] if own.setup else []
        item = "item" if own.items is not None else "_"
        run = "asyncio.run" if own.function.kind == ASYNC else ""
        call = f"{run}({_call(own)})" if run else _call(own)
        body = ["", "", "def main():", *setup, f"    return [{call} for {item} in {_name(own)}]"]
    return [*_head(own, "one call after the other"), *body, *_tail(own)]


def _threads(own: Own, way: Way) -> list[str]:
    mapped = _direct(own)
    one = _one(own, own.function.kind == ASYNC) if mapped == "one" else []
    initializer = f", initializer={own.setup}" if own.setup else ""
    return [
        *_head(own, f"in {way.workers} threads", "from concurrent.futures import ThreadPoolExecutor"),
        f"WORKERS = {way.workers}", *one, "", "", "def main():",
        f"    with ThreadPoolExecutor(max_workers=WORKERS{initializer}) as executor:",
        f"        return list(executor.map({mapped}, {_name(own)}))", *_tail(own),
    ]  # fmt: skip


def _processes(own: Own, way: Way) -> list[str]:
    mapped = _direct(own)
    one = _one(own, own.function.kind == ASYNC) if mapped == "one" else []
    initializer = f", initializer={own.setup}" if own.setup else ""
    return [
        *_head(
            own, f"in {way.workers} processes", "import multiprocessing",
            "from concurrent.futures import ProcessPoolExecutor",
        ),
        f"WORKERS = {way.workers}", f"CHUNK = {way.chunk}  # items that are sent to a process at a time", *one, "", "",
        "def main():",
        '    context = multiprocessing.get_context("spawn")  # works everywhere; "forkserver" starts sooner on Linux',
        f"    with ProcessPoolExecutor(max_workers=WORKERS, mp_context=context{initializer}) as executor:",
        f"        return list(executor.map({mapped}, {_name(own)}, chunksize=CHUNK))", *_tail(own),
    ]  # fmt: skip


def _asyncio(own: Own, way: Way) -> list[str]:
    item = "item" if own.items is not None else "_"
    setup = [f"    {own.setup}()"] if own.setup else []
    return [
        *_head(own, f"{way.workers} at a time with asyncio", "import asyncio"),
        f"AT_A_TIME = {way.workers}", "", "", "async def main():", *setup,
        "    limit = asyncio.Semaphore(AT_A_TIME)", "", f"    async def one({item}):", "        async with limit:",
        f"            return await {_call(own)}", "",
        f"    return await asyncio.gather(*(one({item}) for {item} in {_name(own)}))",
        *_tail(own, "asyncio.run(main())"),
    ]  # fmt: skip


def _joblib(own: Own, way: Way) -> list[str]:
    threads = way.mode in (THREADS, ASYNCIO)
    how = 'prefer="threads"' if threads else f"batch_size={way.chunk}"
    one = _one(own, own.function.kind == ASYNC)
    if own.setup:
        one = _with_setup(own, one)
    item = "item" if own.items is not None else "_"
    return [
        *_head(
            own, f"with joblib, {way.workers} {'threads' if threads else 'processes'}",
            *(("import threading",) if own.setup else ()), "from joblib import Parallel, delayed",
        ),
        f"WORKERS = {way.workers}", *one, "", "", "def main():",
        f"    return Parallel(n_jobs=WORKERS, {how})(delayed(one)({item}) for {item} in {_name(own)})", *_tail(own),
    ]  # fmt: skip


def _with_setup(own: Own, one: list[str]) -> list[str]:
    """joblib has no initializer: the first call in a worker makes it ready."""
    return [
        "", "", "ready = threading.local()", *one[:3], '    if not getattr(ready, "done", False):',
        f"        {own.setup}()", "        ready.done = True", *one[3:],
    ]  # fmt: skip


def _dask(own: Own, way: Way) -> list[str]:
    threads = way.mode in (THREADS, ASYNCIO)
    processes, each = (1, way.workers) if threads else (way.workers, 1)
    shape = f"n_workers={processes}, threads_per_worker={each}"
    one = _one(own, own.function.kind == ASYNC)
    setup = [f"        client.run({own.setup})"] if own.setup else []
    return [
        *_head(own, f"with Dask, {way.workers} workers", "from dask.distributed import Client, LocalCluster"),
        *one, "", "", "def main():",
        f"    with LocalCluster({shape}) as cluster, Client(cluster) as client:", *setup,
        f"        futures = client.map(one, list({_name(own)}), pure=False, batch_size={max(1, way.chunk)})",
        "        return client.gather(futures)", *_tail(own),
    ]  # fmt: skip
