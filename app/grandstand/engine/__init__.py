"""What runs inside every worker: standard library only, Python 3.9 syntax, no Qt, no numpy."""
