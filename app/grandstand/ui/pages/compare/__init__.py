"""The Compare page: a plan, its progress, and what came of it."""
