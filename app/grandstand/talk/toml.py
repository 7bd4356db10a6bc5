"""Talks as TOML files: read with every mistake said, written readably and whole or not at all. Any thread."""

from __future__ import annotations

import difflib
import json
import tomllib
from pathlib import Path
from typing import Any

from grandstand.files.reading import Unreadable, read_text
from grandstand.files.toml_bounds import too_costly
from grandstand.files.writer import write_text
from grandstand.talk.scene import MOST_SCENES, RUN_FIELDS, ClaimIds, Scene, Talk, listed, mistakes_of
from grandstand.vocabulary.panels import story

FORMAT = 3
"""2 has no ``python``, and is what is written where no scene has one. 1 has ``knobs`` for ``parameters``, and two
options as keys of their own. Both are read as before.
"""
SUFFIX = ".toml"
MOST_BYTES = 1_000_000
_LARGEST = 10**15
"""TOML's whole numbers have no end; what is beyond this would not even fit a float."""
_KINDS: dict[str, tuple[type, ...]] = {
    "title": (str,), "workload": (str,), "mode": (str,), "workers": (int,), "parameters": (dict,),
    "layout": (str, list), "span": (int, float), "options": (dict,), "start": (str,), "claim": (str,),
    "python": (str,),
    "notes": (str,),
}  # fmt: skip
_FORMER: dict[str, tuple[type, ...]] = {"knobs": (dict,), "frame_slots": (bool,), "start_method": (str,)}
_WANTED = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false",
           dict: "a table such as { size = 1000 }", list: "a list of strings"}  # fmt: skip


class TalkError(ValueError):
    """A file that is no talk. ``mistakes``: each of them, with the scene's number and the key."""

    def __init__(self, name: str, mistakes: list[str]) -> None:
        more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
        super().__init__(f"{name}: {mistakes[0]}{more}")
        self.mistakes = tuple(mistakes)


def read_talk(path: Path, claim_ids: ClaimIds | None = None) -> Talk:
    """The talk in a file. Raises TalkError, also when the file cannot be read."""
    try:
        text = read_text(path, MOST_BYTES, "a talk")
    except Unreadable as problem:
        raise TalkError(path.name, [f"cannot be read: {problem}"]) from problem
    return parse_talk(text, path.name, claim_ids)


def parse_talk(text: str, name: str = "talk", claim_ids: ClaimIds | None = None) -> Talk:
    """The talk in a text; ``name`` stands in messages. Raises TalkError."""
    if costly := too_costly(text):
        raise TalkError(name, [f"is not a talk: {costly}"])
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as problem:  # ValueError: a number of 5,000 digits
        raise TalkError(name, [f"is not TOML: {str(problem)[:200]}"]) from problem
    kind = data.pop("format", FORMAT)
    if type(kind) is not int or kind < 1:
        raise TalkError(name, [f"format: {str(kind)[:40]!r} is unknown; this Grandstand writes {FORMAT}"])
    if kind > FORMAT:
        raise TalkError(
            name, [f"format: it was made by a newer Grandstand (format {kind}; this one reads {FORMAT}); update first"]
        )
    mistakes: list[str] = []
    title = data.pop("title", None)
    if not isinstance(title, str):
        mistakes.append('title: is missing or not text; write title = "…" at the top')
        title = ""
    tables = data.pop("scene", [])
    mistakes += [_unknown("", key, ("format", "title", "scene")) for key in data]
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        mistakes.append("scene: begin each scene with [[scene]], in two brackets")
        raise TalkError(name, mistakes)
    scenes = [_scene(number, table, mistakes) for number, table in enumerate(tables[: MOST_SCENES + 1], 1)]
    talk = Talk(title, tuple(scenes))
    named = {mistake.partition(":")[0] for mistake in mistakes}  # of the wrong kind: nothing more can be said of it
    mistakes += [m for m in mistakes_of(talk, claim_ids) if m.partition(":")[0] not in named]
    if mistakes:
        raise TalkError(name, mistakes)
    return talk


def _scene(number: int, table: dict[str, Any], mistakes: list[str]) -> Scene:
    values: dict[str, Any] = {"title": ""}
    prefix = f"scene {number}, "
    for key, value in table.items():
        kinds = _KINDS.get(key) or _FORMER.get(key)
        if kinds is None:
            mistakes.append(_unknown(prefix, key, tuple(_KINDS)))
        elif not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            wanted = " or ".join(dict.fromkeys(_WANTED[k] for k in kinds if k is not float or int not in kinds))
            mistakes.append(f"{prefix}{key}: expects {'a number' if kinds == (int, float) else wanted}")
        elif isinstance(value, int) and abs(value) > _LARGEST:
            mistakes.append(f"{prefix}{key}: is far too large")
        elif (key in RUN_FIELDS or key in _FORMER) and table.get("claim"):
            mistakes.append(f"{prefix}{key}: a scene that shows a claim runs nothing beside it; leave this out")
        else:
            values[key] = value
    _of_today(values)
    if "options" in values:
        values["options"] = _options(prefix, values["options"], mistakes)
    if "parameters" in values:
        values["parameters"] = _parameters(prefix, values["parameters"], mistakes)
    if "layout" in values:
        values["layout"] = _layout(prefix, values["layout"], mistakes)
    return Scene(**values)


def _of_today(values: dict[str, Any]) -> None:
    """Keys of format 1 as those of today."""
    if "knobs" in values:
        values.setdefault("parameters", values.pop("knobs"))
        values.pop("knobs", None)
    former = {key: values.pop(key) for key in ("frame_slots", "start_method") if key in values}
    if former:
        values["options"] = {**former, **values.get("options", {})}


def _options(prefix: str, table: dict[str, Any], mistakes: list[str]) -> tuple[tuple[str, Any], ...]:
    for key, value in table.items():
        if not isinstance(value, bool | int | float | str):
            mistakes.append(f"{prefix}options: {key[:40]} expects text, a number, true or false")
            return ()
    return tuple(sorted(table.items()))


def _parameters(prefix: str, table: dict[str, Any], mistakes: list[str]) -> tuple[tuple[str, float], ...]:
    for key, value in table.items():
        if not isinstance(value, int | float) or isinstance(value, bool):
            mistakes.append(f"{prefix}parameters: {key[:40]} expects a number")
            return ()
        if not abs(value) <= _LARGEST:
            mistakes.append(f"{prefix}parameters: {key[:40]} expects a number that is not as large")
            return ()
    return tuple(table.items())


def _layout(prefix: str, value: str | list[Any], mistakes: list[str]) -> tuple[str, ...]:
    if isinstance(value, str):
        return story() if value == "story" else (value,)
    if not all(isinstance(panel, str) for panel in value):
        mistakes.append(f"{prefix}layout: expects a list of strings")
        return story()
    return tuple(value)


def _unknown(prefix: str, key: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(key, known, 1)
    hint = f"did you mean '{near[0]}'?" if near else f"there are {listed(known)}"
    return f"{prefix}'{key[:40]}': no such key; {hint}"


# -- writing ----------------------------------------------------------------------------------------------------------


def talk_text(talk: Talk) -> str:
    """The talk as TOML: only what differs from a scene's defaults, beside workload, mode and workers."""
    kind = FORMAT if any(scene.python for scene in talk.scenes) else 2
    lines = [f"format = {kind}", f"title = {_quoted(talk.title)}"]
    for scene in talk.scenes:
        lines += ["", "[[scene]]", f"title = {_quoted(scene.title)}"]
        if scene.claim:
            lines.append(f"claim = {_quoted(scene.claim)}")
        else:
            lines += _run_lines(scene)
        lines.append(f"start = {_quoted(scene.start)}")
        if scene.notes:
            lines.append(f"notes = {_long(scene.notes)}")
    return "\n".join(lines) + "\n"


def write_talk(path: Path, talk: Talk) -> None:
    """Writes the file whole or not at all. Raises OSError, and TalkError for what would not be read again."""
    mistakes = mistakes_of(talk)
    if mistakes:
        raise TalkError(path.name, mistakes)
    write_text(path, talk_text(talk))


def _run_lines(scene: Scene) -> list[str]:
    lines = [f"workload = {_quoted(scene.workload)}", f"mode = {_quoted(scene.mode)}", f"workers = {scene.workers}"]
    if scene.python:
        lines.append(f"python = {_quoted(scene.python)}")
    if scene.parameters:
        lines.append(f"parameters = {{ {', '.join(f'{_key(k)} = {_number(v)}' for k, v in scene.parameters)} }}")
    if scene.layout == story():
        lines.append('layout = "story"')
    elif len(scene.layout) == 1:
        lines.append(f"layout = {_quoted(scene.layout[0])}")
    else:
        lines.append(f"layout = [{', '.join(_quoted(panel) for panel in scene.layout)}]")
    if scene.span != Scene.span:
        lines.append(f"span = {_number(scene.span)}")
    if scene.options:
        lines.append(f"options = {{ {', '.join(f'{_key(k)} = {_value(v)}' for k, v in scene.options)} }}")
    return lines


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "a").isalnum() else _quoted(key)


def _number(value: float) -> str:
    whole = int(value)
    return f"{whole:_}" if whole == value and abs(whole) < 10**15 else repr(float(value))


def _value(value: bool | float | str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _quoted(value) if isinstance(value, str) else _number(value)


def _quoted(text: str) -> str:
    """JSON's escapes are TOML's, but for one character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _long(text: str) -> str:
    """Several lines as they are read; within them only what would end or bend the text is escaped."""
    lines = [_quoted(line)[1:-1].replace('\\"', '"').replace('"""', '""\\"') for line in text.split("\n")]
    return '"""\n' + "\n".join(lines) + '\n"""'
