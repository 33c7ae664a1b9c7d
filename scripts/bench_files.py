"""What `make bench` measures of files that several programs write: colleagues beside a screen, a
save, the window.
"""

import errno
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from promises.colleagues import together
from session_tui.store import atomic, exchange

MINUTE = 60.0  # seconds that colleagues change one session
SAVES = 200
ROUNDS = 5_000  # versions of a program that races with ours, for the window


def colleagues(broken: str) -> Iterator[str]:
    """A minute of three colleagues and a screen on one session, with one state folder and with
    two.
    """
    for many, words in ((1, "one state folder"), (2, "two state folders")):
        with tempfile.TemporaryDirectory() as name:
            base = Path(name)
            came = together(base, tuple(base / f"state-{each}" for each in range(many)), MINUTE)
        said = f"Three colleagues and a screen on one session, {words}, {MINUTE:.0f} s: {came.words}"
        yield said if came.kept else f"{broken}{said}"


def save(content: bytes) -> tuple[float, float]:
    """Milliseconds of a save that looks at what it replaces, and of one that does not; the two
    alternate.
    """
    looked, blind = [], []
    with tempfile.TemporaryDirectory() as name:
        one, other = Path(name) / "one.toml", Path(name) / "other.toml"
        one.write_bytes(content)
        for number in range(SAVES):
            after = content + b"# %d\n" % number
            known = one.read_bytes()
            began = time.perf_counter()
            assert exchange.exchange(one, after, known) is None
            between = time.perf_counter()
            atomic.write(other, after)
            looked.append((between - began) * 1e3)
            blind.append((time.perf_counter() - between) * 1e3)
    return statistics.median(looked), statistics.median(blind)


def window() -> str:
    """How many versions are lost that another program renames over the file just as ours is put
    in place.

    It does so without a pause, which no sync program does: the figures are upper bounds. Where
    the system cannot
    exchange names, what lies between the last look and the rename is lost.
    """
    found = []
    for swap, words in ((None, "names exchanged"), (_cannot, "no exchange, a second name instead")):
        with tempfile.TemporaryDirectory() as name:
            lost, met = _race(Path(name) / "file.toml", swap)
        found.append(f"{words}: {lost} of {met}")
    return f"Versions lost that another program renamed over the file as ours was written: {'; '.join(found)}."


def _cannot(one: Path, other: Path) -> None:
    raise OSError(errno.ENOSYS, "no exchange")


def _race(path: Path, swap: exchange.Swap | None) -> tuple[int, int]:
    """Versions of the other program that ours replaced unseen, of all that it put in place of
    ours.
    """
    path.write_bytes(b"theirs 0")
    context = multiprocessing.get_context("fork")
    mine, theirs = context.Pipe()
    other = context.Process(target=_others, args=(path, theirs))
    other.start()
    kept: set[bytes] = set()
    while not mine.poll():
        there = path.read_bytes()
        found = exchange.exchange(path, b"ours, made of " + there.removeprefix(b"ours, made of "), there, swap)
        if found is not None:
            kept |= {found.content, found.kept.read_bytes() if found.kept else b""}
    unseen, met = mine.recv()
    other.join()
    return len({b"theirs %d" % number for number in unseen} - kept), met


def _others(path: Path, told: Connection) -> None:
    """The other program. It exchanges names as well, so that it sees what it replaces, and puts
    nothing back.
    """
    swap = exchange.system_swap()
    assert swap is not None
    unseen: list[int] = []
    met = 0
    beside = path.with_name("beside")
    for number in range(1, ROUNDS + 1):
        beside.write_bytes(b"theirs %d" % number)
        swap(beside, path)
        replaced = beside.read_bytes()
        if replaced.startswith(b"ours"):
            met += 1
            # Ours was made of an older one than its last: that one was replaced by ours, which
            # may not have seen it.
            unseen += [number - 1] if replaced != b"ours, made of theirs %d" % (number - 1) else []
    told.send((unseen, met))
