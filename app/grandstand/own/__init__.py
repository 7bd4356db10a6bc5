"""A person's own function: what was named, in which environment it runs, its diagnosis, and code to take home.

Nothing here imports a person's file: it is parsed. Only workers and the doctor's children import it.
"""
