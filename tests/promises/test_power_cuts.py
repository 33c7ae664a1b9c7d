"""Covers: promise 1 under power cuts.

Promise 1: an acknowledged entry is on every disk state that a power cut can leave, at every
moment.
"""

import os
from pathlib import Path

import msgspec
import pytest

from conftest import START
from power_cut import Recorder
from promises.test_nothing_is_lost import enter, eventually
from session_tui.model.session import Session
from session_tui.store import exchange, folders, session_file
from session_tui.store.drafts import Draft
from session_tui.store.open_session import OpenedSession, create_session, open_session

pytestmark = pytest.mark.skipif(
    not Path("/dev/fd").exists(), reason="no /dev/fd here: what is synced cannot be read, and no cut is replayed"
)


class Life:
    """A session's whole life in a recorded folder: its path, and the acknowledged entries."""

    def __init__(self, home: Path) -> None:
        self.opened: OpenedSession | None = None
        self.conflict = False
        self.recorder = Recorder(home, self.acknowledged)

    def acknowledged(self) -> tuple[str, tuple[str, ...]] | None:
        """The file below the folder, and the names that the screen may show without a mark."""
        opened = self.opened
        if opened is None:
            return None
        names = tuple(person.name for person in opened.saved.stakeholders)
        return str(opened.path.relative_to(self.recorder.folder)), names

    def lost(self) -> list[str]:
        """Every moment at which a cut could lose something, in words."""
        self.recorder.stop()
        judged = {(disk, moment.acknowledged) for moment in self.recorder.moments for disk in moment.disks}
        return sorted({words for disk, acknowledged in judged for words in _faults(dict(disk), acknowledged)})


def _faults(disk: dict[str, bytes], acknowledged: object) -> list[str]:
    found = []
    for path, content in disk.items():
        whole = path.endswith((".toml", ".before", ".ours", ".theirs", ".mine")) or exchange.REPLACED in path
        if whole and not Path(path).name.startswith(".") and not _parses(content):
            found.append(f"{path} is not a session: {content[:20]!r}")
        if path.endswith(".json"):
            try:
                msgspec.json.decode(content, type=Draft)
            except msgspec.MsgspecError:
                found.append(f"{path} is no draft: {content[:20]!r}")
    if isinstance(acknowledged, tuple):
        path, names = acknowledged
        versions = [disk[each] for each in (path, f"{path}.ours") if each in disk]
        there = [{person.name for person in session_file.read(each).session.stakeholders} for each in versions]
        if not any(set(names) <= each for each in there):
            found.append(f"{path} lacks what was acknowledged: {len(names)} entries, there: {list(disk)}")
    return found


def _parses(content: bytes) -> bool:
    try:
        session_file.read(content)
    except Exception:  # noqa: BLE001 - whatever it is, it is not a session
        return False
    return True


def settled(opened: OpenedSession) -> None:
    eventually(lambda: opened.save_status == "saved", "saved")


def test_a_life_in_a_new_folder_survives_a_cut_at_every_moment(tmp_path: Path, session: Session) -> None:
    home = tmp_path / "home"
    home.mkdir()
    life = Life(home)
    opened = life.opened = create_session(home / "of" / "the" / "year", session, home / "of" / "state")
    for number in range(12):
        opened.keep_line(f"Person {number}", START)
        enter(opened, f"Person {number}")
        if number % 3 == 0:
            settled(opened)
    settled(opened)
    opened.alive(START)
    folders.make(home / "stick")
    assert opened.move_to(home / "stick") is None
    settled(opened)
    enter(opened, "Mia")
    assert opened.close()
    assert life.lost() == []
    assert len(life.recorder.moments) > 100


def test_a_file_with_comments_and_a_conflict_survive_a_cut_at_every_moment(tmp_path: Path, session: Session) -> None:
    home = tmp_path / "home"
    home.mkdir()
    life = Life(home)
    opened = create_session(home / "sessions", session, home / "state")
    assert opened.close()
    path = opened.path
    path.write_bytes(b"# Ours, by hand.\n" + path.read_bytes())
    with path.open("rb") as file:
        os.fsync(file.fileno())
    opened = life.opened = open_session(path, home / "state")
    enter(opened, "Ruth")
    settled(opened)
    theirs = path.read_bytes().replace(b'"Ruth"', b'"Rudi"')
    for number in range(4):
        enter(opened, f"Person {number}")
        settled(opened)
    life.opened = None
    path.write_bytes(theirs)
    enter(opened, "Mia")
    eventually(lambda: opened.save_status == "saved", "the conflict, or what was taken in")
    assert opened.close()
    assert life.lost() == []
