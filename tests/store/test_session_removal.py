"""Covers: session_tui.store.session_removal.

What may be removed, what goes along, what can be restored, and what is swept in the end.
"""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from session_tui.store import drafts, locking, removed_sessions, session_folder, session_removal
from session_tui.store.drafts import Draft
from session_tui.store.errors import StoreError

TOP = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
HELD = "2026-11-09-acme-freight-2m9x"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "sessions"
    shutil.copytree(TOP / "sessions", found)
    return found


def removed(folder: Path, id: str, now: datetime = NOW) -> session_removal.Restorable:
    return session_removal.remove(folder / f"{id}.toml", folder.parent / "state", now)


def test_a_removed_session_is_in_no_list_and_can_be_restored(folder: Path) -> None:
    before = (folder / f"{HELD}.toml").read_bytes()
    one = removed(folder, HELD)
    assert HELD not in [each.id for each in session_folder.rows(folder)]
    assert one.session is not None and one.session.id == HELD
    assert (one.at, one.until) == (NOW, NOW + timedelta(days=90))
    assert [each.id for each in session_removal.restorable(folder)] == [HELD]
    assert session_removal.find(folder, "2m9x").id == HELD
    path = session_removal.restore(folder, HELD, folder.parent / "state")
    assert path.read_bytes() == before
    assert session_removal.restorable(folder) == ()


def test_a_live_session_is_not_removed(folder: Path) -> None:
    path = folder / f"{HELD}.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('status = "held"', 'status = "live"'), encoding="utf-8")
    with pytest.raises(StoreError, match="a live session is not removed"):
        removed(folder, HELD)
    assert path.exists()


def test_a_session_open_in_a_window_is_not_removed(folder: Path) -> None:
    path = folder / f"{HELD}.toml"
    lock = locking.session(path, folder.parent / "state")
    with pytest.raises(StoreError, match="open in another window"):
        removed(folder, HELD)
    lock.release()
    assert path.exists()


@pytest.mark.parametrize("name", [f"{HELD} (Ana's conflicted copy 2026-11-24).toml", f"{HELD}.toml.ours"])
def test_of_two_versions_neither_is_removed(folder: Path, name: str) -> None:
    shutil.copy(folder / f"{HELD}.toml", folder / name)
    with pytest.raises(StoreError, match=f"session-tui merge {HELD}"):
        removed(folder, HELD)
    if name.endswith(".toml"):
        with pytest.raises(StoreError, match=f"session-tui merge {HELD}"):
            session_removal.remove(folder / name, folder.parent / "state", NOW)
    assert (folder / f"{HELD}.toml").exists() and (folder / name).exists()


def test_a_broken_session_is_removed_as_it_is_and_says_so(folder: Path) -> None:
    path = folder / f"{HELD}.toml"
    path.write_bytes(b"schema = 1\nid = ")
    one = removed(folder, HELD)
    assert one.session is None and one.fault is not None
    assert session_removal.restorable(folder)[0].fault is not None
    session_removal.restore(folder, HELD, folder.parent / "state")
    assert path.read_bytes() == b"schema = 1\nid = "


def test_a_half_typed_line_outlives_a_removal_and_goes_with_the_sweep(folder: Path) -> None:
    state, path = folder.parent / "state", folder / f"{HELD}.toml"
    drafts.write(state / "drafts", path, Draft(line="Ask Ruth"))
    now = datetime.now(UTC)
    removed(folder, HELD, now)
    session_removal.restore(folder, HELD, state)
    assert drafts.read(state / "drafts", path).line == "Ask Ruth"
    removed(folder, HELD, now)
    later = now + timedelta(days=removed_sessions.KEPT_DAYS, minutes=10)
    assert session_removal.sweep(folder, state, later) == (HELD,)
    assert drafts.read(state / "drafts", path).line == ""
    assert session_removal.restorable(folder) == ()


def test_what_was_not_removed_is_not_found(folder: Path) -> None:
    with pytest.raises(StoreError, match="no session 2m9x was removed"):
        session_removal.find(folder, "2m9x")
    removed(folder, HELD)
    removed(folder, "2026-11-17-borealis-foods-r7ya")
    with pytest.raises(StoreError, match="fits 2 removed sessions"):
        session_removal.find(folder, "2026-11")
