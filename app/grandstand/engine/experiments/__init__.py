"""What claims have done in a process of its own: plain functions on the standard library.

``grandstand.engine.experiment`` runs them; each takes ``tell`` and numbers or texts, and returns what json can
write."""
