"""Covers: promise 9.

Promise 9: the version of another program is kept, and an acknowledged change is in the file.
"""

import os
import re
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

import forking
from cli.test_commands import Shell
from conftest import START
from promises.colleagues import together
from promises.test_nothing_is_lost import enter, eventually, on_disk
from session_tui.cli import status
from session_tui.model import edits
from session_tui.model.fault import Fault
from session_tui.model.session import ActionItem, PlanComment, Session
from session_tui.store import atomic, batch_edit, drafts, locking, merge, paths, session_file, session_folder
from session_tui.store.errors import StoreError
from session_tui.store.open_session import OpenedSession, create_session, open_session
from session_tui.store.plans import files

pytestmark = pytest.mark.slow

KILLED = Path(__file__).parent / "exchange_and_be_killed.py"
TWO = (ActionItem(id="t1", text="One", owner="Ben"), ActionItem(id="t2", text="Two", owner="Ben"))


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    (tmp_path / "sessions").mkdir()
    return Shell(tmp_path)


@pytest.fixture
def path(shell: Shell) -> Path:
    """A session that was held, with two actions."""
    session = Session(
        id="2026-11-02-acme-7k3q",
        status="held",
        agenda="strategy-30",
        account="Acme",
        started_at=datetime(2026, 11, 2, 9, 0, tzinfo=UTC),
        outcome="pursue",
        action_items=TWO,
    )
    path = shell.sessions / f"{session.id}.toml"
    path.write_bytes(session_file.new(session).content())
    return path


def states(path: Path) -> dict[str, str]:
    return {each.id: each.status for each in session_file.read(path.read_bytes()).session.action_items}


def marked(path: Path, marks: str, state: Path) -> Session:
    """What `done`, `assign` and `reopen` do."""
    there = paths.find(path.parent.parent, {"SESSION_TUI_STATE": str(state)}, sessions=path.parent)
    id_, _, rest = marks.partition(" ")
    return batch_edit.change(path, there, batch_edit.marked(id_, rest, there, START), START)[0]


def rename_over(path: Path, was: str, becomes: str) -> None:
    """As sync programs do it."""
    theirs = path.with_name("theirs")
    theirs.write_text(path.read_text(encoding="utf-8").replace(was, becomes, 1), encoding="utf-8")
    theirs.replace(path)


# ---- many at once -------------------------------------------------------------------------------


# Five seconds each: the promise is about what happens when many changes meet, again and again.
@pytest.mark.parametrize("many", [1, 2])
def test_three_colleagues_and_a_screen_on_one_session_lose_nothing(many: int, tmp_path: Path) -> None:
    came = together(tmp_path, tuple(tmp_path / f"state-{each}" for each in range(many)), 5.0)
    assert came.kept, f"{came.words} {came.changes.refused}"
    assert came.changes.acknowledged > 30 and came.typed > 30
    assert came.beside == ()


def test_two_that_are_done_at_once_are_both_done(shell: Shell, path: Path) -> None:
    for _ in range(3):
        running = [
            subprocess.Popen(
                [sys.executable, "-m", "session_tui", "done", f"7k3q:{each}", "yes"],
                cwd=shell.home,
                env=shell.environment,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            for each in ("t1", "t2")
        ]
        assert [each.wait(60) for each in running] == [0, 0]
        assert states(path) == {"t1": "done", "t2": "done"}
        assert session_folder.waiting(path.parent) == ()
        for each in ("t1 open", "t2 open"):
            marked(path, each, shell.home / "state")


def test_done_that_meets_another_version_is_in_that_version(
    shell: Shell, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The other one comes between reading and writing, each time that the file is read."""
    read = session_file.read

    def read_and_be_overtaken(content: bytes, of: Path | None = None) -> session_file.Document:
        found = read(content, of)
        if "theirs" not in path.read_text(encoding="utf-8"):
            rename_over(path, 'outcome = "pursue"', 'outcome = "pursue"\nheadline = "theirs"')
        return found

    monkeypatch.chdir(shell.home)
    for name, value in shell.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(session_file, "read", read_and_be_overtaken)
    assert status(["done", "7k3q:t1", "they", "agreed"]) == 0
    there = read(path.read_bytes()).session
    assert (there.headline, there.action_items[0].result) == ("theirs", "they agreed")
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_done_of_what_another_program_removed_is_refused_and_said(shell: Shell, path: Path) -> None:
    for each in ("t1", "t2"):
        assert shell.run("done", f"7k3q:{each}").returncode == 0
    session = session_file.read(path.read_bytes()).session
    path.write_bytes(session_file.new(replace(session, action_items=session.action_items[:1])).content())
    with pytest.raises(StoreError, match="t2"):
        marked(path, "t2 open", shell.home / "state")
    assert states(path) == {"t1": "done"}


# ---- beside a screen ----------------------------------------------------------------------------


@pytest.fixture
def live(folder: Path, session: Session, state: Path) -> OpenedSession:
    return create_session(folder, replace(session, action_items=TWO), state)


def test_a_screen_takes_in_what_a_command_changed_and_goes_on(live: OpenedSession, state: Path) -> None:
    enter(live, "Ruth")
    marked(live.path, "t1 done yes", state)
    eventually(lambda: live.session.action_items[0].status == "done", "taken in")
    assert live.arrived() == ("t1",) and live.arrived() == ()
    eventually(lambda: live.save_status == "saved", "saved")
    assert live.conflict is None
    enter(live, "Mia")
    assert live.close()
    assert on_disk(live.path) == ["Ruth", "Mia"] and states(live.path) == {"t1": "done", "t2": "open"}


def test_what_is_typed_in_the_same_moment_stays_with_what_a_command_changed(live: OpenedSession, state: Path) -> None:
    with locking.writing(live.path, state):
        enter(live, "Ruth")
        rename_over(live.path, 'owner = "Ben"', 'owner = "Mia"')
        enter(live, "Mia")
    eventually(lambda: live.save_status == "saved", "saved")
    assert live.conflict is None and live.session.action_items[0].owner == "Mia"
    assert live.close()
    assert on_disk(live.path) == ["Ruth", "Mia"]
    assert session_file.read(live.path.read_bytes()).session.action_items[0].owner == "Mia"


def test_undo_takes_back_what_was_typed_and_never_what_others_did(live: OpenedSession, state: Path) -> None:
    enter(live, "Ruth")
    action = live.session.action_items[0]
    assert live.change(edits.change(action, replace(action, owner="Ana")), START) is None
    eventually(lambda: live.save_status == "saved", "saved")
    marked(live.path, "t1 done yes", state)
    marked(live.path, "t2 done yes", state)
    eventually(lambda: [each.status for each in live.session.action_items] == ["done", "done"], "taken in")
    refused = live.undo(START)
    assert isinstance(refused, Fault) and "changed meanwhile" in refused.what
    assert not isinstance(live.undo(START), Fault), "the change before it"
    assert live.session.stakeholders == () and states(live.path)["t2"] == "done"
    assert not isinstance(live.redo(START), Fault)
    assert live.close()
    assert on_disk(live.path) == ["Ruth"] and states(live.path) == {"t1": "done", "t2": "done"}


def test_a_second_window_follows_the_first(live: OpenedSession, state: Path) -> None:
    second = open_session(live.path, state)
    assert second.read_only
    enter(live, "Ruth")
    eventually(lambda: [each.name for each in second.session.stakeholders] == ["Ruth"], "followed")
    assert second.close() and live.close()


def test_what_is_half_typed_stays_with_the_window_that_can_enter_it(live: OpenedSession, state: Path) -> None:
    live.keep_line("Mia Tr", START)
    eventually(lambda: drafts.read(state / "drafts", live.path).line == "Mia Tr", "kept")
    second = open_session(live.path, state)
    assert second.read_only and second.draft.line == ""
    assert live.change(edits.Put("status", "", "live", "held"), START) is None
    eventually(lambda: second.session.status == "held", "followed")
    assert second.close()
    assert drafts.read(state / "drafts", live.path).line == "Mia Tr", "it is not the second one's to forget"
    assert live.close()


def test_a_command_that_looks_whether_a_session_is_open_makes_no_screen_read_only(path: Path, state: Path) -> None:
    glance = locking.session(path, state)
    threading.Timer(0.02, glance.release).start()
    screen = open_session(path, state)
    assert screen.read_only == ""
    assert screen.close()


def test_a_file_that_another_program_emptied_before_the_first_entry_is_a_conflict(live: OpenedSession) -> None:
    live.path.write_bytes(b"")
    enter(live, "Ruth")
    eventually(lambda: live.conflict == b"", "the empty file is told")
    assert live.path.read_bytes() == b""
    assert live.resolve("ours") is None
    assert live.close()
    assert on_disk(live.path) == ["Ruth"]


def test_two_screens_of_two_state_folders_come_to_one_session(live: OpenedSession, tmp_path: Path) -> None:
    other = open_session(live.path, tmp_path / "another-state")
    assert not other.read_only
    enter(live, "Ruth")
    eventually(lambda: len(other.session.stakeholders) == 1, "seen there")
    enter(other, "Mia")
    eventually(lambda: len(live.session.stakeholders) == 2, "seen here")
    assert live.session == other.session
    assert live.close() and other.close()


def test_half_a_file_that_arrives_is_left_until_it_is_whole(live: OpenedSession, state: Path) -> None:
    whole = live.path.read_bytes()
    live.path.write_bytes(whole[:40])
    threading.Event().wait(0.7)  # longer than a look takes to come round
    assert live.save_status == "saved" and live.conflict is None
    live.path.write_bytes(whole.replace(b'"Ben"', b'"Mia"'))
    eventually(lambda: live.session.action_items[0].owner == "Mia", "taken in")
    assert live.close()


# ---- what is replaced is looked at --------------------------------------------------------------


@pytest.mark.parametrize("becomes", ['outcome = "pursue"\nheadline = "THEIRS"', 'outcome = "no_go"'])
def test_a_version_renamed_over_the_file_while_ours_is_synced_is_kept(
    shell: Shell, path: Path, becomes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_session(path, shell.home / "state")
    real = os.fsync

    def fsync(handle: int) -> None:
        if path.read_bytes() == before:
            rename_over(path, 'outcome = "pursue"', becomes)
        real(handle)

    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", fsync)
    fault = opened.change(edits.Put("outcome", "", "pursue", "pursue_if"), START)
    assert fault is None
    eventually(lambda: opened.save_status == "saved", "saved")
    everything = "".join(each.read_text(encoding="utf-8") for each in path.parent.iterdir())
    assert becomes.split("\n")[-1] in everything and "pursue_if" in everything
    assert (opened.conflict is not None) == ("no_go" in becomes), "what does not collide is no conflict"
    assert opened.close()


@pytest.mark.parametrize("moment", ["alone", "before", "after", "back"])
def test_killed_in_between_nothing_of_another_program_is_lost(moment: str, shell: Shell, path: Path) -> None:
    state = shell.home / "state"
    command = [str(KILLED), str(shell.sessions), str(state), moment]
    assert forking.run(command, cwd=shell.home, env=shell.environment).returncode == -9
    theirs = [each for each in path.parent.iterdir() if '"Theirs"' in each.read_text(encoding="utf-8")]
    session_file.read(path.read_bytes(), path)
    if moment == "alone":
        assert on_disk(path) == ["Ours"] and session_folder.waiting(path.parent) == ()
    elif moment == "after":
        assert path not in theirs and len(theirs) == 1, "it had been exchanged out"
        assert path.stem in shell.run("doctor").stdout
        assert theirs[0].name in shell.run("list").stderr
        again = open_session(path, state)
        assert any(theirs[0].name in each for each in again.notices) and again.close()
        found = merge.look(path, state)
        merge.write(found, {**found.merge.defaults, "account": "theirs"}, state)
        there = session_file.read(path.read_bytes()).session
        assert (there.account, on_disk(path)) == ("Theirs", ["Ours"])
    else:
        assert path in theirs
    assert session_folder.waiting(path.parent) == ()


def test_a_lock_that_nobody_gives_back_is_said_by_a_command_and_keeps_no_screen_from_saving(
    live: OpenedSession, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 0.2)
    with locking.writing(live.path, state):
        there = paths.find(live.path.parent.parent, {"SESSION_TUI_STATE": str(state)}, sessions=live.path.parent)
        with pytest.raises(StoreError, match=re.escape("Nothing was changed. Try again.")):
            batch_edit.change(live.path, there, batch_edit.marked("t1", "done", there, START), START)
        enter(live, "Ruth")
        eventually(lambda: live.save_status == "saved", "saved")
        assert on_disk(live.path) == ["Ruth"]
    assert live.close()


# ---- files beside the sessions ------------------------------------------------------------------


def test_a_comment_on_a_plan_is_laid_over_what_another_program_put_there_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = tmp_path / "acme.md"
    plan.write_text("# Acme\n\nThey buy in May.\n", encoding="utf-8")
    files.add_comment(plan, PlanComment(line=3, text="Who says so?", author="Ana"), tmp_path / "locks")
    path = files.readers_path(plan)
    real, theirs = atomic.prepared, iter(["Mia"])

    def prepared(target: Path, content: bytes, **more: object) -> Path:
        for name in theirs:
            rename_over(path, '"Ana"', f'"{name}"')
        return real(target, content, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(atomic, "prepared", prepared)
    files.add_comment(plan, PlanComment(line=3, text="Since when?", author="Ben"), tmp_path / "locks")
    assert [each.author for each in files.readers(plan).comments] == ["Mia", "Ben"]
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == [plan.name, path.name]
