"""The Pythons that commands are told by name, version or path. Main thread; asking may take some seconds."""

from __future__ import annotations

from grandstand.cli.terminal import Terminal
from grandstand.cli.usage import Usage
from grandstand.pythons.record import Python


def executable(text: str, console: Terminal) -> str:
    """The same as the name of its file; 'own' for the app's own, '' where none was named. Raises Usage."""
    if text in ("", "app", "own"):
        return text
    python = chosen(text, console)
    return "own" if python is None else python.executable


def chosen(text: str, console: Terminal, option: str = "--python") -> Python | None:
    """The Python that ``text`` means; None for the app's own. Raises Usage."""
    if not text:
        return None
    from grandstand.pythons.choosing import NoSuchPython, choose

    try:
        python = choose(text)
    except NoSuchPython as problem:
        raise Usage(f"{option}: {problem}") from None
    return None if python.own else python
