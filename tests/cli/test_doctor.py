"""``doctor`` on the command line: what is printed, the document, and functions that do all they should not."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from grandstand.own.finding import TITLES, VERDICTS

from tests.cli.command import command, environment, grandstand
from tests.own.made import write

SOURCE = """
import ctypes, os, sys, time
def work(n=1000): return sum(range(n))
def raises(): raise RuntimeError("no luck")
def seventh(n):
    if n < 2: raise KeyError(n)
    return n
def never(): time.sleep(1000)
def exits(): os._exit(3)
def leaves(): sys.exit("bye")
def crashes(): ctypes.string_at(0)
def eats():
    found = []
    while True: found.append(bytearray(b"x" * 5_000_000))
def loud():
    for _ in range(1000): print("x" * 10_000)
def spawns():
    import subprocess
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(500)"], start_new_session=False)
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    write(tmp_path, SOURCE)
    return tmp_path


def examined(folder: Path, *arguments: str, **env: str) -> tuple[subprocess.CompletedProcess[str], dict[str, dict]]:
    """The command, and findings by id."""
    done = grandstand("doctor", *arguments, "--json", str(folder / "d.json"), cwd=folder, **env)
    document = json.loads((folder / "d.json").read_text()) if (folder / "d.json").exists() else {}
    return done, {one["id"]: one for one in document.get("findings", [])}


def test_a_whole_diagnosis(folder):
    done, found = examined(folder, "job.py:work", "--arg", "100000", "--code", "taken.py")
    assert done.returncode == 0, done.stderr + done.stdout
    assert list(found) == list(TITLES), "each check, in order"
    assert all(one["verdict"] in VERDICTS and one["text"] for one in found.values())
    for ident in (
        "import",
        "main-guard",
        "call",
        "pickle",
        "transfer",
        "results",
        "globals",
        "random",
        "pools",
        "leaves",
    ):
        assert found[ident]["verdict"] == "ok", found[ident]
    assert found["async"]["verdict"] == "unchecked"
    document = json.loads((folder / "d.json").read_text())
    assert document["python"]["executable"] == sys.executable
    assert document["function"]["call"] == "work(100000)"
    assert document["call_seconds"] > 0
    for one in found.values():
        assert one["title"] in done.stdout
    assert document["code"]["program"] == (folder / "taken.py").read_text()
    assert "from job import work" in document["code"]["program"]
    assert "18 checks" in document["sentence"]


WRONG = {
    "raises": ("fails", "raises in line 4: RuntimeError: no luck"),
    "exits": ("fails", "exit code 3"),
    "leaves": ("fails", "ends the program in line 10 (SystemExit: bye)"),
    "crashes": ("fails", "segmentation fault"),
    "never": ("fails", "did not come back within 1.0 s"),
    "eats": ("fails", "MemoryError"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("function", WRONG)
def test_a_function_that_cannot_run_is_said_to_and_nothing_else_is_guessed(function, folder, tmp_path_factory):
    temporary = tmp_path_factory.mktemp("t")
    verdict, said = WRONG[function]
    done, found = examined(
        folder, f"job.py:{function}", "--limit", "1" if function == "never" else "30", "--memory", "300",
        TMPDIR=str(temporary),
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert (found["call"]["verdict"], said in found["call"]["text"]) == (verdict, True), found["call"]
    assert {one["verdict"] for ident, one in found.items() if ident not in ("import", "main-guard", "call")} == {
        "unchecked"
    }
    assert f"job.py:{function} does not run" in done.stdout
    assert json.loads((folder / "d.json").read_text())["code"] is None
    assert list(temporary.iterdir()) == []


IMPORTS = {
    "missing module": ("import nowhere_at_all\ndef work(): ...", "imports nowhere_at_all in line 1, which is not in"),
    "raises": ("def work(): ...\n1 / 0", "raises in line 2: ZeroDivisionError"),
    "exits": ("raise SystemExit('bye')\ndef work(): ...", "ends the program in line 1"),
    "crashes": ("import ctypes\nctypes.string_at(0)\ndef work(): ...", "segmentation fault"),
    "relative": ("from .other import x\ndef work(): ...", "package.module:work"),
    "undefined": ("def work(): ...\ndel work", "has nothing called 'work'"),
}


@pytest.mark.parametrize("case", IMPORTS)
def test_a_file_that_cannot_be_imported(case, tmp_path):
    source, said = IMPORTS[case]
    write(tmp_path, source)
    done, found = examined(tmp_path, "job.py:work", "--only", "import,call,gil")
    assert done.returncode == 1
    assert list(found) == ["import", "call", "gil"]
    assert (found["import"]["verdict"], said in found["import"]["text"]) == ("fails", True), found["import"]
    if case == "missing module":
        assert f"{sys.executable} -m pip install nowhere_at_all" in found["import"]["text"]
    assert found["call"]["verdict"] == found["gil"]["verdict"] == "unchecked"


def test_items_that_raise_are_told_and_the_others_examined(folder):
    _done, found = examined(folder, "job.py:seventh", "--items", "range(50)", "--only", "call,results")
    assert found["call"]["verdict"] == "mind"
    assert "2 items of the first 3 raised: KeyError: 0" in found["call"]["text"]
    assert found["results"]["verdict"] == "ok"


def test_megabytes_of_prints_go_nowhere(folder):
    done, found = examined(folder, "job.py:loud", "--only", "call")
    assert "prints 10,001,000 characters" in found["call"]["text"]
    assert len(done.stdout) < 2_000


def test_what_a_call_leaves_running_is_ended(folder):
    before = {p.pid for p in psutil.process_iter()}
    _done, found = examined(folder, "job.py:spawns", "--only", "pools,leaves")
    assert found["leaves"]["verdict"] == "mind"
    assert "still running" in found["leaves"]["text"]
    left = [p for p in psutil.process_iter(["cmdline"]) if p.pid not in before]
    assert not [p for p in left if "time.sleep(500)" in " ".join(p.info["cmdline"] or [])]


def words_of(process: psutil.Process) -> str:
    """Its command line; '' for one that has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def test_an_interruption_leaves_nothing(folder):
    import signal

    process = subprocess.Popen(
        command("doctor", "job.py:never", "--limit", "100"), cwd=folder, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    there: list[psutil.Process] = []
    try:
        for _ in range(400):
            there = [one for one in psutil.Process(process.pid).children() if "examine" in words_of(one)]
            if there:
                break
            time.sleep(0.05)
        assert there
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert "Nothing is left running" in err
    assert psutil.wait_procs(there, timeout=10)[1] == []


def test_refusals(folder):
    for arguments, said in (
        (("job.py",), "Which function of job.py?"),
        (("job.py:wrok",), "Did you mean work?"),
        (("job.py:work", "--only", "nothing"), "there is no check 'nothing'"),
        (("job.py:work", "--limit", "0"), "--limit must be from"),
        (("job.py:work", "--memory", "1"), "--memory must be 32 MB or more"),
        (("job.py:work", "--json", "job.py"), "the file of your function"),
        (("job.py:work", "--code", "job.py"), "the file of your function"),
        (("primes",), "There is no"),
    ):
        done = grandstand("doctor", *arguments, cwd=folder)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert said in done.stderr, arguments


STANDARD = {
    "re": ("import re\nT = 'ab ' * 5_000\ndef work(): return len(re.findall('(a)(b)', T))", "import re"),
    "json": ("import json\nT = json.dumps(list(range(5_000)))\ndef work(): return len(json.loads(T))", ""),
    "zlib": ("import zlib\nD = bytes(range(256)) * 2_000\ndef work(): return len(zlib.compress(D))", ""),
    "sqlite3": (
        "import sqlite3\ndef work(n):\n    db = sqlite3.connect(':memory:')\n    db.execute('create table t (a)')\n"
        "    db.executemany('insert into t values (?)', [(i,) for i in range(n)])\n"
        "    try:\n        return db.execute('select sum(a) from t').fetchone()\n    finally:\n        db.close()\n",
        "",
    ),
    "hashlib": ("import hashlib\nD = b'x' * 300_000\ndef work(): return hashlib.sha256(D).hexdigest()", ""),
    "subprocess": ("import subprocess, sys\ndef work(): return subprocess.run(['true']).returncode", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", STANDARD)
def test_real_functions_of_the_standard_library(name, tmp_path):
    write(tmp_path, STANDARD[name][0])
    items = ["--items", "range(30)"] if name == "sqlite3" else []
    done, found = examined(
        tmp_path, "job.py:work", *items, "--only", "import,call,pickle,pools,globals,random,results,leaves,main-guard"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    verdicts = {ident: one["verdict"] for ident, one in found.items()}
    assert {ident for ident, verdict in verdicts.items() if verdict != "ok"} <= {"call"}, found
    if name == "subprocess":
        assert "starts 1 program" in found["pools"]["text"]


def test_a_request_to_a_server_on_this_machine(tmp_path):
    import http.server
    import threading

    class Quiet(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time_slept.wait(0.02)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, *_: object) -> None:
            pass

    time_slept = threading.Event()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_port}/"
            write(tmp_path, "import urllib.request\ndef work(url):\n    with urllib.request.urlopen(url) as answer:\n"
                  "        return answer.read()\n")  # fmt: skip
            done, found = examined(tmp_path, "job.py:work", "--arg", address, "--only", "waiting,results,leaves,call")
        finally:
            server.shutdown()
            thread.join()
    assert done.returncode == 0, done.stdout
    assert found["waiting"]["evidence"]["computing_share"] < 0.6, found["waiting"]
    assert found["results"]["verdict"] == found["leaves"]["verdict"] == "ok"


def test_a_project_with_an_environment_of_its_own_and_names_like_ours(tmp_path):
    import venv

    venv.create(tmp_path / ".venv", with_pip=False, symlinks=True)
    write(tmp_path, "VALUE = 1\n", "random.py")
    write(tmp_path, "VALUE = 1\n", "app/__init__.py")
    write(tmp_path, "VALUE = 1\n", "json.py")
    write(tmp_path, "VALUE = 1\n", "grandstand_helpers/__init__.py")
    write(tmp_path, "import app, grandstand_helpers, json, random, sys\n"
          "def work(n):\n    assert 'PySide6' not in sys.modules and sys.prefix.endswith('.venv')\n"
          "    return n + app.VALUE + random.VALUE + json.VALUE\n")  # fmt: skip
    _done, found = examined(tmp_path, "job.py:work", "--items", "range(20)")
    document = json.loads((tmp_path / "d.json").read_text())
    assert document["python"]["executable"] == str(tmp_path / ".venv/bin/python")
    assert document["python"]["found"] == ".venv beside the file"
    assert {one["id"] for one in found.values() if one["verdict"] == "fails"} == set(), found
    assert found["results"]["verdict"] == "ok"
    assert found["import"]["verdict"] == "ok"
