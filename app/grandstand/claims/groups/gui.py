"""Claims about windows."""

from __future__ import annotations

import importlib.util

from grandstand.claims.base import Claim, Judgment, Measured, Verdict
from grandstand.claims.here import Here
from grandstand.claims.lab import Lab
from grandstand.claims.rules import undecided
from grandstand.compare.figures import figure
from grandstand.compare.statistics import mean, ratio
from grandstand.engine.experiments.job import job
from grandstand.render.kinds import Lanes, Stretch

JOB_S, REPEATS = 0.4, 4
LOCKED_MS = 100.0
"""A window that does not answer for longer than this is felt to be stuck (J. Nielsen, 1993: 0.1 s)."""
HURTS = 1.15
"""Frames that come so much later than beside a process are a price worth mentioning."""
WAYS = {
    "window": "on the window's own thread",
    "qthread": "in a QThread",
    "four": "in four QThreads, a quarter each",
    "slots": "in a QThread with frame slots",
    "process": "in a process",
}


def measure_gui(lab: Lab) -> Measured:
    import numpy as np

    repeats = lab.repeats(REPEATS)
    beats = lab.isolated(
        "grandstand.ui.shell.blocked:run", seconds=20 + 8 * repeats, job_seconds=JOB_S, repeats=repeats
    )["gaps"]
    longest = {way: [max(gaps) for gaps in beats[way]] for way in WAYS}
    usual = {way: [float(np.quantile(gaps, 0.9, method="lower")) for gaps in beats[way]] for way in WAYS}
    figures = {f"longest gap between frames, {words}": mean(longest[way], "ms", "jobs") for way, words in WAYS.items()}
    figures["nine of ten gaps, in a QThread against in a process"] = ratio(usual["qthread"], usual["process"], "pairs")
    return Measured(figures, {}, (_picture(beats),))


def judge_gui(measured: Measured) -> Judgment:
    blocked = measured[f"longest gap between frames, {WAYS['window']}"]
    thread = measured[f"longest gap between frames, {WAYS['qthread']}"]
    four = measured[f"longest gap between frames, {WAYS['four']}"]
    process = measured[f"longest gap between frames, {WAYS['process']}"]
    slower = measured["nine of ten gaps, in a QThread against in a process"]
    if blocked.below(LOCKED_MS):
        return Judgment(
            Verdict.NOT,
            f"The job on the window's own thread kept it from drawing for {figure(blocked)} at most. "
            "Nobody would call that locked up.",
        )
    if not blocked.above(LOCKED_MS):
        return undecided("Longest gap with the job on the window's own thread:", blocked, f"{LOCKED_MS:g} ms")
    text = (
        f"A job on the window's own thread kept it from drawing for {figure(blocked)}; in a QThread the longest gap "
        f"was {figure(thread)}, in a process {figure(process)}."
    )
    if thread.above(blocked.value / 2):
        return Judgment(Verdict.NOT, f"{text} A thread did not help here.")
    if four.above(LOCKED_MS):
        return Judgment(
            Verdict.LIMITS,
            f"{text} But with the same job in four QThreads it was {figure(four)}: threads that compute want the "
            "window's GIL too.",
        )
    if not four.below(LOCKED_MS):
        return undecided("Longest gap with the job in four QThreads:", four, f"{LOCKED_MS:g} ms")
    if slower.above(HURTS) or thread.above(LOCKED_MS):
        return Judgment(
            Verdict.LIMITS,
            f"{text} But nine of ten frames took {figure(slower)} as long as beside a process: the thread wants the "
            "window's GIL too.",
        )
    return Judgment(Verdict.HOLDS, f"{text} So it stays alive.")


def needs_qt(here: Here) -> str:
    if importlib.util.find_spec("PySide6") is None:
        return "This needs PySide6, which is not installed: python -m pip install PySide6-Essentials"
    return ""


def _picture(beats: dict[str, list[list[float]]]) -> Lanes:
    """Each way's last job, as the window saw it: a stretch for every gap between two frames."""
    rows = []
    longest = 0.0
    for way, words in WAYS.items():
        at, stretches = 0.0, []
        for gap in beats[way][-1]:
            late = gap > LOCKED_MS
            stretches.append(
                Stretch(
                    "accent.danger" if late else "accent.ok",
                    at,
                    at + gap / 1e3 - 0.002,
                    f"{gap:.0f} ms" if late else "",
                )
            )
            at += gap / 1e3
        longest = max(longest, at)
        rows.append((words, tuple(stretches)))
    legend = (("a frame on time", "accent.ok"), ("no frame for over 100 ms", "accent.danger"))
    return Lanes("The window's frames during the same job", longest, tuple(rows), legend)


CLAIMS = (
    Claim(
        21, "gui-needs-threads",
        "In a window, use a thread for long work, so that it does not lock up.",
        "The same 0.4 s of computing on the thread of a small window (in memory, not on your screen), in a "
        "QThread, in four, in one that leaves frame slots, and in a process: how long does it go without a frame?",
        14, measure_gui, judge_gui,
        (
            job, "grandstand.ui.shell.blocked:on_the_window_thread", "grandstand.ui.shell.blocked:in_a_qthread",
            "grandstand.ui.shell.blocked:in_four_qthreads",
            "grandstand.ui.shell.blocked:in_a_qthread_with_frame_slots", "grandstand.ui.shell.blocked:in_a_process",
        ),
        needs_qt, timed=True,
    ),
)  # fmt: skip
