"""Records a session as it runs. What is called here runs on the model's thread and only remembers; a thread writes."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grandstand.engine import messages as m
from grandstand.engine.observed import GilSeen, ThreadsSeen
from grandstand.engine.samples import Sample
from grandstand.journal.rows import channel_row, row_of
from grandstand.journal.scribe import HAPPENING, Begun, Scribe, clean
from grandstand.observe.machine import Machine
from grandstand.session.run import Run
from grandstand.session.session import Session
from grandstand.vocabulary.channels import Channel

_FIGURE = 32
_STOPPING = "UPDATE runs SET stopping_seq=?, stopping_ns=? WHERE seq=?"
_ENDED = "UPDATE runs SET ended_seq=?, ended_ns=?, state=? WHERE seq=?"


class Recorder(Scribe):
    """``session.log`` is the recorder until ``close``. A recording without any run or note leaves no file."""

    def __init__(self, session: Session, path: Path, begun: Begun, most_bytes: int = 0) -> None:
        super().__init__(path, begun, most_bytes)
        self._session = session
        self._lanes: dict[tuple[int, int], int] = {}
        self._begun: dict[int, int] = {}  # number of a run -> seq of its row

    @classmethod
    def start(
        cls, session: Session, path: Path, title: str, machine: Machine, window: bool, most_bytes: int = 0
    ) -> Recorder:
        """Begins; a run that is going on already is told from its hellos on, as if it began now. Never raises."""
        begun = Begun(title, machine, window, session.cores_count, session.warm_up_ns, session.clock)
        recorder = cls(session, path, begun, most_bytes)
        recorder._take_up(session, session.clock())
        session.log = recorder
        recorder.begin()
        return recorder

    def close(self) -> None:
        if self._session.log is self:
            self._session.log = None
        super().close()

    # -- SessionLog: the model's thread -----------------------------------------------------------------------

    def began(self, run: Run, handle: int, text: str, now_ns: int) -> None:
        s = run.setting
        row = (
            run.number, handle, s.workload, s.mode, s.workers, json.dumps(dict(s.parameters)),
            json.dumps(dict(s.options)), s.python, s.python_name,
            json.dumps(asdict(s.told)) if s.told is not None else "", clean(text, 500),
        )  # fmt: skip
        self.remember("began", HAPPENING, now_ns, row)

    def stopping(self, run: Run, now_ns: int) -> None:
        self.remember("stopping", HAPPENING, now_ns, run.number)

    def ended(self, run: Run, now_ns: int) -> None:
        self.remember("ended", HAPPENING, now_ns, (run.number, run.state.value))

    def said(self, batch: list[tuple[int, Any]], now_ns: int) -> None:
        size = HAPPENING * len(batch) + sum(_weight(message) for _, message in batch)
        if self.crowded(size):
            kept = [pair for pair in batch if type(pair[1]) is not m.Progress and pair[0] != 0]
            self.dropped += len(batch) - len(kept)
            batch, size = kept, HAPPENING * len(kept)
        if batch:
            self.remember("said", size, now_ns, batch)

    def beat(self, t_ns: int, gap_ms: float) -> None:
        if not self.crowded():
            self.remember("beat", HAPPENING, t_ns, gap_ms)
        else:
            self.dropped += 1

    def described(self, channel: Channel) -> None:
        self.remember("channel", 2 * HAPPENING, self._session.clock(), channel)

    # -- the writing thread -----------------------------------------------------------------------------------

    def one(self, what: str, at_ns: int, rest: Any) -> None:
        add = self.writer.add
        if what == "said":
            for handle, message in rest:
                rows = row_of(self.seq + 1, at_ns, handle, message, self._lanes)
                self.seq += bool(rows)
                for table, row in rows:
                    add(table, row)
                    if table == "slices":
                        self.reached(row[3], at_ns)
            return
        if what == "channel":
            add("channels", channel_row(rest))
            return
        number = rest[0] if what in ("began", "ended") else rest
        if what in ("stopping", "ended") and number not in self._begun:
            return  # it began before the recording did
        self.seq += 1
        if what == "beat":
            add("samples", (self.seq, at_ns, at_ns, "heartbeat", rest, None))
        elif what == "began":
            self.anything = True
            self._begun[number] = self.seq
            add("runs", (self.seq, at_ns, *rest))
        elif what == "stopping":
            self.writer.change(_STOPPING, (self.seq, at_ns, self._begun[number]))
        else:
            self.writer.change(_ENDED, (self.seq, at_ns, rest[1], self._begun[number]))

    def _take_up(self, session: Session, now_ns: int) -> None:
        """A run that is going on: as if it began now, with the workers that are there. And the channels so far."""
        for channel in session.channels.described:
            self.described(channel)
        run = session.current
        if run is None or run.state.ended:
            return
        handle = session.handle_of(run)
        if handle is None:
            return
        self.began(run, handle, session.markers[-1].text if session.markers else run.setting.mode, now_ns)
        hellos = [
            (handle, m.Hello(r.worker, r.lane, r.hello_ns, r.pid, r.thread, r.nice)) for r in run.present if r.alive
        ]
        if hellos:
            self.said(hellos, now_ns)


def _weight(message: Any) -> int:
    """Bytes of its slices and figures."""
    if type(message) is m.Progress and type(message.slices) is bytes:
        return len(message.slices)
    if type(message) is Sample and type(message.values) is tuple:
        return _FIGURE * len(message.values)
    if type(message) is GilSeen:
        return len(message.slices) + len(message.holders)
    return len(message.rows) if type(message) is ThreadsSeen else 0
