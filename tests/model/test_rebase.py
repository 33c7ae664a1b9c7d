"""Covers: session_tui.model.rebase.

Our changes on the version of another program: changes of both that do not collide are always kept.
"""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import START
from session_tui.model import diff, edits
from session_tui.model.edits import Close, Mark, Put
from session_tui.model.fault import Fault
from session_tui.model.rebase import between, rebased, words
from session_tui.model.session import (
    ActionItem,
    Attendee,
    Clock,
    Part,
    Session,
    Stakeholder,
    entries,
    find,
    next_id,
)
from session_tui.model.validation import doubtful, unreadable

BASE = Session(
    id="2026-11-23-acme-7k3q",
    status="live",
    agenda="x",
    account="Acme",
    parts=(Part(kind="notes", minutes=5),),
    stakeholders=tuple(Stakeholder(id=f"s{each}", name=f"Person {each}") for each in range(1, 4)),
    action_items=tuple(ActionItem(id=f"t{each}", text=f"Action {each}") for each in range(1, 4)),
)
# One thing done to one entry, or one new one: small enough that two people often do it to the
# same.
deeds = st.lists(
    st.tuples(
        st.sampled_from(["change", "remove", "add", "key"]),
        st.sampled_from(["s1", "s2", "s3", "t1", "t2", "t3"]),
        st.sampled_from(["x", "y"]),
    ),
    max_size=4,
)


def after(session: Session, done: list[tuple[str, str, str]]) -> Session:
    for what, id_, word in done:
        entry = find(session, id_)
        edit: edits.Edit
        if what == "key":
            edit = Put("zone", "", session.zone, word)
        elif what == "add":
            number = next_id(session, id_[0])
            edit = edits.add(Stakeholder(id=number, name=word) if id_[0] == "s" else ActionItem(id=number, text=word))
        elif not isinstance(entry, Stakeholder | ActionItem):
            continue
        elif what == "remove":
            edit = edits.remove(session, entry)
        else:
            edit = edits.change(entry, replace(entry, note=f"{entry.note}{word}"))
        made = edits.apply(session, edit)
        assert isinstance(made, Session)
        session = made
    return session


def touched(session: Session) -> set[str]:
    return {put.id or put.where for put in between(BASE, session)}


@given(deeds, deeds)
def test_what_both_did_is_in_it_or_it_is_a_fault(
    one: list[tuple[str, str, str]], two: list[tuple[str, str, str]]
) -> None:
    ours, theirs = after(BASE, one), after(BASE, two)
    both = rebased(BASE, ours, theirs)
    together = touched(ours) & touched(theirs)
    if isinstance(both, Fault):
        assert together, "without a thing that both changed nothing collides"
        return
    assert unreadable(both) == () and len(doubtful(both)) <= len(doubtful(ours)) + len(doubtful(theirs))
    for side in (ours, theirs):
        for id_ in touched(side):
            if id_[1:].isdigit():
                assert find(both, id_) == find(side, id_)
            else:
                assert getattr(both, id_) == getattr(side, id_)
    for letter in "st":
        there = [each.id for each in entries(both, letter)]
        mine = [each.id for each in entries(ours, letter) if each.id in there]
        assert [each for each in there if each in mine] == mine or together, "in the order in which they were typed"
        assert getattr(both.last_ids, letter) == max(getattr(each.last_ids, letter) for each in (ours, theirs))


@given(deeds)
def test_without_a_change_of_the_one_it_is_the_other_itself(done: list[tuple[str, str, str]]) -> None:
    other = after(BASE, done)
    assert rebased(BASE, BASE, other) is other
    assert rebased(BASE, other, BASE) == other
    assert rebased(BASE, other, other) == other


def test_one_entry_that_both_changed_alike_is_no_collision_and_unalike_is_one() -> None:
    first = BASE.action_items[0]

    def put(owner: str) -> Session:
        return replace(BASE, action_items=(replace(first, owner=owner), *BASE.action_items[1:]))

    assert rebased(BASE, put("Ben"), put("Ben")) == put("Ben")
    fault = rebased(BASE, put("Ben"), put("Mia"))
    assert isinstance(fault, Fault) and fault.where == "t1"


def test_a_new_line_to_an_entry_that_the_other_one_removed_is_a_collision() -> None:
    ours = after(BASE, [("remove", "s2", "")])
    person = BASE.stakeholders[0]
    theirs = replace(BASE, stakeholders=(replace(person, reports_to="s2"), *BASE.stakeholders[1:]))
    assert isinstance(rebased(BASE, ours, theirs), Fault)


def test_a_reporting_circle_that_neither_has_alone_is_a_collision() -> None:
    one, two, three = BASE.stakeholders
    ours = replace(BASE, stakeholders=(replace(one, reports_to="s2"), two, three))
    theirs = replace(BASE, stakeholders=(one, replace(two, reports_to="s1"), three))
    assert isinstance(rebased(BASE, ours, theirs), Fault)


def test_the_end_of_a_session_takes_what_was_ticked_meanwhile_and_nothing_is_typed_into_one_that_is_over() -> None:
    started = edits.apply(BASE, Mark(Clock(at=START, event="start", part=1)))
    assert isinstance(started, Session)
    ended = edits.apply(started, Close(START, "pursue"))
    assert isinstance(ended, Session)
    ticked = after(started, [("change", "t1", "x")])
    both = rebased(started, ended, ticked)
    assert isinstance(both, Session) and (both.status, both.action_items[0].note) == ("held", "x")
    assert isinstance(rebased(started, ticked, ended), Fault)


def test_changes_after_the_end_of_both_are_on_record_each_once() -> None:
    held = replace(BASE, status="held")

    def done(session: Session, id_: str, by: str) -> Session:
        action = next(each for each in session.action_items if each.id == id_)
        made = diff.applied(session, edits.change(action, replace(action, owner=by)), START, by)
        assert isinstance(made, Session)
        return made

    base = done(held, "t1", "Ana")
    both = rebased(base, done(base, "t2", "Ben"), done(base, "t3", "Mia"))
    assert isinstance(both, Session)
    assert [(each.entry, each.by) for each in both.changes] == [("t1", "Ana"), ("t3", "Mia"), ("t2", "Ben")]


def test_what_others_changed_is_told_by_ids() -> None:
    assert words(("t1", "s2")) == "Changed by another program: t1, s2."
    assert words(("attendees",)) == "Changed by another program: what the session is about."
    assert words(tuple(f"t{each}" for each in range(9))).endswith(": t0, t1, t2, t3, t4, t5 and 3 more.")
    assert len(words(("t1",), "t1")) < 80, "it fits the line it is shown on"


def test_attendees_that_both_changed_collide() -> None:
    ours, theirs = (replace(BASE, attendees=(Attendee(name=name),)) for name in ("Ben", "Mia"))
    assert isinstance(rebased(BASE, ours, theirs), Fault)
