"""The fixed end of a session, a time of day: what `/until` and `run --until` take, and the edit.

The end is kept in session time; people type and read it in the time of the computer's clock.
"""

import re
from datetime import datetime, timedelta

from session_tui.model import timebox
from session_tui.model.capture.result import Refusal
from session_tui.model.dates import file_moment
from session_tui.model.edits import FixEnd
from session_tui.model.patterns import lazy_pattern
from session_tui.model.session import Session
from session_tui.model.timebox import Timebox, clock_text, later

USAGE = "/until 13:00 ends the session at that time; /until none lets the end move with pauses."
FARTHEST = timedelta(hours=12)  # a time of day that is farther away is one that is past
_TIME = lazy_pattern(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])", re.ASCII)


def edit_of(typed: str, session: Session, now: datetime, wall_ahead: timedelta = timedelta()) -> FixEnd | Refusal:
    """The edit that fixes the end, or with `none` no longer; `now` is session time.

    Refused are a time that is past, and one that leaves the parts less than their floors, unless
    it is later than the present end.
    """
    words = typed.strip().lower()
    box = timebox.of(session, now)
    if session.status in ("held", "cancelled") or box.state == "ended":
        return Refusal("the session has ended")
    if words == "none":
        return FixEnd(now, session.ends_at, None) if session.ends_at else Refusal("no time of end is set", USAGE)
    if not (found := _TIME.fullmatch(words)):
        return Refusal(f"“{typed.strip()}” is not a time of day" if words else "until when", USAGE)
    here = later(now, wall_ahead.total_seconds())
    end = _moment(int(found[1]), int(found[2]), here)
    if end - here > FARTHEST:
        return Refusal(f"{_hour(end)} is past: it is {_hour(here)}", USAGE)
    fixed = file_moment(later(end, -wall_ahead.total_seconds()))
    if refusal := _too_short(box, fixed, now, wall_ahead):
        return refusal
    return FixEnd(now, session.ends_at, fixed)


def before_start(typed: str, session: Session, now: datetime) -> datetime | Refusal | None:
    """The end of a session before its start; None for an empty text: the end moves with pauses."""
    if not typed.strip() or (typed.strip().lower() == "none" and session.ends_at is None):
        return None
    edit = edit_of(typed, session, now)
    return edit if isinstance(edit, Refusal) else edit.new


def words(box: Timebox, wall_ahead: timedelta = timedelta()) -> str:
    """What the end does, where it is fixed: `the end stays 13:00`. Empty where it moves."""
    if not box.fixed or box.end is None:
        return ""
    return f"the end stays {_hour(later(box.end, wall_ahead.total_seconds()))}"


def confirmation(box: Timebox, wall_ahead: timedelta = timedelta()) -> str:
    """The sentence after the end was fixed, with what the parts lack or have beyond their time."""
    if not box.fixed or box.end is None:
        return "The end moves with pauses again."
    sentence = f"The session ends {_hour(later(box.end, wall_ahead.total_seconds()))}; pauses do not move it."
    if box.below_floors >= 1:
        return f"{sentence} That is {clock_text(box.below_floors)} less than the parts' floors."
    if box.behind >= 1:
        return f"{sentence} The parts share {clock_text(box.left)}, {clock_text(box.behind)} less than planned."
    return f"{sentence} {clock_text(box.spare)} to spare." if box.spare >= 1 else sentence


def _too_short(box: Timebox, end: datetime, now: datetime, wall_ahead: timedelta) -> Refusal | None:
    left = (end - now).total_seconds()
    started = box.state != "waiting"
    if left >= box.floor or (started and left >= box.left):
        return None
    earliest = later(now, box.floor + wall_ahead.total_seconds())
    if earliest.second or earliest.microsecond:
        earliest = earliest.replace(second=0, microsecond=0) + timedelta(minutes=1)
    what = f"that leaves {clock_text(left)}, and the parts need {clock_text(box.floor)} at least"
    shorter = "/next passes a part over." if started else "A shorter agenda needs less."
    return Refusal(what, f"{_hour(earliest)} is the earliest end. {shorter}")


def _moment(hour: int, minute: int, here: datetime) -> datetime:
    """The next moment at which a clock on the wall shows this time."""
    today = here.astimezone().replace(hour=hour, minute=minute, second=0, microsecond=0, tzinfo=None)
    end = today.astimezone()
    return end if end > here else (today + timedelta(days=1)).astimezone()


def _hour(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M}"
