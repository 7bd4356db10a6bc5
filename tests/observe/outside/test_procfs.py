"""Lines of /proc, also those that somebody made to be misread."""

from __future__ import annotations

import os
import sys

import pytest
from grandstand.observe.outside import procfs

LINE = b"7 (%b) S 3 7 7 0 -1 4194560 100 0 0 0 12 5 0 0 20 0 4 0 987654 1000 200 18446744073709551615 1 1\n"


@pytest.mark.parametrize("name", [b"python3", b"a) R 1 (b", b"", b"two words", b")", b"((", b"x\ny"])
def test_names_may_hold_anything(name: bytes):
    stat = procfs.parse_stat(LINE % name)
    assert stat.name == name.decode()
    assert (stat.state, stat.parent, stat.cpu, stat.threads, stat.started) == ("S", 3, 17, 4, 987654)


@pytest.mark.parametrize("raw", [b"", b"7", b"7 (x) S 1", b"7 x S 3 7"])
def test_no_stat_line(raw: bytes):
    with pytest.raises(ValueError):
        procfs.parse_stat(raw)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_this_process():
    stat = procfs.stat(os.getpid())
    assert stat.parent == os.getppid()
    assert os.getpid() in procfs.threads(os.getpid())
    assert any(mapping.path.endswith("[stack]") for mapping in procfs.mappings(os.getpid()))
    assert procfs.command(os.getpid())
    with pytest.raises(OSError):
        procfs.stat(2**22 + 1)
