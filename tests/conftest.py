"""What holds for every test."""

import os
import signal
import tempfile

# Before anything imports Qt. Tests that need a real X server start one themselves.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# No test may find, or leave, a recording of the person at this machine.
_recordings = tempfile.TemporaryDirectory()
os.environ["GRANDSTAND_RECORDINGS"] = _recordings.name

# Who is started in the background of a shell ignores Ctrl+C, and so would every process that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
