"""One call, and whether what goes in and comes out can be sent to another process. In a child of its own."""

import pickle
import time
from typing import Any, Dict, List, Optional, Tuple

from grandstand.engine.own.notes import shown
from grandstand.engine.own.subject import Subject, problem_told

_TRIES = 5
_MOST_SAMPLES = 8
_SAMPLE_S = 1.0
_MOST_PARTS = 20_000


def first(tell: Any, described: Dict[str, Any]) -> Dict[str, Any]:
    """The first call that does not raise, of five at most. ``error``: of the last, where all do."""
    subject = Subject(described, tell)
    error: Optional[Dict[str, Any]] = None
    told: Optional[Dict[str, Any]] = None
    raised, printed = 0, subject.tail.count()
    for number in range(_TRIES if len(subject.items) else 1):
        tell(calling=number)
        began, cpu = time.perf_counter(), time.thread_time()
        try:
            result = subject(number)
        except BaseException as problem:
            error = problem_told(problem, described)
            told = told or error
            raised += 1
            continue
        took, cpu, after = time.perf_counter() - began, time.thread_time() - cpu, subject.tail.count()
        tell(calling=number)
        return {"error": None, "raised": raised, "first_error": told, "seconds": took, "cpu_seconds": cpu,
                "number": number, "printed": after - printed, "result_type": type(result).__name__,
                "result": shown(result, 80), "usual_seconds": _usual(subject, number, took)}  # fmt: skip
    return {"error": error, "raised": raised, "first_error": told}


def _usual(subject: Subject, number: int, took: float) -> float:
    """Seconds of a call, the median of a few: the first one often fills caches."""
    seconds = [took]
    until = time.perf_counter() + 0.5
    for repeat in range(50):
        if time.perf_counter() > until or took > 0.5:
            break
        began = time.perf_counter()
        subject.tried(number + 1 + repeat)
        seconds.append(time.perf_counter() - began)
    rest = sorted(seconds[1:] or seconds)
    return rest[len(rest) // 2]


def pickled(tell: Any, described: Dict[str, Any]) -> Dict[str, Any]:
    """Of function, arguments, results, exceptions: ``problem`` and ``path`` of the part that cannot be sent."""
    subject = Subject(described, tell)
    parts: List[Dict[str, Any]] = []
    target = subject.call if not isinstance(subject.function, type) else subject.function
    parts.append(_tried("function", target, described["name"]))
    sizes: List[int] = []
    costs: List[float] = []
    results: List[int] = []
    raised: List[BaseException] = []
    calls: List[float] = []
    until = time.perf_counter() + _SAMPLE_S
    for number in range(_MOST_SAMPLES):
        given = (subject.arguments(number), subject.kwargs)
        answer = _tried("arguments", given, "arguments")
        if answer["problem"]:
            parts.append(answer)
            break
        began = time.perf_counter()
        ok, value = subject.tried(number)
        calls.append(time.perf_counter() - began)
        if not ok:
            raised.append(value)
        back = _tried("results" if ok else "exceptions", value, "result" if ok else "exception")
        if back["problem"]:
            parts.append(back)
            break
        sizes.append(answer["bytes"])
        results.append(back["bytes"])
        costs.append(answer["seconds"] + back["seconds"])
        if time.perf_counter() > until:
            break
    parts += _exceptions(subject)
    middle = len(sizes) // 2
    return {
        "parts": [part for part in parts if part["problem"]],
        "arguments_bytes": sorted(sizes)[middle] if sizes else 0,
        "results_bytes": sorted(results)[middle] if results else 0,
        "cost_seconds": sorted(costs)[middle] if costs else 0.0,
        "call_seconds": sorted(calls)[len(calls) // 2] if calls else 0.0,
        "samples": len(sizes),
        "raised": len(raised),
    }


def _tried(what: str, value: Any, name: str) -> Dict[str, Any]:
    """There and back again. ``seconds``: of both; the best of three, since the first loads what pickle needs."""
    best = float("inf")
    data = b""
    try:
        for _ in range(3):
            began = time.perf_counter()
            data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
            pickle.loads(data)
            took = time.perf_counter() - began
            best = min(best, took)
            if took > 0.2:
                break
    except Exception as problem:
        path, inner = find_unpicklable(value, name)
        told = inner if inner is not None else problem
        return {
            "what": what, "problem": "{}: {}".format(type(told).__name__, told)[:300], "path": path,
            "back": bool(data), "bytes": len(data), "seconds": 0.0,
        }  # fmt: skip
    return {"what": what, "problem": "", "path": "", "back": True, "bytes": len(data), "seconds": best}


def find_unpicklable(value: Any, path: str) -> Tuple[str, Optional[BaseException]]:
    """Where in ``value`` the part is that pickle refuses: 'result["rows"][3].lock', and what it says of it."""
    left = [_MOST_PARTS]
    return _search(value, path, left, set())


def _search(value: Any, path: str, left: List[int], seen: Any) -> Tuple[str, Optional[BaseException]]:
    problem: Optional[BaseException] = None
    try:
        pickle.loads(pickle.dumps(value, pickle.HIGHEST_PROTOCOL))
    except Exception as refused:
        problem = refused
    if problem is None or left[0] <= 0 or id(value) in seen:
        return path, problem
    seen.add(id(value))
    for part, name in _parts(value, path):
        left[0] -= 1
        where, inner = _search(part, name, left, seen)
        if inner is not None:
            return where, inner
    return path, problem


def _parts(value: Any, path: str) -> Any:
    if isinstance(value, dict):
        for key, part in list(value.items()):
            yield key, "a key of {}".format(path)
            yield part, "{}[{}]".format(path, shown(key, 40))
    elif isinstance(value, (list, tuple)):
        for number, part in enumerate(value):
            yield part, "{}[{}]".format(path, number)
    elif isinstance(value, (set, frozenset)):
        for part in value:
            yield part, "an entry of {}".format(path)
    elif not isinstance(value, type):
        inside = getattr(value, "__dict__", None)
        if isinstance(inside, dict) and not callable(value):
            for name, part in list(inside.items()):
                yield part, "{}.{}".format(path, name)
        for one in type(value).__mro__:
            for name in getattr(one, "__slots__", ()) if isinstance(getattr(one, "__slots__", ()), tuple) else ():
                if hasattr(value, name):
                    yield getattr(value, name), "{}.{}".format(path, name)


def _exceptions(subject: Subject) -> List[Dict[str, Any]]:
    """Exception classes of the person's module that do not come back from a process as they went."""
    exceptions = []
    for name, kind in list(vars(subject.module).items()):
        own = isinstance(kind, type) and issubclass(kind, Exception) and kind.__module__ == subject.module.__name__
        if not own:
            continue
        for count in (0, 1, 2, 3, 4):
            try:
                made = kind(*["x"] * count)
            except Exception:
                continue
            tried = _tried("exceptions", made, name)
            if tried["problem"]:
                exceptions.append({**tried, "path": name})
            break
    return exceptions[:5]
