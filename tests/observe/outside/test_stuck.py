"""Rings of threads that wait for each other."""

from __future__ import annotations

import pytest
from grandstand.observe.outside.stuck import ring_of


@pytest.mark.parametrize(
    ("owner", "ring"),
    [
        ({}, ()),
        ({1: 2}, ()),
        ({1: 2, 2: 1}, (1, 2)),
        ({3: 1, 1: 2, 2: 3}, (1, 2, 3)),
        ({1: 2, 2: 3, 3: 2}, (2, 3)),
        ({9: 1, 1: 5, 5: 7}, ()),
        ({4: 9, 9: 2, 2: 4, 1: 4}, (2, 4, 9)),
    ],
)
def test_rings(owner: dict[int, int], ring: tuple[int, ...]):
    assert ring_of(owner) == ring
