"""The house: no file imports itself through others, not even for its types. (Who may import whom: pyproject.toml.)"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import grandstand
import grimp
from grandstand import modes
from grandstand.vocabulary import panels
from grandstand.vocabulary.options import Option
from grandstand.vocabulary.states import STATES


def cycles(graph: grimp.ImportGraph) -> list[list[str]]:
    """Groups of modules that import each other in a ring (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(start: str) -> None:
        work = [(start, iter(sorted(graph.find_modules_directly_imported_by(start))))]
        index[start] = low[start] = len(index)
        stack.append(start)
        while work:
            module, others = work[-1]
            for other in others:
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    work.append((other, iter(sorted(graph.find_modules_directly_imported_by(other)))))
                    break
                if other in stack:
                    low[module] = min(low[module], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[module])
                if low[module] == index[module]:
                    ring = []
                    while not ring or ring[-1] != module:
                        ring.append(stack.pop())
                    if len(ring) > 1:
                        found.append(sorted(ring))

    for module in sorted(graph.modules):
        if module not in index:
            visit(module)
    return found


def test_a_ring_is_found():
    graph = grimp.ImportGraph()
    for a, b in (("p.a", "p.b"), ("p.b", "p.c"), ("p.c", "p.a"), ("p.d", "p.a")):
        graph.add_import(importer=a, imported=b)
    assert cycles(graph) == [["p.a", "p.b", "p.c"]]


def test_nothing_imports_itself_through_others():
    assert cycles(grimp.build_graph("grandstand", cache_dir=None)) == []


# -- nobody spells a mode or an option but its descriptor -------------------------------------------------------------

HERE = Path(grandstand.__file__).parent
AT_HOME = ("vocabulary", "modes", "engine", "claims", "own", "watch", "observe")
"""Rooms that may: where words are defined, what travels into workers, the experiments of claims, and those whose own
documents have keys that are the same words (findings called threads, processes that are watched)."""


def spelled(words: set[str]) -> Iterator[str]:
    """Where one of ``words``, or 'modes.' before it, stands as a text of its own outside AT_HOME."""
    for path in sorted(HERE.rglob("*.py")):
        if path.relative_to(HERE).parts[0] in AT_HOME:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if node.value.removeprefix("modes.") in words:
                    yield f"{path.relative_to(HERE)}:{node.lineno}: {node.value}"


def test_a_word_that_is_spelled_is_found() -> None:
    assert any(where.startswith("invocation.py:") for where in spelled({"python main.py"}))


def test_nobody_else_spells_a_mode() -> None:
    """But for those that speak of the modules of these names, a document that counts threads, and tables and events
    that are about the threads and processes of a watched program."""
    there = {where.partition(":")[0] for where in spelled(set(modes.keys()))}
    python = {"pythons/interview.py", "pythons/question.py", "pythons/record.py"}
    assert there == python | {"cli/watchable.py", "export/tables.py", "journal/observed.py"}


def test_nobody_else_spells_an_option() -> None:
    """But for readers of older files, and the break-even map, whose document has a key of that name."""
    options: set[Option] = {option for mode in modes.every() for option in mode.options}
    keys = {option.key for option in options} - {state.key for state in STATES}  # "gil" is a state's, too
    there = {where.partition(":")[0] for where in spelled(keys)}
    assert there <= {"journal/upgrade.py", "talk/toml.py", "ui/shell/settings.py", "compare/break_even.py"}


OTHER_MEANINGS = {
    "an icon": {"ui/pages/claims/verdict_card.py", "ui/pages/compare/map_part.py", "ui/pages/live/__init__.py",
                "ui/widgets/panel.py"},
    "a field of what is chosen": {"talk/scene.py", "talk/toml.py", "ui/pages/compare/plan_form.py",
                                  "ui/pages/live/__init__.py", "ui/pictures.py", "ui/shell/settings.py"},
    "a fact of a machine": {"ui/pages/claims/store.py"},
    "colors of a theme": {"ui/theme/tokens.py", "ui/export_frames.py"},
    "a word that is explained": {"ui/dialogs/help.py"},
}  # fmt: skip


def test_nobody_else_spells_a_panel() -> None:
    """But the file that makes its chart. Elsewhere the same words mean other things, and are not looked at."""
    own = {panel.key for panel in panels.OWN}
    there = {where.partition(":")[0] for where in spelled(own) if where.startswith(("ui/", "talk/"))}
    charts = {
        where
        for where in there
        if where.startswith("ui/charts/") and where.endswith(("_chart.py", "_charts.py", "_view.py"))
    }
    assert there - charts == set().union(*OTHER_MEANINGS.values())
