"""Talks: scenes that a speaker walks through, and the TOML files that they are kept in. No Qt."""
