"""Covers: session_tui.model.merge.

The merge of two versions: nothing is lost, and the user is asked about what both changed.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import EXAMPLE
from profiles import examples
from session_tui.model.merge.describe import becomes, counts, version_texts
from session_tui.model.merge.merge import Merge, compare, left, merged
from session_tui.model.merge.points import Choice, MergePoint
from session_tui.model.session import (
    LISTS,
    ActionItem,
    Assumption,
    Attendee,
    ChangeAfter,
    Clock,
    Decision,
    Entry,
    LastIds,
    Note,
    Session,
    Stakeholder,
    Value,
    entries,
    headline_text,
)
from session_tui.model.validation import doubtful, unreadable
from session_tui.store import session_file
from strategies import sessions

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
BASE = Session(
    id="2026-11-23-acme-freight-7k3q",
    status="live",
    agenda="strategy-30",
    account="Acme Freight",
    last_ids=LastIds(s=3, a=1, t=1),
    stakeholders=(
        Stakeholder(id="s1", name="Ruth Vale", title="CFO", first_raised_in="2026-11-09-acme-freight-2m9x"),
        Stakeholder(id="s2", name="Mia Tran", title="COO", reports_to="s1"),
    ),
    assumptions=(Assumption(id="a1", text="The budget is approved"),),
    action_items=(ActionItem(id="t1", text="Bring the payback model", about=("s1",)),),
)
EARLIER = "2026-11-09-acme-freight-2m9x"


def point(merge: Merge, key: str) -> MergePoint:
    return next(each for each in merge.points if each.key == key)


def by_default(ours: Session, theirs: Session) -> Session:
    merge = compare(ours, theirs)
    return merged(merge, merge.defaults)


def people(*more: Stakeholder, session: Session = BASE) -> Session:
    return replace(session, stakeholders=(*session.stakeholders, *more))


def test_an_entry_that_one_side_has_alone_stays() -> None:
    ours, theirs = (
        people(Stakeholder(id="s3", name="Otto Berg")),
        replace(BASE, decisions=(Decision(id="d1", text="x"),)),
    )
    result = by_default(ours, theirs)
    assert [each.name for each in result.stakeholders] == ["Ruth Vale", "Mia Tran", "Otto Berg"]
    assert [each.text for each in result.decisions] == ["x"]


def test_an_answer_about_what_both_say_alike_has_no_effect() -> None:
    merge = compare(BASE, people(Stakeholder(id="s3", name="Otto Berg")))
    answers: dict[str, Choice] = {"s1": "theirs", "t1": "both"}
    result = merged(merge, merge.defaults | answers)
    assert [each.id for each in result.stakeholders] == ["s1", "s2", "s3"] and len(result.action_items) == 1


def test_two_people_of_one_id_both_stay_and_what_leads_to_them_follows() -> None:
    ours = people(Stakeholder(id="s4", name="Otto Berg"))
    theirs = people(
        Stakeholder(id="s4", name="Sana Oduya", influences=("s2",)),
        Stakeholder(id="s5", name="Jonas Pell", reports_to="s4", influences=("s4", "s1")),
    )
    theirs = replace(
        theirs, action_items=(*BASE.action_items, ActionItem(id="t2", text="Meet her", about=("s4", "s1")))
    )
    theirs = replace(theirs, changes=(ChangeAfter(at=AT, entry="s4", field="power", to="5"),))
    result = by_default(ours, theirs)
    assert {each.id: each.name for each in result.stakeholders[2:]} == {
        "s4": "Otto Berg",
        "s6": "Sana Oduya",
        "s5": "Jonas Pell",
    }
    jonas = next(each for each in result.stakeholders if each.name == "Jonas Pell")
    assert (jonas.reports_to, jonas.influences) == ("s6", ("s6", "s1"))
    assert result.action_items[1].about == ("s6", "s1")
    assert result.changes[0].entry == "s6"
    assert result.last_ids.s == 6
    assert unreadable(result) == doubtful(result) == ()


def test_an_id_that_was_carried_stays_and_the_new_thing_gets_another() -> None:
    carried = Stakeholder(id="s3", name="Sana Oduya", first_raised_in=EARLIER)
    ours = people(Stakeholder(id="s3", name="Otto Berg"))
    ours = replace(ours, action_items=(replace(BASE.action_items[0], about=("s3",)),))
    result = by_default(ours, people(carried))
    found = {each.name: each for each in result.stakeholders}
    assert found["Sana Oduya"] == carried
    assert found["Otto Berg"].id == "s4"
    assert result.action_items[0].about == ("s4", "s1")


def test_the_same_person_entered_on_both_machines_is_one() -> None:
    ours = people(Stakeholder(id="s3", name="Otto Berg"), Stakeholder(id="s4", name="Sana Oduya", power=5))
    theirs = people(
        Stakeholder(id="s3", name="Sana Oduya", support=1), Stakeholder(id="s4", name="Jonas Pell", reports_to="s3")
    )
    result = by_default(ours, theirs)
    assert [(each.id, each.name) for each in result.stakeholders[2:]] == [
        ("s3", "Otto Berg"),
        ("s4", "Sana Oduya"),
        ("s5", "Jonas Pell"),
    ]
    assert (result.stakeholders[3].power, result.stakeholders[3].support) == (5, 1)
    assert result.stakeholders[4].reports_to == "s4"


def test_of_an_entry_that_both_changed_what_one_says_alone_is_taken_and_what_both_say_is_asked() -> None:
    ours = replace(BASE, action_items=(replace(BASE.action_items[0], owner="Ben Okafor", about=("s1", "a1")),))
    theirs = replace(BASE, action_items=(replace(BASE.action_items[0], due=date(2026, 11, 27), about=("s1", "s2")),))
    result = by_default(ours, theirs)
    assert result.action_items[0] == replace(
        BASE.action_items[0], owner="Ben Okafor", due=date(2026, 11, 27), about=("s1", "a1", "s2")
    )
    theirs = replace(theirs, action_items=(replace(theirs.action_items[0], owner="Mei Tan"),))
    merge = compare(ours, theirs)
    assert [each.key for each in left(merge, merge.defaults)] == ["t1"]
    assert point(merge, "t1").asks == ("owner",)
    assert point(merge, "t1").choices == ("ours", "theirs", "both")
    assert merged(merge, {"t1": "theirs"}).action_items == theirs.action_items
    both = merged(merge, {"t1": "both"})
    assert [(each.id, each.owner) for each in both.action_items] == [("t1", "Ben Okafor"), ("t2", "Mei Tan")]


def test_where_one_thing_is_said_to_be_two_what_each_led_to_stays_its_own() -> None:
    ours = replace(people(Stakeholder(id="s4", name="Otto Berg", power=4)), last_ids=LastIds(s=4, t=1))
    ours = replace(ours, action_items=(ActionItem(id="t1", text="Bring the payback model", about=("s4",)),))
    theirs = replace(ours, stakeholders=(*BASE.stakeholders, Stakeholder(id="s4", name="Otto Burg", power=5)))
    more = (
        ActionItem(id="t1", text="Bring the payback model", about=("s1", "s4")),
        ActionItem(id="t2", text="Call him", about=("s4",)),
    )
    theirs = replace(theirs, action_items=more)
    merge = compare(ours, theirs)
    assert point(merge, "s4").asks == ("name", "power")
    result = merged(merge, merge.defaults | {"s4": "both"})
    assert [(each.id, each.name) for each in result.stakeholders[2:]] == [("s4", "Otto Berg"), ("s5", "Otto Burg")]
    assert [each.about for each in result.action_items] == [("s4", "s1", "s5"), ("s5",)]


def test_ours_stay_in_their_order_and_what_theirs_add_comes_after_them() -> None:
    ours = people(Stakeholder(id="s4", name="Otto Berg"), Stakeholder(id="s5", name="Jonas Pell"))
    result = by_default(ours, people(Stakeholder(id="s4", name="Sana Oduya")))
    assert [each.name for each in result.stakeholders[2:]] == ["Otto Berg", "Jonas Pell", "Sana Oduya"]


def test_what_was_carried_is_one_thing_and_cannot_become_two() -> None:
    ours, theirs = (
        replace(BASE, stakeholders=(replace(BASE.stakeholders[0], power=power), BASE.stakeholders[1]))
        for power in (4, 5)
    )
    asked = point(compare(ours, theirs), "s1")
    assert asked.default is None and asked.choices == ("ours", "theirs")


def test_the_change_that_was_made_later_counts() -> None:
    def at(hours: int, **values: Any) -> Session:
        (field, value), *_ = values.items()
        row = ChangeAfter(at=AT + timedelta(hours=hours), entry="t1", field=field, to=str(value))
        return replace(BASE, action_items=(replace(BASE.action_items[0], **values),), changes=(row,))

    ours, theirs = at(2, owner="Ben Okafor"), at(1, owner="Mei Tan")
    assert by_default(ours, theirs).action_items[0].owner == "Ben Okafor"
    assert by_default(theirs, ours).action_items[0].owner == "Ben Okafor"
    assert [row.to for row in by_default(ours, theirs).changes] == ["Mei Tan", "Ben Okafor"]
    reopened = at(3, status="open")
    assert by_default(at(1, status="done"), reopened).action_items[0].status == "open"


def test_changes_that_both_have_stand_there_once() -> None:
    rows = [ChangeAfter(at=AT + timedelta(minutes=m), entry="t1", field="due", to=str(m)) for m in range(4)]
    ours, theirs = replace(BASE, changes=(rows[0], rows[3])), replace(BASE, changes=(rows[0], rows[1], rows[2]))
    assert by_default(ours, theirs).changes == tuple(rows)


@pytest.mark.parametrize("choice", ["ours", "theirs"])
def test_what_led_to_an_entry_that_is_left_out_leads_nowhere(choice: Any) -> None:
    ours = people(Stakeholder(id="s4", name="Otto Berg"))
    ours = replace(ours, action_items=(*BASE.action_items, ActionItem(id="t2", text="See Otto", about=("s4",))))
    theirs = people(Stakeholder(id="s4", name="Sana Oduya"))
    theirs = replace(theirs, action_items=(*BASE.action_items, ActionItem(id="t3", text="See Sana", about=("s4",))))
    merge = compare(ours, theirs)
    result = merged(merge, merge.defaults | {"s4": choice})
    assert doubtful(result) == ()
    found = {each.text: each.about for each in result.action_items}
    number = result.stakeholders[-1].id
    assert found["See Otto"] == ((number,) if choice == "ours" else ())
    assert found["See Sana"] == ((number,) if choice == "theirs" else ())


def test_keys_of_the_session_one_says_something_the_later_end_counts_else_it_is_asked() -> None:
    ended = {"status": "held", "ended_at": AT, "outcome": "hold", "headline": "Wait."}
    ours = replace(BASE, zone="EMEA", phase="evaluation", attendees=(Attendee(name="Ana Ruiz"),))
    theirs = replace(BASE, phase="discovery", attendees=(Attendee(name="Ben Okafor", role="owner"),), **ended)
    merge = compare(ours, theirs)
    assert [each.key for each in left(merge, merge.defaults)] == ["phase"]
    result = merged(merge, merge.defaults | {"phase": "theirs"})
    assert (result.zone, result.phase, result.status, result.outcome) == ("EMEA", "discovery", "held", "hold")
    assert [each.name for each in result.attendees] == ["Ana Ruiz", "Ben Okafor"]
    later = replace(theirs, ended_at=AT + timedelta(hours=1), outcome="pursue", headline="Go.", value=Value(people=2))
    result = by_default(theirs, later)
    assert (result.outcome, result.headline, result.ended_at) == ("pursue", "Go.", later.ended_at)


def test_a_clock_that_ran_on_is_taken_and_two_that_ran_apart_are_asked() -> None:
    start = Clock(at=AT, event="start", part=1)
    begun = replace(BASE, clock=(start,))
    on = replace(BASE, clock=(start, Clock(at=AT + timedelta(minutes=9), event="pause")))
    other = replace(BASE, clock=(start, Clock(at=AT + timedelta(minutes=5), event="pause")))
    assert by_default(begun, on).clock == by_default(on, begun).clock == on.clock
    assert compare(on, other).defaults == {}
    assert merged(compare(on, other), {"clock": "theirs"}).clock == other.clock


def test_a_clock_that_was_also_on_a_computer_whose_clock_was_set_did_not_run_apart() -> None:
    start = Clock(at=AT, event="start", part=1)
    stepped = replace(BASE, clock=(replace(start, wall_step=-3300),))
    on = replace(BASE, clock=(start, Clock(at=AT + timedelta(minutes=9), event="pause")))
    assert by_default(stepped, on).clock == by_default(on, stepped).clock == on.clock
    begun = replace(BASE, clock=(start,))
    assert by_default(begun, stepped).clock == by_default(stepped, begun).clock == stepped.clock


def test_notes_written_at_two_moments_are_two() -> None:
    ours, theirs = (
        replace(BASE, notes=(Note(id="n1", text="They want a pilot", at=AT + timedelta(minutes=m)),)) for m in (1, 2)
    )
    assert [each.id for each in by_default(ours, theirs).notes] == ["n1"], "the same words are one"
    theirs = replace(theirs, notes=(replace(theirs.notes[0], text="They want a pilot now"),))
    assert [each.id for each in by_default(ours, theirs).notes] == ["n1", "n2"]


def test_what_each_says_is_said_in_words() -> None:
    ours = people(Stakeholder(id="s4", name="Otto Berg", reports_to="s1", power=5))
    theirs = replace(BASE, outcome="pursue_if", action_items=(replace(BASE.action_items[0], text="Bring it"),))
    merge = compare(ours, theirs)
    mine, other = version_texts(merge, point(merge, "s4"))
    assert mine is not None and other is None
    assert (mine.name, mine.facts) == ("Otto Berg", (("power", "5"), ("reports to", "Ruth Vale (s1)")))
    assert becomes(point(merge, "s4"), "theirs") == "left out"
    told = version_texts(merge, point(merge, "outcome"))
    assert [each.name for each in told if each] == ["nothing", "pursue on a condition"]
    assert all(version_texts(merge, each) for each in merge.points)


# ---- properties ---------------------------------------------------------------------------------

NAMES = ["Ruth Vale", "Ruth", "Otto", "?", "Mia"]
FIRST = ["", BASE.id, EARLIER]


def _session(people: Sequence[Stakeholder], actions: Sequence[ActionItem], notes: Sequence[Note]) -> Session:
    def once(found: Sequence[Any]) -> tuple[Any, ...]:
        return tuple({each.id: each for each in found}.values())

    return replace(BASE, stakeholders=once(people), action_items=once(actions), notes=once(notes), last_ids=LastIds())


small = st.builds(
    _session,
    st.lists(
        st.builds(
            Stakeholder,
            id=st.sampled_from(["s1", "s2", "s3"]),
            name=st.sampled_from(NAMES),
            power=st.sampled_from([3, 5]),
            reports_to=st.sampled_from(["", "s1", "s2"]),
            first_raised_in=st.sampled_from(FIRST),
        ),
        max_size=3,
    ),
    st.lists(
        st.builds(
            ActionItem,
            id=st.sampled_from(["t1", "t2"]),
            text=st.sampled_from(["call", "call them", "write"]),
            owner=st.sampled_from(["", "Ben", "Mei"]),
            about=st.sampled_from([(), ("s1",), ("s2", "s3")]),
        ),
        max_size=2,
    ),
    st.lists(st.builds(Note, id=st.sampled_from(["n1", "n2"]), text=st.sampled_from(["x", "y"])), max_size=2),
)


def words(session: Session) -> set[tuple[str, str]]:
    return {(letter, headline_text(entry)) for letter in LISTS for entry in entries(session, letter)}


@given(st.one_of(sessions, small))
def test_a_session_merged_with_itself_is_itself(session: Session) -> None:
    merge = compare(session, session)
    assert merge.points == ()
    assert merged(merge, {}) == session


@examples(300)
@given(small, small)
def test_a_merge_loses_no_entry_and_gives_no_id_twice(ours: Session, theirs: Session) -> None:
    merge = compare(ours, theirs)
    both = {each.key: "both" if "both" in each.choices else "ours" for each in left(merge, merge.defaults)}
    result = merged(merge, merge.defaults | both)  # type: ignore[arg-type]
    assert unreadable(result) == ()
    asked = {headline_text(each.theirs) for each in merge.points if both.get(each.key) == "ours" and each.place}
    renamed = {headline_text(each.theirs) for each in merge.points if each.joined is not None and each.place}
    assert words(ours) <= words(result) | {(k, w) for k, w in words(ours) if w in renamed or w == "?"}
    assert words(theirs) <= words(result) | {(k, w) for k, w in words(theirs) if w in asked or w == "?"}
    for letter in LISTS:
        assert len(entries(result, letter)) >= max(len(entries(ours, letter)), len(entries(theirs, letter)))


@examples(300)
@given(small, small)
def test_what_leads_to_an_entry_leads_to_the_same_one_after_the_merge(ours: Session, theirs: Session) -> None:
    merge = compare(ours, theirs)
    both = {each.key: "both" if "both" in each.choices else "ours" for each in left(merge, merge.defaults)}
    result = merged(merge, merge.defaults | both)  # type: ignore[arg-type]
    for side in (ours, theirs):
        led = {(one, other) for one, other in _leads(side) if other}
        assert {(one, other) for one, other in led if other != "?" and one != "?"} <= _leads(result) | _undecided(merge)


def _leads(session: Session) -> set[tuple[str, str]]:
    names = {each.id: each.name for each in session.stakeholders}
    return {(each.text, names[one]) for each in session.action_items for one in each.about if one in names}


def _undecided(merge: Merge) -> set[tuple[str, str]]:
    """Pairs of words of which one was asked, or joined under other words."""
    told: set[Entry] = {
        each for point in merge.points if not point.apart for each in (point.ours, point.theirs) if each
    }
    names = [*NAMES, "call", "call them", "write"]
    changed = {headline_text(each) for each in told if not isinstance(each, tuple | str)}
    return {(one, other) for one in names for other in names if one in changed or other in changed}


@examples(200)
@given(small, small, st.data())
def test_whatever_is_chosen_the_result_can_be_opened(ours: Session, theirs: Session, data: st.DataObject) -> None:
    merge = compare(ours, theirs)
    choices = {each.key: data.draw(st.sampled_from(each.choices)) for each in merge.points}
    result = merged(merge, choices)
    assert unreadable(result) == ()
    assert session_file.read(session_file.new(result).content()).session == result


def test_a_person_who_was_forgotten_in_one_version_of_a_change_stays_forgotten() -> None:
    named = ChangeAfter(at=AT, entry="t1", field="text", from_="Ask Ruth Vale", to="Ask Ruth Vale again")
    marked = replace(named, from_="Ask person-7k3q2m", to="Ask person-7k3q2m again")
    other = ChangeAfter(at=AT, entry="t1", field="owner", to="Ruth Vale")
    for ours, theirs in ((named, marked), (marked, named)):
        result = by_default(replace(BASE, changes=(ours,)), replace(BASE, changes=(theirs, other)))
        assert set(result.changes) == {marked, other}
    # Two changes of one moment are no two versions of one.
    second = replace(named, from_="Ask Mia Tran")
    result = by_default(replace(BASE, changes=(named,)), replace(BASE, changes=(second,)))
    assert set(result.changes) == {named, second}


def test_the_example_with_itself_changes_not_a_byte() -> None:
    read = session_file.read(session_file.read(EXAMPLE.read_bytes()).content())
    result = merged(compare(read.session, read.session), {})
    assert read.with_session(result).content() == read.content()


def test_what_differs_is_counted_in_words() -> None:
    one = replace(BASE, headline="Go")
    assert counts(compare(BASE, one)).startswith("1 differs, ")
    assert counts(compare(BASE, replace(one, zone="Elsewhere"))).startswith("2 differ, ")
