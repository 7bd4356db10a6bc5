"""The option of modes with child processes: how these come into being. Any thread."""

from __future__ import annotations

import multiprocessing

from grandstand.vocabulary.options import ONE_OF, OWN, Option, Pick, Values

USUAL = ""
FORK = "fork"
EXPLAINED = {
    "forkserver": "a clean helper process forks each worker: quick and safe",
    "spawn": "a new interpreter for each worker: slower to start, works everywhere",
    FORK: "a copy of the app itself: quickest, and unsafe beside threads or a window",
}
_TITLES = {"forkserver": "fork server"}


def offered() -> tuple[str, ...]:
    """Every start method of this system, the usual one first."""
    there = multiprocessing.get_all_start_methods()
    return tuple(method for method in EXPLAINED if method in there) or ("spawn",)


def _picks() -> tuple[Pick, ...]:
    first = offered()[0]
    named = [Pick(key, _TITLES.get(key, key), _TITLES.get(key, key), EXPLAINED[key]) for key in offered()]
    return (Pick(USUAL, f"usual ({_TITLES.get(first, first)})", "", EXPLAINED[first]), *named)


START_METHOD = Option(
    "start_method", "Start method", ONE_OF, USUAL,
    "How worker processes come into being. The usual one is the quickest that is safe here.", _picks(),
    under=OWN,
)  # fmt: skip


def of(chosen: Values) -> str:
    """The start method among chosen options; '' for the usual one."""
    return str(dict(chosen).get(START_METHOD.key, USUAL))
