"""``recordings``: what has been recorded on this machine. Main thread."""

from __future__ import annotations

from grandstand import folders
from grandstand.cli.tables import Column, table
from grandstand.cli.terminal import Terminal, write_json
from grandstand.journal import library


def show(json_output: bool) -> None:
    """Newest first."""
    where = library.folder()
    entries = library.entries(where)
    if json_output:
        document = {
            "schema": 1,
            "kind": "recordings",
            "folder": str(where) if where is not None else None,
            "recordings": [
                {
                    "file": str(e.path), "uri": e.path.absolute().as_uri(),
                    "title": e.title, "began_at": e.began_at, "seconds": round(e.seconds, 3),
                    "runs": list(e.runs), "bytes": e.bytes, "pinned": e.pinned, "being_recorded": e.live,
                    "problem": e.problem, "watched": e.watched,
                }
                for e in entries
            ],
        }  # fmt: skip
        write_json(document)
        return
    console = Terminal()
    if where is None:
        console.say(f"{folders.NOWHERE}, so nothing is recorded. GRANDSTAND_RECORDINGS may name a folder for them.")
        return
    if not entries:
        console.say(f"Nothing is recorded yet in {where}.")
        return
    columns = [
        Column("name"), Column("title", words=True), Column("when", spare=True), Column("seconds", right=True),
        Column("runs", words=True),
    ]  # fmt: skip
    rows = []
    for e in entries:
        runs = e.problem or (f"{e.runs[0]} …" if len(e.runs) > 1 else "".join(e.runs))
        rows.append([library.shown_name(e.path), e.title, e.began_at[:16].replace("T", " "), f"{e.seconds:.1f}", runs])
    console.print(table(columns, rows, console.width))
    console.tell("\nopen and export know them by these names. The folder:")
    console.say(where)
