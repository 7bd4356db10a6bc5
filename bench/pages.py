"""The page server's ceiling (measured by page_server.py) as a report like every other bench's. Bench process."""

from __future__ import annotations

from bench.report import Report


def report(quick: bool) -> Report:
    from bench.page_server import measure

    result = measure(1.5 if quick else 3.0)
    asked = result["asked_per_second"]
    report = Report(f"page server: {result['clients']} connections, at most {asked:,.0f} pages/s asked by 64 workers")
    for case in result["cases"]:
        ceiling = case["name"].startswith("ceiling")
        report.add(
            f"{case['name']}: served, of what is asked",
            [case["per_second"] / asked],
            "×",
            limit=1.0 if ceiling else None,
            at_least=ceiling,
        )
        report.notes.append(
            f"{case['name']}: {case['per_second']:,.0f} pages/s, server CPU {case['server_cpu']:.0%}, "
            f"p50 {case['p50_ms']:.1f} ms, p99 {case['p99_ms']:.1f} ms"
        )
    return report
