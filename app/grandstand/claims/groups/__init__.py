"""The claims, one file per group. Each file has ``CLAIMS``; a new file here is found by itself."""
