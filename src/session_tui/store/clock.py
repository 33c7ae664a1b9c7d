"""Session time: goes on evenly, even if the computer's clock is set.

The wall clock can be set: by hand, by NTP, by a virtual machine that wakes. So session time is the
wall clock at one moment, the anchor, plus the time that a steady clock counts from there. A steady
clock cannot be set and counts sleep. A session that is resumed in the same boot keeps its anchor;
in another boot it takes a new one from the wall clock.
"""

import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from session_tui.model.session import LONGEST_STEP, Clock
from session_tui.model.timebox import later

LEAST_STEP = 2.0  # seconds; ignores a leap second and the time between two readings
_AT_ONCE = 0.5  # seconds; two clocks read within it count as read at the same moment
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class SteadyClock(Struct, frozen=True):
    """`seconds` never goes back, and counts while the machine sleeps; readings of one `boot` are
    comparable.

    `boot` is the system's id of this boot; empty where it has none.
    """

    seconds: Callable[[], float]
    boot: str = ""


class Anchor(Struct, frozen=True):
    """Session time was `at` when the steady clock of this `boot` read `reading` seconds.

    `ahead` is how many seconds the wall clock was ahead of session time, without the recorded
    steps.
    """

    boot: str
    at: datetime
    reading: float
    ahead: float = 0.0

    @property
    def bounded(self) -> bool:
        """Whether its figures are small enough for datetime; those of a file may be any number."""
        return max(abs(self.reading), abs(self.ahead)) <= LONGEST_STEP


def system_clock() -> SteadyClock:
    """Return this machine's steady clock: CLOCK_BOOTTIME on Linux, CLOCK_MONOTONIC on macOS, the
    ticks of Windows.

    `time.monotonic` is the last resort: it stands still during sleep on Linux and macOS.
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
    if sys.platform == "darwin":  # kern.boottime changes when the wall clock is set; this id does not
        import ctypes

        text, size = ctypes.create_string_buffer(64), ctypes.c_size_t(64)
        failed = ctypes.CDLL(None).sysctlbyname(b"kern.bootsessionuuid", text, ctypes.byref(size), None, 0)
        return "" if failed else text.value.decode("ascii", "replace")
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


class SessionClock:
    """Computes session time, and detects that the wall clock was set."""

    def __init__(self, wall: Callable[[], datetime], steady: SteadyClock | None = None) -> None:
        """Session time begins at the wall clock's time. Without a steady clock it follows the wall
        clock.
        """
        self._wall = wall
        self._steady = steady or SteadyClock(lambda: (wall() - _EPOCH).total_seconds())
        self.told_apart = steady is not None
        self.ahead = timedelta()  # how far the wall clock was ahead at the last check
        self.follow_wall()

    @property
    def boot(self) -> str:
        """The id of the steady clock's boot, or ""."""
        return self._steady.boot

    def now(self) -> datetime:
        """Session time, aware, UTC."""
        return self._at(self.anchor, self._steady.seconds())

    def follow_wall(self) -> None:
        """Set session time to the wall clock; for a session without recorded moments."""
        self._anchor_at(self._wall(), 0.0)

    def resume(self, clock: Sequence[Clock], anchor: Anchor | None) -> tuple[bool, float]:
        """Resume a session with these recorded moments, and the anchor that this machine saved, if
        any.

        Returns whether the anchor is still valid, and how many seconds session time had to be
        moved forward so that it is not before the last recorded moment.
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
        """Return how many seconds the wall clock was set forward since the last call; < 0:
        back.
        """
        if abs(self._step()) < LEAST_STEP:
            return 0
        for _ in range(3):  # read again if the process was stopped between the two
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
    """Return the latest recorded moment; `clock` must not be empty."""
    return max(each.at if each.until is None else max(each.at, each.until) for each in clock)


def stepped(clock: Sequence[Clock]) -> int:
    """Return by how many seconds the wall clock was set forward in all recorded steps."""
    return max(-LONGEST_STEP, min(LONGEST_STEP, sum(each.wall_step or 0 for each in clock)))
