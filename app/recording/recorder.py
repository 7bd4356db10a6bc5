"""Records a session as it runs. What is called here runs on the model's thread and only remembers; a thread writes.

A file is complete up to its last transaction, at most WRITE_EVERY_S ago, whatever happens to the app or the machine.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from datetime import datetime
from pathlib import Path
from typing import Any

from app import __version__
from app.engine import messages as m
from app.measure.machine import Machine
from app.model.run import Run
from app.model.session import Session
from app.recording.rows import row_of
from app.recording.schema import MOST_TEXT
from app.recording.writer import WriteProblem, Writer

WRITE_EVERY_S = 0.35
MOST_WAITING = 200_000
"""Happenings that wait to be written (some 100 MB at the most); beyond it those that the figures can spare are
dropped, and counted."""

Happening = tuple[Any, ...]
_STOPPING = "UPDATE runs SET stopping_seq=?, stopping_ns=? WHERE seq=?"
_ENDED = "UPDATE runs SET ended_seq=?, ended_ns=?, state=? WHERE seq=?"


class Recorder:
    """``session.log`` is the recorder until ``close``. ``problem``: why nothing more is written, with what to do."""

    def __init__(self, session: Session, writer: Writer) -> None:
        self.path = writer.path
        self.problem = ""
        self.dropped = 0
        self._session = session
        self._writer = writer
        self._waiting: deque[Happening] = deque()
        self._wake = threading.Event()
        self._closing = False
        self._seq = 0
        self._lanes: dict[tuple[int, int], int] = {}
        self._begun: dict[int, int] = {}  # number of a run -> seq of its row
        self._longest = 0
        self._thread = threading.Thread(target=self._write_on, name="recorder", daemon=True)

    @classmethod
    def start(cls, session: Session, path: Path, title: str, machine: Machine, window: bool) -> Recorder:
        """Begins; a run that is going on already is told from its hellos on. Never raises: see ``problem``."""
        clock = session.clock()
        facts = {
            "title": title[:200], "app_version": __version__, "machine": json.dumps(machine.as_dict()),
            "began_at": datetime.now().astimezone().isoformat(timespec="seconds"), "began_s": time.time(),
            "began_ns": clock, "last_ns": clock, "cores": session.cores_count, "warm_up_ns": session.warm_up_ns,
            "window": int(window), "longest_ns": 0, "dropped": 0, "pinned": 0,
        }  # fmt: skip
        recorder = cls(session, Writer(path, facts))
        recorder._take_up(session, clock)
        session.log = recorder
        recorder._thread.start()
        return recorder

    @property
    def bytes(self) -> int:
        """Of the file as it is on the disk."""
        return self._writer.bytes

    def note(self, text: str) -> None:
        """A person's own marker, now."""
        self._waiting.append(("note", self._session.clock(), text[:500]))

    def close(self) -> None:
        """Writes what is left and finishes the file; waits for that (some 50 ms)."""
        if self._session.log is self:
            self._session.log = None
        self._closing = True
        self._wake.set()
        self._thread.join(10.0)

    # -- SessionLog: the model's thread -----------------------------------------------------------------------

    def began(self, run: Run, handle: int, text: str, now_ns: int) -> None:
        s = run.setting
        knobs = json.dumps(dict(s.knobs))
        frame_slots = int(s.frame_slots)
        row = (run.number, handle, s.workload, s.mode, s.workers, knobs, s.start_method, frame_slots, text[:500])
        self._waiting.append(("began", now_ns, row))

    def stopping(self, run: Run, now_ns: int) -> None:
        self._waiting.append(("stopping", now_ns, run.number))

    def ended(self, run: Run, now_ns: int) -> None:
        self._waiting.append(("ended", now_ns, run.number, run.state.value))

    def said(self, batch: list[tuple[int, Any]], now_ns: int) -> None:
        if len(self._waiting) >= MOST_WAITING:
            kept = [pair for pair in batch if not isinstance(pair[1], m.Progress) and pair[0] != 0]
            self.dropped += len(batch) - len(kept)
            batch = kept
        if batch:
            self._waiting.append(("said", now_ns, batch))

    def beat(self, t_ns: int, gap_ms: float) -> None:
        if len(self._waiting) < MOST_WAITING:
            self._waiting.append(("beat", t_ns, gap_ms))

    # -- the writing thread -----------------------------------------------------------------------------------

    def _write_on(self) -> None:
        try:
            self._writer.open()
            while not self._closing:
                self._wake.wait(WRITE_EVERY_S)
                self._write()
            self._write()
            self._writer.finish(self._session.clock())
        except WriteProblem as problem:
            self._give_up(str(problem))
        except Exception as problem:  # a defect of ours must not end the run that is being recorded
            self._give_up(f"Recording stopped: {type(problem).__name__}: {problem}")
        finally:
            self._writer.close()

    def _give_up(self, text: str) -> None:
        self.problem = text
        if self._session.log is self:
            self._session.log = None
        self._waiting.clear()

    def _write(self) -> None:
        """One transaction of what is waiting, in small pieces: the window's thread gets the interpreter in between."""
        writer = self._writer
        at_ns = 0
        if not self._waiting or not writer.begin():
            return
        while self._waiting:
            try:
                happening = self._waiting.popleft()
            except IndexError:  # given up meanwhile
                return
            at_ns = self._one(happening)
            if writer.piece_full:
                writer.put()
                time.sleep(0)
        writer.commit(at_ns, self._longest, self.dropped)

    def _one(self, happening: Happening) -> int:
        kind, at_ns = happening[0], happening[1]
        add = self._writer.add
        if kind == "said":
            for handle, said in happening[2]:
                self._seq += 1
                for table, row in row_of(self._seq, at_ns, handle, said, self._lanes):
                    add(table, row)
                    if table == "slices":
                        self._longest = max(self._longest, at_ns - row[3])
        elif kind == "beat":
            self._seq += 1
            add("samples", (self._seq, at_ns, at_ns, "heartbeat", happening[2], None))
        elif kind == "began":
            self._seq += 1
            number = happening[2][0]
            self._begun[number] = self._seq
            add("runs", (self._seq, at_ns, *happening[2]))
        elif kind == "note":
            self._seq += 1
            add("markers", (self._seq, at_ns, 0, "note", happening[2][:MOST_TEXT]))
        elif happening[2] in self._begun:
            self._seq += 1
            run = self._begun[happening[2]]
            if kind == "stopping":
                self._writer.change(_STOPPING, (self._seq, at_ns, run))
            else:
                self._writer.change(_ENDED, (self._seq, at_ns, happening[3], run))
        return int(at_ns)

    def _take_up(self, session: Session, now_ns: int) -> None:
        """A run that is going on: as if it began now, with the workers that are there."""
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
        self.said(hellos, now_ns)
