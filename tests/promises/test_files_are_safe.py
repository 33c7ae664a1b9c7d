"""Covers: promise 2.

Promise 2: opening a file never damages it.
"""

import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from conftest import EXAMPLE, START
from promises.test_nothing_is_lost import enter, eventually, on_disk
from session_tui.model import edits
from session_tui.model.diff import conflict_sentences
from session_tui.model.session import Session, Stakeholder, next_id
from session_tui.store import locking, session_file, session_folder
from session_tui.store.errors import StoreError
from session_tui.store.open_session import OpenedSession, create_session, open_session


def test_reading_touches_nothing_not_even_a_time(folder: Path, state: Path) -> None:
    path = folder / EXAMPLE.name
    path.write_bytes(EXAMPLE.read_bytes())
    os.utime(path, (1, 1))
    before = path.stat()
    opened = open_session(path, state)
    assert opened.close()
    session_folder.rows(folder)
    after = path.stat()
    assert (after.st_mtime_ns, after.st_ino, path.read_bytes()) == (
        before.st_mtime_ns,
        before.st_ino,
        EXAMPLE.read_bytes(),
    )
    assert [each.name for each in folder.iterdir()] == [path.name]


def test_a_change_by_somebody_else_is_found_by_content_and_not_overwritten(opened: OpenedSession, state: Path) -> None:
    enter(opened, "Ruth")
    eventually(lambda: opened.save_status == "saved", "saved")
    before = opened.path.stat()
    theirs = overtaken(opened, b'"Ruth"', b'"Rudi"')
    os.utime(opened.path, ns=(before.st_atime_ns, before.st_mtime_ns))  # same size, same time
    enter(opened, "Mia")
    eventually(lambda: opened.conflict is not None and opened.save_status == "saved", "the conflict")
    ours = opened.path.with_name(opened.path.name + ".ours")
    assert opened.path.read_bytes() == theirs
    assert on_disk(ours) == ["Ruth", "Mia"]
    there = opened.theirs()
    assert there is not None
    assert conflict_sentences(opened.session, there)[0] == "s1 name: Ruth here, Rudi there"
    assert conflict_sentences(opened.session, there)[-1] == "s2 only here: Mia"
    assert opened.resolve("ours") is None
    eventually(lambda: opened.save_status == "saved" and opened.conflict is None, "resolved")
    assert on_disk(opened.path) == ["Ruth", "Mia"]
    assert opened.path.with_name(opened.path.name + ".theirs").read_bytes() == theirs
    opened.close()


def test_theirs_can_be_taken_and_ours_stays_beside(opened: OpenedSession) -> None:
    enter(opened, "Ruth")
    eventually(lambda: opened.save_status == "saved", "saved")
    overtaken(opened, b'"Ruth"', b'"Rudi"')
    enter(opened, "Mia")
    eventually(lambda: opened.conflict is not None and opened.save_status == "saved", "the conflict")
    assert opened.resolve("theirs") is None
    assert [person.name for person in opened.session.stakeholders] == ["Rudi"]
    assert on_disk(opened.path.with_name(opened.path.name + ".mine")) == ["Ruth", "Mia"]
    enter(opened, "Mia")
    assert opened.close()
    assert on_disk(opened.path) == ["Rudi", "Mia"]


def test_comments_are_kept_aside_before_the_first_rewrite_and_said_once(folder: Path, state: Path) -> None:
    path = folder / EXAMPLE.name
    path.write_bytes(EXAMPLE.read_bytes())
    opened = open_session(path, state)
    assert opened.notices == ()
    enter(opened, "Zoe")
    enter(opened, "Ida")
    assert opened.close()
    assert path.with_name(path.name + ".before").read_bytes() == EXAMPLE.read_bytes()
    assert len(opened.notices) == 1
    assert len(list(folder.iterdir())) == 2


def test_opened_twice_the_second_is_read_only(opened: OpenedSession, state: Path) -> None:
    second = open_session(opened.path, state)
    assert "another window" in second.read_only
    fault = second.change(document_edit(second), START)
    assert fault is not None
    assert "read-only" in fault.what
    second.close()
    opened.close()
    third = open_session(opened.path, state)
    assert third.read_only == ""
    third.close()


def test_another_process_holds_the_lock_too(opened: OpenedSession, state: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from session_tui.store.open_session import open_session;"
        "o = open_session(Path(sys.argv[1]), Path(sys.argv[2])); print(o.read_only); o.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(opened.path), str(state)],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    assert "another window" in done.stdout
    opened.close()


def test_a_session_closed_in_another_thread_is_free_again(opened: OpenedSession, state: Path) -> None:
    # The screen closes in a thread of its own, so that waiting for the disk does not stop it.
    closing = threading.Thread(target=opened.close)
    closing.start()
    closing.join(10)
    again = open_session(opened.path, state)
    assert again.read_only == ""
    again.close()


def test_a_newer_schema_is_read_only(folder: Path, state: Path) -> None:
    path = folder / "2026-11-23-acme-7k3q.toml"
    path.write_text('schema = 2\nid = "2026-11-23-acme-7k3q"\nstatus = "live"\nagenda = "x"\naccount = "A"\nnew = 1\n')
    opened = open_session(path, state)
    assert "newer version" in opened.read_only
    opened.close()


def test_a_new_file_is_its_owners_alone_and_a_rewrite_keeps_the_mode(opened: OpenedSession) -> None:
    if os.name != "posix":
        pytest.skip("modes are POSIX's; this system has none")
    assert stat.S_IMODE(opened.path.stat().st_mode) == 0o600
    opened.path.chmod(0o640)
    enter(opened, "Ruth")
    assert opened.close()
    assert stat.S_IMODE(opened.path.stat().st_mode) == 0o640


def test_a_link_is_followed_not_replaced(folder: Path, state: Path, tmp_path: Path, session: Session) -> None:
    real = create_session(tmp_path / "elsewhere", session, state)
    real.close()
    link = folder / real.path.name
    link.symlink_to(real.path)
    opened = open_session(link, state)
    enter(opened, "Ruth")
    assert opened.close()
    assert link.is_symlink()
    assert on_disk(real.path) == ["Ruth"]


def test_a_file_named_like_a_session_with_another_id_inside_is_refused(folder: Path, state: Path) -> None:
    path = folder / "2026-11-23-other-0000.toml"
    path.write_bytes(EXAMPLE.read_bytes())
    with pytest.raises(StoreError, match="is not what the file is called"):
        open_session(path, state)
    assert session_folder.row(path).fault is not None


def test_a_new_session_never_replaces_a_file(folder: Path, session: Session, state: Path) -> None:
    (folder / f"{session.id}.toml").write_text("mine")
    with pytest.raises(StoreError, match="such a file already"):
        create_session(folder, session, state)
    assert (folder / f"{session.id}.toml").read_text() == "mine"


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path, session: Session, state: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="not a folder"):
        create_session(tmp_path / "file" / "sessions", session, state)


def document_edit(opened: OpenedSession):  # type: ignore[no-untyped-def]
    from session_tui.model.edits import Put

    return Put("zone", "", opened.session.zone, "EMEA")


def test_changes_after_the_end_are_on_record(folder: Path, state: Path) -> None:
    from datetime import date

    path = folder / EXAMPLE.name
    path.write_bytes(EXAMPLE.read_bytes())
    opened = open_session(path, state, by="Ben Okafor")
    action = opened.session.action_items[0]
    assert opened.change(edits.change(action, replace(action, due=date(2026, 12, 1))), START) is None
    assert opened.close()
    row = session_file.read(path.read_bytes()).session.changes[-1]
    assert (row.entry, row.field, row.from_, row.to, row.by) == ("t1", "due", "2026-11-27", "2026-12-01", "Ben Okafor")


def conflicted(opened: OpenedSession) -> None:
    """Ruth here, Rudi there, and Mia only here."""
    enter(opened, "Ruth")
    eventually(lambda: opened.save_status == "saved", "saved")
    overtaken(opened, b'"Ruth"', b'"Rudi"')
    enter(opened, "Mia")
    eventually(lambda: opened.conflict is not None and opened.save_status == "saved", "the conflict")


def overtaken(opened: OpenedSession, was: bytes, becomes: bytes) -> bytes:
    """Another program changes the first stakeholder during our change; returns what it wrote."""
    with locking.writing(opened.path, opened.path.parent.parent / "state"):
        theirs = opened.path.read_bytes().replace(was, becomes)
        person = opened.session.stakeholders[0]
        assert opened.change(edits.change(person, replace(person, title=f"{person.title}Boss")), START) is None
        opened.path.write_bytes(theirs)
    return theirs


def test_a_version_newer_than_the_one_that_was_looked_at_is_another_conflict(opened: OpenedSession) -> None:
    conflicted(opened)
    newer = opened.path.read_bytes().replace(b'"Rudi"', b'"Rosa"')
    opened.path.write_bytes(newer)
    assert opened.resolve("ours") is None
    eventually(lambda: opened.conflict == newer, "the newer version noticed")
    assert opened.path.read_bytes() == newer, "and not overwritten"
    assert opened.resolve("ours") is None
    eventually(lambda: opened.conflict is None and opened.save_status == "saved", "resolved")
    assert on_disk(opened.path) == ["Ruth", "Mia"]
    kept = {path.suffix: path.read_bytes() for path in opened.path.parent.glob("*.theirs*")}
    assert newer in kept.values()
    assert opened.close()


def test_ours_of_an_earlier_conflict_is_never_overwritten_and_told_on_opening(
    opened: OpenedSession, state: Path
) -> None:
    conflicted(opened)
    assert opened.close()
    ours = opened.path.with_name(opened.path.name + ".ours")
    first = ours.read_bytes()
    again = open_session(opened.path, state)
    assert any(ours.name in notice for notice in again.notices)
    overtaken(again, b'"Rudi"', b'"Rosa"')
    enter(again, "Otto")
    eventually(lambda: again.conflict is not None and again.save_status == "saved", "the second conflict")
    assert ours.read_bytes() == first
    assert on_disk(opened.path.with_name(opened.path.name + ".ours-2")) == ["Rudi", "Otto"]
    assert again.close()


def test_ours_beside_the_file_goes_when_the_file_has_it(opened: OpenedSession) -> None:
    conflicted(opened)
    assert opened.resolve("ours") is None
    eventually(lambda: opened.conflict is None and opened.save_status == "saved", "resolved")
    assert opened.close()
    assert not opened.path.with_name(opened.path.name + ".ours").exists()


def test_what_is_typed_while_theirs_is_taken_is_in_the_session_or_kept_beside(opened: OpenedSession) -> None:
    typed: list[str] = []
    for number in range(20):
        conflicted(opened)
        typing = threading.Thread(target=lambda: typed.extend(filter(None, (enters(opened, n) for n in range(5)))))
        typing.start()
        assert opened.resolve("theirs") is None
        typing.join(5)
        eventually(lambda: opened.conflict is None and opened.save_status == "saved", f"resolved, round {number}")
        beside = "".join(path.read_text() for path in opened.path.parent.glob("*.mine*"))
        there = on_disk(opened.path)
        assert all(name in there or f'"{name}"' in beside for name in typed), f"round {number}"
        for person in reversed(opened.session.stakeholders):
            opened.change(edits.remove(opened.session, person), START)
        eventually(lambda: opened.save_status == "saved", "emptied")
        typed.clear()
        for path in opened.path.parent.glob("*.mine*"):
            path.unlink()
    assert opened.close()


def enters(opened: OpenedSession, number: int) -> str:
    """One more name; empty where the session had changed on disk, which the program reports."""
    name = f"Typed {number}"
    person = Stakeholder(id=next_id(opened.session, "s"), name=name)
    return "" if opened.change(edits.add(person), START) else name


def test_nothing_can_be_typed_into_a_closed_session(opened: OpenedSession) -> None:
    assert opened.close()
    fault = opened.change(edits.add(Stakeholder(id="s1", name="Ruth")), START)
    assert fault is not None
    assert "closed" in fault.what


def test_a_state_folder_that_is_none_still_frees_the_file(folder: Path, session: Session, tmp_path: Path) -> None:
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    opened = create_session(folder, session, nowhere)
    assert opened.notices
    enter(opened, "Ruth")
    assert opened.close()
    assert on_disk(opened.path) == ["Ruth"]


def test_a_home_nobody_has_is_a_folder_that_is_not_there(opened: OpenedSession) -> None:
    fault = opened.move_to(Path("~nobody-of-this-name/x"))
    assert fault is not None
    assert "no such folder" in fault.what
    assert opened.close()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_among_the_sessions_is_said_and_holds_nobody_up(folder: Path) -> None:
    os.mkfifo(folder / "2026-11-23-pipe-0000.toml")
    (row,) = session_folder.rows(folder)
    assert row.fault is not None
    assert "not an ordinary file" in row.fault.what
