"""Covers: session_tui.model.capture.

The grammar as a table: a line, the part that takes it, and the result.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from session_tui.model import capture, edits
from session_tui.model.capture import Command, Context, Refusal
from session_tui.model.edits import Put
from session_tui.model.session import ActionItem, Assumption, Attendee, Decision, Session, Stakeholder
from session_tui.model.vocabulary import PartKind

NOW = datetime(2026, 11, 23, 9, 14, 3, 400_000, tzinfo=UTC)  # a Monday
TODAY = date(2026, 11, 23)
WHOLE = NOW.replace(microsecond=0)
S: PartKind = "stakeholder_map"
A: PartKind = "assumptions"
T: PartKind = "action_items"
W: PartKind = "owners"
N: PartKind = "notes"


@pytest.fixture
def session() -> Session:
    return Session(
        id="2026-11-23-acme-freight-7k3q",
        status="live",
        agenda="strategy-30",
        account="Acme",
        attendees=(Attendee(name="Ben Okafor"), Attendee(name="Mei Tan"), Attendee(name="Benno Roth")),
        stakeholders=(
            Stakeholder(id="s1", name="Ruth Vale", title="CFO", power=5),
            Stakeholder(id="s2", name="Mia Tran", reports_to="s1", covered_by=("Ben Okafor",)),
        ),
        assumptions=(Assumption(id="a1", text="The budget is approved"),),
        action_items=(
            ActionItem(id="t1", text="Call", owner="Mei Tan", accepted_at=WHOLE, about=("s1", "a1")),
            ActionItem(id="t2", text="Write"),
        ),
        decisions=(Decision(id="d1", text="No pilot"),),
    )


def read(line: str, part: PartKind, session: Session, **more: Any) -> capture.Reading:
    return capture.read(line, Context(session, part, NOW, TODAY, **more))


ADDS: list[tuple[str, Any, dict[str, Any]]] = [
    ("Ada Cole, CIO", S, {"name": "Ada Cole", "title": "CIO", "power": None, "support": None}),
    ("Ada Cole", S, {"name": "Ada Cole", "title": ""}),
    ("Ada Cole,CIO", S, {"name": "Ada Cole", "title": "CIO"}),
    ('"Cole, Ada", CIO', S, {"name": "Cole, Ada", "title": "CIO"}),
    ('Ada, "CIO, Nordics"', S, {"name": "Ada", "title": "CIO, Nordics"}),
    ("Cole\\, Ada, CIO", S, {"name": "Cole, Ada", "title": "CIO"}),
    ('Ada "the axe" Cole, CIO', S, {"name": 'Ada "the axe" Cole', "title": "CIO"}),
    ('"Ada Cole', S, {"name": '"Ada Cole'}),
    ("?, CFO role:app", S, {"name": "?", "title": "CFO", "buying_role": "approver"}),
    ("? somebody in IT security !4", S, {"name": "?", "title": "somebody in IT security", "power": 4}),
    ("? the CFO, or her deputy", S, {"name": "?", "title": "the CFO, or her deputy"}),
    ("\\? Mark", S, {"name": "? Mark", "title": ""}),
    ("?Mark", S, {"name": "?Mark", "title": ""}),
    ("Ada !? sup:?", S, {"name": "Ada", "power": None, "support": None}),
    ("Ada power:? sup:+", S, {"power": None, "support": 1}),
    ("Ada sup:non-s", S, {"support": -1}),
    ("Who pays !?", A, {"text": "Who pays !?", "importance": 3}),
    ("Ask who pays !?", T, {"text": "Ask who pays !?"}),
    ("Ada @mei @ben", S, {"name": "Ada", "covered_by": ("Mei Tan", "Ben Okafor")}),
    ('Ada @"Ben Okafor"', S, {"covered_by": ("Ben Okafor",)}),
    ("Ada @mei, @okafor.", S, {"covered_by": ("Mei Tan", "Ben Okafor")}),
    ("Ada @Zoe", S, {"covered_by": ("Zoe",)}),
    ("Ada role:approver power:5 ++ cov:in", S, {"power": 5, "support": 2, "coverage": "in_depth"}),
    ("Ada !4 -", S, {"power": 4, "support": -1}),
    ("Ada - !4", S, {"power": 4, "support": -1}),
    ("Ada --", S, {"support": -2}),
    ("Ada =", S, {"support": 0}),
    ("VP - Europe, Sales +", S, {"name": "VP - Europe", "title": "Sales", "support": 1}),
    ("Ada \\+", S, {"name": "Ada +", "support": None}),
    ("Ada to:ruth inf:mia inf:s1", S, {"reports_to": "s1", "influences": ("s2", "s1")}),
    (
        'Ada pain:"freight cost up" note:"likes \\"short\\" mails"',
        S,
        {"pain": "freight cost up", "note": 'likes "short" mails'},
    ),
    (
        "The budget is there !5 %2 @ben due:fri",
        A,
        {"importance": 5, "evidence": 2, "tested_by": "Ben Okafor", "due": date(2026, 11, 27)},
    ),
    ("It is so power:4 ev:3", A, {"importance": 4, "evidence": 3}),
    ("20% of users at 14:30 see http://x.example ++", A, {"text": "20% of users at 14:30 see http://x.example ++"}),
    ("Wow! really !3", A, {"text": "Wow! really", "importance": 3}),
    ("Due: friday", A, {"text": "Due: friday", "due": None}),
    ("due: x", A, {"text": "due: x"}),
    ("\\@ben \\!5 \\%2 due\\:fri", A, {"text": "@ben !5 %2 due:fri"}),
    ("a \\n b \\\\ c", A, {"text": "a \\n b \\ c"}),
    (
        "Call them @ben due:+3d for:ruth for:a1",
        T,
        {"owner": "Ben Okafor", "due": date(2026, 11, 26), "about": ("s1", "a1")},
    ),
    ("They send it @ruth", T, {"owner": "Ruth Vale"}),
    ("A new action", W, {"text": "A new action"}),
    ("A new action @ben", W, {"text": "A new action", "owner": "Ben Okafor"}),
    ("s> Ada, CIO", T, {"name": "Ada", "title": "CIO"}),
    ("a>It holds !5", S, {"text": "It holds", "importance": 5}),
    ("t> Call @mei", S, {"text": "Call", "owner": "Mei Tan"}),
    ("n> @ben said !5", S, {"text": "@ben said !5", "part": S}),
    ("Plain note @ben", N, {"text": "Plain note @ben", "part": N}),
    ("=> No price \\before @ben", A, {"text": "No price \\before @ben", "part": A, "at": WHOLE}),
    ("?> Renewal due:fri", A, {"text": "Renewal due:fri", "at": WHOLE}),
]


@pytest.mark.parametrize(("line", "part", "expected"), ADDS)
def test_a_line_becomes_an_entry(line: str, part: PartKind, expected: dict[str, Any], session: Session) -> None:
    reading = read(line, part, session)
    assert isinstance(reading, Put), str(reading)
    assert reading.old is None
    assert {key: getattr(reading.new, key) for key in expected} == expected


CHANGES: list[tuple[str, str, dict[str, Any]]] = [
    ("*a1 ok", "a1", {"status": "validated"}),
    ("*a1 wrong they said @ben %2 no", "a1", {"status": "invalidated", "result": "they said @ben %2 no"}),
    ("*t1 done they agreed", "t1", {"status": "done", "result": "they agreed", "done_on": TODAY}),
    ("*t1 drop", "t1", {"status": "dropped"}),
    ("*t1 @ben due:+3d", "t1", {"owner": "Ben Okafor", "due": date(2026, 11, 26), "accepted_at": None}),
    ("*t1 due:tomorrow", "t1", {"owner": "Mei Tan", "accepted_at": WHOLE}),
    ("*t1 open", "t1", {"accepted_at": None}),
    ("*s2 ++", "s2", {"support": 2}),
    ("*s2 @mei", "s2", {"covered_by": ("Ben Okafor", "Mei Tan")}),
    ("*s2 role:dec !5 cov:brief", "s2", {"buying_role": "decision_maker", "power": 5, "coverage": "brief"}),
]


@pytest.mark.parametrize(("line", "entry_id", "expected"), CHANGES)
@pytest.mark.parametrize("part", [S, W, N])
def test_an_entry_changes_from_any_part(
    line: str, entry_id: str, expected: dict[str, Any], part: PartKind, session: Session
) -> None:
    reading = read(line, part, session)
    assert isinstance(reading, Put), str(reading)
    assert reading.id == entry_id
    assert {key: getattr(reading.new, key) for key in expected} == expected


REFUSED = [
    ("Ada !9", S, "power 9 is not between 1 and 5"),
    ("Ada !5 !4", S, "! is given twice"),
    ("Ada ++ --", S, "a support sign is given twice"),
    ("Ada ++ sup:?", S, "sup: is given twice"),
    ("Ada sup:friend", S, "friend is none of these"),
    ("The budget is there power:?", A, "importance ? is not between 1 and 5"),
    ("Ada due:fri", S, "a stakeholder has no place for due:"),
    ("Ada %3", S, "a stakeholder has no place for %"),
    ("Ada to:zoe", S, "nobody called zoe is on the map"),
    ("Ada role:x", S, "x is none of these"),
    ("Ada @ben @be", S, "be fits Ben Okafor, Benno Roth"),
    ("@mei", S, "a stakeholder needs a name"),
    ("It role:app", A, "an assumption has no place for role:"),
    ("It @mei @okafor", A, "one person tests an assumption; two are named"),
    ("!5 %2", A, "these are marks only; an assumption needs a text before them"),
    ("Call %2", T, "an action has no place for %"),
    ("Call @mei @okafor", T, "an action has exactly one owner; two are named"),
    ("Call due:5", T, "due:5 is not a date"),
    ("Call due:1.12", T, "due:1.12 is not a date"),
    ("Call for:t1", T, "nobody called t1 is on the map"),
    ("Call for:a9", T, "there is no assumption a9"),
    ("*t9 done", N, "there is no t9"),
    ("*t1", N, "what about t1"),
    ("*t1 call them", N, "“call them” is text; here are marks alone"),
    ("*t1 ok", N, "ok belongs to an assumption; t1 is an action"),
    ("*t2 yes", N, "t2 has no owner who could say yes"),
    ("*t1 yes now", N, "yes takes no text"),
    ("*s1 to:mia", N, "that closes a circle: s1 reports to s2 reports to s1"),
    ("*d1 other text", N, "d1 takes remove alone here"),
    ("/nxt", N, "there is no action /nxt"),
    ("=>", N, "there is nothing to write down yet"),
]


@pytest.mark.parametrize(("line", "part", "what"), REFUSED)
def test_a_refusal_says_what_is_wrong(line: str, part: PartKind, what: str, session: Session) -> None:
    reading = read(line, part, session)
    assert isinstance(reading, Refusal), str(reading)
    assert reading.what.startswith(what)


def test_in_a_change_any_other_text_is_refused_and_edit_is_named(session: Session) -> None:
    assert "ctrl+o" in str(read("*t1 something else", N, session))


def test_in_the_owners_part_marks_alone_are_the_highlighted_rows(session: Session) -> None:
    reading = read("@ben due:fri", W, session, highlighted="t2")
    assert isinstance(reading, Put)
    assert (reading.new.owner, reading.new.due) == ("Ben Okafor", date(2026, 11, 27))
    assert isinstance(read("@ben due:fri", W, session), Refusal)


def test_an_exact_part_of_a_name_comes_before_a_beginning(session: Session) -> None:
    reading = read("Call @ben", T, session)
    assert isinstance(reading, Put)
    assert reading.new.owner == "Ben Okafor"


def test_actions_have_their_names_and_a_slash_alone_lists_them(session: Session) -> None:
    assert read("/extend 5", N, session) == Command("extend", "5")
    assert read('/end pursue "We go"', N, session) == Command("end", 'pursue "We go"')
    assert read("/", N, session) == Command("palette")


def test_removing_a_stakeholder_removes_every_line_that_leads_there(session: Session) -> None:
    reading = read("*s1 remove", N, session)
    assert not isinstance(reading, Command | Refusal)
    after = edits.apply(session, reading)
    assert isinstance(after, Session)
    assert after.stakeholders[0].reports_to == ""
    assert after.action_items[0].about == ("a1",)
    inverse = edits.inverse(reading)
    assert inverse
    back = edits.apply(after, inverse)
    assert isinstance(back, Session)
    assert replace(back, last_ids=session.last_ids) == session
    assert back.last_ids.s == 2  # an id that was given stays given


def test_an_edited_line_keeps_what_no_mark_can_write(session: Session) -> None:
    line = capture.write(session.action_items[0])
    assert line == 't> Call @"Mei Tan" for:s1 for:a1'
    reading = read("t> Call them", S, session, editing="t1")
    assert isinstance(reading, Put)
    assert (reading.new.text, reading.new.owner, reading.new.about) == ("Call them", "", ())
    emptied = read("", S, session, editing="t1")
    assert isinstance(emptied, Put)
    assert emptied.new is None


def test_a_pasted_list_loses_bullets_numbers_boxes_and_controls() -> None:
    text = "- one\r\n* two\n3) three\n4. four\n[x] five\n- [ ] six\n\n\x1b[31mseven\x1b[0m\n*t3 done\n=> eight\n--\n"
    assert tuple(line.text for line in capture.pasted_lines(text)) == (
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "*t3 done",
        "=> eight",
        "--",
    )


def test_a_pasted_list_is_one_edit_and_its_ids_run_on(session: Session) -> None:
    context = Context(session, "assumptions", NOW, TODAY)
    reading = capture.read_list(capture.pasted_lines("one\ntwo !5\n\n=> decided\nthree !9\n/end pursue"), context)
    assert reading.edit is not None
    assert edits.touched(reading.edit) == ("a2", "a3", "d2")
    assert [each.line.number for each in reading.unread] == [5, 6]


@pytest.mark.parametrize(
    ("line", "part", "takes"),
    [
        ("Call @be", T, 'Call @"Ben Okafor" '),
        ("Call for:ru", T, "Call for:s1 "),
        ("Ada role:de", S, "Ada role:decision_maker "),
        ("Call du", T, "Call due:"),
        ("/cur", N, "/curtain "),
        ("/end pur", N, "/end pursue "),
    ],
)
def test_completions_finish_the_word_at_the_cursor(line: str, part: PartKind, takes: str, session: Session) -> None:
    found = capture.complete(line, len(line), Context(session, part, NOW, TODAY))
    assert found[0].text == takes
    assert found[0].cursor == len(takes)


def test_the_preview_says_new_and_past() -> None:
    session = Session(id="2026-11-23-a-0000", status="live", agenda="x", account="A")
    reading = read("Call @zoe due:2026-01-01", "action_items", session)
    said = str(capture.preview(reading, session, TODAY))
    assert "NEW: zoe" in said
    assert "past" in said
    assert "Thu 1 Jan" in said


def test_a_judgement_is_taken_back_and_the_other_one_stays(session: Session) -> None:
    judged = replace(session, stakeholders=(replace(session.stakeholders[0], power=5, support=0),))
    reading = read("*s1 !?", S, judged)
    assert isinstance(reading, Put) and isinstance(reading.new, Stakeholder)
    assert (reading.new.power, reading.new.support) == (None, 0)
    unjudged = replace(judged, stakeholders=(reading.new,))
    assert capture.write(reading.new) == "s> Ruth Vale, CFO ="
    again = read("*s1 power:?", S, unjudged)
    assert isinstance(again, Refusal) and "like that already" in str(again)
