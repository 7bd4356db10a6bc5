"""Items and arguments as they are typed: parsed, never evaluated."""

from __future__ import annotations

import ast

import pytest
from grandstand.engine.own.itemlist import Tickets, items_of
from grandstand.own.items import BadItems, parse_items, parse_kwargs, parse_value


def test_a_range_stays_one():
    items = parse_items("range(10, 100, 5)")
    assert items.values == range(10, 100, 5)
    assert items_of({"items": items.described()}) == range(10, 100, 5)
    assert parse_items("range(1_000_000_000)").words == "1,000,000,000 items"
    assert parse_items("range(5, 0, -1)").values == range(5, 0, -1)


@pytest.mark.parametrize("text", ["[1, 2.5, 'a', None, (3, b'x')]", "(1, 2)", "[{'a': 1}]"])
def test_a_list_is_one_as_python_writes_it(text):
    items = parse_items(text)
    assert items.values == list(ast.literal_eval(text))
    assert items_of({"items": items.described()}) == items.values


def test_a_pattern_is_of_files_in_order(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("b.png", "a.png", "c.txt", "in/d.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert parse_items("*.png").values == ["a.png", "b.png"]
    assert parse_items("**/*.png").values == ["a.png", "b.png", "in/d.png"]


FILES = {
    "lines.txt": ("one\ntwo\n", ["one", "two"]),
    "rows.csv": ("name,size\na,1\nb,2\n", [{"name": "a", "size": "1"}, {"name": "b", "size": "2"}]),
    "semicolons.csv": ("name;size\na;1\n", [{"name": "a", "size": "1"}]),
    "single.csv": ("name\na\n", [{"name": "a"}]),
    "rows.tsv": ("name\tsize\na b\t1\n", [{"name": "a b", "size": "1"}]),
    "list.json": ('[1, {"a": [true, null]}]', [1, {"a": [True, None]}]),
    "lines.jsonl": ('{"a": 1}\n\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_gives_its_entries(name, tmp_path):
    text, values = FILES[name]
    (tmp_path / name).write_text(text)
    items = parse_items(str(tmp_path / name))
    assert items.values == values
    assert items_of({"items": items.described()}) == values


REFUSED = {
    "": "is empty",
    "range(x)": "whole numbers",
    "range()": "range",
    "range(1.5)": "whole numbers",
    "range(0)": "no items",
    "range(10**30)": "whole numbers",
    "range(1000000000000000)": "at most",
    "[]": "no items",
    "{'a': 1}": "no order",
    "*.nowhere": "no file is called",
    "nowhere.txt": "no such file",
    "[__import__('os').system('touch hacked')]": "no file|no such file",
    "range(__import__('os').getpid())": "whole numbers",
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_cannot_be_items_is_refused_and_never_evaluated(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadItems, match=REFUSED[text]):
        parse_items(text)
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.json", '{"a": 1}', "an object, and a list is wanted"),
        ("a.json", "[1,", "not JSON"),
        ("a.json", "[NaN]", "NaN is not JSON"),
        ("a.jsonl", "1\nx\n", "line 2"),
        ("a.csv", 'a,b\n"1,2\n', "not CSV"),
    ],
)
def test_a_file_that_holds_something_else(name, text, said, tmp_path):
    (tmp_path / name).write_text(text)
    with pytest.raises(BadItems, match=said):
        parse_items(str(tmp_path / name))


def test_arguments_are_literals_or_texts():
    assert [parse_value(text) for text in ("5", "-2.5", "[1, 2]", "'5'", "None", "a b", "os.getcwd()")] == [
        5, -2.5, [1, 2], "5", None, "a b", "os.getcwd()",
    ]  # fmt: skip
    assert parse_kwargs(["size=5", "name=a=b"]) == {"size": 5, "name": "a=b"}
    for bad in (["size"], ["=5"], ["a b=1"], ["a=1", "a=2"]):
        with pytest.raises(BadItems):
            parse_kwargs(bad)


def test_numbers_are_each_given_out_once(tmp_path):
    path = str(tmp_path / "tickets")
    one, two = Tickets(path), Tickets(path)
    assert [one.take(3), two.take(2), one.take(1)] == [(0, 3), (3, 5), (5, 6)]
    one.close()
    two.close()
    alone = Tickets("")
    assert [alone.take(2), alone.take(2)] == [(0, 2), (2, 4)]
