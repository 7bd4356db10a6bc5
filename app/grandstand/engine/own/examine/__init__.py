"""What the doctor measures, each in a process of its own under the project's Python. Figures only; what they mean is
said in grandstand.own.rules."""

import importlib
import json
from typing import Any, Dict


def run(tell: Any, measure: str, described: str, **options: Any) -> Dict[str, Any]:
    """The entry point of each child. ``measure``: 'module.function' of this package; ``described``: a file of JSON."""
    with open(described, encoding="utf-8") as stream:
        told = json.load(stream)
    module, _, name = measure.partition(".")
    answer = getattr(importlib.import_module(__name__ + "." + module), name)(tell, told, **options)
    return dict(answer)
