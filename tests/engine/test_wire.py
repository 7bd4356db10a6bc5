"""Events as frames: what goes in comes out, in whatever pieces; what is spoiled ends with words and costs nothing."""

from __future__ import annotations

import json
import os
import random
import resource
import struct
import threading
import time
from decimal import Decimal
from typing import Any

import pytest
from grandstand.engine import messages as m
from grandstand.engine import observed as o
from grandstand.engine import wire
from grandstand.engine.samples import CoresSample, MemorySample, QuotaSample, Sample
from hypothesis import given, settings
from hypothesis import strategies as st

SLICES = m.pack_slices([n for i in range(m.SLICES_PER_MESSAGE) for n in (i % 4, 10_000 * i, 10_000 * i + 9_000)])
SPEC = m.WorkerSpec(1, 0, "primes", {"batch": 60.0}, {"server": "127.0.0.1:80"}, 33_333_333)
EVENTS: list[Any] = [
    m.Hello(1, 0, 123, 4567, 4568, 19),
    m.Progress(1, 2**62, 12.5, 7, (1, 2, 3, 4, 5, 6, 7, 8), 99, 2, SLICES, 3),
    m.Progress(1, 0, 0, 0, (), 0, 0, b"", 0),
    m.Goodbye(1, 5, "failed", "ValueError: \ud800 and Ω\n", "Traceback …", "\x1b[31m"),
    m.ChildExit(7, 8, -9, (1, 2, 3), "kill"),
    m.Ready(3),
    m.Trouble("threads", "can't start", "Choose fewer."),
    m.Parameters({"size": 1e300}),
    m.Resize((SPEC,), (4, 5)),
    m.Stop(),
    m.ChildPlan("threads", (SPEC,), 7, True, (7, 8), ("/home/ö",)),
    m.Batch((m.Hello(1, 0, 1, 2, 3, 0), m.Progress(1, 1, 1.5, 1, (1,), 1, 0, b"\0" * 24, 0))),
    CoresSample(1, (1.0, 99.5), (1.5, 2.5), (3.0, 4.0), 12.25, 1.0),
    MemorySample(1, "USS", {12: 34, 56: 78}),
    QuotaSample(1, 1.5, 9, 4, 0.25),
    Sample(1, "watts", (12.5, 3)),
    wire.Introduction(1, "3.14.0", "cpython", True, False, 42, 10**15, 17 * 10**17, ("single", "threads")),
    wire.Asked({"repeats": 3, "place": "/tmp/Ω"}),
    wire.Told({"progress": 0.5, "lanes": ["a", "b"]}),
    o.Watching(11, 12, 10**15, 17 * 10**17),
    o.ProcessSeen(12, 0, 5, ("python3", "x.py", "\udcff"), "3.13.0", False, "read", "offsets", "", ""),
    o.ThreadSeen(12, 13, 5, "MainThread"),
    o.ThreadsSeen(12, 5, b"\0" * 136, b"\1" * 32),
    o.GilSeen(12, 0, 5, 1, 2, 3, 4, 5, 6, b"\2" * 16, b"\3" * 24),
    o.ThreadGone(12, 13, 6),
    o.ProcessUsed(12, 6, 7),
    o.ProcessGone(12, 6, 7),
    o.Ended(12, 8, -15),
    o.Stuck(12, 9, 8, (13, 14), True),
    o.Looking(9, 812.5, 99.5, 1, 2, 3),
]


def spoil(frame: bytes, chance: random.Random) -> bytes:
    """One of ten ways to damage it."""
    data = bytearray(frame)
    way = chance.randrange(10)
    if way == 0:
        return bytes(data[: chance.randrange(len(data))])
    if way == 1:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif way == 2:
        data[4:8] = struct.pack(">I", chance.choice([0, 1, 2**20 + 1, 2**32 - 1, len(data)]))
    elif way == 3:
        data[2] = chance.randrange(256)
    elif way == 4:
        return bytes(chance.randbytes(chance.randrange(200)))
    elif way == 5:
        body = (b"[" * chance.randrange(1, 300_000))[: wire.LONGEST]
        return struct.pack(">2sBBI", b"GS", 1, 0, len(body)) + body
    elif way == 6:
        values = [None, True, -1, 2**63, 2**70, 1e308, "x", [], {}, [[]], {"a": 1}, "9" * 5000]
        name, fields = json.loads(frame[8:])
        fields[chance.choice([*fields, "new"])] = chance.choice(values)
        body = json.dumps([name, fields]).encode()
        return struct.pack(">2sBBI", b"GS", 1, 0, len(body)) + body
    elif way == 7:
        body = chance.choice(
            [b"NaN", b"[1e999]", b'["Hello",{"worker":NaN}]', b"\xff\xfe", b"", b'["Hello"]', b"9" * 900_000]
        )
        return struct.pack(">2sBBI", b"GS", 1, 0, len(body)) + body
    elif way == 8:
        at = chance.randrange(len(data))
        data[at:at] = chance.randbytes(chance.randrange(1, 40))
    else:
        data += data[: chance.randrange(len(data))]
    return bytes(data)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_what_goes_in_comes_out(event: Any):
    (back,) = wire.Decoder().feed(wire.encode(event))
    assert back == event
    assert type(back) is type(event)


def test_every_kind_of_event_has_been_tried():
    assert {type(event) for event in EVENTS} | {m.WorkerSpec} == set(wire.FIELDS)
    for kind, fields in wire.FIELDS.items():
        assert tuple(fields) == kind._fields, kind.__name__


@given(st.lists(st.integers(1, 700), max_size=60), st.lists(st.sampled_from(range(len(EVENTS))), max_size=8))
def test_in_whatever_pieces_it_comes(pieces: list[int], which: list[int]):
    stream = b"".join(wire.encode(EVENTS[i]) for i in which)
    decoder, said = wire.Decoder(), []
    for size in [*pieces, len(stream)]:
        piece, stream = stream[:size], stream[size:]
        said += decoder.feed(piece)
    said += decoder.feed(stream)
    decoder.close()
    assert said == [EVENTS[i] for i in which]


def framed(value: Any, protocol: int = 1) -> bytes:
    body = json.dumps(value).encode()
    return struct.pack(">2sBBI", b"GS", protocol, 0, len(body)) + body


def test_an_older_host_lacks_a_field_and_a_newer_one_has_more():
    assert wire.Decoder().feed(framed(["Hello", {"worker": 3, "lane": 2, "mood": "good"}])) == [
        m.Hello(3, 2, 0, 0, 0, 0)
    ]
    assert wire.Decoder().feed(framed(["Progress", {"worker": 1}])) == [m.Progress(1, 0, 0.0, 0, (), 0, 0, b"", 0)]
    assert wire.Decoder().feed(framed(["Weather", {"rain": True}])) == [wire.Unknown("Weather")]
    said = wire.Decoder().feed(framed(["Batch", {"messages": [["Weather", {}], ["Ready", {"pid": 1}]]}]))
    assert said == [m.Batch((wire.Unknown("Weather"), m.Ready(1)))]


def test_defaults_are_not_shared():
    first, second = wire.Decoder().feed(framed(["Parameters", {}]) * 2)
    first.values["size"] = 1.0
    assert second.values == {}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"GET / HTTP/1.1\r\n", "not a stream of Grandstand's"),
        (framed(["Ready", {}], protocol=2), "protocol 2 and this Grandstand up to 1"),
        (framed(["Ready", {}], protocol=0), "an unknown kind"),
        (struct.pack(">2sBBI", b"GS", 1, 0, 2**20 + 1), "1,048,577 bytes"),
        (framed(["Hello", {"worker": "1"}]), "Hello.worker: a whole number of 64 bits"),
        (framed(["Hello", {"worker": 2**63}]), "Hello.worker: a whole number of 64 bits"),
        (framed(["Hello", {"worker": True}]), "Hello.worker"),
        (framed(["Progress", {"units": "many"}]), "Progress.units: a finite number"),
        (framed(["Progress", {"slices": "###"}]), "Progress.slices: bytes in base64"),
        (framed(["Batch", {"messages": [["Hello", {"lane": []}]]}]), "Batch.messages: Hello.lane"),
        (framed(["Resize", {"add": [1]}]), "Resize.add"),
        (framed(["ChildPlan", {"pulse": [1]}]), "ChildPlan.pulse: two numbers"),
        (framed({"Hello": {}}), "its name and its fields"),
        (framed([[[[["Hello", {}]]]]]), "its name and its fields"),
    ],
)
def test_what_makes_no_sense_is_said_in_words(data: bytes, words: str):
    decoder = wire.Decoder()
    with pytest.raises(wire.WireError) as raised:
        decoder.feed(wire.encode(m.Ready(7)) + data)
    assert words in str(raised.value)
    assert raised.value.events == [m.Ready(7)], "what came before the fault is not lost"
    assert decoder.left == 0


def test_a_stream_that_ends_within_a_frame():
    decoder = wire.Decoder()
    assert decoder.feed(wire.encode(EVENTS[1])[:-1]) == []
    with pytest.raises(wire.WireError, match="in the middle of a frame"):
        decoder.close()


def test_units_may_be_any_kind_of_number():
    said = m.Progress(1, 0, Decimal("2.5"), 0, (), 0, 0, b"", 0)  # type: ignore[arg-type]
    assert wire.Decoder().feed(wire.encode(said))[0].units == 2.5


@pytest.mark.parametrize(
    "event", [object(), m.Parameters({"x": float("nan")}), wire.Told({"x": object()}), wire.Told({"x": "y" * 2**21})]
)
def test_what_does_not_travel_is_refused_where_it_is_sent(event: Any):
    with pytest.raises(wire.WireError, match="cannot be sent"):
        wire.encode(event)


def test_ten_thousand_spoiled_frames_neither_crash_nor_hang_nor_cost_memory():
    chance = random.Random(11)
    frames = [wire.encode(event) for event in EVENTS]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    understood = refused = 0
    longest = 0.0
    for _ in range(10_000):
        decoder = wire.Decoder()
        data = spoil(chance.choice(frames), chance)
        began = time.thread_time()
        try:
            decoder.feed(data)
            understood += 1
        except wire.WireError:
            refused += 1
        longest = max(longest, time.thread_time() - began)
        assert decoder.left <= wire.LONGEST + 8
    assert understood + refused == 10_000
    assert min(understood, refused) > 1_000, "both kinds were tried"
    assert longest < 2.0
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64_000  # kB


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_any_bytes_at_all(data: bytes):
    decoder = wire.Decoder()
    try:
        decoder.feed(data)
        decoder.close()
    except wire.WireError:
        pass


def test_over_a_pipe_whose_other_side_is_slow():
    read, sent = os.pipe()
    events = [EVENTS[1]] * 40  # more than a pipe holds

    def send() -> None:
        for event in events:
            wire.write(sent, event)
        os.close(sent)

    sender = threading.Thread(target=send)
    sender.start()
    decoder, said = wire.Decoder(), []
    while data := os.read(read, 1000):
        said += decoder.feed(data)
    sender.join()
    os.close(read)
    decoder.close()
    assert said == events
