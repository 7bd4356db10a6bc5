"""Which function is meant: parsed, never imported."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from grandstand.own import reference
from grandstand.own.reference import ASYNC, CLASS, FUNCTION, VALUE, BadReference

from tests.own.made import write

SOURCE = '''
"""A job."""
import functools, os
raise SystemExit("nobody imports this")

def work(size, rounds=os.cpu_count(), *, fast=False):
    """Adds numbers.

    More."""
    return size

async def fetch(url): ...

class Stepper:
    def __init__(self, n=3): ...
    def step(self): ...

class NoSteps:
    @staticmethod
    def crunch(x): ...
    def method(self, x): ...

short = lambda n: n
partial = functools.partial(work, 3)
LIMIT = 3

@functools.lru_cache
def cached(n): return n

@some.decorator
def wrapped(n): return n

if os.name == "nt":
    def system(): ...
else:
    def system(): return 1

try:
    def tried(): ...
except ImportError:
    pass

if __name__ == "__main__":
    def hidden(): ...
'''


@pytest.fixture
def parsed(tmp_path):
    return reference.parse(f"{write(tmp_path, SOURCE)}:work")


def test_functions_of_a_file_are_listed_without_importing_it(parsed):
    file, name = parsed
    assert name == "work"
    kinds = {one.name: one.kind for one in file.functions}
    assert kinds["work"] == kinds["cached"] == kinds["short"] == kinds["NoSteps.crunch"] == kinds["tried"] == FUNCTION
    assert kinds["fetch"] == ASYNC
    assert kinds["Stepper"] == CLASS
    assert kinds["partial"] == VALUE
    assert not {"NoSteps", "NoSteps.method", "hidden", "LIMIT"} & kinds.keys()
    assert list(kinds).count("system") == 1


def test_signature_source_and_docstring_are_as_written(parsed):
    work = parsed[0].function("work")
    assert work.call == "work(size, rounds=os.cpu_count(), *, fast=False)"
    assert work.docstring.startswith("Adds numbers.")
    assert work.source.startswith("def work(")
    assert work.line == SOURCE.split("\n").index("def work(size, rounds=os.cpu_count(), *, fast=False):") + 1
    assert parsed[0].function("wrapped").signature is None, "a decorator may change what it takes"
    assert parsed[0].function("cached").source.startswith("@functools.lru_cache")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("wrok", "Did you mean work?"),
        ("nothing_like_it", "It has: work, fetch, Stepper"),
        ("hidden", "defined under the main guard"),
    ],
)
def test_a_name_that_is_not_there(parsed, name, said):
    with pytest.raises(BadReference, match=said.replace("?", r"\?")):
        parsed[0].function(name)


BAD = {
    "syntax": (b"def f(:\n", "syntax error in line 1"),
    "nulls": (b"a = 1\0\n", "cannot be parsed|syntax error"),
    "encoding": (b"# coding: nowhere\n", "nowhere"),
    "not utf-8": (b"x = '\xe9\xff'\n", "job.py"),
    "deep": (b"x = " + b"(" * 5_000 + b")" * 5_000, "cannot be parsed|syntax error"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_python_is_refused_in_words(case, tmp_path):
    text, said = BAD[case]
    path = tmp_path / "job.py"
    path.write_bytes(text)
    with pytest.raises(BadReference, match=said):
        reference.parse(f"{path}:f")


def test_an_empty_file_has_no_function(tmp_path):
    file, _ = reference.parse(f"{write(tmp_path, '')}:work")
    with pytest.raises(BadReference, match="nor any other"):
        file.function("work")


def test_other_encodings_are_read(tmp_path):
    path = tmp_path / "job.py"
    path.write_bytes("# coding: latin-1\ndef work(): return 'é'\n".encode("latin-1"))
    assert "é" in reference.parse(f"{path}:work")[0].function("work").source


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (":work", "names no file"),
        ("nowhere.py:work", "no such file"),
        ("/:work", "is a folder"),
        ("no module:work", "There is no file"),
        ("nowhere.at.all:work", "There is no module nowhere.at.all"),
        ("job.py:not a name", "cannot be the name"),
        ("zlib_of_c:work", "There is no module"),
    ],
)
def test_a_reference_that_names_nothing(text, said):
    with pytest.raises(BadReference, match=said):
        reference.parse(text)


def test_pipes_and_devices_are_not_read():
    with pytest.raises(BadReference, match="device"):
        reference.read(Path("/dev/zero"))


def test_modules_are_found_by_folder_and_not_imported(tmp_path):
    write(tmp_path, "raise SystemExit\ndef work(): ...\n", "package/inner/module.py")
    write(tmp_path, "def top(): ...\n", "package/__init__.py")
    file, name = reference.parse("package.inner.module:work", [str(tmp_path)])
    assert (file.module, name, file.function(name).line) == ("package.inner.module", "work", 2)
    assert reference.parse("package:top", [str(tmp_path)])[0].path.name == "__init__.py"
    assert "package" not in sys.modules


def test_drives_are_no_function():
    assert reference.split("C:\\jobs\\job.py") == ("C:\\jobs\\job.py", "")
    assert reference.split("C:\\jobs\\job.py:work") == ("C:\\jobs\\job.py", "work")


ARGUMENTS = {
    "missing": ("work(size, rounds=1)", (), {}, False, "needs size: give it with --arg VALUE or --kwarg size=VALUE"),
    "missing by name": ("work(*, size)", (), {}, False, "needs size: give it with --kwarg size=VALUE"),
    "too many": ("work()", (1,), {}, False, "does not take these arguments: too many"),
    "unknown": ("work(size)", (1,), {"colour": 2}, False, "unexpected keyword argument 'colour'"),
    "twice": ("work(size)", (1,), {"size": 2}, False, "multiple values"),
    "an item too many": ("work()", (), {}, True, "too many"),
    "an item and more": ("work(item, size)", (), {}, True, "needs size: give it with --kwarg size=VALUE"),
}


@pytest.mark.parametrize("case", ARGUMENTS)
def test_wrong_arguments_are_told_before_anything_runs(case, tmp_path):
    head, args, kwargs, items, said = ARGUMENTS[case]
    function = reference.parse(f"{write(tmp_path, f'def {head}: ...')}:work")[0].function("work")
    with pytest.raises(BadReference, match=said):
        reference.check_arguments(function, args, kwargs, items)


@pytest.mark.parametrize("head", ["work(item, size=3)", "work(*args, **kwargs)", "work(item, /, *, size)"])
def test_right_arguments_pass(head, tmp_path):
    function = reference.parse(f"{write(tmp_path, f'def {head}: ...')}:work")[0].function("work")
    reference.check_arguments(function, (), {"size": 3}, True)


def test_a_class_is_made_without_arguments(tmp_path):
    source = "class A:\n    def __init__(self, n): ...\n    def step(self): ...\n"
    function = reference.parse(f"{write(tmp_path, source)}:A")[0].function("A")
    with pytest.raises(BadReference, match="cannot be made without arguments"):
        reference.check_arguments(function, (), {}, False)
