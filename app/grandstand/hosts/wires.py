"""The two pipes of a process that speaks the wire: orders down, events up. Made by whoever starts it.

They are descriptors of their own, whose numbers the process is told on its command line: what it prints, or what is
printed in it, can never get among its frames.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from typing import Any


class Wires:
    """Pipes to a process that is to be started. Raises OSError where the system gives none.

    ``orders`` and ``events`` are the app's ends; the process finds its own on its command line (see
    engine.introduction.inherited). With ``lifeline`` there is a third one, on which nothing is ever said: the kernel
    tells the process of its end (see engine.guest).
    """

    def __init__(self, lifeline: bool = False) -> None:
        self._theirs: list[int] = []
        self._ours: list[int] = []
        try:
            self.orders = self._pipe(down=True)
            self.events = self._pipe(down=False)
            if lifeline and sys.platform.startswith("linux"):
                self._pipe(down=True)
        except OSError:
            self.close()
            raise

    def _pipe(self, down: bool) -> int:
        read, sent = os.pipe()
        theirs, ours = (read, sent) if down else (sent, read)
        self._theirs.append(theirs)
        self._ours.append(ours)
        return ours

    def start(self, command: list[str], **how: Any) -> subprocess.Popen[bytes]:
        """Starts ``command`` with the numbers of its ends appended; ``how`` as for Popen. Raises OSError."""
        try:
            if sys.platform == "win32":
                import msvcrt

                handles = [msvcrt.get_osfhandle(number) for number in self._theirs]
                for handle in handles:
                    os.set_handle_inheritable(handle, True)
                how["startupinfo"] = subprocess.STARTUPINFO(lpAttributeList={"handle_list": handles})
                return subprocess.Popen([*command, *map(str, handles)], **how)
            return subprocess.Popen([*command, *map(str, self._theirs)], pass_fds=self._theirs, **how)
        finally:
            _close(self._theirs)

    def close(self) -> None:
        """Closes every end that is open here; safe to call twice."""
        _close(self._theirs)
        _close(self._ours)


def _close(numbers: list[int]) -> None:
    while numbers:
        with contextlib.suppress(OSError):
            os.close(numbers.pop())
