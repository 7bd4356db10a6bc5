"""What helper Pythons do in tests: ``tests.engine.helpers_for_tests:function``."""

import json
import os
import sys
from typing import Any


def surroundings() -> int:
    """Says, as one line of JSON, what is around it."""
    import queue
    import random
    import types

    import grandstand

    modules = (queue, random, types, grandstand)
    files = [os.path.dirname(os.path.realpath(module.__file__ or "")) for module in modules]
    found = {
        "path": sys.path,
        "arguments": sys.argv[1:],
        "files": files,
        "flags": {name: getattr(sys.flags, name) for name in ("inspect", "optimize", "isolated", "dev_mode")},
        "warnings": sys.warnoptions,
        "exit": "exit" in dir(__builtins__) or "exit" in dict(__builtins__),  # type: ignore[call-overload]
        "environment": {name: value for name, value in os.environ.items() if name.startswith("PYTHON")},
    }
    print(json.dumps(found))
    return 3


def in_a_child(path: str) -> None:
    """Target of a process of multiprocessing's: leaves a file."""
    import queue

    with open(path, "w") as file:
        json.dump({"queue": os.path.dirname(os.path.realpath(queue.__file__)), "path": sys.path}, file)


def experiment(tell: Any, text: str) -> Any:
    """An experiment that says what it was given."""
    tell(words=text)
    return {"text": text}
