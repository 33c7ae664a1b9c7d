"""Covers: session_tui.store.removed_sessions.

Files move to `removed` and back, and nothing is lost on the way.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from session_tui.store import locking, removed_sessions
from session_tui.store.errors import StoreError
from session_tui.store.exchange import ChangedError

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
ID = "2026-11-16-acme-freight-2m9x"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "sessions"
    folder.mkdir()
    made = folder / f"{ID}.toml"
    made.write_bytes(b"one")
    return made


def test_a_removed_session_comes_back_byte_for_byte(path: Path, tmp_path: Path) -> None:
    moved = removed_sessions.move(path, tmp_path / "state", NOW)
    assert not path.exists()
    assert moved.read_bytes() == b"one"
    assert [(each.id, each.at) for each in removed_sessions.removed(path.parent)] == [(ID, NOW)]
    assert removed_sessions.restore(path, tmp_path / "state") == path
    assert path.read_bytes() == b"one"
    assert removed_sessions.removed(path.parent) == ()


def test_a_file_that_changed_is_not_moved(path: Path, tmp_path: Path) -> None:
    with pytest.raises(ChangedError):
        removed_sessions.move(path, tmp_path / "state", NOW, b"another")
    assert path.read_bytes() == b"one"


def test_a_session_open_in_a_window_is_not_moved(path: Path, tmp_path: Path) -> None:
    lock = locking.session(path, tmp_path / "state")
    with pytest.raises(StoreError, match="open in another window"):
        removed_sessions.move(path, tmp_path / "state", NOW)
    lock.release()
    assert path.read_bytes() == b"one"


def test_both_of_two_removed_versions_are_kept(path: Path, tmp_path: Path) -> None:
    moved = removed_sessions.move(path, tmp_path / "state", NOW)
    path.write_bytes(b"two")
    removed_sessions.move(path, tmp_path / "state", NOW)
    assert moved.read_bytes() == b"two"
    assert moved.with_name(f"{moved.name}.earlier").read_bytes() == b"one"


def test_restoring_replaces_no_session(path: Path, tmp_path: Path) -> None:
    moved = removed_sessions.move(path, tmp_path / "state", NOW)
    path.write_bytes(b"two")
    with pytest.raises(StoreError, match="there is a session of this id"):
        removed_sessions.restore(path, tmp_path / "state")
    assert (path.read_bytes(), moved.read_bytes()) == (b"two", b"one")


def test_a_link_is_removed_and_its_file_stays(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.toml"
    path.rename(elsewhere)
    path.symlink_to("../elsewhere.toml")
    moved = removed_sessions.move(path, tmp_path / "state", NOW)
    assert not path.is_symlink()
    assert (moved.read_bytes(), elsewhere.read_bytes()) == (b"one", b"one")


def test_only_what_was_removed_long_ago_is_swept(path: Path, tmp_path: Path) -> None:
    now = datetime.now(UTC)  # the disk has a clock of its own
    kept = path.with_name(f"{path.name}.before-merge")
    kept.write_bytes(b"earlier")
    moved = removed_sessions.move(path, tmp_path / "state", now)
    (moved.parent / "notes.txt").write_bytes(b"of a person's own")
    days = timedelta(days=removed_sessions.KEPT_DAYS)
    assert removed_sessions.sweep(path.parent, now + days - timedelta(seconds=1)) == ()
    assert moved.exists()
    assert removed_sessions.sweep(path.parent, now + days + timedelta(minutes=10)) == (ID,)
    assert [each.name for each in moved.parent.iterdir()] == ["notes.txt"]


def test_what_was_put_there_by_hand_is_not_swept_for_its_age(path: Path) -> None:
    folder = path.parent / removed_sessions.FOLDER
    folder.mkdir()
    os.utime(path, (0, 0))
    moved = path.rename(folder / path.name)
    assert removed_sessions.sweep(path.parent, datetime.now(UTC)) == ()
    assert moved.exists()


def test_the_versions_kept_beside_it_go_along_and_come_back(path: Path, tmp_path: Path) -> None:
    names = [f"{ID}.toml.before-merge", f"{ID} (Ana's conflicted copy 2026-11-24).toml.merged"]
    other = "2026-11-16-acme-freight-2m9y.toml.before-merge"
    for name in (*names, other):
        path.with_name(name).write_text(name, encoding="utf-8")
    moved = removed_sessions.move(path, tmp_path / "state", NOW)
    assert [each.name for each in path.parent.iterdir() if each.is_file()] == [other]
    assert sorted(each.name for each in moved.parent.iterdir()) == sorted([path.name, *names])
    removed_sessions.restore(path, tmp_path / "state")
    assert {name: path.with_name(name).read_text(encoding="utf-8") for name in names} == {name: name for name in names}
    assert list(moved.parent.iterdir()) == []
