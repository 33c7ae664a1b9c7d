"""Covers: session_tui.store.toml_file, what a rewrite loses.

Keys that other programs added to a session stay, or the file is kept as it was.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import EXAMPLE
from promises.test_nothing_is_lost import enter, eventually
from session_tui.model.session import Session
from session_tui.store import session_file, toml
from session_tui.store.open_session import open_session
from session_tui.store.toml_file import COMMENTS, FOREIGN, lost

HEAD = 'schema = 1\nid = "2026-11-23-good-abcd"\nstatus = "held"\nagenda = "a"\naccount = "Good Ltd"\n'
CHANGED = [
    "2026-11-24T10:00:00.123456789+05:30",
    "2026-11-24T10:00:00+05:30",
    "2026-11-24T10:00:00Z",
    "0x1F",
    "0o17",
    "1_000",
    "+7",
    "1e3",
    '"""\nline one\nline two"""',
    "'in single quotes'",
    "{ a = 1 }",
    "[ 1,2 ]",
]
KEPT = ["2026-11-24", "10:00:00", "2026-11-24 10:00:00+00:00", "31", "1.5", "true", '"line one\\nline two"', "[]"]
PLACES = ["{}", '[[notes]]\nid = "n1"\ntext = "x"\n{}', "[crm]\n{}", "[[crm]]\nx = 1\n\n[[crm]]\n{}", "[crm.deep]\n{}"]


def told(text: str) -> str:
    content = text.encode()
    return lost(content, toml.parse(content), Session)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("value", [*CHANGED, *KEPT])
def test_a_value_of_another_program_is_kept_as_written_or_told(place: str, value: str) -> None:
    assert told(HEAD + place.format(f"crm_value = {value}\n")) == (FOREIGN if value in CHANGED else "")


def test_one_that_stands_there_twice_has_to_stay_twice() -> None:
    assert told(f"{HEAD}crm = 31\n[[notes]]\nid = 'n1'\ntext = 'x'\ncrm = 0x1F\n") == FOREIGN
    assert told(f"{HEAD}# why\ncrm = 0x1F\n") == COMMENTS
    assert told(HEAD.replace('"a"', "'''\na'''")) == ""  # a text of ours: its words stay


def test_the_file_is_kept_as_it_was_before_the_first_rewrite_and_it_is_said(folder: Path, state: Path) -> None:
    path = folder / EXAMPLE.name
    content = (
        b'crm_flags = 0x1F\ncrm_text = """\nline one\nline two"""\n'
        + session_file.new(session_file.read(EXAMPLE.read_bytes()).session).content()
    )
    path.write_bytes(content)
    opened = open_session(path, state)
    enter(opened, "Ruth")
    eventually(lambda: opened.save_status == "saved", "saved")
    kept = path.with_name(f"{path.name}.before")
    assert kept.read_bytes() == content
    assert opened.notices == (f"This file had {FOREIGN}; it is kept as it was in {kept.name}.",)
    enter(opened, "Mia")
    assert opened.close()
    assert not path.with_name(f"{path.name}.before-2").exists()


@given(st.lists(st.sampled_from([*CHANGED, *KEPT]), max_size=4), st.sampled_from(PLACES))
def test_where_nothing_is_told_every_line_of_another_program_is_there_afterwards(values: list[str], place: str) -> None:
    mine = [f"crm_{at} = {value}" for at, value in enumerate(values)]
    text = HEAD + place.format("\n".join(mine) + "\n")
    after = session_file.read(text.encode()).content().decode().splitlines()
    assert told(text) or all(line in after for line in mine)
