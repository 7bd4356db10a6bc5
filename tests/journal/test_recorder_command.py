"""``run … --record FILE``."""

import json
from pathlib import Path

from grandstand.journal.player import Player
from grandstand.journal.reader import Recording

from tests.cli.command import grandstand


def test_a_run_is_recorded_and_its_result_names_the_file(tmp_path: Path):
    file = tmp_path / "x.grandstand"
    done = grandstand(
        "run", "primes", "--mode", "threads", "--workers", "2", "--seconds", "0.6", "--warmup", "0.1",
        "--record", str(file), "--json", "-",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Recorded in" in done.stderr
    document = json.loads(done.stdout)
    assert document["recording"] == str(file)
    player = Player(Recording.open(file))
    player.seek(player.end_ns)
    assert player.work(5.0)
    summary = player.session.summary(player.session.runs[0])
    assert (summary.per_second, summary.low) == (
        document["throughput"]["per_second"], document["throughput"]["low"],
    )  # fmt: skip
    assert [w.units for w in summary.workers] == [w["units"] for w in document["workers"]]
    player.close()
    assert [p.name for p in tmp_path.iterdir()] == ["x.grandstand"]

    before = file.read_bytes()
    again = grandstand("run", "primes", "--seconds", "0.5", "--record", str(file))
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert file.read_bytes() == before


def test_what_cannot_be_recorded_is_said_before_anything_runs(tmp_path: Path):
    for arguments, why in (
        (("--record", str(tmp_path / "x.txt")), ".grandstand"),
        (("--record", str(tmp_path / "x.grandstand"), "--start-method", "fork"), "use forkserver"),
    ):
        done = grandstand("run", "primes", "--seconds", "60", *arguments)
        assert done.returncode == 2
        assert why in done.stderr
    assert list(tmp_path.iterdir()) == []
