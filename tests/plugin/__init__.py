"""A small distribution that brings one of each, and tests that it appears everywhere, with nothing else changed."""
