"""Covers: session_tui.store.sync_programs.

A program that syncs the folder of sessions too is found by its marks, in the folder or above it.
"""

from pathlib import Path

import pytest

from session_tui.store.sync_programs import git_folder, sync_programs


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        (".git/", "git"),
        (".git", "git"),  # a worktree has a file
        (".dropbox.cache/", "Dropbox"),
        (".dropbox", "Dropbox"),
        (".stfolder/", "Syncthing"),
        (".sync_0a1b2c3d4e5f.db", "Nextcloud"),
        ("._sync_0a1b2c3d4e5f.db", "Nextcloud"),
        (".nextcloudsync.log", "Nextcloud"),
        (".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive"),
        (".tmp.driveupload/", "Google Drive"),
    ],
)
def test_a_mark_above_the_folder_names_the_program(tmp_path: Path, mark: str, name: str) -> None:
    sessions = tmp_path / "team" / "sessions"
    sessions.mkdir(parents=True)
    if mark.endswith("/"):
        (tmp_path / mark).mkdir()
    else:
        (tmp_path / mark).write_text("", encoding="utf-8")
    assert [(each.name, each.folder) for each in sync_programs(sessions, {})] == [(name, tmp_path.resolve())]


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("Dropbox", "Dropbox"),
        ("Dropbox (Northwind)", "Dropbox"),
        ("OneDrive", "OneDrive"),
        ("OneDrive - Northwind", "OneDrive"),
        ("OneDrive-Northwind", "OneDrive"),
        ("Nextcloud", "Nextcloud"),
        ("iCloudDrive", "iCloud"),
        ("Library/Mobile Documents", "iCloud"),
        ("Library/CloudStorage/GoogleDrive-ana@example.com", "Google Drive"),
    ],
)
def test_the_name_of_a_synced_folder_names_the_program(tmp_path: Path, folder: str, name: str) -> None:
    sessions = tmp_path / folder / "team" / "sessions"
    sessions.mkdir(parents=True)
    assert [each.name for each in sync_programs(sessions, {})] == [name]


def test_windows_says_where_onedrive_is(tmp_path: Path) -> None:
    sessions = tmp_path / "Work" / "sessions"
    sessions.mkdir(parents=True)
    assert [each.name for each in sync_programs(sessions, {"OneDriveCommercial": str(tmp_path / "Work")})] == [
        "OneDrive"
    ]


@pytest.mark.parametrize("other", [".dropbox/", "Dropbox notes/", ".gitignore", "sync_1.db", ".stignore"])
def test_what_is_no_mark_names_nothing(tmp_path: Path, other: str) -> None:
    sessions = tmp_path / "sessions"
    sessions.mkdir()
    if other.endswith("/"):
        (tmp_path / other).mkdir()
    else:
        (tmp_path / other).write_text("", encoding="utf-8")
    assert sync_programs(sessions, {}) == ()


def test_two_programs_are_both_found_each_once(tmp_path: Path) -> None:
    sessions = tmp_path / "Dropbox" / "sessions"
    (sessions / ".git").mkdir(parents=True)
    (tmp_path / "Dropbox" / ".git").mkdir()
    (tmp_path / "Dropbox" / ".dropbox.cache").mkdir()
    found = [(each.name, each.folder) for each in sync_programs(sessions, {})]
    assert found == [("git", sessions.resolve()), ("Dropbox", (tmp_path / "Dropbox").resolve())]
    assert git_folder(sessions) == sessions.resolve()


def test_a_link_is_followed_and_a_missing_folder_has_no_mark(tmp_path: Path) -> None:
    real = tmp_path / "Nextcloud" / "sessions"
    real.mkdir(parents=True)
    (tmp_path / "linked").symlink_to(real)
    assert [each.name for each in sync_programs(tmp_path / "linked", {})] == ["Nextcloud"]
    assert sync_programs(tmp_path / "nowhere" / "sessions", {}) == ()
