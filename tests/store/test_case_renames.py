"""Covers: session_tui.store.contents, conflict_files, removed_sessions and session_folder.

A session's file that was renamed in case alone, on a disk that does not tell cases apart (Windows,
macOS): it is the same session everywhere. On a disk that does, it is another file.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles import examples
from session_tui.outbox.sync.session_files import SessionFiles
from session_tui.store import conflict_files, contents, paths, removed_sessions, session_folder
from session_tui.store.contents import as_called, session_names
from session_tui.store.privacy import report
from sync_members import NOW, session_id, session_text

ONE, TWO = session_id(1), session_id(2)
NAMES = st.lists(
    st.sampled_from(
        [
            f"{ONE}.toml",
            f"{ONE.upper()}.toml",
            f"{ONE}.TOML",
            f"{TWO}.toml",
            f"{TWO.title()}.Toml",
            f"{ONE} (Conflicted copy).toml",
            f"{ONE}.toml.before-sync",
            "Notes.toml",
            "README.md",
        ]
    ),
    unique=True,
)


@pytest.fixture
def one_case(tmp_path: Path) -> Path:
    """A folder on a disk that does not tell cases apart, with a session renamed in case alone."""
    (tmp_path / "case").touch()
    if not (tmp_path / "CASE").exists():
        pytest.skip("this disk tells cases apart")
    path = tmp_path / f"{ONE}.toml"
    path.write_text(session_text(ONE), encoding="utf-8")
    path.rename(path.with_name(f"{ONE.replace('acme', 'Acme')}.TOML"))
    return tmp_path


@examples(200)
@given(NAMES)
def test_a_name_in_other_case_is_the_sessions_own_where_the_disk_says_so(names: list[str]) -> None:
    listed = [name.encode() for name in names]
    folded = {each.lower() for each in listed}
    # A disk that tells cases apart gives each by its own name, and changes nothing.
    assert as_called(listed, lambda name: name in listed) == listed
    found = as_called(listed, lambda name: name.lower() in folded)
    assert len(found) == len(listed)
    for before, after in zip(listed, found, strict=True):
        session = before.lower() in (f"{ONE}.toml".encode(), f"{TWO}.toml".encode())
        assert after == (before.lower() if session and before.lower() not in listed else before)
    if len(folded) == len(listed):  # as such a disk has them
        sessions = {each for each in folded if each in (f"{ONE}.toml".encode(), f"{TWO}.toml".encode())}
        assert sessions <= set(session_names(found))


def test_on_a_disk_that_tells_cases_apart_it_is_another_file(tmp_path: Path) -> None:
    (tmp_path / "case").touch()
    if (tmp_path / "CASE").exists():
        pytest.skip("this disk does not tell cases apart")
    (tmp_path / f"{ONE.upper()}.toml").touch()
    assert set(contents.names(tmp_path)) == {b"case", f"{ONE.upper()}.toml".encode()}
    assert SessionFiles(tmp_path, tmp_path, lambda: NOW).names() == ()


def test_it_is_listed_synced_and_no_second_version_of_itself(one_case: Path) -> None:
    path = one_case / f"{ONE}.toml"
    assert [each.session.id for each in session_folder.rows(one_case) if each.session] == [ONE]
    assert SessionFiles(one_case, one_case, lambda: NOW).names() == (ONE,)
    assert list(conflict_files.beside(path)) == [], "a merge would put it together with itself, and remove it"


def test_a_person_is_found_in_it(one_case: Path) -> None:
    environment = {"SESSION_TUI_SESSIONS": str(one_case), "SESSION_TUI_STATE": str(one_case / "state")}
    found = report.find(paths.find(one_case, environment), "Mia Tran", whole=True)
    assert [(each.trace.path.name, each.counted > 0) for each in found.places] == [(f"{ONE}.toml", True)]


def test_a_removed_one_is_found_and_goes_after_its_time(one_case: Path) -> None:
    place = one_case / removed_sessions.FOLDER
    place.mkdir()
    (one_case / f"{ONE}.toml").rename(place / f"{ONE.upper()}.toml")
    assert [each.id for each in removed_sessions.removed(one_case)] == [ONE]
    late = datetime.now(UTC) + timedelta(days=removed_sessions.KEPT_DAYS + 1)
    assert removed_sessions.sweep(one_case, late) == (ONE,)
    assert list(place.iterdir()) == []
