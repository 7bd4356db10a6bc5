"""Candidates that hang, babble, lie, die or are no Pythons: each stays in the list, with the reason in words."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from grandstand.pythons import interview
from grandstand.pythons.asking import Asking, Outcome, new_mark
from grandstand.pythons.finding import FindingCancelled, Progress, checked, examine, find

from tests.control.leftovers import wait_until_gone
from tests.places import with_tests
from tests.pythons.fakes import answering, environment, found_in, inside, only, script, site_packages, whereabouts

HANGING = {
    "sleeps": "sleep 1000",
    "hears no signal": "trap '' TERM INT HUP; while :; do sleep 1; done",
    "closes its streams": "exec >&- 2>&-; exec sleep 1000",
    "waits for a word": "exec 0<&1; cat; sleep 1000",
}
WRONG = {
    "says something else": ("echo hello", "does not answer as Python does. It says: hello"),
    "says nothing": ("exit 0", "does not answer as Python does."),
    "repeats its command line": ('echo "$@"', "does not answer as Python does."),
    "ends with 1": ("echo 'first'; echo 'no such module: site' >&2; exit 1", "exit code 1: no such module: site"),
    "ends with 127 and no word": ("exit 127", "It ended with exit code 127."),
    "dies": ("kill -SEGV $$", "It ended by SIGSEGV."),
    "colors": (r"printf '\033[31mred\033[0m\007\n'; exit 3", "exit code 3: \ufffd[31mred\ufffd[0m\ufffd"),
    "bytes that are no text": (r"printf '\377\376\n' >&2; exit 3", "exit code 3: \ufffd\ufffd"),
    "the wrong stream": ('exec "$REAL" "$@" 1>&2', "wrong stream, standard error"),
    "a flood": ("yes", "prints without end"),
    "a flood of errors": ("yes >&2", "prints without end"),
    "ends, but its child holds the line": ("sleep 1000 & echo hi", "It says: hi"),
}


@pytest.mark.parametrize("how", HANGING)
def test_one_that_hangs(how: str, tmp_path: Path) -> None:
    script(tmp_path / "bin/python3", HANGING[how])
    one = only(tmp_path, seconds=1.0)
    assert not one.usable
    assert one.reason == "It was started and did not answer within 1 s."
    assert one.name == "~/bin/python3"


@pytest.mark.parametrize("how", WRONG)
def test_one_that_is_none(how: str, tmp_path: Path) -> None:
    body, reason = WRONG[how]
    script(tmp_path / "bin/python3", body)
    one = only(tmp_path)
    assert not one.usable
    assert reason in one.reason
    assert (one.version, one.free_threaded, one.gil) == ("", None, None)


def test_one_that_lies_about_its_version(tmp_path: Path) -> None:
    lie = 'exec "$REAL" -c "import sys; sys.version_info = (3, 8, 18, \'final\', 0); exec(sys.argv[1])" "$4"'
    script(tmp_path / "bin/python3", lie)
    one = only(tmp_path)
    assert (one.version, one.usable, one.name) == ("3.8.18", False, "3.8")
    assert one.reason == "Python 3.8 is too old: 3.9 or newer is needed."


def test_one_that_knows_nothing_of_isolation_is_asked_in_the_old_way(tmp_path: Path) -> None:
    old = 'if [ "$1" = -I ]; then echo "Unknown option: -I" >&2; exit 2; fi; shift 3; '
    lie = 'exec "$REAL" -c "import sys; sys.version_info = (2, 7, 18, \'final\', 0); exec(sys.argv[1])" "$2"'
    script(tmp_path / "bin/python2", old + lie)
    one = only(tmp_path)
    assert (one.version, one.reason) == ("2.7.18", "Python 2.7 is too old: 3.9 or newer is needed.")


SLEEP = f"sleep 1000.{os.getpid()}"  # nobody else's
NOISY = {
    "prints megabytes before": 'head -c 5000000 /dev/zero | tr \'\\0\' x; echo; exec "$REAL" "$@"',
    "prints megabytes of errors": 'head -c 5000000 /dev/zero >&2; exec "$REAL" "$@"',
    "leaves a child behind": f'{SLEEP} & exec "$REAL" "$@"',
    "leaves one in a session of its own": f'setsid {SLEEP} & exec "$REAL" "$@"',
    "leaves one that nobody knows any more": f'(setsid sh -c "{SLEEP} & {SLEEP}" &) ; exec "$REAL" "$@"',
    "does not end": f'"$REAL" "$@"; {SLEEP}',
    "ends with an error": '"$REAL" "$@"; exit 5',
}


@pytest.mark.parametrize("how", NOISY)
def test_one_that_answers_all_the_same(how: str, tmp_path: Path) -> None:
    script(tmp_path / "bin/python3", NOISY[how])
    one = only(tmp_path)
    assert (one.usable, one.reason) == (True, "")
    assert one.numbers == sys.version_info[:3]
    if sys.platform == "linux":
        wait_until_gone(_sleepers(), 2.0)


def _sleepers() -> set[int]:
    return {p.pid for p in psutil.process_iter(["cmdline"]) if (p.info["cmdline"] or [])[:2] == SLEEP.split()}


LOUD = """
import os, sys
print("hello", flush=True)
os.write(1, b"<grandstand more>{}" * 100)
os.write(2, b"x" * 100_000)
sys.stdout = sys.stderr = open(os.devnull, "w")
"""


def test_what_a_sitecustomize_prints_does_no_harm(tmp_path: Path) -> None:
    environment(tmp_path / ".venv")
    (site_packages(tmp_path / ".venv") / "sitecustomize.py").write_text(LOUD)
    one = only(tmp_path)
    assert (one.usable, one.project, one.environment) == (True, True, str(tmp_path / ".venv"))


def test_the_persons_wishes_for_python_are_not_heard(tmp_path: Path) -> None:
    answering(tmp_path / "bin/python3")
    (tmp_path / "json.py").write_text("raise SystemExit(3)")
    wishes = {"PYTHONPATH": str(tmp_path), "PYTHONINSPECT": "1", "PYTHONSTARTUP": str(tmp_path / "json.py")}
    (one,) = found_in(tmp_path, **wishes)
    assert one.usable


def test_nothing_is_written_where_one_lives(tmp_path: Path) -> None:
    folder = tmp_path / ".venv"
    environment(folder)
    (site_packages(folder) / "sitecustomize.py").write_text("import beside")
    (site_packages(folder) / "beside.py").write_text("")
    before = sorted(folder.rglob("*"))
    assert only(tmp_path).usable
    assert sorted(folder.rglob("*")) == before


# -- what a look at the file tells ---------------------------------------------------------------------------------


def test_files_that_cannot_be_run(tmp_path: Path) -> None:
    bin_ = tmp_path / "bin"
    script(bin_ / "python3.30", "").chmod(0o644)
    (bin_ / "python3.31").symlink_to(tmp_path / "gone")
    os.mkfifo(bin_ / "python3.32")
    (bin_ / "python3.33").mkdir()
    (bin_ / "python3.34").write_bytes(b"\x00\x01nothing")
    (bin_ / "python3.34").chmod(0o755)
    (bin_ / "python3.35").write_text("#!/no/such/program -x\n")
    (bin_ / "python3.35").chmod(0o755)
    (bin_ / "python3.36").symlink_to("python3.36")
    found = {os.path.basename(one.executable): one.reason for one in found_in(tmp_path)}
    assert found["python3.30"] == "It is not marked as executable (chmod +x would do that)."
    assert found["python3.31"] == f"It is a link to {tmp_path}/gone, which is not there."
    assert found["python3.32"] == "It is not a file that can be run."
    assert "python3.33" not in found, "a folder is nothing that anybody would start"
    assert found["python3.34"] == "It is not a program for this system."
    assert found["python3.35"] == (
        "It cannot start: the program that its first line names is missing (/no/such/program -x)."
    )
    assert found["python3.36"].startswith("It cannot be looked at: ")


def test_one_of_another_libc(tmp_path: Path) -> None:
    ours, theirs = b"/lib64/ld-linux-x86-64.so.2", b"/lib/ld-nowhere-x86_64.so.1"
    program = Path("/bin/true").read_bytes() if Path("/bin/true").exists() else b""
    if ours not in program:
        pytest.skip("no program for x86-64 and glibc at hand")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python3").write_bytes(program.replace(ours, theirs.ljust(len(ours), b"\0")))
    (tmp_path / "bin/python3").chmod(0o755)
    assert only(tmp_path).reason == (
        "It cannot start: it is built for another C library (/lib/ld-nowhere-x86_64.so.1 is missing)."
    )


def test_removed_between_finding_and_asking(tmp_path: Path) -> None:
    fake = answering(tmp_path / "bin/python3")

    def remove(so_far: Progress) -> None:
        fake.unlink(missing_ok=True)

    (one,) = inside(tmp_path, find(remove, here=whereabouts(tmp_path)))
    assert (one.usable, one.reason) == (False, "There is no such file any more.")


def test_removed_or_upgraded_between_finding_and_starting(tmp_path: Path) -> None:
    fake = answering(tmp_path / "bin/python3")
    one = only(tmp_path)
    assert checked(one) is one
    script(fake, "echo broken; exit 1")
    os.utime(fake, (1, 1))
    now = checked(one)
    assert (now.usable, now.name, now.reason) == (False, one.name, "It ended with exit code 1: broken")
    fake.unlink()
    now = checked(one)
    assert (now.usable, now.name, now.reason) == (False, one.name, "There is no such file.")


# -- names that make trouble --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", [b"with space", "caf\u00e9 \u65e5\u672c".encode(), b"Latin-1 \xe9", b"a'b\"c$(x)", b"two\nlines"]
)
def test_any_path(name: bytes, tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    made = environment(folder / ".venv")
    for _ in range(2):  # the second time from memory, where it can be kept
        (one,) = found_in(folder)
        assert (one.usable, one.executable, one.environment) == (True, str(made), str(folder / ".venv"))
        assert one.name.isprintable()
    assert examine(str(folder / ".venv")).usable


# -- ends ---------------------------------------------------------------------------------------------------------


def test_cancelling_ends_at_once_and_keeps_what_was_heard(tmp_path: Path) -> None:
    answering(tmp_path / "bin/python3.1")
    script(tmp_path / "bin/python3.2", "sleep 1000")
    heard: list[Progress] = []
    with pytest.raises(FindingCancelled):
        find(heard.append, lambda: bool(heard) and len(inside(tmp_path, list(heard[-1].pythons))) > 0,
             here=whereabouts(tmp_path), seconds=100)  # fmt: skip
    first: list[Progress] = []
    with pytest.raises(FindingCancelled):
        find(first.append, lambda: bool(first), here=whereabouts(tmp_path))
    assert [one.usable for one in inside(tmp_path, list(first[0].pythons))] == [True]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for descendants by their session")
def test_nothing_outlives_an_app_that_is_killed(tmp_path: Path) -> None:
    script(tmp_path / "bin/python3", "sleep 1000 & setsid sleep 1000 & sleep 1000")
    code = (
        "from pathlib import Path; from tests.pythons.fakes import found_in; "
        f"found_in(Path({str(tmp_path)!r}), seconds=100)"
    )
    app = subprocess.Popen([sys.executable, "-c", code], env=with_tests())
    try:
        until = time.monotonic() + 30
        while len(kin := psutil.Process(app.pid).children(recursive=True)) < 5:
            assert time.monotonic() < until, kin
            time.sleep(0.05)
    finally:
        app.send_signal(signal.SIGKILL)
        app.wait()
    wait_until_gone({one.pid for one in kin}, 5.0)


def test_the_asking_process_is_killed(tmp_path: Path) -> None:
    with Asking({"PATH": os.defpath}) as asking:
        mark = new_mark()
        key = asking.ask(["/bin/sleep", "1000"], mark, 100.0)
        until = time.monotonic() + 30
        while not (kin := psutil.Process(asking.pid).children(recursive=True)):
            assert time.monotonic() < until
            time.sleep(0.02)
        os.kill(asking.pid, signal.SIGKILL)
        assert asking.next(5.0) == Outcome(key, how="lost")
        for one in kin:
            one.kill()
    assert interview.understood(Outcome(key, how="lost"), "x").startswith("It could not be asked")
    assert not interview.lasting(Outcome(key, how="lost"))


def test_no_process_can_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(tmp_path / "bin/python3")

    def refuse(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("grandstand.pythons.finding.Asking", refuse)
    found = find(here=whereabouts(tmp_path))
    assert found[0].own
    (one,) = inside(tmp_path, found)
    assert one.reason == "It could not be asked: Resource temporarily unavailable."
    monkeypatch.undo()


NONSENSE = (
    "", "{", "[]", "1", "null", '{"version": 3}', '{"version": "x"}', '{"version": "3.12.0"}', "[" * 100_000,
    '{"version": "3.12.0", "implementation": 3, "free_threaded": 1, "gil": 2, "interpreters": 3, "executable": 4, '
    '"prefix": 5, "base_prefix": 6, "bits": 7}',
)  # fmt: skip


@pytest.mark.parametrize("text", NONSENSE)
def test_answers_that_make_no_sense(text: str) -> None:
    assert interview.understood(Outcome(1, text), "x") == "It runs, but does not answer as Python does."
