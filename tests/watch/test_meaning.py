"""What was seen of a program, put together, and what follows from it."""

from __future__ import annotations

import math

import pytest
from grandstand.engine import observed as o
from grandstand.engine.messages import Trouble
from grandstand.observe.machine import machine
from grandstand.vocabulary import states
from grandstand.watch.document import document
from grandstand.watch.estimate import estimate
from grandstand.watch.program import Program
from grandstand.watch.report import html, markdown
from grandstand.watch.sentence import sentences, shares
from grandstand.watch.summed import MOST_PROCESSES, MOST_THREADS

from tests.watch.made import T0, S, busy, gil, program, row, rows, seen


def told(made: Program, cores: float = 2.0) -> str:
    return " ".join(sentences(made, *estimate(made, cores)))


def test_two_threads_that_share_the_gil():
    found, _ = estimate(busy(), 2.0)
    assert found is not None
    assert found.more_threads.at_most == pytest.approx(1.0)
    assert found.processes.at_most == pytest.approx(2.0)
    assert found.free_threaded.at_most == pytest.approx(2.0)
    text = told(busy())
    assert "33 % waiting for the GIL" in text
    assert "The GIL was held 100 % of the time, and went from thread to thread 10 times a second." in text
    assert "more threads would not help (at most 1.00×)" in text
    assert "a free-threaded Python may help (at most 2.00×)" in text


def test_on_one_core_nothing_helps():
    assert "Neither more threads nor processes nor a free-threaded Python would help" in told(busy(), 1.0)


def test_more_cores_than_threads_help_no_more_than_the_threads_wait():
    found, _ = estimate(busy(), 64.0)
    assert found is not None
    assert found.free_threaded.at_most == pytest.approx(2.0)
    assert found.processes.at_most == pytest.approx(64.0)


def test_threads_that_wait_for_io_have_room_for_more():
    made = program(
        seen(10),
        o.ThreadsSeen(10, T0 + 10 * S, rows(*(row(n, 10, computing=0.05, io=0.95) for n in (11, 12))), b""),
        gil(10, 10, {11: 0.05, 12: 0.05}),
    )
    found, _ = estimate(made, 2.0)
    assert found is not None
    assert found.more_threads.at_most == pytest.approx(10.0)
    assert found.free_threaded.helps == "no"
    assert "none of its threads waited for the GIL" in found.free_threaded.why
    assert "Neither the GIL nor the cores held it up: it waited for I/O." in told(made)


def test_c_code_that_gives_the_gil_away_is_limited_by_cores():
    made = program(
        seen(10),
        o.ThreadsSeen(10, T0 + 10 * S, rows(*(row(n, 10, computing=0.98, gil=0.02) for n in (11, 12))), b""),
        gil(10, 10, {11: 0.05, 12: 0.05}),
    )
    found, _ = estimate(made, 2.0)
    assert found is not None
    assert found.more_threads.helps == found.processes.helps == found.free_threaded.helps == "no"


def test_what_other_processes_of_the_program_use_is_not_there_to_have():
    other = [seen(20, parent=10), o.ThreadsSeen(20, T0 + 10 * S, rows(row(20, 10, computing=1.0)), b"")]
    made = busy()
    made.apply([*other, gil(20, 10, {20: 1.0})])
    found, _ = estimate(made, 2.0)
    assert found is not None
    assert found.processes.at_most == pytest.approx(1.0)


def test_where_there_is_little_room_the_bounds_stand_alone():
    made = busy()
    text = " ".join(sentences(made, *estimate(made, 2.0), brief=True))
    assert text.endswith("at most: 1.00× with more threads, 2.00× with processes, 2.00× with a free-threaded Python.")
    assert "The GIL was held" not in text


def test_threads_too_short_to_be_seen_count_as_what_their_process_used():
    """Once two cores were said to allow 17 times of what a program of very short threads computed."""
    threads = o.ThreadsSeen(10, T0 + 10 * S, rows(row(10, 10.0, computing=0.1, io=0.9)), b"")
    used = [o.ProcessUsed(10, T0, 7 * S), o.ProcessUsed(10, T0 + 5 * S, 8 * S), o.ProcessUsed(10, T0 + 10 * S, 12 * S)]
    made = program(seen(10), threads, gil(10, 10.0, {10: 0.2}), *used)
    bounds, _ = estimate(made, 2.0)
    assert bounds is not None
    assert bounds.computing == pytest.approx(0.5)
    assert bounds.processes.at_most == pytest.approx(4.0)
    assert made.everything[0].cores == pytest.approx(0.5)
    shared = [row(tid, 10.0, computing=0.1, gil=0.1, io=0.8) for tid in (10, 11)]
    made = program(
        seen(10), o.ThreadsSeen(10, T0 + 10 * S, rows(*shared), b""), gil(10, 10.0, {10: 0.1, 11: 0.1}), *used
    )
    bounds, _ = estimate(made, 2.0)
    assert bounds is not None
    assert bounds.free_threaded.at_most == pytest.approx(1 / 0.9), "as far as threads were seen"


@pytest.mark.parametrize(
    ("events", "why"),
    [
        ([], "No Python was seen"),
        ([seen(10, python="3.14.0", free_threaded=True, gil="none")], "runs without a GIL"),
        ([seen(10), gil(10, 0.2, {10: 1.0})], "less than 0.5 s"),
        (
            [seen(10), o.ThreadsSeen(10, T0 + 10 * S, rows(row(10, 10, io=1.0)), b""), gil(10, 10, {})],
            "hardly computed",
        ),
    ],
)
def test_where_nothing_can_be_said(events: list[object], why: str):
    found, words = estimate(program(*events), 2.0)
    assert found is None
    assert why in words


def test_what_is_not_known_is_said_with_what_would_mend_it():
    made = program(seen(10, python="", gil="", why="it belongs to somebody", remedy="Run it as them."))
    assert "it belongs to somebody. Run it as them." in told(made)


def test_what_was_not_seen_is_said():
    made = busy()
    made.apply([o.ThreadsSeen(10, T0 + 10 * S, rows(row(12, 10, unseen=5.0, computing=0.5)), b"")])
    assert "17 % of the time was not seen" in told(made)


def test_other_work_on_the_machine_is_said():
    made = program(
        seen(10),
        o.ThreadsSeen(10, T0 + 10 * S, rows(*(row(n, 10, computing=0.3, gil=0.4, core=0.3) for n in (11, 12))), b""),
        gil(10, 10, {11: 0.5, 12: 0.5}),
    )
    assert "waited for a core 30 % of their time, so other programs were at work too" in told(made)
    brief = " ".join(sentences(made, *estimate(made, 2.0), brief=True))
    assert brief.endswith("Other programs took cores meanwhile, so processes would gain less than that.")
    assert "other programs" not in told(busy())


def test_several_gils_each_have_their_holder():
    made = program(
        seen(10),
        o.ThreadsSeen(10, T0 + 10 * S, rows(*(row(n, 10, computing=0.9) for n in (11, 12))), b""),
        gil(10, 10, {11: 0.9}),
        gil(10, 10, {12: 0.8}, number=1),
    )
    (process,) = made.everything
    assert process.share_held_by(11) == pytest.approx(0.9)
    assert process.share_held_by(12) == pytest.approx(0.8)
    assert process.threads[12].held == 8 * S


def test_stuck_in_words():
    made = busy()
    made.apply([o.Stuck(10, T0 + 9 * S, T0 + 3 * S, (11, 12), True)])
    assert "thread 11 waits for a lock that thread 12 holds, thread 12 waits for a lock that thread 11 holds" in told(
        made
    )
    made.apply([o.Stuck(10, T0 + 9 * S, T0 + 3 * S, (10, 11, 12), False)])
    assert "looks stuck" in told(made)
    made.apply([o.Stuck(10, T0 + 9 * S, T0, (), False)])
    assert "stuck" not in told(made)


def test_threads_and_processes_that_ended_are_kept():
    made = busy()
    made.apply(
        [o.ThreadGone(10, 11, T0 + 10 * S), o.ProcessGone(10, T0 + 10 * S, 10 * S), o.Ended(10, T0 + 10 * S, -9)]
    )
    (process,) = made.everything
    assert process.gone
    assert [thread.id for thread in process.everyone] == [10, 11, 12]
    assert made.exit_code == -9
    assert process.cpu_seconds == pytest.approx(10.0)


def test_rates_and_cost():
    made = busy()
    assert made.gil_hz == pytest.approx(900.0)
    assert made.threads_hz == pytest.approx(100.0)
    assert made.observer_share == pytest.approx(0.08, abs=0.001)
    assert made.seconds == pytest.approx(10.0)


def test_troubles_are_kept():
    assert program(Trouble("files", "Too many.", "Allow more.")).troubles[0].remedy == "Allow more."


def test_events_that_are_not_known_are_left_out():
    assert not program(object()).processes


def test_torn_numbers_cost_only_themselves():
    made = busy()
    made.apply([o.ThreadsSeen(10, T0 + 11 * S, rows(row(11, 11, computing=1.0))[:-3], b"\1\2\3")])
    assert len(made.everything[0].everyone) == 3


def test_the_report_says_it_all_and_foreign_text_is_no_markup():
    made = busy()
    made.apply([seen(10, command=("python3", "<script>alert(1)</script>", "|x|"))])
    found, why_not = estimate(made, 2.0)
    here = machine().as_dict()
    page = html(made, found, why_not, here)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "at most 2.00×" in page
    assert page.count("<svg") == 1
    text = markdown(made, found, why_not, here)
    assert "| More threads | 1.00× |" in text
    assert "\\|x\\|" in text
    assert text.count("| 11 |") == 1


def test_a_bound_without_a_limit():
    made = program(
        seen(10), o.ThreadsSeen(10, T0 + 10 * S, rows(row(11, 10, computing=0.5)), b""), gil(10, 10, {11: 0.0})
    )
    found, _ = estimate(made, math.inf)
    assert found is not None
    assert found.more_threads.words == "may help"


def thread_of(pid: int, tid: int, at_s: float) -> list[object]:
    """A thread that lives for 10 ms, computes for 6 of them and waits for the GIL for 4."""
    t = T0 + int(at_s * S)
    account = row(tid, 0.01, computing=0.6, gil=0.4)
    account[1:3] = [t, t + S // 100]
    return [
        o.ThreadSeen(pid, tid, t, f"request {tid}"),
        o.ThreadsSeen(pid, t + S // 100, rows(account), b""),
        o.ThreadGone(pid, tid, t + S // 100),
    ]


def test_a_hundred_thousand_threads_are_summed_up_and_nothing_is_lost():
    """Once each figure took 667 ms of the window's time then, and memory grew with every thread there had been."""
    many = 100_000
    made = program(seen(10))
    for n in range(many):
        made.apply(thread_of(10, 1_000 + n, n * 0.01))
    made.apply([gil(10, many * 0.01, {1_000 + many - 1: 0.6})])
    process = made.processes[10]
    assert len(process.ended) <= MOST_THREADS
    assert len(process.gils[0].holders) <= MOST_THREADS
    assert process.count == many
    assert process.cpu_seconds == pytest.approx(many * 0.006)
    assert shares(process)["gil"] == pytest.approx(0.4)
    text = told(made)
    assert "Its 100,000 threads spent their time 60 %" in text
    kept = document(made, *estimate(made, 2.0), machine().as_dict())
    (one,) = kept["processes"]
    assert len(one["threads"]) + one["earlier_threads"]["count"] == many
    listed = sum(thread["states"]["computing"] for thread in one["threads"])
    assert listed + one["earlier_threads"]["states"]["computing"] == pytest.approx(many * 0.006, abs=0.01)
    assert "… and 99,800 threads more that did less." in html(made, *estimate(made, 2.0), machine().as_dict())


def test_processes_without_number_are_summed_up_but_the_first_one_is_kept():
    many = 5_000
    made = program(seen(10), o.ThreadsSeen(10, T0 + S, rows(row(10, 1, computing=1.0)), b""))
    for n in range(many):
        pid = 100 + n
        made.apply(
            [seen(pid, parent=10), *thread_of(pid, pid, n * 0.01), o.ProcessGone(pid, T0 + n * S // 100 + S, S)]
        )
    assert len(made.former) <= MOST_PROCESSES
    assert made.earlier_processes + len(made.former) == many
    kept = document(made, *estimate(made, 2.0), machine().as_dict())
    assert kept["processes"][0]["pid"] == 10
    assert kept["earlier_processes"]["count"] == made.earlier_processes
    listed = sum(process.cpu_seconds for process in made.former)
    assert listed + kept["earlier_processes"]["cpu_seconds"] == pytest.approx(many * 0.006, abs=0.01)


def test_what_an_ended_thread_held_stays_when_the_observer_tells_of_it_no_more():
    made = program(
        seen(10),
        o.ThreadsSeen(10, T0 + S, rows(row(11, 1, computing=1.0), row(12, 1, gil=1.0)), b""),
        gil(10, 1, {11: 0.75, 12: 0.25}),
        o.ThreadGone(10, 11, T0 + S),
    )
    later = gil(10, 4, {12: 0.5})
    made.apply([later._replace(held_ns=later.held_ns + int(0.75 * S), free_ns=later.free_ns - int(0.75 * S))])
    band = made.processes[10].gils[0]
    assert band.holders == {11: int(0.75 * S), 12: 2 * S}
    assert band.held == int(2.75 * S)


def test_a_name_that_another_program_chose_is_plain_text():
    made = program(seen(10), o.ThreadSeen(10, 11, T0, "a\nb\x1b[31m" + "x" * 500))
    name = made.processes[10].threads[11].name
    assert "\n" not in name
    assert "\x1b" not in name
    assert len(name) <= 81


def test_many_processes_that_each_started_many_threads_share_the_room():
    made = program(seen(10))
    for n in range(300):
        pid = 1_000 * (n + 1)
        made.apply([seen(pid, parent=10)])
        for thread in range(40):
            made.apply(thread_of(pid, pid + 1 + thread, n * 0.1 + thread * 0.001))
        made.apply([o.ProcessGone(pid, T0 + n * S // 10 + S, S)])
    listed = sum(len(process.ended) for process in made.everything)
    assert listed < 4 * MOST_THREADS
    assert sum(process.count for process in made.everything) == 300 * 40
    assert sum(process.cpu_seconds for process in made.everything) == pytest.approx(300 * 40 * 0.006)


def test_threads_that_ended_long_ago_count_in_what_a_free_threaded_python_could_do():
    """Once only those that were listed did: here none of them waited."""
    made = program(seen(10))
    for n in range(8_000):
        made.apply(thread_of(10, 1_000 + n, n * 0.01))
    for n in range(8_000, 12_000):
        t = T0 + n * S // 100
        account = row(1_000 + n, 0.01, computing=1.0)
        account[1:3] = [t, t + S // 100]
        made.apply([o.ThreadsSeen(10, t + S // 100, rows(account), b""), o.ThreadGone(10, 1_000 + n, t + S // 100)])
    made.apply([gil(10, 120, {1_000: 0.7})])
    assert not any(thread.states[states.GIL.number] for thread in made.processes[10].everyone)
    bounds, _ = estimate(made, 16.0)
    assert bounds is not None
    assert bounds.free_threaded.at_most > 1.2
    assert "waited for the GIL" in bounds.free_threaded.why
    assert "none of its threads" not in bounds.free_threaded.why


def test_threads_that_nobody_could_look_at_are_told() -> None:
    """Once the heading of a server counted 1,808 threads that had ended, and the sentence below it 894 threads."""
    watched = busy()
    watched.apply([o.ThreadGone(10, 5_000 + i, T0 + S) for i in range(1_500)])
    watched.apply([o.ThreadSeen(10, 9_000, T0 + S, "a name is no look"), o.ThreadGone(10, 9_000, T0 + S)])
    (process,) = document(watched, None, "", {})["processes"]
    assert process["threads_too_brief"] == 1_501
    assert "Another 1,501 ended too soon to be seen." in " ".join(sentences(watched, None, ""))
    assert "Another" not in " ".join(sentences(busy(), None, ""))
