"""What workers say is small, and what is packed can be unpacked."""

from __future__ import annotations

import pickle
from multiprocessing.reduction import ForkingPickler

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine import messages as m

INT64 = st.integers(-(2**63), 2**63 - 1)


def test_every_state_has_a_key_and_a_title() -> None:
    numbers = (m.COMPUTING, m.INTERPRETER, m.LOCK, m.CORE, m.IO, m.HANDOVER, m.IDLE, m.UNKNOWN)
    assert numbers == tuple(range(len(m.STATE_KEYS)))
    assert set(m.STATE_TITLES) == set(m.STATE_KEYS)


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
    knobs = {f"a knob with a long name {i}": 12345.678 + i for i in range(8)}
    environment = {"server": "127.0.0.1:54321"}
    specs = tuple(
        m.WorkerSpec(2**31 + i, i, "package.module:Workload", dict(knobs), dict(environment), 10**9) for i in range(8)
    )
    for order in (m.Knobs(knobs), m.Resize(specs, ()), m.Resize((), tuple(range(2**31, 2**31 + 64))), m.Stop()):
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
