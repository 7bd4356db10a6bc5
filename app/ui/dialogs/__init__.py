"""Dialogs. GUI thread."""
