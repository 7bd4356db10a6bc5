"""What holds for every test."""

import os

# Before anything imports Qt. Tests that need a real X server start one themselves.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
