"""``recordings``: what has been recorded on this machine. Main thread."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from grandstand.cli.outputs import print_document
from grandstand.journal import library


def show(json_output: bool) -> None:
    """Newest first."""
    found = library.entries(library.folder())
    if json_output:
        document = {
            "schema": 1,
            "kind": "recordings",
            "folder": str(library.folder()),
            "recordings": [
                {
                    "file": str(e.path), "title": e.title, "began_at": e.began_at, "seconds": round(e.seconds, 3),
                    "runs": list(e.runs), "bytes": e.bytes, "pinned": e.pinned, "being_recorded": e.live,
                    "problem": e.problem,
                }
                for e in found
            ],
        }  # fmt: skip
        print_document(document)
        return
    console = Console()
    if not found:
        console.print(f"Nothing is recorded yet in {library.folder()}.", highlight=False, markup=False)
        return
    table = Table(box=None, pad_edge=False)
    for head in ("file", "title", "when", "seconds", "runs"):
        table.add_column(head, justify="right" if head == "seconds" else "left")
    for e in found:
        runs = e.problem or (f"{e.runs[0]} …" if len(e.runs) > 1 else "".join(e.runs))
        table.add_row(str(e.path), e.title, e.began_at[:16].replace("T", " "), f"{e.seconds:.1f}", runs)
    console.print(table)
