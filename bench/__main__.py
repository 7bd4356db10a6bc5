"""``python -m bench [NAME…] [--quick] [--json FILE]``: runs the benches and prints a table for each.

Children started by spawn or the fork server may import this file, so little is imported at its top. It never fails
because a machine is slow: a limit that is not met is printed, not raised.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.report import Report

_MUCH = 0.1
"""Share of all cores: with more taken by others, throughput and frame times say little about us."""


def main(arguments: list[str]) -> int:
    import argparse
    import importlib
    import json
    import os
    import time
    import traceback
    from dataclasses import asdict
    from pathlib import Path

    from grandstand.observe.machine import machine
    from grandstand.session.words import cores

    from bench import NAMES
    from bench.others import Others

    parser = argparse.ArgumentParser(prog="python -m bench", description="What Grandstand costs, as ratios.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(NAMES)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter: a look, not a result")
    parser.add_argument("--json", metavar="FILE", help="write every value as JSON")
    options = parser.parse_args(arguments)
    # Libraries were compiled when they were installed. Without this, of two programs ours alone would be compiled anew
    # at each start, which nobody's is.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"there is no bench {unknown[0]!r}; there are: {', '.join(NAMES)}")

    this_machine = machine()
    print(
        f"{this_machine.cpu}, {cores(this_machine.cores, this_machine.quota)}; Python {this_machine.python}, "
        f"GIL {this_machine.gil}; {this_machine.os}; {this_machine.priority}"
    )
    if options.quick:
        print("--quick: few and short measurements; good for a look, not for a verdict.")
    began = time.monotonic()
    reports, broken = {}, 0
    for name in options.names or NAMES:
        print(f"\n({name} …)", end="", flush=True)
        start, others = time.monotonic(), Others()
        try:
            report = importlib.import_module(f"bench.{NAMES[name]}").report(options.quick)
        except Exception:  # a bench that fell over must not take the others with it
            broken += 1
            print(f"\r== {name}: could not be measured\n{traceback.format_exc()}")
            continue
        reports[name] = report
        taken = others.cores()
        report.notes.append(
            f"{time.monotonic() - start:.0f} s; other programs kept {taken:.2f} of {this_machine.cores} cores busy."
        )
        if taken > _MUCH * this_machine.cores:
            report.notes.append("That is much: what is measured against the clock is worth little here.")
        print(f"\r{report.text()}", flush=True)
    _close(reports, time.monotonic() - began)
    if options.json:
        document = {
            "schema": 1,
            "machine": asdict(this_machine),
            "quick": options.quick,
            "benches": {name: report.as_dict() for name, report in reports.items()},
        }
        Path(options.json).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        print(f"Written to {options.json}")
    return 1 if broken else 0


def _close(reports: dict[str, Report], seconds: float) -> None:
    figures = [(name, f) for name, report in reports.items() for f in report.figures if f.limit is not None]
    missed = [(name, f) for name, f in figures if not f.met]
    print(f"\n{len(figures) - len(missed)} of {len(figures)} limits met; {seconds:.0f} s in all.")
    for name, figure in missed:
        print(f"  not met: {name}: {figure.name}")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
