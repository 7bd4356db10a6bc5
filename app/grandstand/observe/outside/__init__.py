"""The observer: looks at running programs from outside, without stopping them and without writing into them.

A process of its own, standard library only. What it says are the events of ``grandstand.engine.observed``.
"""
