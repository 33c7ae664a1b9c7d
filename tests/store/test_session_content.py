"""Covers: store/session_content.py.

A content that is laid over any file reads back as that content; what did not change keeps its
bytes; what no file can hold is a fault.
"""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given

from profiles import examples
from session_tui.model.fault import Fault
from session_tui.model.sync.content import Content, content_of_tables, digest
from session_tui.store import session_content
from session_tui.store.session_file import Document
from team_contents import ID, full_content, plain, seeds

PATH = Path(f"{ID}.toml")


def document(content: Content, before: Document | None = None) -> Document:
    made = session_content.document_of(content, before)
    assert isinstance(made, Document), made
    return made


def read(raw: bytes) -> tuple[Document, Content]:
    found = session_content.content_in(raw, PATH)
    assert not isinstance(found, Fault), found
    return found


@given(rnd=seeds)
@examples(60)
def test_a_content_over_any_file_reads_back_as_itself(rnd: Random) -> None:
    first, second = full_content(rnd), full_content(rnd)
    raw = document(first).content()
    before, there = read(raw)
    assert digest(there) == digest(first)
    assert digest(read(document(second, before).content())[1]) == digest(second)


@given(rnd=seeds)
@examples(40)
def test_the_same_content_again_changes_no_byte(rnd: Random) -> None:
    raw = document(full_content(rnd)).content()
    before, there = read(raw)
    assert document(there, before).content() == raw


HAND_WRITTEN = b"""id = "2026-11-16-acme-freight-2m9x"
schema = 1
agenda = 'strategy-30'
status = "held"
account = "Acme Freight"
started_at = 2026-11-16T10:00:00+01:00
newer = 2026-12-01
amount = 5

[[stakeholders]]
name = "Mia Tran"
id = "s1"
"""


def test_what_a_hand_wrote_keeps_its_order_and_its_notation() -> None:
    before, there = read(HAND_WRITTEN)
    assert there.session["newer"] == "2026-12-01"
    changed = plain(content_of_tables(there.session | {"headline": "It goes on"}))
    after = document(changed, before).content()
    assert set(HAND_WRITTEN.splitlines()) - set(after.splitlines()) <= {
        b"agenda = 'strategy-30'",  # quotes are of one kind
        b"started_at = 2026-11-16T10:00:00+01:00",  # and moments in UTC
    }
    assert after.splitlines()[0] == HAND_WRITTEN.splitlines()[0]
    assert b"newer = 2026-12-01\n" in after and b'headline = "It goes on"' in after


@pytest.mark.parametrize("value", [1, 1.0, True, "1", [1], {"a": 1}])
def test_an_unknown_key_becomes_what_the_content_says_also_where_values_are_equal(value: object) -> None:
    before, there = read(HAND_WRITTEN.replace(b"newer = 2026-12-01", b"newer = 1"))
    after = document(Content("full", there.session | {"newer": value}), before)
    assert read(after.content())[1].session["newer"] == value
    assert type(read(after.content())[1].session["newer"]) is type(value)


def test_what_no_file_can_hold_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESSION_TUI_STATE", str(tmp_path))  # for the report of the error
    _, there = read(HAND_WRITTEN)
    made = session_content.document_of(Content("full", there.session | {"newer": [None]}), None)
    assert isinstance(made, Fault)
