"""Charts: they read the model and never write it. GUI thread."""
