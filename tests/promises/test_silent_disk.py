"""Covers: promises 1 and 9 on a disk that does not answer.

Promises 1 and 9: a disk that does not answer gives a sentence and another place to save.
"""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import START
from hanging_disk import HangingDisk, hanging_disk
from promises.test_nothing_is_lost import enter, eventually, on_disk
from session_tui.model.session import Session
from session_tui.store import drafts
from session_tui.store.errors import StoreError
from session_tui.store.open_session import OpenedSession, create_session, open_session

pytestmark = pytest.mark.slow

HANGING = Path(__file__).parents[1] / "hanging_disk.py"


@pytest.fixture
def disk(folder: Path, tmp_path: Path) -> Iterator[HangingDisk]:
    """The disk of the sessions folder."""
    found = hanging_disk(folder, tmp_path / "hung")
    yield found
    found.hung.unlink(missing_ok=True)


def test_a_silent_disk_is_said_and_another_place_has_all_that_was_entered(
    opened: OpenedSession, disk: HangingDisk, tmp_path: Path, state: Path
) -> None:
    """Over three seconds, since a disk may take that long before the program reports it."""
    enter(opened, "Ruth")
    eventually(lambda: opened.save_status == "saved", "saved")
    before = opened.path
    disk.hang()
    began = time.monotonic()
    enter(opened, "Mia")
    opened.keep_line("half-typed", START)
    eventually(lambda: opened.save_status == "not saved", "not saved")
    assert 2.5 < time.monotonic() - began < 5
    assert opened.trouble is not None
    assert str(opened.trouble) == (f"{before}: the disk does not answer. Kept here; /elsewhere FOLDER saves it there.")
    assert drafts.read(state / "drafts", before).line == "half-typed", "the line has a thread of its own"
    (tmp_path / "stick").mkdir()
    assert opened.move_to(tmp_path / "stick") is None
    enter(opened, "Otto")
    eventually(lambda: opened.save_status == "saved", "saved elsewhere")
    assert opened.trouble is None
    assert on_disk(tmp_path / "stick" / before.name) == ["Ruth", "Mia", "Otto"]
    enter(opened, "Ida")
    eventually(lambda: opened.save_status == "saved", "and saved again")
    assert not opened.notices
    disk.answer()
    eventually(lambda: bool(opened.notices), "the old disk's answer")
    assert opened.notices == (old_file_notice(before, opened),)
    assert on_disk(before) in (["Ruth"], ["Ruth", "Mia"]), "it hung in the write, or in the clean-up before it"
    assert opened.close()
    assert on_disk(opened.path) == ["Ruth", "Mia", "Otto", "Ida"]


def old_file_notice(before: Path, opened: OpenedSession) -> str:
    """The one true notice about the old file: it lists what the session has and the file has
    not.
    """
    names = on_disk(before)
    missing = [f"{each.id} only here" for each in opened.session.stakeholders if each.name not in names]
    return (
        f"The old place answered after all. It differs in: {'; '.join(missing)}. It is left as it is: {before}. "
        f"This session is {opened.path}."
    )


def test_the_notice_about_the_old_file_is_true_if_nothing_was_being_written_to_it(
    opened: OpenedSession, disk: HangingDisk, tmp_path: Path
) -> None:
    """The disk hangs while the file is only checked, so the later entry never gets there. 3 s: as
    above.
    """
    enter(opened, "Ruth")
    assert opened.settled()
    before = opened.path
    disk.hang()
    eventually(lambda: disk.waiting > 0, "the clean-up or the check after the first write hangs")
    enter(opened, "Mia")
    eventually(lambda: opened.save_status == "not saved" and opened.trouble is not None, "not saved")
    (tmp_path / "stick").mkdir()
    assert opened.move_to(tmp_path / "stick") is None
    eventually(lambda: opened.save_status == "saved", "saved elsewhere")
    disk.answer()
    eventually(lambda: bool(opened.notices), "the old disk's answer")
    assert on_disk(before) == ["Ruth"]
    assert opened.notices == (old_file_notice(before, opened),)
    assert opened.close()
    assert on_disk(opened.path) == ["Ruth", "Mia"]


def test_a_disk_that_answers_again_has_it_all_without_a_word(opened: OpenedSession, disk: HangingDisk) -> None:
    disk.hang()
    enter(opened, "Ruth")
    eventually(lambda: opened.trouble is not None, "the sentence")
    disk.answer()
    eventually(lambda: opened.save_status == "saved" and opened.trouble is None, "saved")
    assert not opened.notices
    assert opened.close()
    assert on_disk(opened.path) == ["Ruth"]


def test_closing_on_a_silent_disk_takes_no_longer_than_it_says(opened: OpenedSession, disk: HangingDisk) -> None:
    disk.hang()
    enter(opened, "Ruth")
    began = time.monotonic()
    assert not opened.close(timeout=0.5)
    opened.give_up()
    assert not opened.close()
    assert time.monotonic() - began < 2
    disk.answer()
    eventually(lambda: opened.save_status == "saved", "saved")
    assert opened.close()


def test_what_is_on_disk_closes_though_looking_at_the_file_hangs(opened: OpenedSession, disk: HangingDisk) -> None:
    enter(opened, "Ruth")
    eventually(lambda: opened.save_status == "saved", "saved")
    opened.path.touch()  # so that it is looked at, and read
    disk.hang()
    threading.Event().wait(0.7)  # the next look is half a second away
    assert opened.close(timeout=0.5)
    disk.answer()


def test_a_state_folder_that_hangs_costs_no_entry_and_has_its_own_word(
    folder: Path, session: Session, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    opened = create_session(folder, session, state)
    disk = hanging_disk(state, tmp_path / "hung")
    disk.hang()
    try:
        opened.alive(START)
        enter(opened, "Ruth")
        eventually(lambda: opened.save_status == "saved", "saved")
        eventually(lambda: opened.draft_trouble is not None, "the draft's own word")
        assert "the half-typed line is not kept: the disk does not answer" in str(opened.draft_trouble)
        assert opened.save_status == "saved"
        assert opened.trouble is None
    finally:
        disk.answer()
    eventually(lambda: opened.draft_trouble is None, "kept again")
    assert opened.close()
    assert drafts.read(state / "drafts", opened.path).alive_at == START


def test_another_place_that_hangs_too_is_refused_and_leaves_nothing_behind(
    opened: OpenedSession, tmp_path: Path
) -> None:
    (tmp_path / "stick").mkdir()
    disk = hanging_disk(tmp_path / "stick", tmp_path / "hung")
    disk.hang()
    fault = opened.move_to(tmp_path / "stick", patience=0.3)
    assert fault is not None
    assert "has not answered" in fault.what
    disk.answer()
    landed = tmp_path / "stick" / opened.path.name
    eventually(lambda: not landed.exists() and not any((tmp_path / "stick").iterdir()), "taken back")
    enter(opened, "Ruth")
    assert opened.close()
    assert on_disk(opened.path) == ["Ruth"]


def test_opening_and_changing_on_a_silent_disk_are_refused_in_time(
    opened: OpenedSession, disk: HangingDisk, state: Path
) -> None:
    assert opened.close()
    disk.hang()
    with pytest.raises(StoreError, match="has not answered"):
        open_session(opened.path, state, patience=0.3)
    disk.answer()
    eventually(lambda: open_session(opened.path, state).read_only == "", "free again")
