"""Recordings: a session as it happened, in one SQLite file, and the same session again out of it."""
