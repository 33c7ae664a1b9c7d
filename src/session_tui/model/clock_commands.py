"""The commands of the clock: each returns a mark to record, or a fault that says why not.

The last functions are the sentences about the computer's clock where it differs from session time.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from session_tui.model import timebox
from session_tui.model.dates import file_moment
from session_tui.model.edits import Mark
from session_tui.model.fault import Fault
from session_tui.model.session import LONGEST_STEP, Clock, Session
from session_tui.model.timebox import Timebox
from session_tui.model.vocabulary import ClockEvent

SHORT_GAP = timedelta(seconds=60)  # a shorter one counts and leaves no record
LONGEST_EXTENSION = 120  # minutes
# Rounding may turn a minute that is moved in fractions into 59.99999999999999 seconds.
MINUTE = 60 - 1e-6
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))


def start(session: Session, now: datetime, part: int = 1) -> Mark | Fault:
    """Start the clock of a new session with this part, counted from 1."""
    if _box(session, now).state != "waiting":  # a file's clock may hold events without a start
        return Fault("", "the clock has started already")
    if not session.parts:
        return Fault("", "the session has no parts", "Choose another agenda.")
    if not 1 <= part <= len(session.parts):
        return Fault("", f"there is no part {part}")
    if session.ends_at is not None and session.ends_at <= now:
        do = "/until TIME sets another end, /until none takes it away."
        return Fault("", "the time at which the session was to end is past", do)
    return _mark(now, "start", part=part)


def next_part(session: Session, now: datetime) -> Mark | Fault:
    """Begin the part after the running one."""
    box = _box(session, now)
    if (stopped := _stopped(box)) is not None:
        return stopped
    if box.running + 1 >= len(session.parts):
        return Fault("", "this is the last part", 'End the session with /end OUTCOME "headline".')
    return _mark(now, "part", part=box.running + 2)


def back(session: Session, now: datetime) -> Mark | Fault:
    """Return to the part before the running one; its time continues where it stopped."""
    box = _box(session, now)
    if (stopped := _stopped(box)) is not None:
        return stopped
    if box.running <= 0:
        return Fault("", "this is the first part")
    return _mark(now, "part", part=box.running)


def pause(session: Session, now: datetime) -> Mark | Fault:
    """Pause a running clock, continue a paused one, start a waiting one: one key for all three."""
    box = _box(session, now)
    if box.state in ("waiting", "paused"):
        return go_on(session, now)
    if box.state == "ended":
        return Fault("", "the session has ended")
    return _mark(now, "pause")


def go_on(session: Session, now: datetime) -> Mark | Fault:
    """Continue a paused clock, or start a waiting one."""
    box = _box(session, now)
    if box.state == "waiting":
        return start(session, now)
    if box.state == "ended":
        return Fault("", "the session has ended")
    return _mark(now, "go_on") if box.state == "paused" else Fault("", "the clock is running")


def more(session: Session, now: datetime) -> Mark | Fault:
    """Give the running part a minute from the parts after it."""
    box = _box(session, now)
    if (stopped := _stopped(box)) is not None:
        return stopped
    if timebox.room_after(session.parts, session.clock, now) < MINUTE:
        last = box.running + 1 >= len(session.parts)
        what = "this is the last part" if last else "the parts after this one have less than a minute to give"
        return Fault("", what, "/extend MINUTES makes the session longer.")
    return _mark(now, "minutes", minutes=1)


def less(session: Session, now: datetime) -> Mark | Fault:
    """Give a minute of the running part to the parts after it."""
    box = _box(session, now)
    if (stopped := _stopped(box)) is not None:
        return stopped
    if box.running + 1 >= len(session.parts):
        return Fault("", "this is the last part; there is none to give a minute to")
    if box.remaining < MINUTE:
        return Fault("", "this part has less than a minute left")
    return _mark(now, "minutes", minutes=-1)


def extend(session: Session, now: datetime, minutes: int) -> Mark | Fault:
    """Make the session longer by `minutes`, which go to the running part."""
    box = _box(session, now)
    if (stopped := _stopped(box)) is not None:
        return stopped
    if not 1 <= minutes <= LONGEST_EXTENSION:
        return Fault("", f"{minutes} is not between 1 and {LONGEST_EXTENSION} minutes")
    return _mark(now, "extend", minutes=minutes)


def gap(session: Session, last_sign: datetime | None, now: datetime) -> Mark | None:
    """A gap of a minute or longer in which the clock ran without the program; else None.

    It begins at the last sign of life, or at the last recorded event where that is later (so an
    answered gap is never found twice), and ends now.
    """
    if not session.clock or _box(session, now).state != "running":
        return None
    recorded = session.clock[-1].until or session.clock[-1].at
    since = recorded if last_sign is None else max(recorded, last_sign)
    if now - since < SHORT_GAP:
        return None
    return Mark(Clock(at=file_moment(since), event="away", until=file_moment(now), counts=False))


def open_gap(session: Session) -> Clock | None:
    """The last gap of the running part; it is shown until the next part begins."""
    for event in reversed(session.clock):
        if event.event == "away":
            return event
        if event.event in ("start", "part", "end"):
            return None
    return None


def answer_gap(session: Session, counts: bool) -> Mark | Fault:
    """Record whether the last gap of the running part counts as session time."""
    event = open_gap(session)
    if event is None:
        return Fault("", "nobody was away in this part")
    return Mark(replace(event, counts=counts), replaces=event)


def stepped(session: Session, seconds: int) -> Mark | None:
    """Record at the last event that the computer's clock was set by `seconds`; None without an
    event.
    """
    if not session.clock or not seconds:
        return None
    last = session.clock[-1]
    total = max(-LONGEST_STEP, min(LONGEST_STEP, (last.wall_step or 0) + seconds))
    return Mark(replace(last, wall_step=total or None), replaces=last)


def duration(seconds: float) -> str:
    """A rounded duration in the largest unit of which there are at least two: `55 minutes`."""
    whole = max(1, round(abs(seconds)))
    size, name = next(((size, name) for size, name in _UNITS if whole >= 2 * size), _UNITS[-1])
    number = round(whole / size)
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def step_words(seconds: int) -> str:
    """The sentence for a computer's clock that was set forward by `seconds` (negative: back)."""
    direction = "forward" if seconds > 0 else "back"
    return f"The computer's clock was set {direction} by {duration(seconds)}; no second is lost."


def elsewhere_words(behind: float, *, known: bool) -> str:
    """The sentence for a session whose absence only the computer's clock can measure.

    `known`: this is surely another boot or another machine. `behind` is the number of seconds by
    which the computer's clock is behind the last recorded event.
    """
    if behind >= 2:
        return f"This computer's clock is {duration(behind)} behind the session's, which goes on."
    whose = "Restarted, or another computer: its" if known else "This computer's"
    return f"{whose} clock tells how long the session was left."


def _box(session: Session, now: datetime) -> Timebox:
    return timebox.of(session, now)


def _stopped(box: Timebox) -> Fault | None:
    if box.state == "waiting":
        return Fault("", "the clock has not started", "/go_on starts it.")
    return Fault("", "the session has ended") if box.state == "ended" else None


def _mark(now: datetime, event: ClockEvent, part: int | None = None, minutes: int | None = None) -> Mark:
    return Mark(Clock(at=file_moment(now), event=event, part=part, minutes=minutes))
