"""Covers: session_tui.store.session_follower.

A window that only reads is in step with the file, or says why not, and writes nothing.
"""

import os
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from conftest import START
from promises.test_nothing_is_lost import enter, eventually
from session_tui.store import drafts, open_session, session_file
from session_tui.store.open_session import OpenedSession, follow_session


@pytest.fixture
def second(opened: OpenedSession, state: Path) -> Iterator[OpenedSession]:
    second = follow_session(opened.path, state, "it only shows the session")
    yield second
    second.close()
    opened.close()


def names(shown: OpenedSession) -> list[str]:
    return [person.name for person in shown.session.stakeholders]


def behind(shown: OpenedSession) -> str:
    return shown.trouble.what if shown.trouble else ""


def test_what_is_entered_in_one_window_is_in_the_other_and_is_listed_as_arrived(
    opened: OpenedSession, second: OpenedSession
) -> None:
    enter(opened, "Ruth")
    eventually(lambda: names(second) == ["Ruth"], "followed")
    assert "s1" in second.arrived()
    assert second.saved is second.session and second.save_status == "saved"


def _removed(path: Path) -> None:
    path.unlink()


def _broken(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:40])


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _no_file(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _another(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(path.stem.encode(), b"2026-11-23-other-deal-7k3q"))
    assert session_file.read(path.read_bytes()).session.id != path.stem


def _renamed(path: Path) -> None:
    path.rename(path.with_name(f"{path.stem} (conflicted copy).toml"))


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (_removed, "is gone"),
        (_broken, "is broken"),
        (_emptied, "is broken"),
        (_no_file, "folder"),
        (_another, "another session is in the file"),
        (_renamed, "(conflicted copy).toml lies beside it"),
    ],
)
def test_a_file_that_cannot_be_followed_is_a_sentence_and_goes_on_once_it_is_back(
    opened: OpenedSession, second: OpenedSession, happens: Callable[[Path], None], words: str
) -> None:
    enter(opened, "Ruth")
    eventually(lambda: names(second) == ["Ruth"], "followed")
    assert opened.close()
    sound = opened.path.read_bytes()
    happens(opened.path)
    eventually(lambda: words in behind(second), words)
    assert names(second) == ["Ruth"], "the last sound version stays"
    if opened.path.is_dir():
        opened.path.rmdir()
    opened.path.write_bytes(sound.replace(b"Ruth", b"Rita"))
    eventually(lambda: names(second) == ["Rita"] and not behind(second), "followed again")


def test_a_window_that_only_reads_writes_nothing_at_all(opened: OpenedSession, second: OpenedSession) -> None:
    enter(opened, "Ruth")
    assert opened.close()
    eventually(lambda: names(second) == ["Ruth"], "followed")
    top = opened.path.parent.parent
    before = {each: each.stat().st_mtime_ns for each in top.rglob("*")}
    second.keep_line("secret", START)
    second.keep_curtain(False)
    second.alive(START)
    assert second.move_to(top / "state") is not None
    assert second.close()
    assert {each: each.stat().st_mtime_ns for each in top.rglob("*")} == before


def _covered(shown: OpenedSession, drawn: bool) -> bool:
    return shown.follower is not None and shown.follower.draft is not None and shown.follower.draft.curtain is drawn


def test_the_curtain_of_the_holder_is_followed_and_the_half_typed_line_is_not(
    opened: OpenedSession, second: OpenedSession
) -> None:
    follower = second.follower
    assert follower is not None
    for drawn in (True, False, True):
        opened.keep_curtain(drawn)
        eventually(partial(_covered, second, drawn), "followed")
    opened.keep_line("Ruth is against", START)
    eventually(lambda: follower.draft is not None and follower.draft.line != "", "the line")
    assert follower.draft is not None and follower.draft.curtain is True, "a line says nothing of the curtain"
    assert second.draft.line == ""
    for each in (opened.path.parent.parent / "state" / "drafts").iterdir():
        each.unlink()
    eventually(lambda: follower.draft is None, "it is not known any more")


def test_an_entry_is_not_in_the_file_before_the_curtain_that_was_drawn_before_it(
    opened: OpenedSession, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.keep_curtain(False)
    eventually(lambda: drafts.read(state / "drafts", opened.path).curtain is False, "the open curtain")
    gate, real, waits = threading.Event(), os.fsync, threading.Event()

    def fsync(descriptor: int) -> None:
        if threading.current_thread().name == "writer of drafts":
            waits.set()
            gate.wait(5)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    before = opened.path.read_bytes()
    opened.keep_curtain(True)
    enter(opened, "Ruth")
    assert waits.wait(5)
    assert not opened.settled(0.2) and opened.path.read_bytes() == before
    gate.set()
    assert opened.settled()
    assert drafts.read(state / "drafts", opened.path).curtain is True
    opened.close()


def test_a_state_folder_that_does_not_answer_costs_no_entry(
    opened: OpenedSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, real = threading.Event(), os.fsync
    drafts_alone = "writer of drafts"
    monkeypatch.setattr(open_session, "CURTAIN_FIRST", 0.05)
    monkeypatch.setattr(
        os, "fsync", lambda fd: (threading.current_thread().name == drafts_alone and gate.wait(5), real(fd))[1]
    )
    opened.keep_curtain(True)
    enter(opened, "Ruth")
    assert opened.settled()
    gate.set()
    opened.close()
