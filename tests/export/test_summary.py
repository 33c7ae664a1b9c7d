"""Covers: session_tui.export.summary.

A shared summary has no private word, in any document format.
"""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

import json_schema
from export.samples import WHOLE
from profiles import examples
from session_tui.export.formats import FORMATS, Setting, render
from session_tui.export.json import Contract
from session_tui.export.summary import summarise
from session_tui.model.configuration import Person
from session_tui.model.session import (
    ActionItem,
    Attendee,
    ChangeAfter,
    CreditShare,
    LastIds,
    Note,
    Plan,
    PlanComment,
    Session,
    Value,
)
from session_tui.model.vocabulary import Detail
from session_tui.store import session_file
from strategies import sessions

TOP = Path(__file__).resolve().parents[2]
EXAMPLE = TOP / "tests" / "data" / "valid" / "2026-11-23-acme-freight-7k3q.toml"
NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SETTING = Setting(NOW, (Person(name="Ben Okafor", email="ben.okafor@example.com"),))
PRIVATE = "Xqzv"  # stands in no text that the strategies make
COMPUTED = ("mentor", "supporter", "neutral", "enemy", "key player", "map red", "map amber", "map green")
MADE = list(FORMATS)


def example() -> Session:
    return session_file.read(EXAMPLE.read_bytes()).session


def with_private(session: Session, power: int | None = 3, support: int | None = 0) -> Session:
    """The session with private words in every field, and this power and support for all people."""
    at = NOW.replace(microsecond=0)
    fields = ("pain", "note", "power", "support")
    changes = tuple(ChangeAfter(at=at, entry="s1", field=each, from_=PRIVATE, to=PRIVATE) for each in fields)
    return replace(
        session,
        condition=PRIVATE,
        plan=Plan(source="plans/a.md", comments=(PlanComment(line=1, quote=PRIVATE, author=PRIVATE, text=PRIVATE),)),
        stakeholders=tuple(
            replace(each, power=power, support=support, pain=PRIVATE, note=PRIVATE) for each in session.stakeholders
        ),
        assumptions=tuple(replace(each, note=PRIVATE) for each in session.assumptions),
        action_items=tuple(replace(each, note=PRIVATE) for each in session.action_items),
        notes=(Note(id="n1", text=PRIVATE, at=at),),
        credit_split=(CreditShare(name=PRIVATE, percent=power or 50),),
        value=Value(people=3, minutes=30, hours_saved=float(power or 7)),
        changes=(
            *changes,
            ChangeAfter(at=at, entry="n1", field="text", from_=PRIVATE, to=PRIVATE),
            ChangeAfter(at=at, entry="", field="credit_split", from_=PRIVATE, to=PRIVATE),
        ),
    )


@pytest.mark.parametrize("name", MADE)
@examples(25)
@given(session=sessions, power=st.none() | st.integers(1, 5), support=st.none() | st.integers(-2, 2))
def test_no_document_that_is_shared_has_a_word_of_what_stays_with_us(
    name: str, session: Session, power: int | None, support: int | None
) -> None:
    made = render(summarise(with_private(session, power, support), "shared"), name, SETTING)
    assert PRIVATE.encode() not in made
    # No computed value reveals it either: with other assessments the document is the same.
    assert made == render(summarise(with_private(session), "shared"), name, SETTING)


@pytest.mark.parametrize("name", MADE)
def test_what_is_computed_from_power_and_support_is_in_the_full_document_alone(name: str) -> None:
    shared = render(summarise(example(), "shared"), name, SETTING).decode().casefold()
    assert [words for words in COMPUTED if words in shared] == []
    assert "power" not in shared


def test_how_many_notes_there_were_is_in_the_full_summary_alone() -> None:
    session = replace(example(), last_ids=LastIds(s=3, n=7))
    assert summarise(session, "full").last_ids.n == 7
    assert summarise(session, "shared").last_ids == LastIds(s=3)


@pytest.mark.parametrize("name", MADE)
def test_the_same_summary_makes_the_same_bytes(name: str) -> None:
    summary = summarise(example(), "full")
    assert render(summary, name, SETTING) == render(summary, name, SETTING)


@pytest.mark.parametrize("name", ["md", "json"])
def test_the_full_document_has_what_is_private(name: str) -> None:
    made = render(summarise(with_private(example(), 5, -2), "full"), name, SETTING).decode()
    assert made.count(PRIVATE) > 4
    assert ("enemy" in made) or ('"support": -2' in made)


def test_commission_and_hours_saved_are_in_the_full_document_alone() -> None:
    told = json.loads(render(summarise(with_private(example()), "shared"), "json", SETTING))
    assert "credit_split" not in told
    assert told["value"] == {"people": 3, "minutes": 30}
    told = json.loads(render(summarise(with_private(example()), "full"), "json", SETTING))
    assert told["credit_split"] == [{"name": PRIVATE, "percent": 3}]
    assert told["value"]["hours_saved"] == 3
    page = render(summarise(with_private(example()), "full"), "md", SETTING).decode()
    assert "hours saved" in page


def test_whoever_owns_an_open_action_and_was_not_there_is_marked() -> None:
    session = replace(
        example(),
        attendees=(Attendee(name="Ana Ruiz"),),
        facilitator="",
        action_items=(
            ActionItem(id="t1", text="Call the CFO", owner="Ben Okafor"),
            ActionItem(id="t2", text="Send the minutes", owner="ana ruiz"),
            ActionItem(id="t3", text="Old", owner="Mei Tan", status="done"),
        ),
    )
    assert summarise(session, "shared").absent == ("Ben Okafor",)
    assert "### Ben Okafor (was not there)" in render(summarise(session, "shared"), "md", SETTING).decode()
    told = json.loads(render(summarise(session, "shared"), "json", SETTING))
    assert [each["owner_absent"] for each in told["action_items"]] == [True, False, False]
    nobody_written_down = replace(session, attendees=())
    assert summarise(nobody_written_down, "shared").absent == ()


@pytest.mark.parametrize("detail", ["shared", "full"])
def test_json_is_ascii_and_holds_to_its_schema(detail: str) -> None:
    schema = json.loads((TOP / "schemas" / "summary.json").read_text(encoding="utf-8"))
    for path in (EXAMPLE, *sorted((TOP / "sessions").glob("*.toml"))):
        session = session_file.read(path.read_bytes()).session
        made = render(summarise(session, "full" if detail == "full" else "shared"), "json", SETTING)
        assert made.isascii()
        json_schema.validate(json.loads(made), schema)
        assert msgspec.json.decode(made, type=Contract).id == session.id


def test_the_schema_in_the_repository_is_that_of_the_program() -> None:
    kept = (TOP / "schemas" / "summary.json").read_text(encoding="utf-8")
    printed = subprocess.run(
        [sys.executable, "-m", "session_tui", "export-schema", "summary"], capture_output=True, check=True
    ).stdout
    assert json.loads(kept) == json.loads(printed), "session-tui export-schema summary > schemas/summary.json"


def test_markdown_has_the_map_as_a_chart_and_its_texts_stay_texts() -> None:
    made = render(summarise(example(), "shared"), "md", SETTING).decode()
    assert "```mermaid\nflowchart TD\n" in made
    assert made.count("```") == 2
    odd = replace(example(), stakeholders=(replace(example().stakeholders[0], name="```\n# Boss"),))
    assert render(summarise(odd, "shared"), "md", SETTING).decode().count("```") == 2


def test_every_format_says_what_it_is() -> None:
    assert all(each.suffix.startswith(f".{name}") and each.words for name, each in FORMATS.items())


@pytest.mark.parametrize("detail", ["shared", "full"])
def test_a_summary_is_never_written_where_a_session_belongs(detail: Detail) -> None:
    """A type checker accepts a summary as a session; written, it would replace the session."""
    whole = session_file.new(WHOLE)
    for write in (whole.with_session, session_file.new):
        with pytest.raises(TypeError, match="Summary is not a session"):
            write(summarise(WHOLE, detail))
