"""The clock of a held session: it goes on evenly, whatever is done to the computer's clock.

The clock on the wall can be set: by hand, by NTP, by a virtual machine that wakes. So session time
is the time on the wall at one moment, the anchor, and from there on what a steady clock says: one
that nobody sets and that counts sleep. Where a session is taken up again in the same boot its
anchor still holds; elsewhere the wall has to be believed again.
"""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from session_tui.model.session import LONGEST_STEP, Clock
from session_tui.model.timebox import later

LEAST_STEP = 2.0  # seconds; a leap second and the time between two readings are no step
_AT_ONCE = 0.5  # seconds within which two clocks are read together
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class SteadyClock(Struct, frozen=True):
    """`seconds` never go back and go on while the machine sleeps; two readings of one `boot` can
    be compared.

    `boot` is empty where the system does not tell its boots apart.
    """

    seconds: Callable[[], float]
    boot: str = ""


class Anchor(Struct, frozen=True):
    """Session time was `at` when the steady clock of this `boot` read `reading` seconds.

    `ahead` is by how many seconds the clock on the wall was ahead of it, beyond the steps that are
    on record.
    """

    boot: str
    at: datetime
    reading: float
    ahead: float = 0.0

    @property
    def bounded(self) -> bool:
        """Its figures are such as a calendar can reckon with; what stands in a file may be
        anything.
        """
        return max(abs(self.reading), abs(self.ahead)) <= LONGEST_STEP


def system_clock() -> SteadyClock:
    """This machine's: the boot clock on Linux, the monotonic clock of Darwin, the ticks since
    Windows began.

    `time.monotonic` stands still in sleep on the first two, and is only what is left where there
    is none of them.
    """
    if sys.platform == "win32":
        import ctypes

        ticks = ctypes.windll.kernel32.GetTickCount64  # milliseconds, sleep included
        ticks.restype = ctypes.c_ulonglong
        return SteadyClock(lambda: ticks() / 1000)
    which = getattr(time, "CLOCK_MONOTONIC" if sys.platform == "darwin" else "CLOCK_BOOTTIME", None)
    if which is None:
        return SteadyClock(time.monotonic)
    return SteadyClock(lambda: time.clock_gettime(which), _boot())


def _boot() -> str:
    if sys.platform == "darwin":  # kern.boottime follows the clock on the wall when that is set, this one does not
        import ctypes

        text, size = ctypes.create_string_buffer(64), ctypes.c_size_t(64)
        failed = ctypes.CDLL(None).sysctlbyname(b"kern.bootsessionuuid", text, ctypes.byref(size), None, 0)
        return "" if failed else text.value.decode("ascii", "replace")
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


class SessionClock:
    """Gives session time, and finds out when the clock on the wall was set."""

    def __init__(self, wall: Callable[[], datetime], steady: SteadyClock | None = None) -> None:
        """It begins at the time on the wall. Without a steady clock the wall is believed
        throughout.
        """
        self._wall = wall
        self._steady = steady or SteadyClock(lambda: (wall() - _EPOCH).total_seconds())
        self.told_apart = steady is not None
        self.ahead = timedelta()  # of the clock on the wall, as it was found last
        self.follow_wall()

    @property
    def boot(self) -> str:
        """The boot of the steady clock, where it is known."""
        return self._steady.boot

    def now(self) -> datetime:
        """Session time, aware, UTC."""
        return self._at(self.anchor, self._steady.seconds())

    def follow_wall(self) -> None:
        """Session time is the time on the wall, as long as no moment is on record."""
        self._anchor_at(self._wall(), 0.0)

    def resume(self, clock: Sequence[Clock], anchor: Anchor | None) -> tuple[bool, float]:
        """Take up a session with these recorded moments, and where it was left on this machine
        this anchor.

        Gives whether the anchor holds still, and by how many seconds session time would have been
        before the last recorded moment: it is never earlier than that.
        """
        reading, last, steps = self._steady.seconds(), last_moment(clock), stepped(clock)
        holds = anchor is not None and bool(self.boot) and anchor.boot == self.boot and anchor.reading <= reading
        if holds and anchor is not None:
            at, self.anchor = self._at(anchor, reading), anchor
        else:
            at = later(self._wall(), -steps)
            self._anchor_at(at, 0.0)
        behind = (last - at).total_seconds()
        if behind > 0:
            self._anchor_at(last, (self._wall() - last).total_seconds() - steps)
        self.ahead = timedelta(seconds=self.anchor.ahead + steps)
        return holds, max(0.0, behind)

    def step(self) -> int:
        """By how many seconds the clock on the wall was set forward since this was asked last;
        negative: back.
        """
        if abs(self._step()) < LEAST_STEP:
            return 0
        for _ in range(3):  # a process that was stopped between two readings saw no step
            before = self._steady.seconds()
            found = self._step()
            if self._steady.seconds() - before < _AT_ONCE:
                whole = round(found) if abs(found) >= LEAST_STEP else 0
                self.ahead += timedelta(seconds=whole)
                return whole
        return 0

    def _step(self) -> float:
        return (self._wall() - self.now() - self.ahead).total_seconds()

    def _anchor_at(self, at: datetime, ahead: float) -> None:
        self.anchor = Anchor(self.boot, at, self._steady.seconds(), ahead)
        self.ahead = timedelta(seconds=ahead)

    def _at(self, anchor: Anchor, reading: float) -> datetime:
        return later(anchor.at, reading - anchor.reading)


def last_moment(clock: Sequence[Clock]) -> datetime:
    """The latest moment on record; there is one."""
    return max(each.at if each.until is None else max(each.at, each.until) for each in clock)


def stepped(clock: Sequence[Clock]) -> int:
    """The seconds by which the clock on the wall was set forward, in all, since the first moment."""
    return max(-LONGEST_STEP, min(LONGEST_STEP, sum(each.wall_step or 0 for each in clock)))
