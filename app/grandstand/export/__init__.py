"""Recordings in other people's formats: tables, traces, animations. One file a format; no Qt."""
