"""``python -m bench [NAME…] [--quick] [--json FILE]``: runs the benches and prints a table for each.

Children started by spawn or the fork server may import this file, so little is imported at its top. It never fails
because a machine is slow: a limit that is not met is printed, not raised.
"""

from __future__ import annotations

import sys


def main(arguments: list[str]) -> int:
    import argparse
    import importlib
    import json
    import time
    import traceback
    from dataclasses import asdict
    from pathlib import Path

    import psutil

    from app.measure.machine import machine
    from bench import NAMES

    parser = argparse.ArgumentParser(prog="python -m bench", description="What Grandstand costs, as ratios.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(NAMES)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter: a look, not a result")
    parser.add_argument("--json", metavar="FILE", help="write every value as JSON")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"there is no bench {unknown[0]!r}; there are: {', '.join(NAMES)}")

    here = machine()
    print(f"{here.cpu}, {here.cores} cores; Python {here.python}, GIL {here.gil}; {here.os}; {here.priority}")
    busy = sum(psutil.cpu_percent(1.0, percpu=True)) / 100
    print(f"Before the first bench other programs kept {busy:.1f} of {psutil.cpu_count()} cores busy.")
    if options.quick:
        print("--quick: few and short measurements; good for a look, not for a verdict.")
    began = time.monotonic()
    reports, broken = {}, 0
    for name in options.names or NAMES:
        print(f"\n({name} …)", end="", flush=True)
        start = time.monotonic()
        try:
            report = importlib.import_module(f"bench.{NAMES[name]}").report(options.quick)
        except Exception:  # a bench that fell over must not take the others with it
            broken += 1
            print(f"\r== {name}: could not be measured\n{traceback.format_exc()}")
            continue
        reports[name] = report
        print(f"\r{report.text()}\n   [{time.monotonic() - start:.0f} s]", flush=True)
    _close(reports, time.monotonic() - began)
    if options.json:
        document = {
            "schema": 1,
            "machine": asdict(here),
            "quick": options.quick,
            "benches": {name: report.as_dict() for name, report in reports.items()},
        }
        Path(options.json).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        print(f"Written to {options.json}")
    return 1 if broken else 0


def _close(reports: dict, seconds: float) -> None:
    figures = [(name, f) for name, report in reports.items() for f in report.figures if f.limit is not None]
    missed = [(name, f) for name, f in figures if not f.met]
    print(f"\n{len(figures) - len(missed)} of {len(figures)} limits met; {seconds:.0f} s in all.")
    for name, figure in missed:
        print(f"  not met: {name}: {figure.name}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
