"""Benches: what Grandstand costs and whether it keeps its limits. ``python -m bench`` prints them; nothing here is a test."""
