"""What samplers told in a recording, for exports. Any thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from grandstand.engine.samples import CoresSample, MemorySample, QuotaSample, Sample
from grandstand.journal.reader import Recording
from grandstand.journal.rows import HEARTBEAT, SAMPLES, figures_of, sample_of
from grandstand.session.channels import plausible
from grandstand.vocabulary import channels
from grandstand.vocabulary.channels import Channel

Told = CoresSample | MemorySample | QuotaSample | Sample | float


def told(recording: Recording) -> Iterator[tuple[int, Told]]:
    """(t_ns, sample) in order; of the heartbeat the ms between two frames. What cannot be true is left out.

    Raises Unreadable, and ValueError for damage in a sample of the app's own channels.
    """
    for _, at_ns, t_ns, kind, value, data in recording.happenings(0)["samples"]:
        if kind == HEARTBEAT:
            yield at_ns, value
        elif kind in SAMPLES:
            yield t_ns, sample_of(kind, t_ns, data, recording.cores)
        elif isinstance(kind, str):
            figures = figures_of(kind, t_ns, value, data)
            if figures is not None and plausible(figures, at_ns):
                yield t_ns, figures


def channels_of(recording: Recording) -> Callable[[str], Channel]:
    """How the recording, else this app, describes a channel."""
    described = {channel.key: channel for channel in recording.channels}
    return lambda key: described.get(key) or channels.described(key)
