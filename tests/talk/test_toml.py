"""Talks as files: what is written is read again, and every mistake is said where it is."""

from __future__ import annotations

import contextlib
import json
import math
import os
from dataclasses import replace
from pathlib import Path

import pytest
from grandstand import modes
from grandstand.cli.present import present
from grandstand.control import catalogue
from grandstand.control.choice import Choice, changed
from grandstand.hosts.base import Surroundings
from grandstand.talk.library import starter
from grandstand.talk.scene import STARTS, Scene, Talk, mistakes_of, one_line, plain
from grandstand.talk.toml import MOST_BYTES, TalkError, parse_talk, read_talk, talk_text, write_talk
from grandstand.vocabulary import panels
from hypothesis import given, settings
from hypothesis import strategies as st

WORDS = st.one_of(st.text(max_size=40), st.text("\"\\'#\n\r\t\x7f\x00[]= aé\u2028", max_size=40))
TITLES = WORDS.filter(one_line)
OPTIONS = st.fixed_dictionaries(
    {}, optional={"frame_slots": st.booleans(), "start_method": st.sampled_from(["", "spawn"])}
).map(lambda chosen: tuple(sorted(chosen.items())))


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    title, notes, start = draw(TITLES), draw(WORDS), draw(st.sampled_from(STARTS))
    if draw(st.integers(0, 4)) == 0:
        return Scene(title, notes=notes, start=start, claim=draw(TITLES))
    kind = draw(st.sampled_from(catalogue.workload_classes()))
    parameters = tuple((k.key, draw(st.floats(k.minimum, k.maximum))) for k in kind.parameters if draw(st.booleans()))
    layout = draw(st.lists(st.sampled_from(panels.keys()), min_size=1, unique=True))
    return Scene(
        title, kind.key, draw(st.sampled_from(modes.keys())), draw(st.integers(1, 64)), parameters, tuple(layout),
        notes, start, draw(st.floats(0.001, 60)), draw(OPTIONS), "",
        draw(st.sampled_from(["", "3.14t", "free-threaded"])),
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.builds(Talk, TITLES, st.lists(scenes(), min_size=1, max_size=3).map(tuple)))
def test_what_is_written_is_read_again(talk: Talk) -> None:
    assert mistakes_of(talk) == []
    assert parse_talk(talk_text(talk)) == talk


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["", 'title="t"\n[[scene]]\ntitle="s"\n', "format = "]))
def test_whatever_is_in_a_file_nothing_but_a_talk_error_comes(text: str, before: str) -> None:
    with contextlib.suppress(TalkError):
        assert parse_talk(before + text).scenes


def said(scene: str, top: str = 'title = "t"') -> str:
    """All mistakes of a talk whose second scene has these lines."""
    with pytest.raises(TalkError) as caught:
        parse_talk(f'{top}\n[[scene]]\ntitle = "one"\n[[scene]]\ntitle = "two"\n{scene}', "x.toml", lambda: ["known"])
    return "\n".join(caught.value.mistakes)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('mode = "thread"', "scene 2, mode: 'thread' is unknown; choose sequential, threads, processes, qthreads"),
        ('workload = "prime"', "scene 2, workload: 'prime' is unknown; choose primes"),
        ('moed = "threads"', "scene 2, 'moed': no such key; did you mean 'mode'?"),
        ('color = "red"', "scene 2, 'color': no such key; there are title, workload"),
        ("workers = 65", "scene 2, workers: 65 is not from 1 to 64"),
        ("workers = true", "scene 2, workers: expects a whole number"),
        ("workers = 1.5", "scene 2, workers: expects a whole number"),
        (f"workers = 1{'0' * 400}", "scene 2, workers: is far too large"),
        ("span = 61", "scene 2, span: 61 is not from 0.001 to 60 (seconds)"),
        ("span = nan", "scene 2, span: nan is not from"),
        ("parameters = { siz = 3 }", "scene 2, parameters: Count primes has no parameter 'siz'. It has: size, batch."),
        ("parameters = { size = 3 }", "scene 2, parameters: Numbers from"),
        ("parameters = { size = inf }", "scene 2, parameters: size expects a number that is not as large"),
        ('parameters = { size = "3" }', "scene 2, parameters: size expects a number"),
        ('layout = "lane"', "scene 2, layout: 'lane' is unknown; choose 'story' or lanes"),
        ('layout = ["lanes", "lanes"]', "scene 2, layout: a panel is named twice"),
        ("layout = []", "scene 2, layout: no panel is named"),
        ('options = { start_method = "fork" }', "scene 2, options: fork is unsafe beside a window; choose"),
        ('options = { start_method = "clone" }', "scene 2, options: Start method: there is no 'clone'."),
        ("options = { frame_slots = 3 }", "scene 2, options: Frame slots is on or off"),
        ("options = { slots = true }", "scene 2, options: Threads has no option 'slots'."),
        ("options = { frame_slots = [] }", "scene 2, options: frame_slots expects text, a number, true or false"),
        ("frame_slots = 1", "scene 2, frame_slots: expects true or false"),
        ('start = "now"', "scene 2, start: 'now' is unknown; choose at once, on Space"),
        ('claim = "unknown"', "scene 2, claim: 'unknown' is not a claim"),
        ('claim = "known"\nmode = "threads"', "scene 2, mode: a scene that shows a claim runs nothing beside it"),
        ('[[scene]]\nmode = "threads"', "scene 3, title: it is empty"),
    ],
)
def test_mistakes_say_the_scene_the_key_and_what_there_is(lines: str, words: str) -> None:
    assert words in said(lines)


def test_all_mistakes_are_said_at_once() -> None:
    told = said('mode = "x"\nworkers = 0', 'titel = "t"')
    for words in ("title: is missing", "'titel': no such key; did you mean 'title'?", "scene 2, mode", "2, workers"):
        assert words in told


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"title", "not TOML"),
        (b"a = " + b"[" * 5000, "line 1 has lists or tables that are nested more than 16 deep"),
        (b"\n" + b"a." * 25_000 + b"a = 1", "line 2 has a name with more than 8 dots"),
        (b"#" * (MOST_BYTES + 1), "larger than"),
        (b'format = 4\ntitle = "t"', "newer Grandstand"),
        (b'title = "t"', "there is no scene"),
        (b'title = "t"\nscene = 3', "[[scene]]"),
        (b'title = "t"\n' + b'[[scene]]\ntitle = "s"\n' * 201, "200 are the most"),
        (None, "cannot be read"),
    ],
)
def test_files_that_are_no_talk(tmp_path: Path, data: bytes | None, words: str) -> None:
    path = tmp_path / "talk.toml"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(TalkError) as caught:
        read_talk(path)
    assert words in str(caught.value)
    assert str(caught.value).startswith("talk.toml: ")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "talk.toml"
    talk = Talk("t", (Scene("one"),))
    write_talk(path, talk)
    before = path.read_bytes()
    with pytest.raises(TalkError):
        write_talk(path, replace(talk, scenes=(Scene("one", span=math.inf),)))

    def full(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_talk(path, Talk("other", talk.scenes))
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["talk.toml"]


def test_texts_lose_only_what_no_file_can_hold() -> None:
    assert one_line(" a\n b \ud800") == "a b \ufffd"
    assert plain("\r\n a\r\nb\r") == "a\nb"


def test_the_starter_talk_can_run_here(qapp: object) -> None:
    talk = starter()
    assert 7 <= len(talk.scenes) <= 13
    first = catalogue.workload("primes")
    choice = Choice("primes", "threads", 4, tuple(sorted(first.defaults().items())))
    for scene in talk.scenes:
        if scene.python:  # passed over where there is none
            continue
        wish = {
            "workload": scene.workload,
            "parameters": dict(scene.parameters),
            "mode": scene.mode,
            "workers": scene.workers,
        }
        choice = changed(choice, {**wish, "options": dict(scene.options)}, Surroundings(window=True))
        assert (choice.workload, choice.mode, choice.workers) == (scene.workload, scene.mode, scene.workers)
        assert len(scene.title) <= 56, "a title must stand on one line of a small projector"
        assert len(scene.notes) > 100, "a speaker needs notes"
    everywhere = {mode.key for mode in modes.every() if not mode.needs}
    assert {scene.mode for scene in talk.scenes if not scene.python} == everywhere
    assert [scene.python for scene in talk.scenes if scene.python] == ["3.14", "free-threaded"]
    assert [scene.options for scene in talk.scenes if scene.mode == "qthreads"] == [(("frame_slots", False),), ()]


# -- the command line -------------------------------------------------------------------------------------------------


def test_present_checks_and_lists(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('title = "t"\n[[scene]]\ntitle = "s"\nmode = "x"\nworkers = 0\n')
    assert present(check=True) == 0
    assert f"OK, {len(starter().scenes)} scenes" in capsys.readouterr().out
    assert present(str(bad), check=True) == 1
    told = capsys.readouterr().err
    assert "scene 1, mode" in told
    assert "scene 1, workers" in told
    assert present(str(bad), check=True, as_json=True) == 1
    assert len(json.loads(capsys.readouterr().out)["mistakes"]) == 2
    assert present(listed=True, as_json=True) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [s["title"] for s in listed["scenes"]] == [s.title for s in starter().scenes]
    assert present(listed=True) == 0
    assert "Sequential" in capsys.readouterr().out
    assert present(scene=14) == 2
    assert "scenes 1 to 13" in capsys.readouterr().err
    assert present(as_json=True) == 2
