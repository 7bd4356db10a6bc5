"""Files with functions in them, and what the doctor says of them."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

from grandstand.own import naming
from grandstand.own.doctor import Diagnosis, examine
from grandstand.own.finding import Finding
from grandstand.own.naming import Own, Wish


def write(folder: Path, source: str, name: str = "job.py") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(source), encoding="utf-8")
    return path


def understood(folder: Path, source: str, function: str, name: str = "job.py", **wish: Any) -> Own:
    """A function of a file that is written for it, under this Python."""
    wish.setdefault("python", "app")
    return naming.understand(Wish(f"{write(folder, source, name)}:{function}", **wish))


def diagnosed(own: Own, *idents: str, limit: float = 20.0) -> Diagnosis:
    return examine(own, only=idents, call_limit=limit) if idents else examine(own, call_limit=limit)


def finding(own: Own, ident: str, limit: float = 20.0) -> Finding:
    found = diagnosed(own, ident, limit=limit).finding(ident)
    assert found is not None
    return found
