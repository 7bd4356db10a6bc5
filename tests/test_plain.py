"""Foreign text made plain, and the rules that keep it so: one place that prints, one that writes CSV, no markup."""

from __future__ import annotations

import ast
import csv
import io
import json
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from grandstand.plain import CsvWriter, cell, json_text, lines, markdown, one_line
from hypothesis import given
from hypothesis import strategies as st

from tests.places import SOURCES

EVIL = {
    "colors": "\x1b[31mred\x1b[0m",
    "a title for the window": "\x1b]0;owned\x07",
    "one byte for ESC [": "\x9b31mred",
    "backspaces": "good\b\b\b\bevil",
    "a line over the line": "harmless\rEVIL",
    "lines": "one\ntwo\r\nthree\x85four\u2028five\vsix",
    "letters turned round": "photo\u202egpj.exe",
    "isolates": "\u2066x\u2069",
    "a byte order mark": "\ufeffx",
    "half a pair": "\ud83d",
    "bytes of a file name": "g\udce9\udcff",
    "noncharacters": "\uffff\U0001fffe",
    "tags": "\U000e0041",
    "a null": "a\0b",
}


def harmless(text: str) -> bool:
    return (
        all(unicodedata.category(c) not in ("Cc", "Cs", "Cf", "Zl", "Zp") or c in "\u200c\u200d" for c in text)
        and "\ufffe" not in text
    )


@pytest.mark.parametrize("case", EVIL)
def test_nothing_is_left_that_commands_or_turns(case):
    assert harmless(one_line(EVIL[case]))
    assert all(map(harmless, lines(EVIL[case]).split("\n")))


@given(st.text(st.characters(), max_size=60))
def test_any_text_becomes_harmless_and_stays_so(text):
    for made in (one_line(text), *lines(text).split("\n")):
        assert harmless(made)
        assert one_line(made) == made
        made.encode("utf-8")


def test_what_people_write_stays_as_it_is():
    for text in ("GIL, 2 × 1.5 %", "日本語", "می‌خواهم", "👩‍👩‍👧", "e\u0301", "a b c", "1\u202f000", "[bold]x[/]"):
        assert one_line(text) == text
    assert lines("a\n\tb\r\nc") == "a\n    b\nc"
    assert one_line("x" * 5000).endswith("…")


def test_bytes_of_a_name_can_be_told_apart():
    assert one_line("g\udce9.grandstand") == "g\\xe9.grandstand"
    assert one_line("g\udcea") != one_line("g\udceb")


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =HYPERLINK(1)", "\uff1d1", '=cmd|"/C calc"!A0')


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_is_a_formula(text):
    assert cell(text).startswith("'")


@given(st.lists(st.one_of(st.text(), st.integers(), st.floats(allow_nan=False)), min_size=1, max_size=4))
def test_rows_of_csv_come_back_whole_and_hold_no_formula(row):
    out = io.StringIO()
    CsvWriter(out).writerow(row)
    (found,) = csv.reader(io.StringIO(out.getvalue())) if out.getvalue() != "\n" else ([""],)
    assert len(found) == len(row)
    for value, text in zip(row, found, strict=True):
        if isinstance(value, str):
            assert not text.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))
        else:
            assert float(text) == float(value)


def test_negative_numbers_stay_numbers():
    assert [cell(x) for x in (-1, -0.5, 3, None, 1e-9)] == [-1, -0.5, 3, None, 1e-9]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a|b", "a\\|b"), ("<script>", "\\<script>"), ("**x**", "\\*\\*x\\*\\*"), ("`x`", "\\`x\\`"),
        ("[a](http://x)", "[a]\\(http://x)"), ("# x", "\\# x"), ("- x", "\\- x"), ("3. x", "3\\. x"),
        ("_x_", "\\_x\\_"), ("start_up", "start_up"), ("1.5× [1.2, 1.8]", "1.5× [1.2, 1.8]"), ("-3 %", "-3 %"),
    ],
)  # fmt: skip
def test_markdown_says_what_the_text_says(text, made):
    assert markdown(text) == made


def test_json_has_no_half_pairs():
    data = {"file\udce9": ["g\udce9", {"x": ("\ud83d", "😀")}], "n": 1}
    text = json_text(data, indent=2)
    assert json.loads(text) == {"file\\xe9": ["g\\xe9", {"x": ["\ufffd", "😀"]}], "n": 1}
    assert json.loads(json_text({"a": "\\udce9"})) == {"a": "\\udce9"}, "a backslash that somebody typed"


# -- rules that are easy to forget ---------------------------------------------------------------------------------


@cache
def calls(under: str = "grandstand") -> tuple[tuple[Path, ast.Call, str], ...]:
    """(file, call, what is called) of every call in a folder."""
    return tuple(
        (path, node, ast.unparse(node.func))
        for path in sorted((SOURCES / under).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    )


def wrong(found: Iterable[tuple[Path, ast.Call, str]]) -> list[str]:
    return [f"{path.relative_to(SOURCES)}:{node.lineno}: {ast.unparse(node)[:80]}" for path, node, _ in found]


def test_only_the_terminal_makes_a_console():
    bad = (c for c in calls() if c[2] in ("Console", "rich.print", "typer.echo", "typer.secho") and "echo" not in c[2])
    assert not wrong(bad)


def test_nothing_is_parsed_as_rich_markup():
    names = ("from_markup", "render_markup", "escape_markup")
    assert not wrong(c for c in calls() if c[2].rpartition(".")[2] in names)
    texts = {p: p.read_text(encoding="utf-8") for p in (SOURCES / "grandstand").rglob("*.py")}
    assert not [p for p, text in texts.items() if "rich.markup" in text]
    turned_on = (
        c for c in calls() for k in c[1].keywords if k.arg == "markup" and getattr(k.value, "value", True) is not False
    )
    assert not wrong(turned_on)
    assert not wrong(c for c in calls() if c[2] == "TextColumn" and c[0].name != "terminal.py")


def test_what_is_printed_without_the_terminal_is_made_plain():
    bad = (
        c for c in calls("grandstand/cli") if c[2] in ("print", "typer.echo")
        and not all(isinstance(a, ast.Constant) or ast.unparse(a).startswith("plain.") for a in c[1].args)
        and c[0].name not in ("system_packages.py",)  # prints its own words, for the set-up scripts
    )  # fmt: skip
    assert [line for line in wrong(bad) if "__version__" not in line] == []


def test_csv_is_written_by_one_writer():
    assert not wrong(c for c in calls() if c[2] in ("csv.writer", "csv.DictWriter") and c[0].name != "plain.py")


def test_labels_are_plain_and_tool_tips_no_html():
    assert not wrong(
        c for c in calls("grandstand/ui") if c[2].rpartition(".")[2] == "setToolTip"
        and not isinstance(c[1].args[0], ast.Constant) and not ast.unparse(c[1].args[0]).startswith("plain_tip(")
    )  # fmt: skip
    assert not wrong(c for c in calls("grandstand/ui") if c[2] in ("QLabel", "QtWidgets.QLabel"))
    forbidden = ("setHtml", "insertHtml", "appendHtml", "QTextBrowser", "QTextEdit", "QMessageBox", "setMarkdown")
    assert not wrong(c for c in calls("grandstand/ui") if c[2].rpartition(".")[2] in forbidden)


def test_every_kind_of_label_is_plain():
    kinds = {
        node.name
        for path in (SOURCES / "grandstand" / "ui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and any(ast.unparse(base) == "QLabel" for base in node.bases)
    }
    assert kinds == {"PlainLabel"}, "the others inherit from it"
