"""Grandstand: people watch Python's ways of running work race on their own machine."""

__version__ = "0.1.0"
