"""A function as a person would have it, for bench/own.py and its hand-written counterpart."""

from __future__ import annotations


def spin(item: int, rounds: int = 1000) -> int:
    total = item
    for i in range(rounds):
        total += i * i
    return total
