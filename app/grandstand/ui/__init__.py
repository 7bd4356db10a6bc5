"""The window. Qt lives here (and in hosts/window.py), nowhere else."""

import os

# pyqtgraph takes the binding that this names; with another one than ours it dies, or draws with a second Qt.
os.environ["PYQTGRAPH_QT_LIB"] = "PySide6"
