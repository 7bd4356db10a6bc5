"""How Grandstand was started and installed, for messages that name a command to type. Any thread."""

from __future__ import annotations

import os
import sys


def in_a_clone() -> bool:
    """Whether the package lies in a clone, with its main.py and Makefile, and not among installed packages."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    return os.path.isfile(os.path.join(root, "main.py")) and os.path.isfile(os.path.join(root, "Makefile"))


def command(arguments: str = "") -> str:
    """The command line that does ``arguments`` here: ``grandstand run primes``, or as it was started."""
    folder, name = os.path.split(os.path.abspath(sys.argv[0]))
    if name == "main.py" and in_a_clone():
        program = "python main.py"
    elif name == "__main__.py" and os.path.basename(folder) == "grandstand":
        program = "python -m grandstand"
    else:
        program = "grandstand"
    return f"{program} {arguments}".rstrip()


def install_command(*packages: str) -> str:
    """The command that adds ``packages`` to the environment that runs Grandstand."""
    wanted = " ".join(packages)
    if os.path.exists(os.path.join(sys.prefix, "pipx_metadata.json")):
        return f"pipx inject grandstand {wanted}"
    if os.path.exists(os.path.join(sys.prefix, "uv-receipt.toml")):
        return f"uv pip install --python {_quoted(sys.executable)} {wanted}"
    return f"{_quoted(sys.executable)} -m pip install {wanted}"


def _quoted(path: str) -> str:
    return f'"{path}"' if " " in path else path
