"""Covers: session_tui.store.session_file.

Reading a session file and writing it again never damages it.
"""

import difflib
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import json_schema
from conftest import DATA, EXAMPLE
from profiles import examples
from session_tui.model.session import LastIds, Session, Stakeholder
from session_tui.store import session_file, toml
from session_tui.store.errors import StoreError
from strategies import actions, assumptions, sessions, stakeholders

BARE = b'schema = 1\nid = "2026-11-23-acme-7k3q"\nstatus = "live"\nagenda = "x"\naccount = "Acme"\n'

VERSION_BEFORE = json.loads((DATA / "session-schema-1.json").read_text(encoding="utf-8"))


def changed_lines(before: bytes, after: bytes) -> list[str]:
    diff = difflib.unified_diff(before.decode().splitlines(), after.decode().splitlines(), n=0, lineterm="")
    return [line for line in diff if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_the_example_is_read_to_the_letter_and_written_back_the_same() -> None:
    read = session_file.read(EXAMPLE.read_bytes(), EXAMPLE)
    assert read.session.stakeholders[1].influences == ("s1",)
    assert read.session.value is not None
    written = read.content()
    again = session_file.read(written)
    assert again.session == read.session
    assert again.content() == written


def test_a_diff_shows_the_change_alone() -> None:
    read = session_file.read(session_file.read(EXAMPLE.read_bytes()).content())
    ruth = replace(read.session.stakeholders[0], power=4)
    session = replace(read.session, stakeholders=(ruth, *read.session.stakeholders[1:]))
    assert changed_lines(read.content(), read.with_session(session).content()) == ["-power = 5", "+power = 4"]


def test_a_longer_value_does_not_turn_a_table_into_another_form() -> None:
    read = session_file.read(session_file.read(EXAMPLE.read_bytes()).content())
    long = replace(read.session.action_items[0], text="x" * 300)
    after = read.with_session(replace(read.session, action_items=(long,))).content()
    assert len(changed_lines(read.content(), after)) == 2


def test_unknown_keys_survive_at_every_level() -> None:
    content = BARE + (
        b'crm_id = "C-7"\n[crm]\nstage = 3\n[crm.deep]\nx = 1\n[[parts]]\nkind = "notes"\nminutes = 5\ncolour = "red"\n'
        b'[[stakeholders]]\nid = "s1"\nname = "Ruth"\nlinked = { a = 1 }\n[[extra]]\nn = 1\n[[extra]]\nn = 2\n'
        b'[plan]\nsource = "p.md"\nowner = "x"\n[[plan.readers]]\nname = "Ana"\nmood = "good"\n'
    )
    read = session_file.read(content)
    ruth = replace(read.session.stakeholders[0], power=5)
    after = toml.parse(read.with_session(replace(read.session, stakeholders=(ruth,), zone="EMEA")).content())
    assert after["crm_id"] == "C-7"
    assert after["crm"] == {"stage": 3, "deep": {"x": 1}}
    assert after["parts"][0]["colour"] == "red"
    assert after["stakeholders"][0]["linked"] == {"a": 1}
    assert after["stakeholders"][0]["power"] == 5
    assert after["extra"] == [{"n": 1}, {"n": 2}]
    assert after["plan"]["owner"] == "x"
    assert after["plan"]["readers"][0]["mood"] == "good"
    assert after["zone"] == "EMEA"


def test_a_new_key_stands_where_the_format_has_it() -> None:
    read = session_file.read(BARE + b'headline = "x"\n')
    text = read.with_session(replace(read.session, zone="EMEA")).content().decode()
    assert text.index("account") < text.index("zone") < text.index("headline")


def test_line_ends_and_byte_order_mark_stay() -> None:
    content = b"\xef\xbb\xbf" + BARE.replace(b"\n", b"\r\n")
    read = session_file.read(content)
    after = read.with_session(replace(read.session, zone="EMEA")).content()
    assert after == content + b'zone = "EMEA"\r\n'


def test_an_entry_needs_only_id_and_name_and_has_the_documented_defaults() -> None:
    read = session_file.read(
        BARE + b'[[stakeholders]]\nid = "s1"\nname = "R"\n[[assumptions]]\nid = "a1"\ntext = "T"\n'
    )
    person, belief = read.session.stakeholders[0], read.session.assumptions[0]
    assert (person.power, person.support, person.buying_role, person.coverage) == (None, None, "unknown", "unknown")
    assert (belief.importance, belief.evidence, belief.status) == (3, 1, "untested")


def test_a_judgement_that_was_not_made_has_no_key_and_one_that_was_made_stays() -> None:
    line = b'[[stakeholders]]\nid = "s1"\nname = "R"\npower = 3\nsupport = 0\n'
    read = session_file.read(BARE + line)
    (person,) = read.session.stakeholders
    assert (person.power, person.support) == (3, 0), "a file of the version before keeps its values"
    taken_back = read.with_session(replace(read.session, stakeholders=(replace(person, power=None),)))
    assert b"power" not in taken_back.content() and b"support = 0" in taken_back.content()
    new = session_file.new(replace(read.session, stakeholders=(Stakeholder(id="s1", name="R"),)))
    assert b"power" not in new.content() and b"support" not in new.content()


@pytest.mark.slow
@given(sessions)
@examples(60)
def test_the_version_before_reads_what_this_one_writes(session: Session) -> None:
    """The schema of the version before, by its keys and words; a key it does not know it keeps."""
    tables = session_file.new(session).tables
    json_schema.validate(json.loads(msgspec.json.encode(tables)), VERSION_BEFORE)


def test_a_newer_schema_is_told_and_unharmed() -> None:
    assert session_file.read(BARE.replace(b"schema = 1", b"schema = 2")).newer


@given(st.lists(stakeholders, max_size=1), st.lists(assumptions, max_size=1), st.lists(actions, max_size=1))
@examples(150)
def test_whatever_is_written_is_read_back_the_same(people: list, beliefs: list, todo: list) -> None:  # type: ignore[type-arg]
    session = Session(
        id="2026-11-23-acme-7k3q",
        status="live",
        agenda="x",
        account="A",
        last_ids=LastIds(s=4),
        stakeholders=tuple(people),
        assumptions=tuple(beliefs),
        action_items=tuple(todo),
    )
    assert session_file.read(session_file.new(session).content()).session == session


def test_a_file_cut_anywhere_is_a_sentence_or_a_session_never_an_exception() -> None:
    content = EXAMPLE.read_bytes()
    for end in range(0, len(content), 97):
        try:
            session_file.read(content[:end])
        except StoreError as error:
            lines = [fault.line for fault in error.faults]
        else:
            lines = [1]
        assert lines
        assert min(lines) >= 1


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = " + b"[" * 5000, b"\x00", b"id = 1", b""])
def test_rubbish_is_a_sentence(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        session_file.read(content)
