"""Files that the app writes, all of them: whole or not at all, and never over anything that nobody named."""
