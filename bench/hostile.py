"""Ten thousand spoiled recordings: no crash, no hang, no memory blow-up. Bench process; the work is a child's.

The child tells of each file how long it took, and how much memory it ever had.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bench.app_process import ROOT
from bench.report import Report

_CHILD = """
import bench
import json, random, resource, sys, time, collections
from pathlib import Path
from tests.journal.hostile import MUTATIONS, play

good, folder, first, last = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
names = list(MUTATIONS)
path = folder / "x.grandstand"
for i in range(first, last):
    for side in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + side).unlink(missing_ok=True)
    path.write_bytes(good)
    name = names[i % len(names)]
    try:
        MUTATIONS[name](path, random.Random(i))
    except Exception as problem:  # it cannot be spoilt in this way: then it is a good one
        pass
    began = time.perf_counter()
    outcome = play(path)
    took = time.perf_counter() - began
    print(json.dumps([i, name, outcome, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]), flush=True)
"""


def report(quick: bool) -> Report:
    count = 500 if quick else 10_000
    report = Report(f"hostile: {count:,} spoiled recordings, listed, opened, played, jumped in and drawn")
    with tempfile.TemporaryDirectory() as folder:
        good = Path(folder) / "good.grandstand"
        subprocess.run(
            [
                sys.executable, "-c", "import bench, sys; from pathlib import Path\n"
                "from tests.journal.made import record; record(Path(sys.argv[1]))", str(good),
            ],
            cwd=ROOT, check=True,
        )  # fmt: skip
        outcomes: Counter[str] = Counter()
        times, crashes, memory, next_one = [], 0, 0.0, 0
        while next_one < count:
            child = subprocess.run(
                [sys.executable, "-c", _CHILD, str(good), folder, str(next_one), str(count)],
                cwd=ROOT, capture_output=True, text=True, check=False,
            )  # fmt: skip
            lines = [json.loads(line) for line in child.stdout.splitlines()]
            for i, _, outcome, took, size in lines:
                outcomes[outcome] += 1
                times.append(took)
                memory = max(memory, size / 1024)
                next_one = i + 1
            if child.returncode:
                crashes += 1
                report.notes.append(f"file {next_one} crashed: {child.stderr.strip().splitlines()[-1:]}")
                next_one += 1
    report.add("crashes", [crashes], "", limit=0, judged="largest")
    report.add("longest", [max(times)], "s", limit=5.0, judged="largest", count=len(times))
    report.add("median", times, "s")
    report.add("largest memory of the process", [memory], "MB", limit=1024, judged="largest")
    report.notes.append(", ".join(f"{n:,} {outcome}" for outcome, n in outcomes.most_common()) + ".")
    return report
