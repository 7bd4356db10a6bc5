"""Tables at any width: nothing is cut, no figure breaks, and no line is longer than the terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from grandstand.cli.tables import Column, table
from grandstand.cli.terminal import Terminal, glued, width_of
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from tests.cli.command import ROOT, grandstand

FIGURES = (
    "under 1 %",
    "over 99 %",
    "1.18 M numbers/s [1.16 M, 1.19 M]",
    "0.98× [0.95, 1.02]",
    "2 min 5 s",
    "17 ms",
    "–",
)
HEADS = ("computing", "waiting for the GIL", "against the baseline", "start-up", "n", "")
OLD = ROOT / "tests" / "recordings_of_old" / "schema1"


def shown(columns: list[Column], rows: list[list[str | Text]], width: int, monkeypatch_width: int = 0) -> list[str]:
    console = Terminal(width=width)
    with console.capture() as captured:
        console.print(table(columns, rows, width))
    return [line.rstrip() for line in captured.get().split("\n")]


figures = st.sampled_from(FIGURES)
sentences = st.lists(st.sampled_from(("one", "threads", "[bold]", "日本語", "under 1 %", "a-long-word")), max_size=12)


@given(st.integers(40, 160), st.lists(st.sampled_from(HEADS), min_size=1, max_size=7), st.integers(1, 5), st.data())
def test_no_figure_is_cut_or_broken(width, heads, count, data):
    columns = [Column("setup"), *(Column(head, right=True) for head in heads)]
    rows: list[list[str | Text]] = [
        [f"{i} processes", *(data.draw(figures) for _ in heads)] for i in range(1, count + 1)
    ]
    lines = shown(columns, rows, width)
    assert all(width_of(line) <= width for line in lines)
    whole = "\n".join(lines)
    for row in rows:
        assert str(row[0]) in whole
        for cell in row[1:]:
            assert whole.count(str(cell)) >= sum(r.count(cell) for r in rows), "on one line, as often as it was said"
    assert "…" not in whole


@given(st.integers(30, 120), st.lists(st.tuples(sentences, sentences), min_size=1, max_size=4))
def test_words_wrap_between_words_and_figures_within_them_stay_whole(width, pairs):
    columns = [Column("id"), Column("claim", words=True), Column("why", words=True), Column("n", right=True)]
    rows: list[list[str | Text]] = [
        [f"claim-{i}", " ".join(a), " ".join(b), "under 1 %"] for i, (a, b) in enumerate(pairs)
    ]
    lines = shown(columns, rows, width)
    assert all(width_of(line) <= width for line in lines)
    whole = "\n".join(lines)
    said = sum(f"{row[1]} {row[2]}".count("under 1 %") + 1 for row in rows)
    assert whole.count("under 1 %") == said
    for word in ("threads", "[bold]", "a-long-word"):
        assert whole.count(word) == sum(f"{row[1]} {row[2]}".split().count(word) for row in rows)


def test_a_spare_column_goes_first_and_only_then():
    columns = [Column("name"), Column("when", spare=True), Column("seconds", right=True)]
    rows: list[list[str | Text]] = [["session_2026-11-26_01-15-57", "2026-11-26 01:15", "12.5"]]
    assert "2026-11-26 01:15" in "\n".join(shown(columns, rows, 60))
    narrow = "\n".join(shown(columns, rows, 40))
    assert "2026-11-26 01:15" not in narrow
    assert "session_2026-11-26_01-15-57" in narrow
    assert "12.5" in narrow


def test_a_wide_table_becomes_several_with_the_same_first_column():
    columns = [Column("setup"), *(Column(f"state {i}", right=True) for i in range(12))]
    lines = shown(columns, [["4 threads", *(["under 1 %"] * 12)]], 60)
    assert sum(line.startswith("4 threads") for line in lines) >= 2
    assert "\n".join(lines).count("under 1 %") == 12


def test_sentences_keep_figures_together_at_every_width(capsys):
    text = "4 threads: 1.02× [0.98, 1.05], under 1 % of 12 ms; over 99 % of 1.5 GB in 20 s."
    for width in range(20, 90):
        Terminal(width=width).tell(text)
        out = capsys.readouterr().out
        assert " ".join(out.split()) == text
        for piece in ("[0.98, 1.05]", "under 1 %", "12 ms", "over 99 %", "1.5 GB", "20 s"):
            assert piece in out, width
    assert glued("a b") == "a b"


# -- the commands themselves ---------------------------------------------------------------------------------------


def run(width: int, *arguments: str, **env: str) -> str:
    done = grandstand(*arguments, COLUMNS=str(width), **env)
    assert (done.returncode, done.stderr) == (0, "")
    assert all(width_of(line) <= width for line in done.stdout.splitlines() if " " in line), done.stdout
    return done.stdout


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_comparison_is_whole(width):
    file = OLD / "hash_modes.comparison.json"
    document = json.loads(file.read_text())
    text = run(width, "compare", "--open", str(file))
    assert "…" not in text
    assert not re.search(r"\bunder\s*\n|\bover\s*\n\s*\d+ %|\d\s*\n\s*%", text)
    assert len(re.findall(r"\[\d\.\d\d, \d\.\d\d\]", text)) >= len(document["cells"])
    for name in ("sequential", "1 thread", "2 threads", "1 process", "2 processes"):
        assert name in text
    for head in ("throughput", "start-up", "computing"):
        assert head in text


@pytest.mark.parametrize("width", [40, 80])
def test_two_comparisons_are_whole(width):
    names = (OLD / "hash_modes.comparison.json", OLD / "hash_few_blocks.comparison.json")
    text = run(width, "compare", "--open", str(names[0]), "--beside", str(names[1]))
    assert "…" not in text
    assert text.count("no interval") == 3


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("arguments", [["list"], ["claims", "--list"], ["present", "--list"]], ids=" ".join)
def test_lists_are_whole(arguments, width):
    wide = run(240, *arguments)
    narrow = run(width, *arguments)
    words = set(re.findall(r"[\w/-]{3,}", wide)) - {"scene"}
    assert words <= set(re.findall(r"[\w/-]{3,}", narrow))


@pytest.mark.parametrize("width", [40, 80])
def test_a_name_that_is_listed_opens(width, tmp_path: Path):
    from tests.journal.made import record

    record(tmp_path / "session_2026-11-26_01-15-57.grandstand")
    text = run(width, "recordings", GRANDSTAND_RECORDINGS=str(tmp_path))
    name = "session_2026-11-26_01-15-57"
    assert name in text.split()
    done = grandstand(
        "export", name, "--to", "trace", "--output", str(tmp_path / "x.json"), GRANDSTAND_RECORDINGS=str(tmp_path)
    )
    assert done.returncode == 0, done.stderr
