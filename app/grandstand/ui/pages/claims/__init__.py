"""The Claims page: what is said about threads and processes, checked on this machine. GUI thread."""
