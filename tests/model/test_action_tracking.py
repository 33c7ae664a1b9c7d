"""Covers: session_tui.model.reports.action_tracking.

A carried action item is one item: the newest session gives its state, with all its due dates.
"""

from datetime import date, timedelta
from typing import Any

from msgspec.structs import replace

from conftest import START
from session_tui.model import carry_forward, diff, edits
from session_tui.model.reports import action_tracking
from session_tui.model.reports.action_tracking import TrackedAction
from session_tui.model.session import ActionItem, Session

TODAY = date(2026, 11, 23)


def held(number: int, *items: ActionItem, last: Session | None = None, **values: object) -> Session:
    """The session of week `number`; from the one before where there is one."""
    one = Session(
        id=f"2026-{number:02}-01-acme-aaa{number}",
        status="held",
        agenda="strategy-30",
        account="Acme",
        started_at=START + timedelta(weeks=number),
    )
    one = carry_forward.carry(one, last) if last else one
    return replace(one, action_items=(*one.action_items, *items), **values)


def action(number: int, **values: Any) -> ActionItem:
    return ActionItem(id=f"t{number}", text=f"Do {number}", **values)


def test_what_i_owe_is_counted_by_day_and_an_outline_is_enough_for_it() -> None:
    first = held(
        1,
        action(1, owner="Mei Tan", due=TODAY),
        action(2, owner="mei tan", due=TODAY - timedelta(days=1)),
        action(3, owner="Mei Tan"),
        action(4, owner="Mei Tan", status="done", due=TODAY),
        action(5, owner="Ben Okafor", due=TODAY),
    )
    second = held(2, action(6, owner="Mei Tan", due=TODAY + timedelta(days=1)), last=first)
    moved = diff.applied(second, edits.change(item := second.action_items[0], replace(item, due=TODAY)), START, "x")
    assert isinstance(moved, Session)
    actions = action_tracking.follow([moved, first])
    assert action_tracking.follow(map(action_tracking.outline, [moved, first])) == actions
    assert str(action_tracking.own_promises(actions, "mei", TODAY)) == "You owe 4, 1 overdue, 1 today"
    assert str(action_tracking.own_promises(actions, "Ben Okafor", TODAY)) == "You owe 1, 1 today"
    assert str(action_tracking.own_promises(actions, "Zoe Quill", TODAY)) == "You owe nothing"


def told(*sessions: Session) -> dict[str, TrackedAction]:
    """What is followed, newest session first, by the action's id."""
    return {each.item.id: each for each in action_tracking.follow(sessions)}


def test_one_that_was_carried_twice_is_one_where_it_stands_now() -> None:
    first = held(1, action(1, owner="Ben"))
    second = held(2, last=first)
    third = held(3, action(2), last=second)
    found = told(third, second, first)
    assert len(found) == 2
    assert (found["t1"].session_id, found["t1"].first_raised_in) == (third.id, first.id)
    assert (found["t2"].session_id, found["t2"].first_raised_in) == (third.id, third.id)


def test_its_slips_are_counted_over_all_sessions_and_the_changes_between_them() -> None:
    first = held(1, action(1, due=date(2026, 11, 2)))
    moved = replace(first, action_items=(action(1, due=date(2026, 11, 9)),))
    first = diff.recorded(first, moved, START, "Ben")
    second = held(2, last=first)
    second = replace(second, action_items=(replace(second.action_items[0], due=date(2026, 11, 20)),))
    assert told(second, first)["t1"].slips == 2


def test_one_that_was_settled_stays_in_the_session_that_settled_it() -> None:
    first = held(1, action(1, status="done"), action(2))
    second = held(2, last=first)
    found = told(second, first)
    assert (found["t1"].session_id, found["t1"].item.status) == (first.id, "done")
    assert found["t2"].session_id == second.id


def test_one_that_was_taken_out_of_the_next_session_is_not_followed_any_more() -> None:
    first = held(1, action(1), action(2))
    second = held(2, last=first)
    second = replace(second, action_items=second.action_items[1:])
    assert list(told(second, first)) == ["t2"]


def test_one_that_was_settled_and_opened_again_is_followed_although_it_was_not_carried() -> None:
    first = held(1, action(1, status="done"))
    second = held(2, last=first)
    again = diff.recorded(first, replace(first, action_items=(action(1),)), START, "Ben")
    assert told(second, again)["t1"].is_open


def test_a_prepared_session_repeats_and_a_cancelled_one_says_nothing() -> None:
    first = held(1, action(1))
    ready = replace(held(2, action(2), last=first), status="prepared", started_at=None)
    off = replace(held(3, action(3), last=first), status="cancelled")
    found = told(ready, off, first)
    assert {name: each.session_id for name, each in found.items()} == {"t1": first.id, "t2": ready.id}


def test_the_same_id_on_another_account_is_another_action() -> None:
    ours = held(1, action(1, owner="Ben"))
    theirs = replace(held(2, action(1, owner="BEN", due=TODAY)), account="Borealis")
    found = action_tracking.follow((theirs, ours))
    assert len(found) == 2
    assert action_tracking.open_by_owner(found) == {"ben": 2}


def test_overdue_is_open_and_past_and_the_day_itself_is_not_past() -> None:
    found = told(
        held(
            1,
            action(1, due=TODAY),
            action(2, due=TODAY - timedelta(days=1)),
            action(3, due=TODAY - timedelta(days=1), status="done"),
            action(4),
        )
    )
    assert [name for name, each in found.items() if each.overdue(TODAY)] == ["t2"]


def test_the_order_is_by_owner_nobody_first_then_open_then_by_date() -> None:
    one = held(
        1,
        action(1, owner="mia"),
        action(2, owner="Ben", due=TODAY),
        action(3, owner="ben", due=date(2026, 1, 1)),
        action(4, owner="Ben", status="done", due=date(2025, 1, 1)),
        action(5),
    )
    assert [each.item.id for each in action_tracking.in_order(action_tracking.follow((one,)))] == [
        "t5",
        "t3",
        "t2",
        "t4",
        "t1",
    ]
