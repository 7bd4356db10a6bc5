"""Recordings in the window: the list of them, and the same window moving again."""
