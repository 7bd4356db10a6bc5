"""The parts of the window around the charts. GUI thread."""
