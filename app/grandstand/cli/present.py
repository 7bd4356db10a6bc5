"""``present``: a talk, scene by scene; or only what is in its file, or what is wrong with it. Main thread."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from grandstand import plain
from grandstand.cli.preflight import explain, find_problems
from grandstand.cli.tables import Column, table
from grandstand.cli.terminal import Terminal, write_json
from grandstand.invocation import command
from grandstand.talk.library import STARTER, starter
from grandstand.talk.scene import Scene, Talk, layout_words
from grandstand.talk.toml import TalkError, read_talk

DONE, FAILED, USAGE = 0, 1, 2


def present(
    talk_file: str = "", scene: int = 1, listed: bool = False, check: bool = False, as_json: bool = False
) -> int:
    """Presents the talk (the starter talk if none is named) from ``scene`` (1-based); returns the exit code."""
    name = Path(talk_file).name if talk_file else STARTER
    if as_json and not (listed or check):
        Terminal(stderr=True).say("--json goes with --list or --check.")
        return USAGE
    try:
        talk = read_talk(Path(talk_file), _claim_ids) if talk_file else starter(_claim_ids)
    except TalkError as problem:
        return _tell_mistakes(name, problem, as_json)
    if listed or check:
        _show(talk, name, listed, as_json)
        return DONE
    if not 1 <= scene <= len(talk.scenes):
        Terminal(stderr=True).say(f"--scene: {name} has scenes 1 to {len(talk.scenes)}, so there is no scene {scene}.")
        return USAGE
    problems = [p for p in find_problems() if p.fatal]
    if problems:
        console = Terminal(stderr=True)
        console.say(explain(problems))
        console.say(f"What is in the talk, without a display: {command('present FILE --list')}")
        return FAILED
    from grandstand.ui.pages.talk.start import present_talk

    return present_talk(talk, scene - 1)


def document(talk: Talk) -> dict[str, Any]:
    """The talk as JSON-ready data, schema version 2."""
    return {"schema": 2, "title": talk.title, "scenes": [_entry(i, s) for i, s in enumerate(talk.scenes, 1)]}


def _entry(number: int, scene: Scene) -> dict[str, Any]:
    entry: dict[str, Any] = {"scene": number, "title": scene.title, "start": scene.start, "notes": scene.notes}
    if scene.claim:
        return {**entry, "claim": scene.claim}
    return {
        **entry,
        "workload": scene.workload,
        "mode": scene.mode,
        "workers": scene.workers,
        "parameters": dict(scene.parameters),
        "layout": list(scene.layout),
        "span_s": scene.span,
        "options": dict(scene.options),
        "python": scene.python,
    }


def _show(talk: Talk, name: str, listed: bool, as_json: bool) -> None:
    if as_json:
        write_json(document(talk) if listed else {"schema": 2, "ok": True, "mistakes": []})
        return
    if not listed:
        Terminal().say(f"{name}: OK, {len(talk.scenes)} scenes.")
        return
    console = Terminal()
    console.tell(talk.title)
    rows = []
    for number, scene in enumerate(talk.scenes, 1):
        parameters = "".join(f", {key} {value:g}" for key, value in scene.parameters)
        parameters += f", Python {scene.python}" if scene.python else ""
        runs = (
            f"claim {scene.claim}" if scene.claim else f"{scene.workload}, {scene.mode}, {scene.workers}{parameters}"
        )
        layout = "" if scene.claim else layout_words(scene.layout)
        rows.append([f"{number}", scene.title, runs, layout, scene.start])
    columns = [
        Column("", right=True), Column("scene", words=True), Column("what runs", words=True),
        Column("layout", words=True), Column("start"),
    ]  # fmt: skip
    console.print(table(columns, rows, console.width))


def _tell_mistakes(name: str, problem: TalkError, as_json: bool) -> int:
    if as_json:
        write_json({"schema": 2, "ok": False, "mistakes": list(problem.mistakes)})
    else:
        console = Terminal(stderr=True)
        console.say(f"{plain.one_line(name)} cannot be presented:")
        for mistake in problem.mistakes:
            console.say(f"  {plain.one_line(mistake)}")
    return FAILED


def _claim_ids() -> Collection[str]:
    from grandstand.claims.check import claims

    return [claim.id for claim in claims()]
