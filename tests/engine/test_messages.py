"""What workers say is small, and what is packed can be unpacked."""

from __future__ import annotations

import pickle
from multiprocessing.reduction import ForkingPickler

import pytest
from grandstand.engine import messages as m
from grandstand.vocabulary.states import KEYS
from hypothesis import given, settings
from hypothesis import strategies as st

INT64 = st.integers(-(2**63), 2**63 - 1)


def test_states_keep_their_numbers() -> None:
    """Numbers stand in recordings: they never change."""
    numbers = {
        m.COMPUTING: "computing", m.GIL: "gil", m.LOCK: "lock", m.CORE: "core", m.IO: "io",
        m.SERIALIZING: "serializing", m.IDLE: "idle", m.UNKNOWN: "unknown", m.LOOP: "loop", m.WAITING: "waiting",
        m.SUSPENDED: "suspended",
    }  # fmt: skip
    assert numbers == dict(enumerate(KEYS))
    assert len(numbers) == m.STATE_COUNT


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(INT64, INT64, INT64), max_size=50))
def test_slices_come_back_as_they_were_packed(triples: list[tuple[int, int, int]]) -> None:
    packed = m.pack_slices([number for triple in triples for number in triple])
    assert m.unpack_slices(packed) == triples


@pytest.mark.parametrize("size", [8, 16, 32, 3, 25])
def test_a_torn_buffer_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=r"bytes|threes"):
        m.unpack_slices(bytes(size))


def test_the_largest_progress_fits_into_one_piece_of_a_pipe() -> None:
    most = 2**63 - 1
    message = m.Progress(
        most, most, 1e300, most, (most,) * 8, most, 7, bytes(24 * m.SLICES_PER_MESSAGE), most
    )  # fmt: skip
    assert len(ForkingPickler.dumps(message)) + 4 <= 4096


def test_orders_fit_into_one_piece_of_a_pipe() -> None:
    parameters = {f"a parameter with a long name {i}": 12345.678 + i for i in range(8)}
    environment = {"server": "127.0.0.1:54321"}
    specs = tuple(
        m.WorkerSpec(2**31 + i, i, "package.module:Workload", dict(parameters), dict(environment), 10**9)
        for i in range(8)
    )
    for order in (
        m.Parameters(parameters),
        m.Resize(specs, ()),
        m.Resize((), tuple(range(2**31, 2**31 + 64))),
        m.Stop(),
    ):
        data = ForkingPickler.dumps(order)
        assert len(data) + 4 <= 4096
        assert pickle.loads(data) == order


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(st.characters(), max_size=60), st.integers(-40, 40).filter(bool))
def test_shortened_text_fits_and_is_part_of_the_whole(text: str, size: int) -> None:
    short = m.shorten(text, size)
    assert len(short.encode()) <= abs(size)
    whole = text.encode("utf-8", "replace").decode()
    assert whole.startswith(short) if size > 0 else whole.endswith(short)


def test_short_text_stays_as_it_is() -> None:
    assert m.shorten("naïve café", 500) == m.shorten("naïve café", -500) == "naïve café"
    assert m.shorten("broken \ud800", 500) == "broken ?"


HUGE = 2**62


def _progress(worker: int, t: int, slices: int = 0) -> m.Progress:
    return m.Progress(worker, t, 1e300, HUGE, (HUGE,) * 8, HUGE, 1, m.pack_slices([1, t, t + 1] * slices), HUGE)


def test_no_batch_is_larger_than_what_a_pipe_takes_in_one_piece() -> None:
    said: list[m.Message] = []
    for worker in range(64):
        said.append(m.Hello(worker, 63, HUGE, 4_194_304, 4_194_304, -20))
        said.append(_progress(worker, 5, worker))
        said.append(m.Trouble("threads", "ü" * 200, "€" * 100))
        said.append(
            m.Goodbye(worker, HUGE, "failed", "é" * (m.ERROR_BYTES // 2), "€" * (m.TRACEBACK_BYTES // 3),
                      "x" * m.TAIL_BYTES)
        )  # fmt: skip
    batches = m.batches(said)
    assert [message for batch in batches for message in batch.messages] == said
    sizes = [len(ForkingPickler.dumps(batch)) for batch in batches]
    assert max(sizes) <= 16_384
    assert len(batches) < len(said) / 2, "they are to be sent together"


def test_of_several_totals_the_last_one_is_sent_with_all_slices() -> None:
    said = [_progress(1, 10, 2), _progress(2, 11, 1), _progress(1, 20, 3)]
    (batch,) = m.batches(said)
    assert [(x.worker, x.t_ns) for x in batch.messages] == [(2, 11), (1, 20)]
    assert m.unpack_slices(batch.messages[-1].slices) == [(1, 10, 11)] * 2 + [(1, 20, 21)] * 3


def test_totals_whose_slices_do_not_fit_into_one_message_stay_apart() -> None:
    most = m.SLICES_PER_MESSAGE
    said = [_progress(1, 10, most), _progress(1, 20, 1), _progress(1, 30, 1)]
    assert [[x.t_ns for x in batch.messages] for batch in m.batches(said)] == [[10, 30]]


def test_nothing_to_say_is_no_batch() -> None:
    assert m.batches([]) == []
