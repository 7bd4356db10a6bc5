"""Figures in words: at the borders, at nothing, and where there is next to nothing."""

from __future__ import annotations

import pytest
from grandstand.session import words


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0, 3, "0"),
        (1, 3, "1.00"),
        (9.994, 3, "9.99"),
        (9.996, 3, "10.0"),
        (99.94, 3, "99.9"),
        (99.96, 3, "100"),
        (999.4, 3, "999"),
        (999.5, 3, "1.00 k"),
        (1_000, 3, "1.00 k"),
        (9_996, 3, "10.0 k"),
        (99_960, 3, "100 k"),
        (999_499, 3, "999 k"),
        (999_500, 3, "1.00 M"),
        (1_180_000, 3, "1.18 M"),
        (999.5e6, 3, "1.00 G"),
        (2.5e12, 3, "2500 G"),
        (99.4, 2, "99"),
        (995, 2, "1.0 k"),
        (1.96, 2, "2.0"),
        (0.5, 3, "0.50"),
        (0.5, 2, "0.5"),
        (0.996, 3, "1.00"),
        (0.05, 2, "0.05"),
        (0.0444, 3, "0.044"),
        (0.000123, 3, "0.00012"),
        (-1_180_000, 3, "-1.18 M"),
        (-0.5, 3, "-0.50"),
        (float("nan"), 3, "–"),
        (float("inf"), 3, "–"),
    ],
)
def test_number(value, digits, text):
    assert words.number(value, digits) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "pages", "0 pages/s"),
        (1_180_000, "numbers", "1.18 M numbers/s"),
        (0.25, "waits", "0.25 waits/s"),
        (2_878.4, "MB", "2878 MB/s"),
        (12.34, "MB", "12.3 MB/s"),
        (99_999, "MB", "99999 MB/s"),
        (123_456, "MB", "123 GB/s"),
    ],
)
def test_rate_keeps_megabytes_in_megabytes(value, unit, text):
    assert words.rate(value, unit) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (0.0001, "under 1 %"),
        (0.005, "under 1 %"),
        (0.00501, "1 %"),
        (0.0149, "1 %"),
        (0.97, "97 %"),
        (0.9949, "99 %"),
        (0.995, "over 99 %"),
        (0.9994, "over 99 %"),
        (0.9999, "100 %"),
        (1, "100 %"),
        (1.5, "150 %"),
    ],
)
def test_percent_does_not_call_little_nothing_nor_nearly_all_everything(share, text):
    assert words.percent(share) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0.00×"), (0.984, "0.98×"), (1.93, "1.93×"), (99.49, "99.49×"), (99.6, "100×"), (640, "640×")],
)
def test_times(value, text):
    assert words.times(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0 ms"),
        (0.0851, "85 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.0 s"),
        (1, "1.0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (89.4, "89 s"),
        (90, "1 min 30 s"),
        (125, "2 min 5 s"),
        (3_600, "60 min 0 s"),
    ],
)
def test_seconds(value, text):
    assert words.seconds(value) == text


def test_megabytes():
    assert words.megabytes(12_340_000) == "12.3 MB"


@pytest.mark.parametrize(
    ("mode", "count", "text"),
    [
        ("threads", 4, "4 threads"),
        ("threads", 1, "1 thread"),
        ("processes", 1, "1 process"),
        ("processes", 64, "64 processes"),
        ("qthreads", 2, "2 Qt threads"),
        ("sequential", 4, "4 sequential workers"),
        ("sequential", 1, "1 sequential worker"),
        ("something-new", 3, "3 workers of something-new"),
    ],
)
def test_workers(mode, count, text):
    assert words.workers(mode, count) == text


@pytest.mark.parametrize(
    ("cores", "quota", "text"),
    [
        (2, None, "2 cores"), (1, None, "1 core"), (2, 1.0, "2 cores, quota: the time of one"),
        (4, 1.5, "4 cores, quota: the time of 1.5"), (1, 0.5, "1 core, quota: the time of 0.5"),
        (8, 2.0, "8 cores, quota: the time of 2"), (2, 2.0, "2 cores"), (2, 64.0, "2 cores"),
        (16, 1 / 3, "16 cores, quota: the time of 0.333"),
    ],
)  # fmt: skip
def test_cores_and_what_a_quota_gives_of_them(cores: int, quota: float | None, text: str):
    assert words.cores(cores, quota) == text
    assert words.cores_of({"cores": cores, "quota": quota}) == text
    assert words.usable_cores({"cores": cores, "quota": quota}) == min(cores, quota or cores)


@pytest.mark.parametrize("here", [{}, {"cores": None}, {"cores": "many", "quota": 1.0}, {"cores": 2, "quota": "half"},
                                  {"cores": 2, "quota": -1}, {"cores": 2, "quota": 0}])  # fmt: skip
def test_a_machine_that_is_described_badly_has_no_quota(here):
    assert words.limit_of(here) is None
    assert "quota" not in words.cores_of(here)
    assert words.usable_cores(here) >= 1


@pytest.mark.parametrize(
    ("share", "at_once", "count", "text"),
    [
        (0.253, 2, 1, "the window keeps 25 % of the GIL"),
        (0.253, 2, 2, "the window keeps 25 % of the GIL"),
        (0.3, 2, 64, "the window keeps 30 % of the GIL, and 2 of the 64 threads at a time share the rest"),
        (0.3, 64, 64, "the window keeps 30 % of the GIL"),
    ],
)
def test_what_frame_slots_keep(share, at_once, count, text):
    assert words.kept(share, at_once, count) == text
