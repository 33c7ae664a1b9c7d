"""Covers: session_tui.store.clock.

The session's time is right whatever happens to the computer's clock: no second is lost or added.
"""

import json
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import START
from profiles import examples
from session_tui.model import clock_commands, timebox, validation
from session_tui.model.clock_commands import duration, elsewhere_words, step_words
from session_tui.model.edits import Close, Mark
from session_tui.model.session import Clock, Part, Session
from session_tui.store import drafts
from session_tui.store.clock import Anchor, SessionClock, SteadyClock, stepped, system_clock
from session_tui.store.heartbeat import Presence
from session_tui.store.open_session import create_session, open_session

PARTS = tuple(Part(kind="notes", minutes=m, floor_minutes=f) for m, f in ((10, 4), (8, 3), (7, 3), (5, 3)))
NEW = Session(id="2026-11-23-a-0000", status="live", agenda="x", account="A", parts=PARTS)


class Machine:
    """A computer: true seconds go by, its wall clock can be set, it can be started again."""

    def __init__(self, set_to: float = 0) -> None:
        self.true, self.set, self.booted, self.boot = 1000.0, set_to, 0.0, "boot-1"

    def wall(self) -> datetime:
        return START + timedelta(seconds=self.true - 1000 + self.set)

    @property
    def steady(self) -> SteadyClock:
        return SteadyClock(lambda: self.true - self.booted, self.boot)

    def start_again(self, seconds: float) -> None:
        self.true += seconds
        self.booted, self.boot = self.true - 5, f"{self.boot}'"


class Held:
    """A session on one machine, which may be left without a close and resumed later."""

    def __init__(self, folder: Path, machine: Machine) -> None:
        self.folder, self.machine = folder, machine
        self.opened = create_session(folder / "sessions", NEW, folder / "state")
        self.words: list[str] = []
        self._begin()

    def _begin(self) -> None:
        self.presence = Presence(self.opened, self.machine.wall, self.machine.steady)
        self.presence.begin(None, wait=False)
        self.words += self.presence.words()

    def resume(self, machine: Machine | None = None, state: str = "state") -> None:
        self.machine = machine or self.machine
        self.opened = open_session(self.opened.path, self.folder / state)
        self._begin()

    def crash(self) -> None:
        assert self.opened.close()

    def look(self) -> None:
        self.presence.look()
        self.words += self.presence.words()

    def here(self, seconds: float) -> None:
        """So many seconds with a look every ten."""
        while seconds > 0:
            self.machine.true += min(10, seconds)
            seconds -= 10
            self.look()

    def does(self, step: Mark | object) -> None:
        if isinstance(step, Mark):
            assert self.opened.change(step, self.presence.now()) is None

    @property
    def session(self) -> Session:
        return self.opened.session

    @property
    def accounted(self) -> tuple[float, float, float]:
        return timebox.accounted(PARTS, self.session.clock, self.presence.now())

    @property
    def elapsed(self) -> float:
        return (self.presence.now() - START).total_seconds()


@pytest.fixture
def held(tmp_path: Path) -> Held:
    return Held(tmp_path, Machine())


# ---- the clock on the wall is set ---------------------------------------------------------------


@pytest.mark.parametrize("set_by", [-3300, 3300, -31536000, 31536000, 2, -2])
def test_a_step_in_either_direction_takes_no_second_is_recorded_and_is_said_once(held: Held, set_by: int) -> None:
    held.here(20)
    held.machine.set += set_by
    held.here(5)
    held.does(clock_commands.next_part(held.session, held.presence.now()))
    held.here(7)
    assert timebox.spent_seconds(PARTS, held.session.clock, held.presence.now()) == (25, 7, 0, 0)
    assert [each.wall_step for each in held.session.clock] == [set_by, None]
    assert held.words == [step_words(set_by)]
    assert held.presence.wall_ahead == timedelta(seconds=set_by)
    assert not held.opened.can_undo  # it was not typed


def test_a_leap_second_is_no_step(held: Held) -> None:
    held.machine.set -= 1
    held.here(20)
    assert held.elapsed == 20 and held.words == [] and stepped(held.session.clock) == 0


def test_a_process_that_stood_still_between_two_readings_saw_no_step() -> None:
    machine = Machine()
    still = [0.0, 900.0, 0.0]

    def wall() -> datetime:
        moment = machine.wall()
        machine.true += still.pop(0) if still else 0
        return moment

    clock = SessionClock(wall, machine.steady)
    assert clock.step() == 0 and clock.ahead == timedelta()


def test_sleep_stays_away_when_the_clock_is_set_at_the_wake(held: Held) -> None:
    held.here(20)
    held.machine.true += 600
    held.machine.set -= 7200
    held.look()
    assert held.accounted == (20, 0, 600)
    assert [each.event for each in held.session.clock] == ["start", "away"]


def test_before_the_start_the_clock_on_the_wall_is_believed(tmp_path: Path) -> None:
    machine = Machine()
    opened = create_session(tmp_path, NEW, tmp_path / "state")
    presence = Presence(opened, machine.wall, machine.steady)
    presence.begin(None, wait=True)
    machine.set += 3600
    presence.look()
    assert presence.now() == machine.wall() and presence.words() == () and presence.wall_ahead == timedelta()
    opened.close()


def test_a_step_after_the_end_is_not_said(held: Held) -> None:
    assert held.opened.change(Close(held.presence.now(), "hold"), held.presence.now()) is None
    held.machine.set -= 3300
    held.look()
    assert held.words == []


# ---- taken up again -----------------------------------------------------------------------------


@pytest.mark.parametrize("set_by", [0, -3300, 3300])
def test_a_restart_in_the_same_boot_loses_no_second(held: Held, set_by: int) -> None:
    held.here(30)
    held.crash()
    held.machine.true += 15
    held.machine.set += set_by
    held.resume()
    assert held.elapsed == 45 and held.accounted == (45, 0, 0)
    assert held.words == ([step_words(set_by)] if set_by else [])
    held.crash()
    held.machine.true += 300
    held.resume()
    assert held.accounted == (45, 0, 300) and stepped(held.session.clock) == set_by
    assert len(held.words) == bool(set_by)


def test_after_another_boot_the_wall_counts_less_the_steps_on_record_and_that_is_said(held: Held) -> None:
    held.here(30)
    held.machine.set += 3300
    held.here(10)
    held.crash()
    held.machine.start_again(600)
    held.resume()
    assert held.accounted == (40, 0, 600)
    assert held.words == [step_words(3300), elsewhere_words(0, known=True)]
    held.crash()
    held.machine.true += 20
    held.resume()  # its own boot by now: nothing more to say
    assert held.accounted == (60, 0, 600) and len(held.words) == 2


def test_on_another_machine_it_is_never_earlier_than_the_last_recorded_moment(held: Held) -> None:
    held.here(100)
    held.does(clock_commands.next_part(held.session, held.presence.now()))
    held.crash()
    held.resume(Machine(set_to=-3300), state="other")
    assert held.elapsed == 100 and held.words == [elsewhere_words(3400, known=True)]
    held.here(20)
    assert held.accounted == (120, 0, 0)
    assert stepped(held.session.clock) == 0  # nothing was set: it was wrong all the time
    held.crash()
    held.machine.true += 9
    held.resume(state="other")
    assert held.accounted == (129, 0, 0) and stepped(held.session.clock) == 0


def test_where_boots_cannot_be_told_apart_the_wall_counts(tmp_path: Path) -> None:
    machine = Machine()
    machine.boot = ""
    held = Held(tmp_path, machine)
    held.here(30)
    held.crash()
    machine.true += 15
    held.resume()
    assert held.accounted == (45, 0, 0) and held.words == [elsewhere_words(0, known=False)]
    assert drafts.read(tmp_path / "state" / "drafts", held.opened.path).anchor is None


def test_a_window_that_only_reads_has_the_same_time_and_records_nothing(held: Held) -> None:
    held.here(30)
    held.machine.set -= 3300
    held.look()
    assert held.opened.settled()
    deadline = time.monotonic() + 5
    while drafts.read(held.folder / "state" / "drafts", held.opened.path).anchor is None:
        assert time.monotonic() < deadline
    second = open_session(held.opened.path, held.folder / "state")
    assert second.read_only
    reader = Presence(second, held.machine.wall, held.machine.steady)
    held.machine.set += 100
    held.machine.true += 5
    reader.look()
    assert reader.now() == held.presence.now() and reader.words() == (step_words(100),)
    assert second.session == second.saved
    second.close()


@pytest.mark.parametrize(
    "anchor",
    [
        Anchor("boot-1", datetime(9980, 1, 1, tzinfo=UTC), -1e10),
        Anchor("boot-1", datetime(2, 1, 1, tzinfo=UTC), 0, 1e10),
        Anchor("boot-1", START, 1e300),
        Anchor("boot-1", START, 0, 1e300),
        Anchor("", START, 0),
    ],
)
@pytest.mark.parametrize("step", [10**10, -(10**10)])
def test_a_damaged_anchor_or_step_takes_nothing_down(anchor: Anchor, step: int, tmp_path: Path) -> None:
    drafts.write(tmp_path, tmp_path / "a.toml", drafts.Draft(anchor=anchor))
    machine = Machine()
    clock = SessionClock(machine.wall, machine.steady)
    events = (Clock(at=START, event="start", part=1, wall_step=step),) * 10_000
    clock.resume(events, drafts.read(tmp_path, tmp_path / "a.toml").anchor)
    clock.step()
    assert clock.now() >= START


def test_a_draft_of_another_program_is_read_with_its_anchor_only_where_that_is_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    drafts.write(tmp_path, path, drafts.Draft("half", anchor=Anchor("b", START, 5.0)))
    file = tmp_path / f"{drafts.key(path)}.json"
    assert drafts.read(tmp_path, path).anchor == Anchor("b", START, 5.0)
    value = json.loads(file.read_text())
    value["anchor"]["at"] = "2026-11-23T09:00:00"
    file.write_text(json.dumps(value))
    assert drafts.read(tmp_path, path) == drafts.Draft("half")
    del value["anchor"]
    file.write_text(json.dumps(value))
    assert drafts.read(tmp_path, path) == drafts.Draft("half")


def test_the_systems_clock_counts_sleep_and_knows_its_boot() -> None:
    clock = system_clock()
    assert clock.seconds() <= clock.seconds()
    if hasattr(time, "CLOCK_BOOTTIME"):
        assert abs(clock.seconds() - time.clock_gettime(time.CLOCK_BOOTTIME)) < 5
    if (boot := Path("/proc/sys/kernel/random/boot_id")).exists():
        assert clock.boot == boot.read_text().strip() != ""


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (-90, "90 seconds"), (-3300, "55 minutes"), (7300, "2 hours"), (31536000, "365 days")],
)
def test_a_length_of_time_is_said_in_one_unit(seconds: int, words: str) -> None:
    assert duration(seconds) == words


# ---- whatever happens ---------------------------------------------------------------------------

lengths = st.integers(0, 400)
sets = st.sampled_from([-31536000, -3300, -61, -3, 3, 61, 3300, 31536000])
happenings = st.one_of(
    st.tuples(st.sampled_from(["here", "sleep", "crash", "boot", "pause", "next", "back"]), lengths),
    st.tuples(st.sampled_from(["set", "set while down"]), sets),
)


@given(st.lists(happenings, max_size=14))
@examples(60)
def test_any_steps_sleeps_crashes_and_pauses_account_for_every_second_once(walk: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine()
        held = Held(Path(folder), machine)
        began, set_in_all, said, least_away, most_away = machine.true, 0, 0, 0, 0
        for what, many in walk:
            running = steps_state(held) == "running"
            if what == "here":
                held.here(many)
            elif what == "sleep":
                machine.true += many
                held.look()
            elif what in ("set", "set while down"):
                if what == "set while down":
                    held.crash()
                machine.set += many
                set_in_all, said = set_in_all + many, said + 1
                held.resume() if what == "set while down" else held.look()
            elif what in ("crash", "boot"):
                held.crash()
                if what == "boot":
                    machine.start_again(many)
                    said += 1
                else:
                    machine.true += many
                held.resume()
            else:
                does = {"pause": clock_commands.pause, "next": clock_commands.next_part, "back": clock_commands.back}[
                    what
                ]
                held.does(does(held.session, held.presence.now()))
            if what in ("sleep", "crash", "boot") and running:
                least_away += many if many >= 60 else 0
                most_away += many + 10 if many + 10 >= 60 else 0
            spent, paused, away = held.accounted
            assert spent + paused + away == pytest.approx(machine.true - began)
            assert least_away <= away <= most_away
            assert stepped(held.session.clock) == set_in_all
            assert len(held.words) == said
            assert not [each for each in validation.doubtful(held.session) if each.where.startswith("clock")]
        assert sum(part.spent_seconds for part in held.session.parts) <= machine.true - began
        held.crash()


def steps_state(held: Held) -> str:
    return timebox.read(PARTS, held.session.clock, held.presence.now()).state
