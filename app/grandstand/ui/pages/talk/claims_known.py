"""The claims that a scene can show. GUI thread."""

from __future__ import annotations

from collections.abc import Collection


def claim_ids() -> Collection[str]:
    """Their ids; importing them takes a moment."""
    from grandstand.claims.check import claims

    return [claim.id for claim in claims()]
