"""Covers: promise 1 and the save status.

Promise 1: what the screen calls saved survives a power cut.
"""

import errno
import os
import re
import stat
from pathlib import Path

import pytest

from promises.test_nothing_is_lost import enter, eventually, on_disk
from session_tui.model.session import Session
from session_tui.store import atomic, folders, toml
from session_tui.store.errors import StoreError
from session_tui.store.open_session import OpenedSession, create_session

SOURCE = Path(__file__).parents[2] / "src" / "session_tui"


class FolderSync:
    """The system's sync of folders and its result: an error number, or 0 where it works."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answer = 0
        self.synced: list[Path] = []
        self._real = os.fsync
        monkeypatch.setattr(os, "fsync", self)

    def __call__(self, handle: int) -> None:
        look = os.fstat(handle)
        if stat.S_ISDIR(look.st_mode):
            if self.answer:
                raise OSError(self.answer, os.strerror(self.answer))
            self.synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        self._real(handle)


@pytest.fixture
def folder_sync(monkeypatch: pytest.MonkeyPatch) -> FolderSync:
    if not Path("/proc/self/fd").is_dir():
        pytest.skip("which folder is synced is told by /proc, which this system has not")
    return FolderSync(monkeypatch)


def test_a_failed_sync_of_the_folder_is_not_saved(opened: OpenedSession, folder_sync: FolderSync) -> None:
    folder_sync.answer = errno.EIO
    enter(opened, "Ruth")
    eventually(lambda: opened.save_status == "not saved", "not saved")
    assert opened.trouble is not None
    assert "the disk does not answer" in str(opened.trouble)
    folder_sync.answer = 0
    eventually(lambda: opened.save_status == "saved", "saved once the folder is synced")
    assert on_disk(opened.path) == ["Ruth"]
    assert opened.close()


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP])
def test_a_file_system_without_such_a_sync_is_saved(
    opened: OpenedSession, folder_sync: FolderSync, number: int
) -> None:
    folder_sync.answer = number
    enter(opened, "Ruth")
    eventually(lambda: opened.save_status == "saved", "saved")
    assert opened.close()


@pytest.mark.parametrize("where", ["sessions", "new/of/the/year"])
def test_a_session_whose_folder_cannot_be_synced_is_begun_as_not_saved(
    tmp_path: Path, where: str, session: Session, state: Path, folder_sync: FolderSync
) -> None:
    (tmp_path / "sessions").mkdir()
    folder_sync.answer = errno.EIO
    opened = create_session(tmp_path / where, session, state)
    eventually(lambda: opened.save_status == "not saved", "not saved")
    folder_sync.answer = 0
    eventually(lambda: opened.save_status == "saved", "saved once the folder is synced")
    assert opened.close()
    assert on_disk(opened.path) == []
    assert not opened.notices


def test_another_place_that_cannot_be_synced_is_refused_and_can_be_tried_again(
    opened: OpenedSession, tmp_path: Path, folder_sync: FolderSync
) -> None:
    (tmp_path / "stick").mkdir()
    folder_sync.answer = errno.EIO
    assert "the disk does not answer" in str(opened.move_to(tmp_path / "stick"))
    folder_sync.answer = 0
    assert opened.move_to(tmp_path / "stick") is None
    assert opened.close()


def test_what_is_kept_aside_is_synced_though_it_stood_there(folder: Path, folder_sync: FolderSync) -> None:
    path = folder / "a.toml"
    kept = atomic.keep_copy(path, "before", b"x")
    folder_sync.answer = errno.EIO
    with pytest.raises(OSError, match="Input"):
        atomic.keep_copy(path, "before", b"x")
    folder_sync.answer = 0
    assert atomic.keep_copy(path, "before", b"x") == kept


def test_a_new_folder_is_synced_in_its_parent_and_so_are_those_above(
    tmp_path: Path, session: Session, state: Path, folder_sync: FolderSync
) -> None:
    opened = create_session(tmp_path / "of" / "the" / "year", session, state)
    assert opened.close()
    wanted = [tmp_path, tmp_path / "of", tmp_path / "of" / "the", tmp_path / "of" / "the" / "year"]
    assert [each for each in folder_sync.synced if not each.is_relative_to(state)][:4] == wanted
    folder_sync.synced.clear()
    folders.make(tmp_path / "of" / "the")
    assert folder_sync.synced == []


def test_folders_are_made_in_one_place_alone() -> None:
    # The index is derived and made anew after a power cut; the server may not use the store, and
    # its folder is made once, before it answers anyone.
    allowed = {"store/folders.py", "index/database.py", "server/data_folder.py"}
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if re.search(r"\b(mkdir|makedirs)\(", path.read_text(encoding="utf-8"))
    }
    assert found == allowed


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_session_that_became_a_pipe_is_trouble_and_no_hang(opened: OpenedSession) -> None:
    opened.path.unlink()
    os.mkfifo(opened.path)
    enter(opened, "Ruth")
    eventually(lambda: opened.save_status == "not saved", "not saved")
    assert "not an ordinary file" in str(opened.trouble)
    opened.path.unlink()
    eventually(lambda: opened.save_status == "saved", "saved")
    assert on_disk(opened.path) == ["Ruth"]
    assert opened.close()


def test_a_session_that_became_gigabytes_is_trouble(opened: OpenedSession) -> None:
    with opened.path.open("r+b") as file:
        file.truncate(8 * 1024**3)  # with a hole: it takes no room
    enter(opened, "Ruth")
    eventually(lambda: opened.save_status == "not saved", "not saved")
    assert "8192 MB is too large" in str(opened.trouble)
    assert opened.path.stat().st_size == 8 * 1024**3
    opened.path.unlink()
    eventually(lambda: opened.save_status == "saved", "saved")
    assert opened.close()


def test_files_are_read_in_one_place_alone() -> None:
    """Whatever reads a file otherwise may wait for a pipe for ever."""
    allowed = {"store/regular_file.py", "store/pipeline.py"}  # a pipeline may be a pipe: it is named for one command
    found = {
        path.relative_to(SOURCE).as_posix()
        for part in ("store", "deliver", "library")
        for path in (SOURCE / part).rglob("*.py")
        if re.search(r"\bread_(bytes|text)\(\)|\.open\(\"rb|os\.read\(", path.read_text(encoding="utf-8"))
    }
    assert found == allowed


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_file_that_becomes_a_pipe_between_the_look_and_the_opening_holds_nobody_up(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "2026-11-23-pipe-0000.toml"
    path.write_bytes(b"a = 1\n")
    real = os.open

    def swapped(*arguments: object, **others: object) -> int:
        path.unlink()
        os.mkfifo(path)
        return real(*arguments, **others)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(StoreError, match="not an ordinary file"):
        toml.read_bytes(path)


def test_what_is_taken_away_and_said_to_be_is_so_for_good(folder: Path, folder_sync: FolderSync) -> None:
    path = folder / "a.toml"
    path.write_bytes(b"x")
    folder_sync.answer = errno.EIO
    with pytest.raises(OSError, match="Input"):
        atomic.remove(path)
    folder_sync.answer = 0
    folder_sync.synced.clear()
    atomic.remove(path)
    assert folder_sync.synced == [folder]
