"""What python-discovery finds: run in a process of its own by the process that asks (asker.py).

It knows Windows' registry (PEP 514) and uv's folders on every system. It is given no PATH: there it would start
everything in its own way, which neither isolates nor says why one failed, and with a version manager's shims took 6 s
to find two Pythons where nine are. places.py looks there.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys


def main() -> int:
    """``discovery MARK``: executables as a list in JSON, between two marks; nothing where it is not installed."""
    paths: list[str] = []
    with contextlib.suppress(ImportError), contextlib.redirect_stdout(io.StringIO()):  # it repeats what others print
        from python_discovery import iter_interpreters

        env = {**os.environ, "PATH": "", "PY_DISCOVERY_TIMEOUT": "3"}
        for one in iter_interpreters(env=env):
            if one.executable:
                paths.append(one.executable)
    mark = sys.argv[1]
    os.write(1, (mark + json.dumps(paths) + mark).encode("ascii"))
    return 0
