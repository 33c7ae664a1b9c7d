"""What `make bench` measures of disks: power cuts at every moment, faults while somebody types,
an entry to disk.
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from disk_faults import FAULTS, possible, typed_through
from promises.test_power_cuts import Life, settled
from session_tui.model import edits
from session_tui.model.session import Session, Stakeholder, next_id
from session_tui.store import atomic, folders
from session_tui.store.open_session import OpenedSession, create_session

ENTRIES = 60  # of a life that is cut at every moment; of the entries that are timed
ROUNDS = 20  # times that a fault comes and goes
KEYS = 8  # typed before an entry, each of which is a draft
_NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def cuts(broken: str) -> str:
    """A life in a new folder, with its power cut at every moment."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        home.mkdir()
        life = Life(home)
        opened = life.opened = _session(home / "of" / "the" / "year", home / "state")
        folders.make(home / "stick")
        for number in range(ENTRIES):
            opened.keep_line(f"Person {number}", _NOW)
            _enter(opened, number)
            if number % 3 == 0:
                settled(opened)
            if number == ENTRIES // 2:
                assert opened.move_to(home / "stick") is None
        opened.close()
        faults = life.lost()
        many = len(life.recorder.moments)
    words = f"A power cut at each of {many:,} moments of a session in a new folder, three disks each: "
    if faults:
        return f"{broken}{words}{len(faults)} losses or broken files, as {faults[0]}"
    return f"{words}0 acknowledged entries lost, 0 files that do not parse."


def disks(broken: str) -> Iterator[str]:
    """Each fault, coming and going while entries are typed."""
    for fault in FAULTS:
        words = f"A disk that is {fault.replace('_', ' ')}, {ROUNDS} times while entries are typed: "
        if why := possible(fault):
            yield f"{words}not measured, {why}."
            continue
        with tempfile.TemporaryDirectory() as name:
            came = typed_through(FAULTS[fault], Path(name), ROUNDS, Random(fault))
        said = f"{words}{came.lost} entries lost, {came.lies} false statuses; an entry took {came.slowest * 1e3:.1f} ms"
        yield f"{broken if came.lost or came.lies else ''}{said} at most until typing went on."


def entry() -> tuple[float, float]:
    """Milliseconds from an entry that was typed, key by key, to `saved`; and of writing the same
    file, in turns.
    """
    with tempfile.TemporaryDirectory() as name:
        opened = _session(Path(name) / "sessions", Path(name) / "state")
        news = threading.Event()
        opened.listen(news.set)
        ours, bare = [], []
        for number in range(ENTRIES):
            for key in range(KEYS):
                opened.keep_line(f"Person {number}"[: key + 1], _NOW)
                time.sleep(0.01)
            began = time.perf_counter()
            _enter(opened, number)
            while opened.save_status != "saved":
                news.wait(0.1)
                news.clear()
            ours.append((time.perf_counter() - began) * 1e3)
            content = opened.path.read_bytes()
            began = time.perf_counter()
            atomic.write(Path(name) / "bare.toml", content)
            bare.append((time.perf_counter() - began) * 1e3)
        opened.close()
    return statistics.median(ours), statistics.median(bare)


def _session(folder: Path, state: Path) -> OpenedSession:
    return create_session(folder, Session(id="2026-11-23-acme-7k3q", status="live", agenda="x", account="Acme"), state)


def _enter(opened: OpenedSession, number: int) -> None:
    person = Stakeholder(id=next_id(opened.session, "s"), name=f"Person {number}")
    assert opened.change(edits.add(person), _NOW) is None
