"""Hosts: processes that carry workers, and how they are reached, started and ended."""
