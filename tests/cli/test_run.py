"""``run``: real work in each mode, with a document on standard output or in a file, and a picture."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from grandstand.ui.theme.tokens import load_theme
from grandstand.vocabulary.states import KEYS
from PySide6.QtGui import QColor, QImage

from tests.cli.command import grandstand
from tests.control.workloads_for_tests import PLACE

MODES = ["sequential", "threads", "processes"]
GENTLE = ("run", PLACE + "Gentle", "--workers", "2", "--seconds", "0.4", "--warmup", "0.1")


@pytest.mark.parametrize("mode", MODES)
def test_standard_output_is_the_document_alone_and_the_rest_is_on_standard_error(finished, mode):
    run = finished(mode)
    assert run.done.returncode == 0, run.done.stderr
    assert run.done.stdout == json.dumps(run.document, indent=2) + "\n"
    lines = run.done.stderr.splitlines()
    assert lines[0].startswith("primes · 2 ")
    assert "numbers/s" in lines[0]
    assert any(line.split()[:1] == ["2"] for line in lines)  # a line a worker
    assert lines[-1].endswith(".")  # the sentence


@pytest.mark.parametrize("mode", MODES)
def test_the_document_says_what_ran(finished, mode):
    document = finished(mode).document
    run = document["run"]
    assert document["schema"] == 2
    assert (run["workload"], run["mode"], run["workers"]) == ("primes", mode, 2)
    assert run["parameters"] == {"size": 5_000, "batch": 100}
    assert run["options"] == {"start_method": "", "gil": ""}
    assert (run["state"], run["problem"]) == ("finished", None)
    assert 0.8 <= run["seconds"] <= 4
    assert 0 < run["start_up_seconds"] < 5
    assert document["heartbeat_ms"] is None
    assert document["rungs"] == {"flag": 2 if mode == "processes" else 1}
    machine = document["machine"]
    assert machine["cores"] >= 1
    assert all(machine[key] for key in ("cpu", "python", "gil", "os", "priority"))


@pytest.mark.parametrize("mode", MODES)
def test_the_figures_fit_together(finished, mode):
    document = finished(mode).document
    workers, rate = document["workers"], document["throughput"]
    assert [w["id"] for w in workers] == [1, 2]
    assert {w["exit"] for w in workers} == {"stopped"}
    assert len({w["pid"] for w in workers}) == (2 if mode == "processes" else 1)
    assert len({w["thread"] for w in workers}) == (1 if mode == "sequential" else 2)
    for worker in workers:
        assert set(worker["states"]) == set(KEYS)
        assert sum(worker["states"].values()) == pytest.approx(worker["seconds"], rel=0.02)
        assert worker["cpu_seconds"] <= worker["seconds"] * 1.02
        assert worker["units"] > 0
    assert rate["unit"] == "numbers"
    assert rate["per_second"] > 0
    assert rate["bin_seconds"] == 0.1
    times = [t for t, _ in rate["series"]]
    assert len(times) >= 6
    assert 0.05 <= times[0] <= 0.151  # the first whole bin
    assert [b - a for a, b in itertools.pairwise(times)] == pytest.approx([0.1] * (len(times) - 1), abs=0.002)
    mean = sum(r for _, r in rate["series"]) / len(times)
    assert mean == pytest.approx(rate["per_second"], rel=0.35)
    assert all(0 <= percent <= 100 for percent in document["cores"])


def test_threads_share_one_interpreter(finished):
    """Their CPU together is about one core at most, and what they wait for is the GIL."""
    workers = finished("threads").document["workers"]
    assert sum(w["cpu_seconds"] for w in workers) <= 1.1 * max(w["seconds"] for w in workers)
    waited = {k: sum(w["states"][k] for w in workers) for k in KEYS}
    # However busy the machine is: one interpreter computes for no more than one core's time, and they notice it.
    assert waited["gil"] + waited["unknown"] > 0.02 * sum(waited.values())


def test_into_a_file_with_everything_on_the_way(tmp_path: Path):
    file = tmp_path / "result.json"
    file.write_text("old")
    done = grandstand(*GENTLE, "--set", "each=2", "--set", "worth=10", "--json", str(file))
    assert done.returncode == 0, done.stderr
    document = json.loads(file.read_text())
    assert document["run"]["mode"] == "threads"
    assert document["run"]["parameters"]["worth"] == 10
    assert document["throughput"]["unit"] == "naps"
    assert f"Result written to {file}" in done.stderr
    assert "naps/s" in done.stdout
    assert list(tmp_path.iterdir()) == [file]  # no half-written one beside it


@pytest.mark.parametrize("method", ["spawn", "fork"])
def test_every_start_method(method):
    done = grandstand(*GENTLE, "--mode", "processes", "--start-method", method, "--json", "-")
    if done.returncode == 2:
        pytest.skip(done.stderr)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["run"]["options"]["start_method"] == method
    assert all(w["units"] > 10 for w in document["workers"])


def test_the_warm_up_counts_from_the_last_workers_start():
    done = grandstand(*GENTLE, "--warmup", "1", "--json", "-")
    document = json.loads(done.stdout)
    assert 0.35 < document["run"]["seconds"] < 0.9
    assert min(w["seconds"] for w in document["workers"]) > 1.35  # its whole life
    assert document["throughput"]["per_second"] == pytest.approx(400, rel=0.5)


def test_the_shortest_run():
    done = grandstand(*GENTLE, "--seconds", "0.001", "--warmup", "0", "--json", "-")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["run"]["state"] == "finished"


def test_a_picture_of_the_charts(tmp_path: Path):
    file = tmp_path / "charts.png"
    done = grandstand(*GENTLE, "--mode", "processes", "--snapshot", str(file), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"Picture written to {file}" in done.stderr
    image = QImage(str(file))
    assert image.width() >= 2 * 1_400
    assert image.height() >= 2 * 850
    spots = {image.pixelColor(x, y).rgb() for x in range(0, image.width(), 9) for y in range(0, image.height(), 9)}
    assert len(spots) > 50
    theme = load_theme("dark")
    for color in (theme.surface.window, theme.states["io"], theme.modes["processes"]):
        assert QColor(color).rgb() in spots, color
    caption = image.text("Description")
    assert "Gentle work" in caption
    assert "2 processes" in caption
    assert "Qt" not in done.stderr
