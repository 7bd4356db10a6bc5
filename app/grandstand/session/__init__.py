"""The state of a session. Written by one thread only: the GUI's, or the command line's main thread."""
