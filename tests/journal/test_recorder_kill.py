"""Killed at any moment, the app leaves a recording that opens, and that lacks at most its last second."""

import random
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.recording import killed


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL there")
def test_killed_at_any_moment_the_file_opens_and_lacks_at_most_a_second(tmp_path: Path):
    """Four at once: their disk and their cores are busy, too. After half a second the mode is being switched."""
    chance = random.Random(5)
    moments = [0.0, 0.7, chance.uniform(0.1, 0.7), chance.uniform(0.7, 1.2)]
    with ThreadPoolExecutor(len(moments)) as pool:
        found = list(pool.map(lambda i: killed(tmp_path / f"{i}.grandstand", moments[i]), range(len(moments))))
    assert [left.integrity for left in found] == ["ok"] * len(moments)
    assert all(0.0 <= left.missing_s <= 1.0 for left in found), [left.missing_s for left in found]
    assert found[-1].runs >= 1
