"""Watching a running program: the observer and what it says, put together into what is shown and told. No Qt."""
