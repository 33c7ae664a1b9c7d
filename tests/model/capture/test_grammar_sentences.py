"""Covers: session_tui.model.capture.

Each sentence of the grammar's page has examples: what is text, what is refused, and why.
"""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from session_tui.model import capture, dates
from session_tui.model.capture import Command, Context, Refusal
from session_tui.model.edits import Put
from session_tui.model.session import (
    ActionItem,
    Assumption,
    Attendee,
    Decision,
    LastIds,
    Note,
    Parked,
    Session,
    Stakeholder,
    headline_text,
)
from session_tui.model.vocabulary import PartKind

NOW = datetime(2026, 11, 23, 9, 14, 3, 400_000, tzinfo=UTC)  # a Monday
TODAY = date(2026, 11, 23)
WHOLE = NOW.replace(microsecond=0)
S: PartKind = "stakeholder_map"
A: PartKind = "assumptions"
T: PartKind = "action_items"
W: PartKind = "owners"
N: PartKind = "notes"
PARTS: tuple[PartKind, ...] = (S, A, T, W, N)

SESSION = Session(
    id="2026-11-23-acme-freight-7k3q",
    status="live",
    agenda="strategy-30",
    account="Acme",
    facilitator="Ana Ruiz",
    attendees=(Attendee(name="Ben Okafor"), Attendee(name="Mei Tan")),
    last_ids=LastIds(t=7),
    stakeholders=(
        Stakeholder(id="s1", name="Ruth Vale", title="CFO", power=5),
        Stakeholder(id="s2", name="Mia Tran", reports_to="s1"),
        Stakeholder(id="s3", name="?", title="COO"),
        Stakeholder(id="s4", name="Meike Voss"),
        Stakeholder(id="s5", name="Sam Hill"),
        Stakeholder(id="s6", name="Sam Hill", title="the other"),
    ),
    assumptions=(
        Assumption(id="a1", text="The budget is approved"),
        Assumption(id="a2", text="They wait", status="invalidated", result="they did not"),
    ),
    action_items=(
        ActionItem(id="t1", text="Call", owner="Mei Tan", accepted_at=WHOLE),
        ActionItem(id="t2", text="Write", status="done", result="sent", done_on=TODAY, owner="Ben Okafor"),
        ActionItem(id="t3", text="Ask"),
    ),
    decisions=(Decision(id="d1", text="No pilot"),),
    parking_lot=(Parked(id="p1", text="Renewal"),),
    notes=(Note(id="n1", text="Fiscal year"),),
)


def read(line: str, part: PartKind, **more: Any) -> capture.Reading:
    return capture.read(line, Context(SESSION, part, NOW, TODAY, **more))


def entered(line: str, part: PartKind, **more: Any) -> Any:
    """The entry a line adds or changes."""
    reading = read(line, part, **more)
    assert isinstance(reading, Put), f"{line!r}: {reading}"
    return reading.new


def refused(line: str, part: PartKind, **more: Any) -> str:
    reading = read(line, part, **more)
    assert isinstance(reading, Refusal), f"{line!r}: {reading}"
    assert reading.what
    return str(reading)


@pytest.mark.parametrize(
    "text",
    [
        "Meet at 14:30 with 20% of them",
        "mail ben@example.com about http://example.com/a?b=c",
        "overdue:fri stays, x!5 and y%2 too",
        "Due:fri Role:app NOTE:x are capitals",
        "due: fri has a space",
        "! % @ : alone",
        "Wow !really %of them !5x !-",
        "this ++ and that -- are signs - here =",
        "we => they ?> you s> a>",
        "a *t1 done later, /next later",
        'Say "hello there" to her "now',
        '"Quoted, all of it"',
        'note:"never closed and more',
        '@"Ben Okafor',
        "two  spaces   stay",
        "a, comma, stays",
        "C:\\temp \\n \\x",
    ],
)
def test_words_are_text(text: str) -> None:
    assert entered(f"t> {text}", S).text == text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (r"\@ben", "@ben"),
        (r"due\:fri", "due:fri"),
        (r"\!5 \%2", "!5 %2"),
        (r"a \\ b", r"a \ b"),
        (r"\"a\, b\"", '"a, b"'),
        (r"\*t1 done", "*t1 done"),
        (r"\/next", "/next"),
        (r"\=> x", "=> x"),
        (r"=\> x", "=> x"),
        (r"\?> x", "?> x"),
        (r"a\> x", "a> x"),
        (r"\+ \- \=", "+ - ="),
        (r"\a \. \; \(", r"\a \. \; \("),
        ("ends with \\", "ends with \\"),
    ],
)
def test_a_backslash_makes_the_grammars_characters_text_and_is_text_before_any_other(typed: str, text: str) -> None:
    assert entered(typed, A).text == text


def test_a_mark_may_stand_anywhere_and_leaves_one_space() -> None:
    action = entered("@ben Call due:fri them for:a1 tomorrow", T)
    assert (action.text, action.owner, action.about) == ("Call them tomorrow", "Ben Okafor", ("a1",))


@pytest.mark.parametrize(
    "typed", ["@ben", "@BEN", "@oka", '@"ben okafor"', '@"Ben Oka"', "@ben,", "@ben.", "@ben;", "@ben.,;"]
)
def test_our_people_are_found_by_the_beginning_of_any_name_part(typed: str) -> None:
    action = entered(f"Call {typed} today", T)
    assert (action.owner, action.text) == ("Ben Okafor", "Call today")


def test_configured_people_are_ours_too() -> None:
    assert entered("Call @ona", T, people=("Jo Onah",)).owner == "Jo Onah"


def test_an_unknown_name_is_added_as_typed_and_the_preview_says_new() -> None:
    for typed, name in (("@Zoe", "Zoe"), ('@"Zoe  van Dam"', "Zoe  van Dam"), ("@zoe.m,", "zoe.m")):
        reading = read(f"Call {typed}", T)
        assert isinstance(reading, Put)
        assert reading.new.owner == name
        assert f"NEW: {name}" in str(capture.preview(reading, SESSION, TODAY))
    known = read("Call @ona", T, people=("Jo Onah",))
    assert "NEW" not in str(capture.preview(known, SESSION, TODAY, ("Jo Onah",)))
    assert "NEW" not in str(capture.preview(read("Call @ruth", T), SESSION, TODAY))


def test_a_name_that_fits_two_is_refused() -> None:
    assert "Mei Tan" in refused("Call @me", T)  # Mei Tan is ours, Meike Voss a stakeholder
    assert entered("It holds @me", A).tested_by == "Mei Tan"  # a stakeholder tests nothing of ours


def test_an_action_may_be_the_customers_own_promise_and_only_an_action() -> None:
    assert entered("They send it @vale", T).owner == "Ruth Vale"
    assert entered("It holds @vale", A).tested_by == "vale"
    assert entered("Ada @vale", S).covered_by == ("vale",)


@pytest.mark.parametrize("typed", ["role:app", "role:Approver", "role:approver", 'role:"approver"'])
def test_values_may_be_shortened_while_they_stay_unique(typed: str) -> None:
    assert entered(f"Ada {typed}", S).buying_role == "approver"


def test_every_word_of_role_and_coverage_is_taken_and_a_beginning_of_two_is_not() -> None:
    for typed, role in (
        ("dec", "decision_maker"),
        ("decision-maker", "decision_maker"),
        ("use", "user"),
        ("g", "gatekeeper"),
    ):
        assert entered(f"Ada role:{typed}", S).buying_role == role
    for typed, cover in (("in", "in_depth"), ("unk", "unknown"), ("none", "none"), ("m", "multiple"), ("b", "brief")):
        assert entered(f"Ada cov:{typed}", S).coverage == cover
    assert "user" in refused("Ada role:u", S)
    assert "none" in refused("Ada cov:deep", S)


@pytest.mark.parametrize(
    ("line", "name", "title", "support"),
    [
        ("Ada, VP - Europe", "Ada", "VP - Europe", None),
        ("Ada, VP - Europe -", "Ada", "VP - Europe", -1),
        ("Ada ++ @ben", "Ada", "", 2),
        ("Ada + role:app !4", "Ada", "", 1),
        ("Ada -- x", "Ada -- x", "", None),
        ("Ada +++", "Ada +++", "", None),
        ("Ada +, CIO", "Ada +", "CIO", None),
        ("Ada @ben -", "Ada", "", -1),
        (r"Ada, R \-", "Ada", "R -", None),
        ("Ada =", "Ada", "", 0),
    ],
)
def test_a_sign_counts_where_nothing_but_marks_follows_it(
    line: str, name: str, title: str, support: int | None
) -> None:
    person = entered(line, S)
    assert (person.name, person.title, person.support) == (name, title, support)


@pytest.mark.parametrize(
    ("line", "name", "title"),
    [
        ("Ruth Vale,CFO,EMEA", "Ruth Vale", "CFO,EMEA"),
        (r"Vale\, Ruth, CFO", "Vale, Ruth", "CFO"),
        ('"Vale, Ruth", "VP, Europe" @ben', "Vale, Ruth", "VP, Europe"),
        ('"Vale, Ruth"', "Vale, Ruth", ""),
        ('@ben "Vale, Ruth", CFO', "Vale, Ruth", "CFO"),
        ('Ruth,"VP, Europe"', "Ruth", "VP, Europe"),
        ('"@ben, due:fri"', "@ben, due:fri", ""),
        (r'"the \"axe\", Ada"', 'the "axe", Ada', ""),
        ('Ruth "Ru" Vale, CFO', 'Ruth "Ru" Vale', "CFO"),
        ('"Ruth" Vale, CFO', '"Ruth" Vale', "CFO"),
        ('Ruth, "VP" Europe', "Ruth", '"VP" Europe'),
        ("?", "?", ""),
        ("? role:app", "?", ""),
        ("?, CFO role:app", "?", "CFO"),
        ("Ruth,", "Ruth", ""),
    ],
)
def test_a_stakeholder_is_name_and_title(line: str, name: str, title: str) -> None:
    person = entered(line, S)
    assert (person.name, person.title) == (name, title)


@pytest.mark.parametrize(
    ("line", "part", "says"),
    [
        ("Ada @ben !5 power:4", S, "given twice"),
        ("Ada role:app role:user", S, "given twice"),
        ("Ada cov:b cov:b", S, "given twice"),
        ("Ada to:s1 to:s2", S, "given twice"),
        ("Ada pain:a pain:b", S, "given twice"),
        ("Ada note:a note:b", S, "given twice"),
        ("Ada + -", S, "given twice"),
        ("It %2 ev:3", A, "given twice"),
        ("It !2 power:3", A, "given twice"),
        ("It due:fri due:mon", A, "given twice"),
        ("Call due:fri due:fri", T, "given twice"),
        ("Call @ben @mei", T, "exactly one owner"),
        ("Call @ben @ben", T, "owner"),
        ("It @ben @mei", A, "One person"),
    ],
)
def test_one_value_stands_where_one_value_stands(line: str, part: PartKind, says: str) -> None:
    assert says in refused(line, part)


def test_what_may_be_repeated_adds_up_once_each() -> None:
    person = entered("Ada @ben @mei @ben inf:s1 inf:mia inf:s1", S)
    assert person.covered_by == ("Ben Okafor", "Mei Tan")
    assert person.influences == ("s1", "s2")
    assert entered("Call for:ruth for:a1 for:s1", T).about == ("s1", "a1")


@pytest.mark.parametrize("mark", ["due:fri", "%2", "ev:2", "for:a1"])
def test_marks_a_stakeholder_has_no_place_for(mark: str) -> None:
    assert "no place" in refused(f"Ada {mark}", S)


@pytest.mark.parametrize("mark", ["role:app", "cov:in", "to:s1", "inf:s1", "pain:x", "for:s1"])
def test_marks_an_assumption_has_no_place_for(mark: str) -> None:
    assert "no place" in refused(f"It {mark}", A)


@pytest.mark.parametrize("mark", ["role:app", "power:5", "!5", "cov:in", "to:s1", "inf:s1", "pain:x", "ev:2", "%2"])
def test_marks_an_action_has_no_place_for(mark: str) -> None:
    assert "no place" in refused(f"Call {mark}", T)


@pytest.mark.parametrize("mark", ["!9", "!0", "!55", "!2.5", "power:9", "power:x", "power:0"])
def test_a_number_that_is_not_one_to_five_is_refused(mark: str) -> None:
    assert "between 1 and 5" in refused(f"Ada {mark}", S)
    assert "between 1 and 5" in refused(f"It {mark}", A)


@pytest.mark.parametrize("mark", ["%9", "%0", "%20", "ev:6", "ev:guess"])
def test_evidence_is_one_to_five(mark: str) -> None:
    assert "between 1 and 5" in refused(f"It {mark}", A)


@pytest.mark.parametrize("typed", ["5", "1.12", "nov", "friday13", "31nov", "-3d", "fri,"])
def test_a_date_outside_the_list_is_refused_with_the_list(typed: str) -> None:
    assert dates.KNOWN in refused(f"Call due:{typed}", T)


@pytest.mark.parametrize(
    ("line", "part", "says"),
    [
        ("Ada to:zoe", S, "zoe"),
        ("Ada inf:zoe", S, "zoe"),
        ("Ada to:s99", S, "s99"),
        ("Ada to:a1", S, "a1"),
        ("Ada to:sam", S, "s5, s6"),
        ("Call for:zoe", T, "zoe"),
        ("Call for:a99", T, "a99"),
        ("Call for:t1", T, "t1"),
        ("Call for:d1", T, "d1"),
        ("*s1 to:s2", N, "circle"),
        ("*s1 to:s1", N, "circle"),
        ("*s1 inf:s1", N, "itself"),
    ],
)
def test_a_person_nobody_knows_two_that_fit_and_circles_are_refused(line: str, part: PartKind, says: str) -> None:
    assert says in refused(line, part)


def test_to_inf_and_for_take_an_id_or_the_beginning_of_a_name() -> None:
    assert entered("Ada to:s6", S).reports_to == "s6"
    assert entered("Ada to:VALE inf:s5", S).reports_to == "s1"
    assert entered("Call for:s3 for:tra", T).about == ("s3", "s2")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("line", "kind", "text"),
    [
        ("s> Ada", Stakeholder, "Ada"),
        ("a> It holds", Assumption, "It holds"),
        ("t> Call", ActionItem, "Call"),
        ("n> @ben !5 due:x s> *t1 done /next", Note, "@ben !5 due:x s> *t1 done /next"),
        ("=> @ben !9 role:x ++", Decision, "@ben !9 role:x ++"),
        ("?> due:never @me", Parked, "due:never @me"),
    ],
)
def test_a_prefix_names_the_kind_in_every_part(line: str, kind: type, text: str, part: PartKind) -> None:
    entry = entered(line, part)
    assert headline_text(entry) == text
    assert type(entry) is kind
    if isinstance(entry, Decision | Parked | Note):
        assert entry.at == WHOLE
    if isinstance(entry, Decision | Note):
        assert entry.part == part


@pytest.mark.parametrize(
    ("part", "kind"), [(S, Stakeholder), (A, Assumption), (T, ActionItem), (W, ActionItem), (N, Note)]
)
def test_plain_text_is_what_the_running_part_holds(part: PartKind, kind: type) -> None:
    entry = entered("Something", part)
    assert type(entry) is kind
    assert getattr(entry, "first_raised_in", SESSION.id) == SESSION.id


def test_a_new_id_was_never_given_before() -> None:
    assert entered("Call", T).id == "t8"
    assert entered("Ada", S).id == "s7"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "line", ["s>", "a>", "t>", "n>", "=>", "?>", "t> @ben due:fri", "s> role:app", "a> !5", "s> , CFO"]
)
def test_nothing_but_marks_is_refused(line: str, part: PartKind) -> None:
    refused(line, part, highlighted="t3")


@pytest.mark.parametrize(
    ("line", "part"), [("@ben due:fri", T), ("!5 %2", A), ("role:app ++", S), ("++", S), ("@ben", S)]
)
def test_nothing_but_marks_is_refused_outside_the_owners_part(line: str, part: PartKind) -> None:
    refused(line, part, highlighted={T: "t3", A: "a1", S: "s1"}[part])


@pytest.mark.parametrize(
    ("lit", "line", "field", "value"),
    [
        ("t3", "@ben due:fri", "owner", "Ben Okafor"),
        ("t3", "due:fri @ben", "due", date(2026, 11, 27)),
        ("t3", "@ruth", "owner", "Ruth Vale"),
        ("a1", "@mei due:eom", "tested_by", "Mei Tan"),
        ("s1", "@mei @ben", "covered_by", ("Mei Tan", "Ben Okafor")),
        ("s1", "@vale", "covered_by", ("vale",)),
    ],
)
def test_the_highlighted_row_of_the_owners_part_takes_marks_alone(lit: str, line: str, field: str, value: Any) -> None:
    entry = entered(line, W, highlighted=lit)
    assert entry.id == lit
    assert getattr(entry, field) == value


def test_a_text_in_the_owners_part_is_a_new_action_and_marks_that_do_not_belong_are_refused() -> None:
    assert entered("Call them @ben", W, highlighted="s1").id == "t8"
    assert "no place" in refused("due:fri", W, highlighted="s1")
    assert "owner" in refused("@ben @mei", W, highlighted="t3")
    refused("@ben", W)
    refused("@ben", W, highlighted="t99")


@pytest.mark.parametrize("part", PARTS)
def test_states_with_their_results_from_any_part(part: PartKind) -> None:
    done = entered(r"*t1 done they @ben due:x agreed", part)
    assert (done.status, done.result, done.done_on) == ("done", "they @ben due:x agreed", TODAY)
    dropped = entered("*t2 drop too late !5", part)
    assert (dropped.status, dropped.result, dropped.done_on) == ("dropped", "too late !5", None)
    right, wrong = entered("*a1 ok ev:5 seen", part), entered("*a1 wrong", part)
    assert (right.status, right.result) == ("validated", "ev:5 seen")
    assert (wrong.status, wrong.result) == ("invalidated", "")


def test_the_owners_yes_and_a_state_taken_back() -> None:
    assert entered("*t2 yes", S).accepted_at == WHOLE
    opened = entered("*t2 open", S)
    assert (opened.status, opened.result, opened.done_on) == ("open", "", None)
    untested = entered("*a2 open", S)
    assert (untested.status, untested.result) == ("untested", "")


@pytest.mark.parametrize("entry_id", ["s5", "d1", "p1", "n1"])
def test_remove_takes_an_entry_away_from_any_part(entry_id: str) -> None:
    for part in PARTS:
        reading = read(f"*{entry_id} remove", part)
        assert isinstance(reading, Put)
        assert reading.id == entry_id
        assert reading.new is None


@pytest.mark.parametrize(
    "line",
    [
        *("*t1 call them", "*t1 Done it", "*t1 ++", "*s1 hello", "*s1 ++ hello", "*a1 !5 really", "*t1 @ben done"),
        *("*t1 yes please", "*t1 open again", "*a1 open again", "*d1 a new text", "*p1 x", "*n1 x"),
    ],
)
def test_any_other_text_in_a_change_is_refused_and_ctrl_o_is_named(line: str) -> None:
    assert "ctrl+o" in refused(line, N)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "*t99 done",
            "*t1",
            "*a1 done",
            "*t1 ok",
            "*s1 done",
            "*d1 ok",
            "*s1 yes",
            "*s1 remove now",
            "*d1 @ben",
            "*t1 %2",
        ),
        *("*t1 role:app", "*s1 due:fri", "*a1 role:app", "*t1 @ben @mei", "*n1"),
    ],
)
def test_a_change_that_cannot_be_is_refused(line: str) -> None:
    refused(line, S)


def test_a_word_with_a_star_that_is_no_entry_is_text() -> None:
    assert entered("*important* call", T).text == "*important* call"


def test_an_action_by_its_name_and_near_names_for_one_that_is_none() -> None:
    assert read("/next", S) == Command("next")
    assert read("  /go_on", S) == Command("go_on")
    assert read("/extend 5", S) == Command("extend", "5")
    assert read("/attendee Mei Tan:presales", S) == Command("attendee", "Mei Tan:presales")
    assert read('/end pursue_if "Once, \\"maybe\\""', S) == Command("end", 'pursue_if "Once, \\"maybe\\""')
    assert read("/", S) == Command("palette")
    assert "/extend" in refused("/extnd 5", S)
    assert "/" in refused("/xyzzy", S)


def test_an_empty_line_is_refused_without_a_word() -> None:
    for line in ("", "   ", "\t"):
        assert read(line, T) == Refusal("")


def test_what_is_stored_is_one_line_without_control_characters() -> None:
    assert entered("Call\x1b[31m the\x00 CFO\tsoon", T).text == "Call the CFO soon"
    assert entered('Ada pain:"a\x1b[0mb\nc" @"Zo\x07e"', S).pain == "ab c"
    assert entered('Ada @"Zo\x07e"', S).covered_by == ("Zoe",)
    assert entered("*t1 done a\x1b[31mb", S).result == "ab"
    assert entered("=> a\nb\x9b1Ac", S).text == "a bc"


def test_the_preview_shows_weekday_and_date_and_says_past() -> None:
    past = str(capture.preview(read("Call due:2026-11-20", T), SESSION, TODAY))
    assert "Fri 20 Nov" in past and "past" in past
    ahead = str(capture.preview(read("It due:2028-02-29", A), SESSION, TODAY))
    assert "Tue 29 Feb 2028" in ahead and "past" not in ahead
