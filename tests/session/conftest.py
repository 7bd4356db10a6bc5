"""Property tests here do the same on every machine, however busy it is."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("model", deadline=None, derandomize=True, database=None)
settings.load_profile("model")
