"""Comparisons: statistics of repeated measurements. No Qt."""
