"""Import, main guard, start method, the first call. Pure."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from grandstand.own.finding import FAILS, MIND, OK, Finding
from grandstand.own.naming import Own
from grandstand.own.static import Static
from grandstand.session import words

_SLOW_IMPORT_S = 0.5
Raw = Mapping[str, Any]


def imported(own: Own, timed: Raw) -> Finding:
    """Of what ``imports.timed`` found."""
    evidence = {
        "seconds": timed["seconds"], "modules": timed["modules"], "printed": timed["printed"],
        "threads": timed["threads"], "signals_changed": timed["signals_changed"],
        "folder_changed": timed["folder_changed"], "error": timed["error"],
    }  # fmt: skip
    error = timed["error"]
    if error is not None:
        return Finding("import", FAILS, import_problem(own, error), evidence)
    took = f"It takes {words.seconds(timed['seconds'])} and loads {timed['modules']:,} modules"
    minds = []
    if timed["seconds"] > _SLOW_IMPORT_S:
        minds.append(f"each worker process that is spawned waits {words.seconds(timed['seconds'])} for it")
    if timed["printed"]:
        last = " ".join(timed["printed_last"].split())[-60:]
        minds.append(f"it prints {timed['printed']:,} characters, in every such process once more (…{last})")
    if timed["signals_changed"]:
        minds.append(f"it changes what {', '.join(timed['signals_changed'])} does")
    if timed["folder_changed"]:
        minds.append("it changes the working folder")
    if timed["threads"]:
        minds.append(f"it starts {_count(timed['threads'], 'thread')}, which a fork does not copy")
    if minds:
        return Finding("import", MIND, f"{took}; {'; '.join(minds)}.", evidence)
    return Finding("import", OK, f"{took}, prints nothing and changes nothing.", evidence)


def import_problem(own: Own, error: Raw) -> str:
    """Why the import failed, and what to do."""
    where = f" in line {error['line']}" if error["line"] else ""
    name = own.file.name
    if error["missing"]:
        python = own.python.executable
        top = error["missing"].partition(".")[0]
        if os.path.exists(os.path.join(os.path.dirname(own.file.path), top)):
            return (
                f"{name} imports {error['missing']}{where}, which is not in {python}, and not on the path of "
                "'python file.py' either. Is it meant to be started from another folder (python -m)?"
            )
        return (
            f"{name} imports {error['missing']}{where}, which is not in {python} ({own.python.why}). "
            "Install it there: "
            f"{_quoted(python)} -m pip install {top}"
        )
    if error["type"] == "ImportError" and "relative import" in error["words"]:
        return (
            f"{name} is part of a package (it imports by dots{where}): name it as one, "
            f"package.module:{own.function.name}, "
            "from the folder that holds the package."
        )
    if error["type"] == "SystemExit":
        return f"Importing {name} ends the program{where} ({error['words']}). Put that under the main guard."
    if error["type"] == "NotThere":
        return str(error["words"].partition(": ")[2])
    if error["type"] == "SyntaxError":
        return f"Python {own.python.version} cannot read {name}: {error['words'].partition(': ')[2]}."
    return f"Importing {name} raises{where}: {error['words']}."


def main_guard(own: Own, static: Static, traced: Raw) -> Finding:
    """Of what ``imports.traced`` found, and of the file as it is written."""
    starts = [word for word in traced["started"] if word != "thread"]
    evidence = {
        "guard_line": static.guard or None, "started_at_import": traced["started"],
        "calls_at_import": [list(pair) for pair in static.at_import],
    }  # fmt: skip
    if starts:
        return Finding(
            "main-guard", FAILS,
            f"Importing the file starts {_and(dict.fromkeys(_kind(word) for word in starts))}. Every worker process "
            "imports it again, so with spawn and forkserver (the default from Python 3.14 on) that fails with "
            "\"An attempt has been made to start a new process…\". Put it under if __name__ == "
            "\"__main__\":.", evidence,
        )  # fmt: skip
    again = [(line, code) for line, code in static.at_import if own.function.name.partition(".")[0] + "(" in code]
    if again and not own.file.module:
        line, code = again[0]
        return Finding(
            "main-guard", MIND,
            f"Line {line} calls {code} when the file is imported: each worker process does that work once "
            "more. Put it "
            "under if __name__ == \"__main__\":.", evidence,
        )  # fmt: skip
    if static.guard:
        return Finding(
            "main-guard", OK, f"There is one (line {static.guard}), and nothing starts without it.", evidence
        )
    return Finding("main-guard", OK, "Nothing is started when the file is imported, so none is needed here.", evidence)


def start_method(own: Own, static: Static, traced: Raw, pickle_problems: int) -> Finding:
    """What changes where processes are not forked any more."""
    now = traced["start_method"]
    evidence = {"default_here": now, "guarded_names": list(static.guarded_names)}
    if static.guarded_names:
        names = _and(static.guarded_names)
        return Finding(
            "start-method", FAILS,
            f"{own.function.name} reads {names}, defined only under the main guard. A forked worker has it, one that "
            "is spawned or comes from the fork server (the default on Linux from Python 3.14 on) raises NameError. "
            "Define it at the top, or give it as an argument.", evidence,
        )  # fmt: skip
    if traced["started"] and any(word != "thread" for word in traced["started"]):
        return Finding(
            "start-method", FAILS, "What is started on import (see main guard) works with fork alone.", evidence
        )
    if pickle_problems:
        return Finding(
            "start-method", MIND,
            "A multiprocessing.Process that is forked need not pickle what it is given; one from the fork server (the "
            "default on Linux from Python 3.14 on) must, and some of it cannot be pickled.", evidence,
        )  # fmt: skip
    clause = f"Python {own.python.version} starts processes by {now} here"
    return Finding(
        "start-method",
        OK,
        f"{clause}; nothing that it needs is lost with forkserver, the default from 3.14 on.",
        evidence,
    )


def first_call(own: Own, raw: Raw) -> Finding:
    """Of what ``calls.first`` found."""
    error = raw["error"]
    if error is not None:
        where = f" in line {error['line']}" if error["line"] else ""
        if error["type"] == "SystemExit":
            text = f"{own.call} ends the program{where} ({error['words']}). Return instead, or raise an exception."
        else:
            tries = f" each of {raw['raised']} times" if raw["raised"] > 1 else ""
            text = f"{own.call} raises{tries}{where}: {error['words']}."
        return Finding("call", FAILS, text, {"error": error})
    evidence = {
        "seconds": raw["seconds"], "usual_seconds": raw["usual_seconds"], "cpu_seconds": raw["cpu_seconds"],
        "result_type": raw["result_type"], "result": raw["result"], "printed": raw["printed"],
        "raised": raw["raised"], "first_error": raw["first_error"],
    }  # fmt: skip
    usual, first = raw["usual_seconds"], raw["seconds"]
    text = f"It takes {duration(usual)} and returns {_article(raw['result_type'])}"
    if first > 3 * usual and first - usual > 0.01:
        text += f"; the first one {duration(first)}"
    minds = []
    if raw["raised"]:
        minds.append(f"{_count(raw['raised'], 'item')} of the first {raw['raised'] + 1} raised: "
                     f"{raw['first_error']['words']}")  # fmt: skip
    if raw["printed"] > 0:
        minds.append(f"a call prints {raw['printed']:,} characters, which many workers mix up")
    if minds:
        return Finding("call", MIND, f"{text}. {_capital('; '.join(minds))}.", evidence)
    short = usual < 1e-4
    more = ". That is too short to be sent to a pool one by one: give it chunks" if short else ""
    return Finding("call", MIND if short else OK, f"{text}{more}.", evidence)


def duration(seconds: float) -> str:
    """'12 µs', '3.2 ms', '1.4 s'."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    if seconds < 0.1:
        return f"{seconds * 1e3:.2g} ms"
    return words.seconds(seconds)


def _kind(word: str) -> str:
    return {"process": "a process", "program": "another program", "fork": "a fork"}.get(word, f"a {word}")


def _and(names: Any) -> str:
    texts = list(names)
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def _count(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _article(kind: str) -> str:
    return "nothing (None)" if kind == "NoneType" else f"{'an' if kind[:1].lower() in 'aeiou' else 'a'} {kind}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path
