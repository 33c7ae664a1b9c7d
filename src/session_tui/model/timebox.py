"""The clock's arithmetic: the spent and the remaining time of each part, from the recorded events.

Everything is a function of the parts, the recorded events and now. Seconds are floats; only the
display rounds.

- *L* is the time from now to the end. The end is the start, plus the planned minutes of all parts,
  plus extensions, pauses and the gaps that do not count; or it is fixed (`ends_at`), and neither
  pauses nor gaps move it.
- For the running part and those after it, need = planned - spent and floor = floor minutes - spent
  (at most the need), neither below 0. *R* is the sum of the needs, *F* the sum of the floors.
  With L >= R each part gets its need. With F <= L < R each gives up a share of R - L in proportion
  to need - floor. With L < F each gets its floor times L / F.
- This rule sets the running part's allotment when the part begins, when the session returns to it,
  and when its minutes change; with a fixed end also after a pause or a gap, which took time from
  L. The parts after it share the rest of L, anew every second.

A clock read from a file may hold anything, so nothing here raises: a meaningless event is ignored.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from session_tui.model.session import Clock, Part, Session

State: TypeAlias = Literal["waiting", "running", "paused", "ended"]
Sign: TypeAlias = Literal["near", "over"]

LONGEST_WARNING = 60  # seconds before a part's end
WARNING_SHARE = 5  # a part warns in its last fifth, where that is shorter


class PartTime(Struct, frozen=True):
    """One part's time in seconds.

    `allotted` is its total: the spent and the remaining time (for the running part as it was set
    when the part began). A part that is `done` is over, whether it was held or passed over.
    """

    planned: float
    spent: float
    allotted: float
    left: float
    done: bool

    @property
    def over(self) -> float:
        """Seconds spent beyond the planned minutes."""
        return max(0.0, self.spent - self.planned)

    @property
    def held(self) -> bool:
        """It is over, and at least a second was spent in it."""
        return self.done and round(self.spent) > 0


class Timebox(Struct, frozen=True):
    """The state of the clock at one moment; all times in seconds.

    `running` is the index of the running (or paused) part, -1 before the start. `left` is L,
    `needed` is R, `floor` is F; `remaining` is the time left for the running part, negative when
    it runs over. `late` is the time since the end of the session has passed, while it has not
    ended. `fixed`: the end is a time of day that pauses do not move.
    """

    state: State
    running: int
    parts: tuple[PartTime, ...]
    end: datetime | None
    left: float
    needed: float
    remaining: float
    late: float = 0.0
    floor: float = 0.0
    fixed: bool = False

    @property
    def warning(self) -> int:
        """Seconds before the running part's end at which the screen says that it is near: a fifth
        of the part's time, in steps of five seconds, at most a minute.
        """
        allotted = self.parts[self.running].allotted if 0 <= self.running < len(self.parts) else 0.0
        return min(LONGEST_WARNING, int(max(0.0, allotted) / WARNING_SHARE) // 5 * 5)

    @property
    def near_end(self) -> bool:
        """Whether the running part is within `warning` of its end, or over it."""
        return self.state in ("running", "paused") and self.remaining <= self.warning

    @property
    def below_floors(self) -> float:
        """Seconds that the parts' floors need beyond the time left in the session."""
        return max(0.0, self.floor - self.left)

    @property
    def seconds(self) -> tuple[tuple[int, int, int], ...]:
        """Spent, allotted and left of each part, rounded for a display of whole seconds."""
        return tuple((round(each.spent), round(each.allotted), round(each.left)) for each in self.parts)

    @property
    def spare(self) -> float:
        """Seconds that the session has beyond the needs of its parts."""
        return max(0.0, self.left - self.needed)

    @property
    def behind(self) -> float:
        """Seconds that the parts need beyond the time left in the session; it grows behind the end
        too.
        """
        return max(0.0, self.needed - self.left + self.late)


def of(session: Session, now: datetime) -> Timebox:
    """The timebox of a session at `now` (aware)."""
    return read(session.parts, session.clock, now, session.ends_at)


def read(parts: Sequence[Part], clock: Sequence[Clock], now: datetime, ends_at: datetime | None = None) -> Timebox:
    """The timebox at `now` (aware); `ends_at` is the fixed end, if there is one.

    A `now` before the last recorded event counts as that event's moment.
    """
    return _folded(parts, clock, now, ends_at).timebox(now)


def spent_seconds(parts: Sequence[Part], clock: Sequence[Clock], now: datetime) -> tuple[int, ...]:
    """The time spent in each part, in whole seconds, as in the file."""
    return tuple(int(each.spent) for each in read(parts, clock, now).parts)


def accounted(parts: Sequence[Part], clock: Sequence[Clock], now: datetime) -> tuple[float, float, float]:
    """Seconds in parts, in pauses, and in gaps that do not count; their sum is the time since the
    start.
    """
    fold = _folded(parts, clock, now, None)
    return sum(fold.spent), fold.paused, fold.away


def shares(available: float, needs: Sequence[float], floors: Sequence[float]) -> tuple[float, ...]:
    """Each part's share of the available seconds; the shares add up to min(available, sum of
    needs).
    """
    needed, floor = sum(needs), sum(floors)
    if available >= needed:
        return tuple(needs)
    if available >= floor and needed > floor:
        given_up = (needed - available) / (needed - floor)
        return tuple(w - given_up * (w - f) for w, f in zip(needs, floors, strict=True))
    return tuple(f * available / floor if floor else 0.0 for f in floors)


def sign(before: Timebox, after: Timebox) -> Sign | None:
    """The signal due between two readings: shortly before a part's end, and at its end."""
    if after.state != "running" or before.running != after.running:
        return None
    if before.remaining > 0 >= after.remaining:
        return "over"
    return "near" if after.near_end and not before.near_end else None


def warning_words(box: Timebox) -> str:
    """The words for a part that is near its end: `Last minute of this part.`"""
    last = "minute" if box.warning == LONGEST_WARNING else f"{box.warning} seconds"
    return f"Last {last} of this part."


def clock_text(seconds: float) -> str:
    """Minutes and seconds: `3:26`, `72:05`. The sign is dropped; the caller shows it."""
    whole = int(abs(seconds) + 0.5)
    return f"{whole // 60}:{whole % 60:02}"


def later(moment: datetime, seconds: float) -> datetime:
    """The moment `seconds` later; the moment itself where the result is beyond the calendar."""
    try:
        return moment + timedelta(seconds=seconds)
    except (OverflowError, ValueError):  # ValueError: NaN
        return moment


def _folded(parts: Sequence[Part], clock: Sequence[Clock], now: datetime, ends_at: datetime | None) -> "_Fold":
    fold = _Fold(parts, ends_at)
    for event in clock:
        fold.take(event)
    fold.reach(now)
    return fold


class _Fold:
    """Folds events in order; every second from the first to the last is counted in exactly one
    place.
    """

    def __init__(self, parts: Sequence[Part], ends_at: datetime | None) -> None:
        self.ends_at = ends_at
        self.planned = [part.minutes * 60.0 for part in parts]
        self.floors = [part.floor_minutes * 60.0 for part in parts]
        self.spent = [0.0] * len(parts)
        self.running = -1
        self.allotted = 0.0  # of the running part, in all
        self.state: State = "waiting"
        self.paused = 0.0
        self.away = 0.0
        self.extended = 0.0
        self.total = sum(self.planned)
        self.started: datetime | None = None
        self.last: datetime | None = None

    def reach(self, moment: datetime) -> None:
        """Count the time until `moment`."""
        if self.last is None or self.state == "ended":
            return
        seconds = max(0.0, (moment - self.last).total_seconds())
        if self.state == "running":
            self.spent[self.running] += seconds
        else:
            self.paused += seconds
        self.last = max(self.last, moment)
        if self.state == "paused" and self.ends_at is not None:
            self._allot()

    def take(self, event: Clock) -> None:
        """Apply one recorded event."""
        if self.state == "ended":
            self._reopen(event)
            return
        if self.state == "waiting":
            if event.event == "start" and self._has((event.part or 1) - 1):
                self.started = self.last = event.at
                self.running, self.state = (event.part or 1) - 1, "running"
                self._allot()
            return
        self.reach(event.at)
        match event.event:
            case "start" | "part":
                if self._has((event.part or 0) - 1):
                    self.running = (event.part or 0) - 1
                    self._allot()
            case "pause":
                self.state = "paused"
            case "go_on":
                self.state = "running"
            case "away" if event.until is not None and self.state == "running":
                self._be_away(event.until, event.counts is True)
            case "minutes":
                self._move(60.0 * (event.minutes or 0))
            case "extend":
                self._extend(60.0 * max(0, event.minutes or 0))
            case "end":
                self.state = "ended"
            case _:
                pass

    def _reopen(self, event: Clock) -> None:
        """A part after the end continues the session; the time between is no session time."""
        if event.event != "part" or not self._has((event.part or 0) - 1):
            return
        assert self.last is not None  # set by the start event
        self.away += max(0.0, (event.at - self.last).total_seconds())
        self.last = max(self.last, event.at)
        self.running, self.state = (event.part or 0) - 1, "running"
        self._allot()

    def timebox(self, now: datetime) -> Timebox:
        """The result at the last moment reached; before the start, at `now`."""
        if self.state == "waiting":
            return self._waiting(now)
        over = self.state == "ended"
        left = 0.0 if over else max(0.0, self._end_seconds())
        needs, floors = self._needs(), self._rest_floors()
        remaining = 0.0 if over else self.allotted - self.spent[self.running]
        after = shares(max(0.0, left - max(0.0, remaining)), needs[1:], floors[1:])
        times = []
        for index, (planned, spent) in enumerate(zip(self.planned, self.spent, strict=True)):
            rest = 0.0
            if not over and index == self.running:
                rest = max(0.0, remaining)
            elif not over and index > self.running:
                rest = after[index - self.running - 1]
            allotted = self.allotted if index == self.running else spent + rest
            times.append(PartTime(planned, spent, allotted, rest, over or index < self.running))
        assert self.last is not None  # set by the start event
        end = self.last if over else later(self.last, self._end_seconds())
        needed, late = (0.0, 0.0) if over else (sum(needs), max(0.0, -self._end_seconds()))
        floor, fixed = 0.0 if over else sum(floors), not over and self.ends_at is not None
        return Timebox(self.state, self.running, tuple(times), end, left, needed, remaining, late, floor, fixed)

    def _waiting(self, now: datetime) -> Timebox:
        end, left = self.ends_at, self.total
        if end is not None:
            left = max(0.0, (end - now).total_seconds())
        share = shares(left, self.planned, [min(pair) for pair in zip(self.floors, self.planned, strict=True)])
        times = tuple(
            PartTime(planned, 0.0, each, each, False) for planned, each in zip(self.planned, share, strict=True)
        )
        first, floor = share[0] if share else 0.0, sum(map(min, self.floors, self.planned))
        return Timebox("waiting", -1, times, end, left, self.total, first, 0.0, floor, end is not None)

    def _has(self, index: int) -> bool:
        return 0 <= index < len(self.planned)

    def _end_seconds(self) -> float:
        """Seconds from the last moment to the end, negative after it."""
        assert self.started is not None and self.last is not None
        if self.ends_at is not None:
            return (self.ends_at - self.last).total_seconds()
        elapsed = (self.last - self.started).total_seconds()
        return self.total + self.extended + self.paused + self.away - elapsed

    def _needs(self) -> list[float]:
        return [max(0.0, p - s) for p, s in zip(self.planned[self.running :], self.spent[self.running :], strict=True)]

    def _rest_floors(self) -> list[float]:
        floors = zip(self.floors[self.running :], self.spent[self.running :], self._needs(), strict=True)
        return [min(max(0.0, floor - spent), needed) for floor, spent, needed in floors]

    def _allot(self) -> None:
        share = shares(max(0.0, self._end_seconds()), self._needs(), self._rest_floors())
        self.allotted = self.spent[self.running] + share[0]

    def _be_away(self, until: datetime, counts: bool) -> None:
        assert self.last is not None
        seconds = max(0.0, (until - self.last).total_seconds())
        if counts:
            self.spent[self.running] += seconds
        else:
            self.away += seconds
        self.last = max(self.last, until)
        if self.ends_at is not None and not counts:
            self._allot()

    def _move(self, seconds: float) -> None:
        after = range(self.running + 1, len(self.planned))
        if seconds > 0:
            rooms = {i: max(0.0, self.planned[i] - max(self.floors[i], self.spent[i])) for i in after}
            moved, weight = min(seconds, sum(rooms.values())), sum(rooms.values())
            for index, room in rooms.items():
                self.planned[index] -= moved * room / weight if weight else 0.0
            self.planned[self.running] += moved
        elif seconds < 0 and after:
            moved, weight = min(-seconds, self.planned[self.running]), sum(self.planned[i] for i in after)
            for index in after:
                self.planned[index] += moved * (self.planned[index] / weight if weight else 1 / len(after))
            self.planned[self.running] -= moved
        self._allot()

    def _extend(self, seconds: float) -> None:
        self.planned[self.running] += seconds
        self.extended += seconds
        self._allot()


def room_after(parts: Sequence[Part], clock: Sequence[Clock], now: datetime) -> float:
    """Seconds that the parts after the running one can give up, down to their floor or their spent
    time.
    """
    box = read(parts, clock, now)
    return sum(
        max(0.0, time.planned - max(part.floor_minutes * 60.0, time.spent))
        for part, time in list(zip(parts, box.parts, strict=True))[box.running + 1 :]
    )
