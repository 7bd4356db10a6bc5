"""Pythons: which interpreters there are on this machine, what each of them is, and what people call them. No Qt."""
