"""Which classes are workloads for Grandstand, however many classes and files stand between; never imported."""

from __future__ import annotations

import pytest
from grandstand.own.ancestry import is_workload

from tests.own.made import write

WORK = "from grandstand.engine.workloads.base import Workload\nraise SystemExit('nobody imports this')\n"
FILES = {
    "straight.py": WORK + "class Mine(Workload): ...",
    "between.py": WORK + "class Base(Workload): ...\nclass Middle(Base): ...\nclass Mine(Middle): ...",
    "renamed.py": "from grandstand.engine.workloads.base import Workload as W\nclass Mine(object, W): ...",
    "dotted.py": "import grandstand.engine.workloads.base\nclass Mine(grandstand.engine.workloads.base.Workload): ...",
    "alias.py": "from grandstand.engine.workloads import base as b\nclass Mine(b.Workload): ...",
    "short.py": "import grandstand.engine.workloads.base as b\nBase = b.Workload\nclass Mine(Base): ...",
    "other_file.py": "from between import Middle\nclass Mine(Middle): ...",
    "other_module.py": "import between as near\nclass Mine(near.Mine): ...",
    "package/__init__.py": "from .inner import Mine",
    "package/inner.py": "from .common.base import Base\nclass Mine(Base): ...",
    "package/common/__init__.py": "",
    "package/common/base.py": WORK + "class Base(Workload): ...",
    "tried.py": "try:\n    from grandstand.engine.workloads.base import Workload\nexcept ImportError:\n"
    "    raise\nclass Mine(Workload): ...",
}
OTHERS = {
    "plain.py": "class Mine: ...",
    "namesake.py": "class Workload: ...\nclass Mine(Workload): ...",
    "somebody_elses.py": "from locust import Workload\nclass Mine(Workload): ...",
    "ring.py": "class Mine(Yours): ...\nclass Yours(Mine): ...",
    "ring_of_files.py": "from ring_back import Mine",
    "ring_back.py": "from ring_of_files import Mine",
    "replaced.py": WORK + "class Mine(Workload): ...\nclass Mine: ...",
    "computed.py": WORK + "class Mine(make(Workload)[0]): ...",
    "function.py": WORK + "def Mine(): ...",
}


ASKED = [name for name in (*FILES, *OTHERS) if "common" not in name]


@pytest.mark.parametrize("name", ASKED)
def test_whether_it_is_one(name, tmp_path):
    for each, source in (FILES | OTHERS).items():
        write(tmp_path, source, each)
    module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    assert is_workload(f"{module}:Mine", [str(tmp_path)]) is (name in FILES)


@pytest.mark.parametrize("text", ["nowhere:Mine", "straight:Yours", "straight", "straight.py:Mine", "../x:Mine"])
def test_what_names_none(text, tmp_path):
    write(tmp_path, FILES["straight.py"], "straight.py")
    assert not is_workload(text, [str(tmp_path)])
