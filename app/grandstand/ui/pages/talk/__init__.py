"""Talks in the window: scenes on the screen, the speaker's notes, the list in which talks are made."""
