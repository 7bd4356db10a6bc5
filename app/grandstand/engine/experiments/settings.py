"""What workers find of the settings that the main part of a program has made before it started them."""

import json
import multiprocessing
import runpy
import subprocess
import sys
from typing import Any, Dict, List

from grandstand.engine import helper_python
from grandstand.engine.experiments.process_order import keep_files_in

PROGRAM = "grandstand.engine.experiments.settings_program"
PATIENCE_S = 20.0


def main() -> None:
    """A helper Python: the program, as ``python -m`` runs it. Its arguments: methods, and a folder for files."""
    keep_files_in(sys.argv[2])
    runpy.run_module(PROGRAM, run_name="__main__", alter_sys=True)


def set_before_start(tell: Any, repeats: int, methods: List[str], place: str) -> Dict[str, Any]:
    """Runs the program ``repeats`` times, anew each time.

    Returns ``default`` (the start method that this Python takes when nobody chooses) and ``runs``: of each, what
    ``main`` had set, and for each of ``workers`` what it ``found`` and its exit ``code``. Raises RuntimeError for a
    run that failed.
    """
    runs = []
    for repeat in range(repeats):
        command = helper_python.command("grandstand.engine.experiments.settings:main", ",".join(methods), place)
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_S)
        if done.returncode:
            raise RuntimeError("the program failed: {}".format(done.stderr.decode(errors="replace")[-500:]))
        runs.append({**json.loads(done.stdout), "said": done.stderr.decode(errors="replace")[-500:]})
        tell(progress=(repeat + 1) / repeats, words="run {} of {}".format(repeat + 1, repeats))
    return {"default": multiprocessing.get_start_method(), "runs": runs}
