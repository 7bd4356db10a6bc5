"""Start, stop, switch: what a person or a script may do, without any window."""
