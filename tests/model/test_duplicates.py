"""Covers: session_tui.model.duplicates, session_tui.model.entry_kinds.

Two people become one, and an entry becomes one of another kind: nothing that leads to them is lost
or left hanging, what falls away is named, and one undo restores the very same session.
"""

from collections import Counter
from datetime import UTC, date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import fields, replace

from profiles import examples
from session_tui.model import capture, edits, rebase
from session_tui.model.capture import Context, Refusal
from session_tui.model.duplicates import one_person
from session_tui.model.edits import Edit, EntryReplacement
from session_tui.model.entry_kinds import as_kind
from session_tui.model.fault import Fault
from session_tui.model.session import (
    LISTS,
    ActionItem,
    Assumption,
    Attendee,
    LastIds,
    Note,
    Session,
    Stakeholder,
    entries,
    find,
)
from session_tui.model.validation import doubtful, unreadable

NOW = datetime(2026, 11, 23, 9, 14, tzinfo=UTC)
RUTH = Stakeholder(id="s3", name="Ruth Vale", title="CFO", power=5, covered_by=("Ben Okafor",), pain="cost", note="x")
TWIN = Stakeholder(id="s7", name="R. Vale", title="VP Finance", buying_role="approver", pain="time", influences=("s1",))
SESSION = Session(
    id="2026-11-23-acme-freight-7k3q",
    status="live",
    agenda="strategy-30",
    account="Acme",
    attendees=(Attendee(name="Ben Okafor"), Attendee(name="Kim Lee")),
    stakeholders=(
        Stakeholder(id="s1", name="Tom Reed", reports_to="s7", influences=("s7", "s3")),
        RUTH,
        TWIN,
    ),
    assumptions=(Assumption(id="a2", text="Budget holds, for now", importance=5, tested_by="Kim Lee", note="y"),),
    action_items=(
        ActionItem(id="t1", text="Call", owner="R. Vale", about=("s7", "a2", "s3")),
        ActionItem(id="t2", text="Write", owner="Ben Okafor", about=("s1",), status="done", result="sent"),
    ),
    notes=(Note(id="n1", text="She likes figures", at=NOW),),
    last_ids=LastIds(s=7, a=2, t=2, n=1),
)

# Few names and ids, so that people share names and references, and some lead to no entry (s9, a7).
IDS = ["s1", "s2", "s3", "s4", "s9"]
TEXTS = st.sampled_from(["", "x", "y"])
NAMES = st.sampled_from(["Ruth Vale", "R. Vale", "Tom, the Boss", "?"])
OURS = st.lists(st.sampled_from(["Ben", "Kim"]), max_size=2, unique=True).map(tuple)
PEOPLE = st.builds(
    Stakeholder,
    id=st.just("s1"),
    name=NAMES,
    title=TEXTS,
    power=st.integers(1, 5),
    covered_by=OURS,
    reports_to=st.sampled_from(["", *IDS]),
    influences=st.lists(st.sampled_from(IDS), max_size=2, unique=True).map(tuple),
    pain=TEXTS,
    note=TEXTS,
    first_raised_in=st.sampled_from(["", "2026-11-09-acme-freight-2m9x"]),
)
BELIEFS = st.builds(
    Assumption,
    id=st.just("a1"),
    text=NAMES,
    evidence=st.integers(1, 5),
    tested_by=st.sampled_from(["", "Kim"]),
    due=st.sampled_from([None, date(2026, 12, 1)]),
    note=TEXTS,
)
ACTIONS = st.builds(
    ActionItem,
    id=st.just("t1"),
    text=NAMES,
    owner=st.sampled_from(["", "Kim", "R. Vale"]),
    due=st.sampled_from([None, date(2026, 12, 1)]),
    status=st.sampled_from(["open", "dropped"]),
    about=st.lists(st.sampled_from([*IDS, "a1", "a2", "a7"]), max_size=3, unique=True).map(tuple),
)
sessions = st.builds(
    lambda people, beliefs, actions: replace(
        SESSION,
        stakeholders=tuple(replace(each, id=f"s{at}") for at, each in enumerate(people, 1)),
        assumptions=tuple(replace(each, id=f"a{at}") for at, each in enumerate(beliefs, 1)),
        action_items=tuple(replace(each, id=f"t{at}") for at, each in enumerate(actions, 1)),
        last_ids=LastIds(s=9, a=9, t=9),
    ),
    st.lists(PEOPLE, min_size=2, max_size=4),
    st.lists(BELIEFS, min_size=1, max_size=2),
    st.lists(ACTIONS, min_size=1, max_size=3),
)


def context(session: Session = SESSION, highlighted: str = "") -> Context:
    return Context(session, "stakeholder_map", NOW, date(2026, 11, 23), highlighted)


def made(line: str, session: Session = SESSION, highlighted: str = "") -> tuple[Session, str]:
    """The session after the line, and the line's preview."""
    reading = capture.read(line, context(session, highlighted))
    assert isinstance(reading, EntryReplacement), str(reading)
    return applied(session, reading), str(capture.preview(reading, session, date(2026, 11, 23)))


def applied(session: Session, edit: Edit) -> Session:
    after = edits.apply(session, edit)
    assert isinstance(after, Session), str(after)
    return after


def undone(session: Session, edit: Edit) -> Session:
    back = edits.inverse(edit)
    assert back is not None
    return applied(applied(session, edit), back)


def leads_to(session: Session, ids: set[str]) -> set[str]:
    """The ids of the entries that refer to one of these ids, without these themselves."""
    people = (each for each in session.stakeholders if ids & {each.reports_to, *each.influences})
    actions = (each for each in session.action_items if ids & set(each.about))
    return ({each.id for each in people} | {each.id for each in actions}) - ids


def without_ids(session: Session) -> Session:
    """The session as it compares after an undo: given ids stay given."""
    return replace(session, last_ids=LastIds())


# ---- one person of two --------------------------------------------------------------------------


@given(sessions, st.data())
@examples(300)
def test_all_that_leads_to_either_leads_to_the_one(session: Session, data: st.DataObject) -> None:
    first, second = data.draw(st.permutations(session.stakeholders))[:2]
    edit = one_person(session, first, second)
    if isinstance(edit, Fault):
        assert edit.what
        return
    after = applied(session, edit)
    kept = edit.shown.id
    gone = ({first.id, second.id} - {kept}).pop()
    assert leads_to(after, {kept}) == leads_to(session, {first.id, second.id})
    assert not leads_to(after, {gone}) and len(after.stakeholders) == len(session.stakeholders) - 1
    one = find(after, kept)
    assert isinstance(one, Stakeholder)
    assert {*first.covered_by, *second.covered_by} == set(one.covered_by)
    for each in fields(Stakeholder):
        if each.name in ("pain", "note"):
            assert getattr(first, each.name) in getattr(one, each.name)
            assert getattr(second, each.name) in getattr(one, each.name)
    before = Counter(fault.what for fault in doubtful(session))
    assert not Counter(fault.what for fault in doubtful(after)) - before and not unreadable(after)
    assert undone(session, edit) == session


def test_one_person_keeps_what_both_know_and_the_preview_names_what_falls_away() -> None:
    session = replace(SESSION, stakeholders=(replace(SESSION.stakeholders[0], reports_to="s7"), RUTH, TWIN))
    after, shown = made("/same s3 s7", session)
    one = find(after, "s3")
    assert isinstance(one, Stakeholder)
    assert (one.name, one.title, one.buying_role, one.power) == ("Ruth Vale", "CFO", "approver", 5)
    assert (one.pain, one.note, one.influences) == ("cost; time", "x", ("s1",))
    assert after.stakeholders[0].reports_to == "s3" and after.stakeholders[0].influences == ("s3",)
    assert after.action_items[0].about == ("s3", "a2") and after.action_items[0].owner == "Ruth Vale"
    assert after.action_items[1] == session.action_items[1]
    assert shown.startswith("changes s3  Ruth Vale, CFO · approver · power 5")
    assert "falls away: title VP Finance, name R. Vale  s1, t1 now lead to s3  s7 becomes s3" in shown


def test_a_person_who_had_no_name_gets_the_name_of_the_other() -> None:
    session = replace(SESSION, stakeholders=(Stakeholder(id="s1", name="?", title="CFO"), RUTH))
    after, _ = made("/same s1 s3", session)
    assert [(each.id, each.name, each.title) for each in after.stakeholders] == [("s1", "Ruth Vale", "CFO")]


def test_the_id_of_the_person_with_a_history_stays() -> None:
    session = replace(SESSION, stakeholders=(replace(RUTH, first_raised_in="2026-11-09-acme-freight-2m9x"), TWIN))
    after, shown = made("/same s7 s3", session)
    assert [each.id for each in after.stakeholders] == ["s3"] and "s7 becomes s3" in shown
    assert after.stakeholders[0].title == "VP Finance"  # the one named first is right where they differ
    assert after.stakeholders[0].first_raised_in == "2026-11-09-acme-freight-2m9x"


def test_an_owner_of_ours_with_the_name_that_falls_away_stays_the_owner() -> None:
    session = replace(SESSION, attendees=(Attendee(name="R. Vale"),))
    after, _ = made("/same s3 s7", session)
    assert after.action_items[0].owner == "R. Vale"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/same s3 s3", "s3 that is one person already"),
        ("/same s1 s7", "s1 reports to s7, so they are two people"),
        ("/same s7 s1", "s1 reports to s7, so they are two people"),
        ("/same vale s1", "vale fits Ruth Vale, R. Vale"),
        ("/same s3", "which two people are one"),
        ("/same s3 s7 s1", "two people, not more"),
        ("/same s3 s9", "nobody called s9 is on the map"),
        ("/same s3 z", "nobody called z is on the map"),
    ],
)
def test_two_people_that_cannot_be_one_are_refused_with_a_sentence(line: str, reason: str) -> None:
    refusal = capture.read(line, context())
    assert isinstance(refusal, Refusal) and refusal.what.startswith(reason), str(refusal)


def test_a_longer_circle_of_reporting_is_refused_with_its_people() -> None:
    people = (replace(SESSION.stakeholders[0], reports_to="s7"), replace(RUTH, reports_to="s1"), TWIN)
    refusal = capture.read("/same s3 s7", context(replace(SESSION, stakeholders=people)))
    assert str(refusal).startswith("That closes a circle: s3 reports to s1 reports to s3.")


def test_a_person_changed_meanwhile_by_another_program_is_not_lost() -> None:
    edit = one_person(SESSION, RUTH, TWIN)
    assert isinstance(edit, EntryReplacement)
    ours = applied(SESSION, edit)
    theirs = applied(SESSION, edits.change(TWIN, replace(TWIN, power=4)))
    assert isinstance(rebase.rebased(SESSION, ours, theirs), Fault)
    assert isinstance(edits.apply(theirs, edit), Fault)


# ---- another kind -------------------------------------------------------------------------------


@given(sessions, st.sampled_from("sat"), st.sampled_from("satdpnr"), st.data())
@examples(300)
def test_no_reference_hangs_after_another_kind(session: Session, was: str, letter: str, data: st.DataObject) -> None:
    rows = entries(session, was)
    assume(was != letter)
    entry = data.draw(st.sampled_from(rows))
    edit = as_kind(session, entry, letter, NOW, "notes")
    after = applied(session, edit)
    new = edit.shown.new
    assert find(after, entry.id) is None and find(after, new.id) == new and find(session, new.id) is None
    referring = leads_to(session, {entry.id})
    assert not leads_to(after, {entry.id})
    assert leads_to(after, {new.id}) <= referring
    dropped = referring - leads_to(after, {new.id})
    named = " ".join(note for note in edit.notes if note.startswith("no longer"))
    assert dropped == {each.strip(",") for each in named.partition(": ")[2].split()}
    if letter in "sa":
        assert {each for each in referring if each[0] == "t"} <= leads_to(after, {new.id})
    before = Counter(fault.what for fault in doubtful(session))
    assert not Counter(fault.what for fault in doubtful(after)) - before and not unreadable(after)
    assert without_ids(undone(session, edit)) == without_ids(session)


@given(sessions, st.sampled_from("sat"), st.sampled_from("satdpnr"), st.data())
@examples(200)
def test_each_value_stays_or_is_named(session: Session, was: str, letter: str, data: st.DataObject) -> None:
    rows = entries(session, was)
    assume(was != letter)
    entry = data.draw(st.sampled_from(rows))
    edit = as_kind(session, entry, letter, NOW, "notes")
    new = edit.shown.new
    lost = " ".join(note for note in edit.notes if note.startswith("falls away"))
    names = {"covered_by": "covered by", "tested_by": "tested by", "about": "for", "accepted_at": "owner's yes"}
    for each in fields(entry):
        value = getattr(entry, each.name)
        if each.name in ("id", "name", "text", "title", "first_raised_in") or value == each.default:
            continue
        stays = any(
            value in (other, (other,)) or (value,) == other for other in (getattr(new, f.name) for f in fields(new))
        )
        assert stays or names.get(each.name, each.name.replace("_", " ")) in lost, each.name


def test_an_assumption_becomes_an_action_and_keeps_its_person() -> None:
    after, shown = made("/as t a2")
    new = find(after, "t3")
    assert new == ActionItem(
        id="t3", text="Budget holds, for now", owner="Kim Lee", note="y", first_raised_in=SESSION.id
    )
    assert after.assumptions == () and after.action_items[0].about == ("s7", "s3")
    assert shown.endswith("falls away: importance 5  no longer leads to it: t1  a2 becomes t3")


def test_a_person_and_back_again_keeps_name_and_title() -> None:
    as_assumption, _ = made("/as a", highlighted="s3")
    assert as_assumption.assumptions[-1].text == "Ruth Vale, CFO"
    assert as_assumption.action_items[0].about == ("s7", "a2", "a3")
    back, shown = made("/as s a3", as_assumption)
    assert (back.stakeholders[-1].name, back.stakeholders[-1].title) == ("Ruth Vale", "CFO")
    assert back.stakeholders[-1].id == "s8" and "t1 now serves s8" in shown


def test_a_note_keeps_its_moment_as_a_decision() -> None:
    after, _ = made("/as dec n1")
    assert after.decisions[0].at == NOW and after.decisions[0].text == "She likes figures"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("/as x a2", "x is not a kind of entry"),
        ("/as a a2", "a2 is an assumption already"),
        ("/as t a9", "there is no a9"),
        ("/as t", "no row is highlighted"),
        ("/as t a2 s3", "one entry at a time, not a2 s3"),
    ],
)
def test_a_change_of_kind_that_makes_no_sense_is_refused_with_a_sentence(line: str, reason: str) -> None:
    refusal = capture.read(line, context())
    assert isinstance(refusal, Refusal) and refusal.what == reason, str(refusal)


def test_a_kind_changed_under_another_programs_change_is_a_conflict() -> None:
    (belief,) = SESSION.assumptions
    edit = as_kind(SESSION, belief, "t", NOW, "notes")
    theirs = applied(SESSION, edits.change(belief, replace(belief, evidence=3)))
    assert isinstance(rebase.rebased(SESSION, applied(SESSION, edit), theirs), Fault)
    served = applied(SESSION, edits.change(SESSION.action_items[1], replace(SESSION.action_items[1], about=("a2",))))
    assert isinstance(rebase.rebased(SESSION, applied(SESSION, edit), served), Fault)
    assert set(LISTS) == set("satdpnr")
