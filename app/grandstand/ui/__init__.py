"""The window. Qt lives here (and in modes/qthreads.py), nowhere else."""
