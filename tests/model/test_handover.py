"""Covers: session_tui.model.team.handover.

A handover and its undo are opposites, and neither changes what another person edited.
"""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from session_tui.model import edits
from session_tui.model.edits import Edit
from session_tui.model.fault import Fault
from session_tui.model.session import ActionItem, Assumption, CreditShare, LastIds, Session, Stakeholder
from session_tui.model.team import handover, holdings
from session_tui.model.team.coverage import team
from session_tui.model.team.handover import Step
from session_tui.model.team.holdings import Holding

NAMES = ("Ben Okafor", "Mei Tan", "Ana Ruiz")


def field(number: int = 1, **values: object) -> Session:
    kept = {
        "id": f"2026-11-{number:02}-acme-000{number}",
        "status": "held",
        "agenda": "x",
        "account": "Acme",
        "last_ids": LastIds(s=9, a=9, t=9),
    }
    began = datetime(2026, 11, number, 9, tzinfo=UTC)
    given = LastIds(s=9, a=9, t=9)
    return Session(**{**kept, "started_at": began, "last_ids": given, **values})  # type: ignore[arg-type]


def steps_of(session: Session, giver: str, receiver: str) -> tuple[Step, ...]:
    found = holdings.of(giver, holdings.fields([session]))
    return handover.plan([(each, receiver) for each in found], {session.id: session})


def done(session: Session, steps: tuple[Step, ...], *, back: bool = False) -> Session:
    for step in steps:
        edit = (handover.back if back else handover.forward)(session, step)
        assert not isinstance(edit, Fault)
        if edit is not None:
            after = edits.apply(session, edit)
            assert isinstance(after, Session)
            session = after
    return session


names = st.lists(st.sampled_from(NAMES), unique=True, max_size=3).map(tuple)
name = st.sampled_from(("", *NAMES))


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    split = draw(names)
    said = datetime(2026, 11, 1, 9, 30, tzinfo=UTC) if draw(st.booleans()) else None
    return field(
        account_owner=draw(name),
        credit_split=tuple(CreditShare(name=each, percent=100 / 3) for each in split),
        stakeholders=tuple(Stakeholder(id=f"s{at}", name=f"Person {at}", covered_by=draw(names)) for at in (1, 2)),
        assumptions=(Assumption(id="a1", text="true", tested_by=draw(name)),),
        action_items=(ActionItem(id="t1", text="do", owner=draw(name), accepted_at=said),),
    )


@given(sessions(), st.sampled_from(NAMES), st.sampled_from((*NAMES, "Zoe Lind")))
def test_what_is_handed_over_is_nobodys_but_the_receivers_and_comes_back_as_it_was(
    session: Session, giver: str, receiver: str
) -> None:
    if giver == receiver:
        return
    steps = steps_of(session, giver, receiver)
    after = done(session, steps)
    assert holdings.of(giver, holdings.fields([after])) == ()
    assert sum(share.percent for share in after.credit_split) == pytest.approx(
        sum(share.percent for share in session.credit_split)
    )
    assert done(after, steps) == after  # going on with what is done changes nothing
    assert done(after, steps, back=True) == session
    assert done(session, steps, back=True) == session  # and so does taking back what was not done


@given(sessions(), st.integers(0, 6), st.sampled_from((True, False)))
def test_interrupted_after_any_step_it_goes_on_or_comes_back(session: Session, at: int, back: bool) -> None:
    steps = steps_of(session, "Ben Okafor", "Mei Tan")
    half = done(session, steps[:at])
    assert done(half, steps, back=back) == (session if back else done(session, steps))


def step_and_edit(session: Session, changed: Session) -> list[Edit | Fault | None]:
    return [handover.back(changed, step) for step in steps_of(session, "Ben Okafor", "Mei Tan")]


def test_what_somebody_gave_to_another_since_is_a_fault_and_no_edit() -> None:
    session = field(account_owner="Ben Okafor", credit_split=(CreditShare(name="Ben Okafor", percent=100),))
    settled = (CreditShare(name="Mei Tan", percent=60), CreditShare(name="Ana Ruiz", percent=40))
    for fault in step_and_edit(session, replace(session, account_owner="Ana Ruiz", credit_split=settled)):
        assert isinstance(fault, Fault) and "changed meanwhile, and is left alone" in fault.what


def test_whoever_began_to_cover_somebody_since_still_does_after_undo() -> None:
    session = field(stakeholders=(Stakeholder(id="s1", name="Ruth Vale", covered_by=("Ben Okafor",)),))
    steps = steps_of(session, "Ben Okafor", "Mei Tan")
    person = session.stakeholders[0]
    since = replace(session, stakeholders=(replace(person, covered_by=("Mei Tan", "Ana Ruiz")),))
    assert done(since, steps, back=True).stakeholders[0].covered_by == ("Ben Okafor", "Ana Ruiz")


def test_of_a_field_the_newest_session_counts_and_cancelled_ones_do_not() -> None:
    newest, older = field(3, account_owner="Mei Tan"), field(2, account_owner="Ben Okafor")
    cancelled = field(4, status="cancelled", account_owner="Ana Ruiz")
    (found,) = holdings.holdings(holdings.fields([cancelled, newest, older]))
    assert (found.holder, found.handle) == ("Mei Tan", "0003:owner")


def test_an_open_action_that_no_newer_session_took_over_is_still_held() -> None:
    older = field(2, action_items=(ActionItem(id="t1", text="call", owner="Ben Okafor", due=date(2026, 11, 9)),))
    newest = field(3)
    (found,) = holdings.of("ben okafor", holdings.fields([newest, older]))
    assert (found.handle, found.due) == ("0002:t1", "2026-11-09")
    went_on = replace(newest, previous=older.id)  # taken over, and taken out by hand
    assert holdings.of("Ben Okafor", holdings.fields([went_on, older])) == ()


def test_zones_are_fields_of_their_own_and_a_person_met_in_two_deals_of_one_is_one() -> None:
    ruth = Stakeholder(id="s1", name="Ruth Vale", title="CFO", power=5, covered_by=("Ben Okafor",))
    one = field(3, zone="EMEA", opportunity="A", stakeholders=(ruth,))
    two = field(2, zone="EMEA", opportunity="B", stakeholders=(replace(ruth, covered_by=("Mei Tan", "Ben Okafor")),))
    three = field(1, zone="APAC", opportunity="A", stakeholders=(ruth,))
    found = holdings.of("Ben Okafor", holdings.fields([one, two, three]))
    assert [(each.zone, len(each.places)) for each in found] == [("APAC", 1), ("EMEA", 2)]
    members = {each.name: each for each in team(holdings.fields([one, two, three]))}
    assert [(each.zone, each.only) for each in members["Ben Okafor"].covers] == [("APAC", True), ("EMEA", False)]


def test_a_handle_is_what_a_person_types() -> None:
    place = holdings.Occurrence("2026-11-09-acme-freight-2m9x", "s1")
    assert Holding("Ben", "stakeholder", "Acme", "", "", "Ruth", places=(place,)).handle == "2m9x:s1"


def test_what_one_of_theirs_promised_is_theirs_to_keep() -> None:
    ruth = Stakeholder(id="s1", name="Ruth Vale")
    promised = (ActionItem(id="t1", text="sign", owner="Ruth Vale"), ActionItem(id="t2", text="call", owner="Mei Tan"))
    newest, older = field(3), field(2, stakeholders=(ruth,), action_items=promised)
    for sessions in ([older], [newest, older]):
        found = holdings.fields(sessions)
        assert [each.holder for each in holdings.holdings(found)] == ["Mei Tan"]
        assert holdings.known(found) == ("Mei Tan",)
