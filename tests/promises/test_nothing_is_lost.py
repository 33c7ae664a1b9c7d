"""Covers: promise 1.

Promise 1: no entry is ever lost, and the save status is true.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from conftest import START
from posix_only import full_disk
from session_tui.model import edits
from session_tui.model.fault import Fault
from session_tui.model.session import Session, Stakeholder, next_id
from session_tui.store import session_file
from session_tui.store.open_session import OpenedSession, create_session, open_session

HOLD = Path(__file__).parent / "hold_and_be_killed.py"


def eventually(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 20
    tick = threading.Event()
    while not true():
        assert time.monotonic() < end, f"never came: {what}"
        tick.wait(0.005)


def enter(opened: OpenedSession, name: str) -> None:
    person = Stakeholder(id=next_id(opened.session, "s"), name=name)
    assert opened.change(edits.add(person), START) is None


def on_disk(path: Path) -> list[str]:
    return [person.name for person in session_file.read(path.read_bytes()).session.stakeholders]


def test_what_the_lamp_calls_saved_is_on_disk(opened: OpenedSession) -> None:
    for number in range(20):
        enter(opened, f"Person {number}")
    eventually(lambda: opened.save_status == "saved", "saved")
    assert on_disk(opened.path) == [f"Person {number}" for number in range(20)]
    assert opened.saved == opened.session
    assert opened.close()


def test_change_never_waits_for_the_disk(opened: OpenedSession, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Event()
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (gate.wait(5), real(fd))[1])
    enter(opened, "Ruth")
    assert opened.save_status == "saving"
    enter(opened, "Mia")
    assert [person.name for person in opened.session.stakeholders] == ["Ruth", "Mia"]
    assert on_disk(opened.path) == []
    gate.set()
    eventually(lambda: opened.save_status == "saved", "saved")
    assert on_disk(opened.path) == ["Ruth", "Mia"]
    opened.close()


def test_a_folder_that_vanishes_keeps_every_entry_and_is_tried_again(opened: OpenedSession, folder: Path) -> None:
    enter(opened, "Ruth")
    eventually(lambda: opened.save_status == "saved", "saved")
    away = folder.with_name("away")
    folder.rename(away)
    enter(opened, "Mia")
    eventually(lambda: opened.save_status == "not saved", "not saved")
    assert opened.trouble is not None
    assert "the folder is gone" in str(opened.trouble)
    assert "Kept here, tried again" in str(opened.trouble)
    away.rename(folder)
    eventually(lambda: opened.save_status == "saved", "saved again")
    assert on_disk(opened.path) == ["Ruth", "Mia"]
    assert opened.trouble is None
    opened.close()


def test_another_place_is_taken_when_the_first_is_gone(opened: OpenedSession, folder: Path, tmp_path: Path) -> None:
    shutil.rmtree(folder)
    enter(opened, "Mia")
    eventually(lambda: opened.save_status == "not saved", "not saved")
    (tmp_path / "stick").mkdir()
    assert opened.move_to(tmp_path / "stick") is None
    enter(opened, "Ruth")
    eventually(lambda: opened.save_status == "saved", "saved")
    assert opened.path.parent == tmp_path / "stick"
    assert on_disk(opened.path) == ["Mia", "Ruth"]
    assert opened.close()


def test_a_full_disk_keeps_every_entry(folder: Path, session: Session, state: Path) -> None:
    opened = create_session(folder, session, state)
    with full_disk(opened.path.stat().st_size):
        for number in range(5):
            enter(opened, f"Person {number}")
        eventually(lambda: opened.save_status == "not saved", "not saved")
        assert len(opened.session.stakeholders) == 5
        assert session_file.read(opened.path.read_bytes()).session == session
        assert [each.name for each in folder.iterdir()] == [opened.path.name]
    eventually(lambda: opened.save_status == "saved", "saved once there is room")
    assert len(on_disk(opened.path)) == 5
    opened.close()


@pytest.mark.parametrize("run", range(10))
def test_kill_9_loses_nothing_that_had_shown_as_saved(run: int, tmp_path: Path) -> None:
    """Ten of the hundred that `make bench` runs; each is killed at another moment."""
    (tmp_path / "sessions").mkdir()
    child = subprocess.Popen(
        [sys.executable, str(HOLD), str(tmp_path)], stdout=subprocess.PIPE, text=True, env={**os.environ}
    )
    assert child.stdout is not None
    saved = 0
    wanted = 3 + run * 7
    for line in child.stdout:
        saved = json.loads(line)["saved"]
        if saved >= wanted:
            break
    child.kill()
    rest = [json.loads(line)["saved"] for line in child.stdout if line.endswith("}\n")]
    child.wait(10)
    saved = max([saved, *rest])
    (path,) = (tmp_path / "sessions").glob("*.toml")
    names = on_disk(path)
    assert len(names) >= saved
    assert names == [f"Person {number}" for number in range(len(names))]
    again = open_session(path, tmp_path / "state")
    assert again.read_only == ""  # the kernel has freed the lock
    assert again.draft.line.startswith("half-typed")
    again.close()


def test_the_half_typed_line_survives(opened: OpenedSession, state: Path) -> None:
    opened.keep_line("Ruth Va", START, editing="s1")
    opened.alive(START + timedelta(seconds=10))
    opened.close()
    again = open_session(opened.path, state)
    assert (again.draft.line, again.draft.editing) == ("Ruth Va", "s1")
    assert again.draft.alive_at == START + timedelta(seconds=10)
    again.close()


def test_undo_and_redo_have_no_limit_and_never_give_an_id_twice(opened: OpenedSession) -> None:
    for number in range(30):
        enter(opened, f"Person {number}")
    for _ in range(30):
        assert not isinstance(opened.undo(START), Fault)
    assert not opened.can_undo
    assert opened.session.last_ids.s == 30
    enter(opened, "New")
    assert [each.id for each in opened.session.stakeholders] == ["s31"]
    assert not opened.can_redo
    opened.close()


def test_what_is_entered_while_a_session_closes_is_on_disk_or_refused(
    folder: Path, session: Session, state: Path
) -> None:
    for number in range(8):
        opened = create_session(folder, replace(session, id=f"{session.id[:-4]}{number:04}"), state)
        accepted: list[str] = []

        def enters(opened: OpenedSession = opened, accepted: list[str] = accepted) -> None:
            for many in range(1_000):
                fault = opened.change(edits.Put("headline", "", opened.session.headline, f"h{many}"), START)
                if fault is not None:
                    return
                accepted.append(f"h{many}")
                opened.settled(1)  # so that there are moments in which nothing is to be written

        typing = threading.Thread(target=enters)
        typing.start()
        eventually(lambda accepted=accepted: len(accepted) > 1, "typing")  # type: ignore[misc]
        assert opened.close(5), "closed in the end"
        typing.join()
        assert session_file.read(opened.path.read_bytes()).session.headline == accepted[-1], number
