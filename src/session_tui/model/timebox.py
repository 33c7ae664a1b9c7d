"""The clock's arithmetic: the spent and the remaining time of each part, from the recorded events.

Everything is a function of the parts, the recorded events and now. Seconds are floats; only the
display rounds.

- *L* is the time from now to the end. The end is the start, plus the planned minutes of all parts,
  plus extensions, pauses and the gaps that do not count.
- For the running part and those after it, need = planned - spent and floor = floor minutes - spent
  (at most the need), neither below 0. *R* is the sum of the needs, *F* the sum of the floors.
  With L >= R each part gets its need. With F <= L < R each gives up a share of R - L in proportion
  to need - floor. With L < F each gets its floor times L / F.
- This rule sets the running part's allotment when the part begins, when the session returns to it,
  and when its minutes change. The parts after it share the rest of L, anew every second.

A clock read from a file may hold anything, so nothing here raises: a meaningless event is ignored.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from session_tui.model.session import Clock, Part

State: TypeAlias = Literal["waiting", "running", "paused", "ended"]
Sign: TypeAlias = Literal["minute", "over"]


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
    `needed` is R; `remaining` is the time left for the running part, negative when it runs over.
    `late` is the time since the end of the session has passed, while it has not ended.
    """

    state: State
    running: int
    parts: tuple[PartTime, ...]
    end: datetime | None
    left: float
    needed: float
    remaining: float
    late: float = 0.0

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
        """Seconds that the parts need beyond the time left in the session."""
        return max(0.0, self.needed - self.left)


def read(parts: Sequence[Part], clock: Sequence[Clock], now: datetime) -> Timebox:
    """The timebox at `now` (aware).

    A `now` before the last recorded event counts as that event's moment.
    """
    fold = _Fold(parts)
    for event in clock:
        fold.take(event)
    fold.reach(now)
    return fold.timebox()


def spent_seconds(parts: Sequence[Part], clock: Sequence[Clock], now: datetime) -> tuple[int, ...]:
    """The time spent in each part, in whole seconds, as in the file."""
    return tuple(int(each.spent) for each in read(parts, clock, now).parts)


def accounted(parts: Sequence[Part], clock: Sequence[Clock], now: datetime) -> tuple[float, float, float]:
    """Seconds in parts, in pauses, and in gaps that do not count; their sum is the time since the
    start.
    """
    fold = _Fold(parts)
    for event in clock:
        fold.take(event)
    fold.reach(now)
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
    """The signal due between two readings: one minute before a part's end, and at its end."""
    if after.state != "running" or before.running != after.running:
        return None
    if before.remaining > 0 >= after.remaining:
        return "over"
    return "minute" if before.remaining > 60 >= after.remaining else None


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


class _Fold:
    """Folds events in order; every second from the first to the last is counted in exactly one
    place.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
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

    def timebox(self) -> Timebox:
        """The result at the last moment reached."""
        if self.state == "waiting":
            return self._waiting()
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
        return Timebox(self.state, self.running, tuple(times), end, left, needed, remaining, late)

    def _waiting(self) -> Timebox:
        times = tuple(PartTime(planned, 0.0, planned, planned, False) for planned in self.planned)
        first = self.planned[0] if self.planned else 0.0
        return Timebox("waiting", -1, times, None, self.total, self.total, first)

    def _has(self, index: int) -> bool:
        return 0 <= index < len(self.planned)

    def _end_seconds(self) -> float:
        """Seconds from the last moment to the end, negative after it."""
        assert self.started is not None and self.last is not None
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
