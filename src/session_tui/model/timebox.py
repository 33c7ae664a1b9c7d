"""The clock's arithmetic: what each part has spent and has left, computed from recorded moments.

Everything is a function of the parts, the recorded events and now. Seconds are floats; only the display rounds.

- *L* is the time from now to the end: the start, plus the planned minutes of all parts, plus extensions, pauses and the
  gaps that do not count.
- For the running part and those after it, need = planned - spent and floor = floor minutes - spent (at most the need),
  neither below 0; *R* and *F* are their sums. With L >= R each has its need; with F <= L < R each gives up its share of
  R - L in proportion to need - floor; with L < F each has its floor times L / F.
- The running part's allotment is set by that rule when it begins, is returned to, or its minutes change; the parts
  after it share what L leaves them, every second.

A clock read from a file may hold anything, so nothing here raises: an event that makes no sense is passed over.
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

    `allotted` is what it has in all: what it spent and what is left for it (for the running part as it was set when it
    began). `over` is what it spent beyond its planned minutes.
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


class Timebox(Struct, frozen=True):
    """What time it is in a session. `running` is the index of the part that runs, or would run; -1 before the start.

    `left` is L, `need` R; `remaining` is what is left for the running part, negative when it runs over.
    """

    state: State
    running: int
    parts: tuple[PartTime, ...]
    end: datetime | None
    left: float
    needed: float
    remaining: float

    @property
    def seconds(self) -> tuple[tuple[int, int, int], ...]:
        """What a display of whole seconds shows: spent, allotted and left of each part, rounded."""
        return tuple((round(each.spent), round(each.allotted), round(each.left)) for each in self.parts)

    @property
    def spare(self) -> float:
        """Seconds the session has more than its parts need for."""
        return max(0.0, self.left - self.needed)

    @property
    def behind(self) -> float:
        """Seconds the parts need for more than the session has."""
        return max(0.0, self.needed - self.left)


def read(parts: Sequence[Part], clock: Sequence[Clock], now: datetime) -> Timebox:
    """The timebox at `now`, an aware moment; a `now` before the last recorded moment is taken as that one."""
    fold = _Fold(parts)
    for event in clock:
        fold.take(event)
    fold.reach(now)
    return fold.timebox()


def spent_seconds(parts: Sequence[Part], clock: Sequence[Clock], now: datetime) -> tuple[int, ...]:
    """What each part has spent, in whole seconds, as the file has it."""
    return tuple(int(each.spent) for each in read(parts, clock, now).parts)


def accounted(parts: Sequence[Part], clock: Sequence[Clock], now: datetime) -> tuple[float, float, float]:
    """Seconds spent in parts, in pauses, and in gaps that do not count: together all the time since the start."""
    fold = _Fold(parts)
    for event in clock:
        fold.take(event)
    fold.reach(now)
    return sum(fold.spent), fold.paused, fold.away


def shares(available: float, needs: Sequence[float], floors: Sequence[float]) -> tuple[float, ...]:
    """How parts share the available seconds, by the module's rule; they add up to min(available, sum of needs)."""
    needed, floor = sum(needs), sum(floors)
    if available >= needed:
        return tuple(needs)
    if available >= floor and needed > floor:
        given_up = (needed - available) / (needed - floor)
        return tuple(w - given_up * (w - f) for w, f in zip(needs, floors, strict=True))
    return tuple(f * available / floor if floor else 0.0 for f in floors)


def sign(before: Timebox, after: Timebox) -> Sign | None:
    """The quiet sign that is due between two looks at the clock: one minute before a part's end, and at it."""
    if after.state != "running" or before.running != after.running:
        return None
    if before.remaining > 0 >= after.remaining:
        return "over"
    return "minute" if before.remaining > 60 >= after.remaining else None


def clock_text(seconds: float) -> str:
    """Seconds as people read a stopwatch: `3:26`, `72:05`. The sign is for the caller to say."""
    whole = int(abs(seconds) + 0.5)
    return f"{whole // 60}:{whole % 60:02}"


def later(moment: datetime, seconds: float) -> datetime:
    """So many seconds later; the moment itself where no calendar goes that far."""
    try:
        return moment + timedelta(seconds=seconds)
    except (OverflowError, ValueError):  # or seconds that are no number
        return moment


class _Fold:
    """Events taken one after the other; every second between the first and the last lands in exactly one place."""

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
        """Let the time until `moment` pass."""
        if self.last is None or self.state == "ended":
            return
        seconds = max(0.0, (moment - self.last).total_seconds())
        if self.state == "running":
            self.spent[self.running] += seconds
        else:
            self.paused += seconds
        self.last = max(self.last, moment)

    def take(self, event: Clock) -> None:
        """One recorded event."""
        if self.state == "ended":
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

    def timebox(self) -> Timebox:
        """What the fold has come to."""
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
        assert self.last is not None  # it is set at the start, and only "waiting" is before it
        end = self.last if over else later(self.last, self._end_seconds())
        return Timebox(self.state, self.running, tuple(times), end, left, 0.0 if over else sum(needs), remaining)

    def _waiting(self) -> Timebox:
        times = tuple(PartTime(planned, 0.0, planned, planned, False) for planned in self.planned)
        first = self.planned[0] if self.planned else 0.0
        return Timebox("waiting", -1, times, None, self.total, self.total, first)

    def _has(self, index: int) -> bool:
        return 0 <= index < len(self.planned)

    def _end_seconds(self) -> float:
        """Seconds from the last moment to the end, negative once it has passed."""
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
    """Seconds that the parts after the running one could give up without falling below floor or what they spent."""
    box = read(parts, clock, now)
    return sum(
        max(0.0, time.planned - max(part.floor_minutes * 60.0, time.spent))
        for part, time in list(zip(parts, box.parts, strict=True))[box.running + 1 :]
    )
