"""A player tells what the live session was told: at any moment, of any happenings, however one came there."""

import contextlib
import copy
from pathlib import Path
from typing import Any

from grandstand.engine import messages as m
from grandstand.engine.samples import MemorySample
from grandstand.journal.player import Player
from grandstand.journal.reader import Recording
from grandstand.journal.recorder import Recorder
from grandstand.session.run import Setting
from grandstand.session.run_state import RunState
from grandstand.session.session import Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.journal.made import MACHINE, MS, Story
from tests.journal.test_round_trip import figures, there


def slices_of(session: Session, start_ns: int) -> list[list[int]]:
    lanes, slices = session.lanes.all_since(start_ns)
    return sorted([lane, *row] for lane, row in zip(lanes.tolist(), slices.tolist(), strict=True))


class Chaos:
    """Whatever can be said to a session, in an order that nobody chose; true and not."""

    def __init__(self, story: Story) -> None:
        self.story, self.session = story, story.session
        self.handle = 0
        self.greeted: set[tuple[int, int]] = set()
        self.lost: set[tuple[int, int]] = set()
        self.totals: dict[int, list[int]] = {}
        self.moments: list[tuple[int, dict[str, Any], list[list[int]]]] = []
        self.started = story.t

    def act(self, what: int, a: int, b: int) -> None:
        story, session = self.story, self.session
        story.t += (1 + a) * 7 * MS if b % 5 else 0  # now and then two things at one moment
        run, t = session.current, story.t
        if what == 0 or run is None:
            self.handle += b % 3 != 0 or not self.handle  # else the same workers go on under another setting
            setting = Setting(("primes", "compress")[a % 2], ("threads", "processes")[b % 2], 1 + a % 4, ())
            session.begin_run(self.handle, setting, t, f"{what}{a}")
            return
        worker = a % 6
        # A worker that ended before its hello says nothing more; one that said hello is not lost later.
        greeted, lost = (self.handle, worker) in self.greeted, (self.handle, worker) in self.lost
        if (what == 1 and lost) or (what in (5, 6) and greeted and worker not in run.workers):
            return
        if what == 1:
            self.greeted.add((self.handle, worker))
            session.apply([(self.handle, m.Hello(worker, worker % 5, t - b * MS, 100 + worker, worker, 0))], t)
            self.totals.setdefault(worker, [t, 0, 0])
        elif what in (2, 3, 4):
            handle = self.handle - (b == 7)
            there = [w for w in {worker, b % 6} if (handle, w) in self.greeted]
            session.apply([(handle, self._progress(w, b)) for w in there], t)
        elif what == 5:
            self.lost |= set() if greeted else {(self.handle, worker)}
            outcome, words = (("stopped", ""), ("failed", "it failed"))[b % 2]
            session.apply([(self.handle, m.Goodbye(worker, t, outcome, words, words, ""))], t)
        elif what == 6:
            self.lost |= set() if greeted else {(self.handle, worker)}
            rung = ("", "terminate", "kill")[b % 3]
            session.apply([(self.handle, m.ChildExit(100 + worker, t, -b, (worker,), rung))], t)
        elif what == 7:
            said = story._cores() if b % 2 else MemorySample(t, "RSS", {100 + worker: a * 1_000})
            session.apply([(0, said)], t)
            session.beat(t, 16.5 + b)
        elif what == 8 and run.state in (RunState.STARTING, RunState.RUNNING):
            session.stop_run(run, t)
        elif what == 9:
            working = run.state in (RunState.RUNNING, RunState.STOPPING)
            session.end_run(run, RunState.FINISHED if working and b % 2 else RunState.FAILED, t)
        else:
            session.apply([(self.handle, m.Trouble("start", "no more processes", "use fewer"))], t)
            story.t += 300 * MS * a  # a long silence

    def _progress(self, worker: int, b: int) -> m.Progress:
        t = self.story.t
        told = self.totals.setdefault(worker, [t, 0, 0])
        reach, busy, steps = told
        end = max(reach, t - b * MS)
        middle = (reach + end) // 2
        slices = [m.COMPUTING, reach, middle, m.GIL, middle, end] if end > reach else []
        if b == 5 and slices:
            slices[3] = 99  # no such state
        if b == 6:
            end += 400 * MS  # from the future
        busy += end - reach
        if b not in (5, 6):
            told[:] = [end, busy, steps + b]
        states = (busy // 2, busy // 2, *(0,) * 6)
        units = float(steps + b) if b != 4 else -1.0
        return m.Progress(worker, end, units, steps + b, states, busy // 3, b % 3, m.pack_slices(slices), 0)

    def look(self) -> None:
        """Remembers how it is now; what comes later is at a later moment."""
        now = copy.deepcopy(figures(self.session))
        self.moments.append((self.story.t, now, slices_of(self.session, self.started)))
        self.story.t += MS


action = st.tuples(st.integers(0, 10), st.integers(0, 9), st.integers(0, 9))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(action, min_size=3, max_size=25), min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_at_every_moment_it_is_what_the_live_session_was(tmp_path: Path, acts: list[Any], order: Any):
    path = tmp_path / "x.grandstand"
    for name in (path, *(path.with_name(path.name + side) for side in ("-wal", "-shm"))):
        name.unlink(missing_ok=True)
    story = Story()
    chaos = Chaos(story)
    recorder = Recorder.start(story.session, path, "chaos", MACHINE, window=True)
    for part in acts:
        for what, a, b in part:
            chaos.act(what, a, b)
        chaos.look()
    recorder.close()
    assert not recorder.problem
    player = Player(Recording.open(path))
    player._keep_gap = 200 * MS
    moments = [*chaos.moments, *chaos.moments]
    order.shuffle(moments)
    with contextlib.closing(player):
        for t, wanted, slices in moments:
            there(player, t)
            assert figures(player.session) == wanted
            assert slices_of(player.session, chaos.started) == slices
