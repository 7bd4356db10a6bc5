"""A talk and its scenes as data, and what a scene may not be. Pure; any thread."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from grandstand import modes
from grandstand.control import catalogue
from grandstand.control.choice import option_of
from grandstand.engine import workloads
from grandstand.hosts.base import MOST_WORKERS
from grandstand.modes.start_method import FORK, START_METHOD
from grandstand.plain import lines
from grandstand.vocabulary import panels
from grandstand.vocabulary.options import Values

AT_ONCE, ON_SPACE = "at once", "on Space"
STARTS = (AT_ONCE, ON_SPACE)
LEAST_SPAN_S, MOST_SPAN_S = 0.001, 60.0
MOST_SCENES, LONGEST_TITLE, LONGEST_NOTES = 200, 120, 10_000
RUN_FIELDS = ("workload", "mode", "workers", "parameters", "layout", "span", "options", "python")
"""What a scene that shows a claim has no use for."""

ClaimIds = Callable[[], Collection[str]]
"""Asked for only when a scene shows a claim: claims take a while to import."""


@dataclass(frozen=True)
class Scene:
    """One setting of the window. ``parameters`` are those that differ from the workload's own, sorted by key.

    ``layout`` names the panels on the screen; ``span`` is the time that lanes show, in s; ``start`` whether the run
    begins (or switches) as the scene comes, or waits for the space bar; ``options`` are those of the mode that are
    not as usual. ``python`` is what a person would call it (see pythons.choosing); without it, the one that was chosen
    before the talk. Where there is no such Python, the scene is passed over. ``claim`` shows a claim instead of a run.
    """

    title: str
    workload: str = field(default_factory=lambda: workloads.keys()[0])
    mode: str = field(default_factory=lambda: modes.usual().key)
    workers: int = 4
    parameters: tuple[tuple[str, float], ...] = ()
    layout: tuple[str, ...] = field(default_factory=panels.story)
    notes: str = ""
    start: str = AT_ONCE
    span: float = 10.0
    options: Values = ()
    claim: str = ""
    python: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(self.title))
        object.__setattr__(self, "notes", plain(self.notes))
        object.__setattr__(self, "python", one_line(self.python))
        object.__setattr__(self, "parameters", tuple(sorted(self.parameters)))
        own = {option.key: option.default for option in modes.described(self.mode).options}
        unusual = ((key, value) for key, value in self.options if key not in own or own[key] != value)
        object.__setattr__(self, "options", tuple(sorted(unusual)))


@dataclass(frozen=True)
class Talk:
    title: str
    scenes: tuple[Scene, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(self.title))


def one_line(text: str) -> str:
    """A title as it is shown: no line ends, no double spaces."""
    return " ".join(lines(text, "\t").split())


def plain(text: str) -> str:
    """Notes as they are kept: LF between lines, nothing blank around them."""
    return lines(text, "\t").strip()


def mistakes_of(talk: Talk, claim_ids: ClaimIds | None = None) -> list[str]:
    """Everything that is wrong, each as 'scene 3, mode: …'; empty when all is well. None: claims are not looked up."""
    mistakes = [f"title: {problem}" for problem in _title(talk.title)]
    if not talk.scenes:
        mistakes.append("there is no scene; begin one with [[scene]] and a title below it")
    if len(talk.scenes) > MOST_SCENES:
        mistakes.append(f"there are {len(talk.scenes)} scenes; {MOST_SCENES} are the most")
        return mistakes
    for number, scene in enumerate(talk.scenes, 1):
        mistakes += [f"scene {number}, {key}: {text}" for key, text in scene_mistakes(scene, claim_ids)]
    return mistakes


def scene_mistakes(scene: Scene, claim_ids: ClaimIds | None = None) -> list[tuple[str, str]]:
    """What is wrong with one scene, by key."""
    mistakes = [("title", problem) for problem in _title(scene.title)]
    if len(scene.notes) > LONGEST_NOTES:
        mistakes.append(("notes", f"{len(scene.notes)} characters; {LONGEST_NOTES} are the most"))
    if scene.start not in STARTS:
        mistakes.append(("start", f"'{_short(scene.start)}' is unknown; choose {listed(STARTS)}"))
    if scene.claim:
        usual = Scene(scene.title)
        for key in RUN_FIELDS:
            if getattr(scene, key) != getattr(usual, key):
                mistakes.append((key, "a scene that shows a claim runs nothing beside it; leave this out"))
        if claim_ids is not None and scene.claim not in claim_ids():
            mistakes.append(("claim", f"'{_short(scene.claim)}' is not a claim; 'claims --list' shows them all"))
        return mistakes
    return mistakes + _run_mistakes(scene)


def _run_mistakes(scene: Scene) -> list[tuple[str, str]]:
    mistakes = []
    titles = {kind.key: kind for kind in catalogue.workload_classes()}
    if scene.workload not in titles:
        mistakes.append(("workload", f"'{_short(scene.workload)}' is unknown; choose {listed(titles)}"))
    else:
        for key, value in scene.parameters:
            try:
                titles[scene.workload].check_parameters({key: value})
            except ValueError as problem:
                mistakes.append(("parameters", str(problem.args[0])))
    if scene.mode not in modes.keys():  # noqa: SIM118
        mistakes.append(("mode", f"'{_short(scene.mode)}' is unknown; choose {listed(modes.keys())}"))
    mistakes += _option_mistakes(scene)
    if len(scene.python) > LONGEST_TITLE:
        mistakes.append(("python", f"{len(scene.python)} characters; {LONGEST_TITLE} are the most"))
    if not 1 <= scene.workers <= MOST_WORKERS:
        mistakes.append(("workers", f"{scene.workers} is not from 1 to {MOST_WORKERS}"))
    if not (math.isfinite(scene.span) and LEAST_SPAN_S <= scene.span <= MOST_SPAN_S):
        mistakes.append(("span", f"{scene.span:g} is not from {LEAST_SPAN_S:g} to {MOST_SPAN_S:g} (seconds)"))
    if not scene.layout:
        mistakes.append(("layout", f"no panel is named; choose 'story' or {listed(panels.keys())}"))
    for panel in scene.layout:
        if panel not in panels.keys():  # noqa: SIM118
            mistakes.append(("layout", f"'{_short(panel)}' is unknown; choose 'story' or {listed(panels.keys())}"))
    if len(set(scene.layout)) < len(scene.layout):
        mistakes.append(("layout", "a panel is named twice; it can be shown once"))
    return mistakes


def _option_mistakes(scene: Scene) -> list[tuple[str, str]]:
    mistakes = []
    mode = modes.described(scene.mode)
    for key, value in scene.options:
        try:
            checked = option_of(key, mode).check(value)
        except ValueError as problem:
            mistakes.append(("options", str(problem.args[0])))
            continue
        if (key, checked) == (START_METHOD.key, FORK):
            mistakes.append(("options", "fork is unsafe beside a window; choose forkserver or spawn"))
    return mistakes


def _title(title: str) -> list[str]:
    if not title:
        return ["it is empty; write a few words"]
    return [f"{len(title)} characters; {LONGEST_TITLE} are the most"] if len(title) > LONGEST_TITLE else []


def listed(names: Collection[str]) -> str:
    return ", ".join(names)


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 40 else f"{text[:39]}…"


def layout_words(layout: Sequence[str]) -> str:
    """'story' for the usual arrangement, else the panels' keys."""
    return "story" if tuple(layout) == panels.story() else listed(layout)
