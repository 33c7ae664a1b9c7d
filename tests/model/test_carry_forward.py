"""Covers: session_tui.model.carry_forward and session_tui.model.history.

What a new session takes from the last one, and which earlier sessions an entry comes from.
"""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from msgspec.structs import replace

from profiles import examples
from session_tui.model import carry_forward, edits, history, session_value
from session_tui.model.session import (
    ActionItem,
    Assumption,
    Attendee,
    ChangeAfter,
    Clock,
    Parked,
    Part,
    Session,
    Stakeholder,
    Value,
    next_id,
)
from strategies import sessions

DAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def session(number: int, **values: object) -> Session:
    """The session of week `number` on one account."""
    began = DAY + timedelta(weeks=number)
    base = Session(id=f"{began:%Y-%m-%d}-acme-000{number}", status="held", agenda="strategy-30", account="Acme Freight")
    return replace(base, started_at=began, **values)


def following(last: Session, number: int) -> Session:
    return carry_forward.carry(replace(session(number), status="live"), last)


LAST = session(
    0,
    zone="EMEA",
    opportunity="Pumps",
    stakeholders=(Stakeholder(id="s1", name="Ruth Vale"), Stakeholder(id="s4", name="?", title="Chair")),
    assumptions=(
        Assumption(id="a1", text="Budget"),
        Assumption(id="a2", text="Time", status="validated", result="They said so"),
        Assumption(id="a3", text="Trust", status="invalidated"),
    ),
    action_items=(
        ActionItem(id="t1", text="Call", owner="Ben", due=date(2026, 11, 6), about=("s1", "a2", "a1")),
        ActionItem(id="t2", text="Model", status="done", result="14 months"),
        ActionItem(id="t7", text="Letter", status="dropped"),
    ),
    parking_lot=(Parked(id="p1", text="Renewal"),),
)


def test_people_untested_assumptions_and_open_actions_come_with_their_ids_and_where_they_were_raised() -> None:
    after = following(LAST, 1)
    assert [each.id for each in after.stakeholders] == ["s1", "s4"]
    assert [each.id for each in after.assumptions] == ["a1"]
    assert [each.id for each in after.action_items] == ["t1"]
    assert {each.first_raised_in for each in history.lasting(after)} == {LAST.id}
    assert after.previous == LAST.id
    again = following(after, 2)
    assert {each.first_raised_in for each in history.lasting(again)} == {LAST.id}, "the first, not the one before"


def test_what_was_settled_is_news_and_what_was_parked_is_offered_neither_is_carried() -> None:
    after = following(LAST, 1)
    assert {each.entry.id for each in carry_forward.news(LAST)} == {"a2", "a3", "t2", "t7"}
    assert after.parking_lot == ()
    assert [each.text for each in carry_forward.offered(after, LAST)] == ["Renewal"]
    taken = edits.apply(after, edits.add(ActionItem(id="t8", text="renewal")))
    assert isinstance(taken, Session)
    assert carry_forward.offered(taken, LAST) == (), "taken up, whatever its letters' size"


def test_news_of_after_the_session_comes_first() -> None:
    change = ChangeAfter(at=DAY, entry="t7", field="status", from_="open", to="dropped")
    assert carry_forward.news(replace(LAST, changes=(change,)))[0].entry.id == "t7"


def test_an_action_serves_nothing_that_was_settled() -> None:
    assert following(LAST, 1).action_items[0].about == ("s1", "a1")


def test_an_id_is_never_given_twice_even_of_what_was_not_carried() -> None:
    after = following(LAST, 1)
    for letter, entry in (("a", "a4"), ("t", "t8"), ("s", "s5"), ("p", "p2")):
        assert next_id(after, letter) == entry


def test_the_deal_is_carried_where_nothing_else_is_said_and_who_was_there_is_not() -> None:
    last = replace(LAST, phase="proposal", amount=1000.0, currency="EUR", attendees=(Attendee(name="Mei Tan"),))
    after = carry_forward.carry(replace(session(1), phase="closing"), last)
    assert (after.zone, after.opportunity, after.phase, after.amount) == ("EMEA", "Pumps", "closing", 1000.0)
    assert after.attendees == ()


@given(sessions)
@examples(60)
def test_carrying_any_session_loses_nobody_and_keeps_it_as_it_was(last: Session) -> None:
    after = following(last, 1)
    assert [each.name for each in after.stakeholders] == [each.name for each in last.stakeholders]
    still = [each.id for each in last.action_items if each.status == "open"]
    assert [each.id for each in carry_forward.promises(after)] == [
        each.id for each in sorted(after.action_items, key=lambda a: (a.due is None, a.due))
    ]
    assert [each.id for each in after.action_items] == still


def test_a_date_that_moves_keeps_its_history_and_each_move_to_a_later_day_is_a_slip() -> None:
    first = replace(LAST, action_items=(ActionItem(id="t1", text="Call", due=date(2026, 11, 6)),))
    # Moved after the session, in its file; sooner is no slip.
    moved = replace(
        first,
        action_items=(replace(first.action_items[0], due=date(2026, 11, 9)),),
        changes=(
            ChangeAfter(at=DAY, entry="t1", field="due", from_="2026-11-06", to="2026-11-10"),
            ChangeAfter(at=DAY, entry="t1", field="due", from_="2026-11-10", to="2026-11-09"),
        ),
    )
    second = following(moved, 1)
    second = replace(second, action_items=(replace(second.action_items[0], due=date(2026, 11, 20)),))
    third = following(second, 2)
    past = history.past((second, moved))
    days = [each.day for each in past.due_dates(third, third.action_items[0])]
    assert days == [6, 10, 9, 20]
    assert past.slips(third, third.action_items[0]) == 2


def test_an_entry_that_nobody_changed_in_three_sessions_is_the_same_story_a_date_aside() -> None:
    one = following(LAST, 1)
    two = following(one, 2)
    three = following(two, 3)
    past = history.past((two, one))
    ruth, call = three.stakeholders[0], three.action_items[0]
    assert past.same_story(three, ruth)
    assert past.same_story(three, replace(call, due=date(2027, 1, 1)))
    assert not past.same_story(three, replace(call, text="Write"))
    assert not past.same_story(three, replace(ruth, support=1))
    assert not history.past((two,)).same_story(three, ruth), "two sessions are none too many"


def test_an_entry_with_the_same_id_of_another_origin_is_another_entry() -> None:
    past = history.past((LAST,))
    stranger = Stakeholder(id="s1", name="Somebody", first_raised_in="2020-01-01-other-0000")
    assert past.before(session(1), stranger) is None
    assert past.before(session(1), replace(stranger, first_raised_in=LAST.id)) == LAST.stakeholders[0]


def test_a_prepared_session_lets_go_of_what_was_settled_meanwhile_and_keeps_what_was_typed() -> None:
    prepared = replace(following(LAST, 1), status="prepared")
    done = replace(LAST, action_items=(replace(LAST.action_items[0], status="done", done_on=date(2026, 11, 5)),))
    edit = carry_forward.catch_up(prepared, done)
    assert edit is not None
    after = edits.apply(prepared, edit)
    assert isinstance(after, Session)
    assert after.action_items == ()
    touched = replace(prepared, action_items=(replace(prepared.action_items[0], note="ask Mei"),))
    assert carry_forward.catch_up(touched, done) is None
    assert carry_forward.catch_up(prepared, LAST) is None


def test_assumptions_of_the_plan_are_taken_over_once_and_say_where_they_were_raised() -> None:
    begun = following(LAST, 1)
    edit = carry_forward.imported(begun, ("budget", "Sponsor", "Sponsor"))
    assert edit is not None
    after = edits.apply(begun, edit)
    assert isinstance(after, Session)
    assert [(each.id, each.text, each.first_raised_in) for each in after.assumptions[1:]] == [
        ("a4", "Sponsor", begun.id)
    ]
    assert carry_forward.imported(after, ("Budget", "sponsor")) is None


def part(minutes: int, spent: int) -> Part:
    return Part(kind="owners", title="Owners", minutes=minutes, floor_minutes=0, spent_seconds=spent)


def test_the_return_is_hours_saved_by_hours_invested_over_the_sessions_that_were_estimated() -> None:
    begun = (Clock(at=DAY, event="start", part=1),)
    one = session(0, value=Value(people=4, minutes=30, hours_saved=10.0), parts=(part(5, 300),), clock=begun)
    none = session(1, value=Value(people=2, minutes=30), parts=(part(5, 600),), clock=begun)
    zero = session(2, value=Value(people=2, minutes=60, hours_saved=0.0))
    other = replace(one, account="Borealis", value=Value(people=1, minutes=60, hours_saved=4.0))
    live = replace(one, status="live")
    report = session_value.report((one, none, zero, other, live))
    acme = report.accounts["Acme Freight"]
    assert (acme.sessions, acme.estimated, acme.hours_invested, acme.hours_saved) == (3, 2, 5.0, 10.0)
    assert acme.ratio == 10.0 / 4.0, "what was not estimated is in neither"
    assert report.total.ratio == 14.0 / 5.0
    assert [(use.sessions, use.planned_minutes, use.spent_minutes) for use in report.parts] == [(3, 15, 20.0)]
    assert session_value.report((none,)).total.ratio is None
    short = replace(one, value=Value(people=3, minutes=0, hours_saved=6.0))  # saved by nothing that was invested
    total = session_value.report((one, short)).total
    assert (total.estimated, total.without_cost, total.hours_saved) == (1, 1, 10.0)
    assert total.ratio == total.hours_saved / total.hours_estimated == 5.0
    assert session_value.report(()).total.sessions == 0


def test_a_session_costs_its_minutes_times_the_people_there_the_facilitator_once() -> None:
    held = session(
        0,
        facilitator="Ana Ruiz",
        attendees=(Attendee(name="ana ruiz", role="facilitator"), Attendee(name="Mei Tan")),
        parts=(part(5, 1500), part(5, 300)),
    )
    assert session_value.of(held, 3.0) == Value(people=2, minutes=30, hours_saved=3.0)
