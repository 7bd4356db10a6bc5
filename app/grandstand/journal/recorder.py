"""Records a session as it runs. What is called here runs on the model's thread and only remembers; a thread writes.

A file is complete up to its last transaction, at most WRITE_EVERY_S ago, whatever happens to the app or the machine.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from grandstand import __version__
from grandstand.engine import messages as m
from grandstand.engine.samples import Sample
from grandstand.journal.rows import DROPPED, NOBODY, channel_row, row_of
from grandstand.journal.writer import WriteProblem, Writer
from grandstand.observe.machine import Machine
from grandstand.session.run import Run
from grandstand.session.session import Session
from grandstand.vocabulary.channels import Channel

WRITE_EVERY_S = 0.35
MOST_WAITING = 64_000_000
"""Bytes that wait to be written; beyond them what the picture can spare is dropped, and counted: progress with its
slices, samples and frames. Runs, workers and markers never are."""
_HAPPENING = 300
"""Bytes that a happening takes here, about, besides its slices and figures."""
_FIGURE = 32
_PATIENCE_S = 4.0
"""At the end, for another program to let go of the file."""

Happening = tuple[Any, ...]  # what, its bytes, at_ns, the rest
_STOPPING = "UPDATE runs SET stopping_seq=?, stopping_ns=? WHERE seq=?"
_ENDED = "UPDATE runs SET ended_seq=?, ended_ns=?, state=? WHERE seq=?"


class Recorder:
    """``session.log`` is the recorder until ``close``.

    ``problem``: why nothing more is written, with what to do. ``warning``: what is the matter while it still is.
    ``dropped``: happenings that the disk could not keep up with.
    """

    def __init__(self, session: Session, writer: Writer) -> None:
        self.path = writer.path
        self.problem = ""
        self.dropped = 0
        self._session = session
        self._writer = writer
        self._waiting: deque[Happening] = deque()
        self._came = self._went = 0  # bytes; each is written by one thread alone
        self._locked = False
        self._opened = threading.Event()
        self._wake = threading.Event()
        self._closing = False
        self._seq = 0
        self._lanes: dict[tuple[int, int], int] = {}
        self._begun: dict[int, int] = {}  # number of a run -> seq of its row
        self._longest = 0
        self._last_ns = 0
        self._anything = False
        self._told_dropped = 0
        self._thread = threading.Thread(target=self._write_on, name="recorder", daemon=True)

    @classmethod
    def start(
        cls, session: Session, path: Path, title: str, machine: Machine, window: bool, most_bytes: int = 0
    ) -> Recorder:
        """Begins; a run that is going on already is told from its hellos on, as if it began now.

        ``most_bytes``: a larger file is not made (0: as large as it gets). Never raises: see ``problem``.
        """
        clock = session.clock()
        facts = {
            "title": _clean(title, 200), "app_version": __version__, "machine": json.dumps(machine.as_dict()),
            "began_at": datetime.now().astimezone().isoformat(timespec="seconds"), "began_s": time.time(),
            "began_ns": clock, "last_ns": clock, "cores": session.cores_count, "warm_up_ns": session.warm_up_ns,
            "window": int(window), "longest_ns": 0, "dropped": 0, "pinned": 0,
        }  # fmt: skip
        recorder = cls(session, Writer(path, facts, most_bytes))
        recorder._take_up(session, clock)
        session.log = recorder
        recorder._thread.start()
        return recorder

    @property
    def bytes(self) -> int:
        """Of the file as it is on the disk."""
        return self._writer.bytes

    @property
    def warning(self) -> str:
        """In words, what keeps it from writing everything in time; '' when nothing does."""
        if self.problem:
            return ""
        if self._locked:
            return f"Another program has {self.path.name} locked. Recording goes on when it lets go of the file."
        if self._came - self._went >= MOST_WAITING:
            return f"The disk is too slow to record everything: {self.dropped:,} messages are missing so far."
        return ""

    def wait_until_open(self, patience_s: float) -> bool:
        """Waits until the file is there to be written to; False when it is not, ``problem`` says why then."""
        return self._opened.wait(patience_s) and not self.problem

    def note(self, text: str) -> None:
        """A person's own marker, now."""
        self._remember("note", _HAPPENING, self._session.clock(), _clean(text, 500))

    def rename(self, title: str) -> None:
        """Gives the recording another title."""
        self._remember("title", _HAPPENING, self._session.clock(), _clean(title, 200))

    def close(self) -> None:
        """Writes what is left and finishes the file; waits for that (3 to 5 ms, 8 workers, an idle disk).

        A recording without any run or note leaves no file.
        """
        if self._session.log is self:
            self._session.log = None
        self._closing = True
        self._wake.set()
        self._thread.join(10.0)

    # -- SessionLog: the model's thread -----------------------------------------------------------------------

    def began(self, run: Run, handle: int, text: str, now_ns: int) -> None:
        s = run.setting
        row = (
            run.number, handle, s.workload, s.mode, s.workers, json.dumps(dict(s.parameters)),
            json.dumps(dict(s.options)), s.python, s.python_name,
            json.dumps(asdict(s.told)) if s.told is not None else "", _clean(text, 500),
        )  # fmt: skip
        self._remember("began", _HAPPENING, now_ns, row)

    def stopping(self, run: Run, now_ns: int) -> None:
        self._remember("stopping", _HAPPENING, now_ns, run.number)

    def ended(self, run: Run, now_ns: int) -> None:
        self._remember("ended", _HAPPENING, now_ns, (run.number, run.state.value))

    def said(self, batch: list[tuple[int, Any]], now_ns: int) -> None:
        size = _HAPPENING * len(batch)
        for _, message in batch:
            if type(message) is m.Progress and type(message.slices) is bytes:
                size += len(message.slices)
            elif type(message) is Sample and type(message.values) is tuple:
                size += _FIGURE * len(message.values)
        if self._came - self._went + size > MOST_WAITING:
            kept = [pair for pair in batch if type(pair[1]) is not m.Progress and pair[0] != 0]
            self.dropped += len(batch) - len(kept)
            batch, size = kept, _HAPPENING * len(kept)
        if batch:
            self._remember("said", size, now_ns, batch)

    def beat(self, t_ns: int, gap_ms: float) -> None:
        if self._came - self._went < MOST_WAITING:
            self._remember("beat", _HAPPENING, t_ns, gap_ms)
        else:
            self.dropped += 1

    def described(self, channel: Channel) -> None:
        self._remember("channel", 2 * _HAPPENING, self._session.clock(), channel)

    def _remember(self, what: str, size: int, at_ns: int, rest: Any) -> None:
        if not self.problem:
            self._came += size
            self._waiting.append((what, size, at_ns, rest))

    # -- the writing thread -----------------------------------------------------------------------------------

    def _write_on(self) -> None:
        try:
            self._writer.open()
            self._opened.set()
            while not self._closing:
                self._wake.wait(WRITE_EVERY_S)
                self._write()
            self._finish()
        except WriteProblem as problem:
            self._give_up(str(problem))
        except Exception as problem:  # a defect of ours must not end the run that is being recorded
            self._give_up(f"Recording stopped: {type(problem).__name__}: {problem}. What was written stays.")
        finally:
            self._writer.close()

    def _give_up(self, text: str) -> None:
        # The session's log stays until close(): its thread may be just about to call it.
        self.problem = text
        self._waiting.clear()
        self._opened.set()

    def _finish(self) -> None:
        until = time.monotonic() + _PATIENCE_S
        while not self._write() and time.monotonic() < until:
            pass  # each look waits a moment for the lock
        if self._anything or self._waiting:
            self._writer.finish(max(self._session.clock(), self._last_ns))
        else:
            self._writer.discard()

    def _write(self) -> bool:
        """What is waiting, in small pieces, so that the window's thread gets the GIL in between.

        False when the file was locked, and everything still waits.
        """
        writer = self._writer
        while self._waiting:
            self._locked = not writer.begin()
            if self._locked:
                return False
            until = time.monotonic() + WRITE_EVERY_S
            while self._waiting and time.monotonic() < until:
                happening = self._waiting.popleft()
                self._one(happening)
                self._went += happening[1]
                if writer.piece_full:
                    writer.put()
                    if not self._closing:
                        time.sleep(0.001)
            if self.dropped > self._told_dropped:
                fresh, self._told_dropped = self.dropped - self._told_dropped, self.dropped
                self._seq += 1
                writer.add("markers", (self._seq, self._last_ns, NOBODY, DROPPED, json.dumps(fresh)))
            writer.commit(self._last_ns, self._longest, self.dropped)
        return True

    def _one(self, happening: Happening) -> None:
        what, _, at_ns, rest = happening
        add = self._writer.add
        self._last_ns = max(self._last_ns, at_ns)
        if what == "said":
            for handle, message in rest:
                rows = row_of(self._seq + 1, at_ns, handle, message, self._lanes)
                self._seq += bool(rows)
                for table, row in rows:
                    add(table, row)
                    if table == "slices":
                        self._longest = max(self._longest, at_ns - row[3])
            return
        if what == "title":
            self._writer.change("UPDATE sessions SET title=?", (rest,))
            return
        if what == "channel":
            add("channels", channel_row(rest))
            return
        number = rest[0] if what in ("began", "ended") else rest
        if what in ("stopping", "ended") and number not in self._begun:
            return  # it began before the recording did
        self._seq += 1
        if what == "beat":
            add("samples", (self._seq, at_ns, at_ns, "heartbeat", rest, None))
        elif what == "note":
            self._anything = True
            add("markers", (self._seq, at_ns, 0, "note", rest))
        elif what == "began":
            self._anything = True
            self._begun[number] = self._seq
            add("runs", (self._seq, at_ns, *rest))
        elif what == "stopping":
            self._writer.change(_STOPPING, (self._seq, at_ns, self._begun[number]))
        else:
            self._writer.change(_ENDED, (self._seq, at_ns, rest[1], self._begun[number]))

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


def _clean(text: str, most: int) -> str:
    """At most so many characters, and none that has no UTF-8."""
    return text[:most].encode("utf-8", "replace").decode()
