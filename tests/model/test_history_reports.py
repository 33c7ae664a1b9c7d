"""Covers: session_tui.model.reports.

Each belief stands once with its whole history, each person in one line, each difference once.
"""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import EXAMPLE, START
from session_tui.model import carry_forward, diff
from session_tui.model.configuration import Cadence
from session_tui.model.reports import account_history, cadence, comparison, stats
from session_tui.model.reports.assumption_history import FEW, beliefs, trust
from session_tui.model.session import ActionItem, Assumption, Clock, Part, Session, Stakeholder
from session_tui.store import session_file

TODAY = date(2026, 11, 23)


def held(number: int, last: Session | None = None, **values: Any) -> Session:
    """The session of week `number`; what it carries forward stands before what is given."""
    one = Session(
        id=f"2026-{number:02}-01-acme-aaa{number}",
        status="held",
        agenda="strategy-30",
        account="Acme",
        started_at=START + timedelta(weeks=number),
        outcome="hold",
    )
    return replace(carry_forward.carry(one, last) if last else one, **values)


def believed(number: int, evidence: int = 1, **values: Any) -> Assumption:
    return Assumption(id=f"a{number}", text=f"It is so {number}", evidence=evidence, **values)


# ---- beliefs ------------------------------------------------------------------------------------


def test_an_assumption_is_one_through_all_its_sessions_the_oldest_first() -> None:
    first = held(1, assumptions=(believed(1, 1),))
    second = held(2, first, assumptions=(believed(1, 3, first_raised_in=first.id),))
    third = held(
        3, second, assumptions=(believed(1, 5, first_raised_in=first.id, status="validated", result="They said so"),)
    )
    (one,) = beliefs((third, second, first))
    assert [seen.evidence for seen in one.seen] == [1, 3, 5]
    assert (one.status, one.result, one.held_with) == ("validated", "They said so", 3)
    assert one.raised == (START + timedelta(weeks=1)).astimezone().date()
    assert one.settled == (START + timedelta(weeks=3)).astimezone().date()


def test_what_it_was_held_with_is_the_evidence_before_the_test_and_not_after_it() -> None:
    first = held(1, assumptions=(believed(1, 2),))
    tested = replace(first, assumptions=(believed(1, 5, status="invalidated"),))
    after = diff.recorded(first, tested, START + timedelta(days=20), "Ben")
    (one,) = beliefs((after,))
    assert (one.held_with, one.settled) == (2, (START + timedelta(days=20)).astimezone().date())
    assert [(each.evidence, each.wrong) for each in trust((after,)) if each.wrong] == [(2, 1)]


def test_the_share_is_of_what_was_tested_and_says_when_that_is_too_little() -> None:
    true = tuple(believed(number, 4, status="validated") for number in range(1, FEW + 3))
    wrong = (believed(90, 4, status="invalidated"), believed(91, 1, status="invalidated"))
    told = {each.evidence: each for each in trust((held(1, assumptions=(*true, *wrong, believed(99, 4))),))}
    assert (told[4].true, told[4].wrong, told[4].untested) == (FEW + 2, 1, 1)
    assert told[4].share == (FEW + 2) / (FEW + 3) and told[4].enough
    assert told[1].share == 0 and not told[1].enough
    assert told[5].share is None


def test_what_is_prepared_or_cancelled_was_not_believed_by_anybody() -> None:
    ready = held(1, status="prepared", assumptions=(believed(1),))
    off = held(2, status="cancelled", assumptions=(believed(2),))
    assert beliefs((off, ready)) == ()
    assert sum(each.untested for each in trust((off, ready))) == 0


@given(st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["untested", "validated", "invalidated"])), max_size=8))
def test_every_assumption_is_counted_once(each: list[tuple[int, str]]) -> None:
    found = tuple(believed(number, evidence, status=status) for number, (evidence, status) in enumerate(each, 1))
    first = held(1, assumptions=found)
    second = held(2, first)
    told = trust((second, first))
    assert sum(row.untested + row.true + row.wrong for row in told) == len(each)
    assert len(beliefs((second, first))) == len(each)


# ---- through time -------------------------------------------------------------------------------


def person(support: int, **values: Any) -> Stakeholder:
    return Stakeholder(id="s1", name="Ruth Vale", title="CFO", power=5, support=support, **values)


def test_somebody_has_a_point_for_every_session_with_them_and_stands_as_now() -> None:
    first = held(1, stakeholders=(person(-1),))
    second = held(2, first, stakeholders=(person(1, first_raised_in=first.id, covered_by=("Ben",)),))
    found = account_history.of_account((second, first), "ACME")
    assert [one.id for one in found.sessions] == [first.id, second.id]
    (ruth,) = found.people
    assert [point.support for point in ruth.points] == [-1, 1] and ruth.covered_by == ("Ben",)


def test_a_person_is_found_over_all_accounts_on_a_map_or_in_the_room() -> None:
    first = held(1, stakeholders=(person(0),))
    other = held(2, account="Borealis", facilitator="Vale Marten")
    third = held(3, account="Cobalt")
    there = (third, other, first)
    assert {"Vale Marten", "Ruth Vale"} <= {*account_history.people_of(there)}
    assert [one.account for one in account_history.of_person(there, "vale marten").sessions] == ["Borealis"]
    found = account_history.of_person(there, "ruth VALE")
    assert [one.account for one in found.sessions] == ["Acme"]
    assert [line.name for line in found.people] == ["Ruth Vale"]


def test_time_kept_is_of_whole_minutes_as_they_are_shown() -> None:
    def minutes(seconds: int) -> account_history.HeldSession:
        one = held(1, parts=(Part(kind="notes", minutes=30, spent_seconds=seconds),))
        return account_history.of_account((one,), "acme").sessions[0]

    assert not minutes(1800 + 29).over and minutes(1800 + 31).over


# ---- comparing ----------------------------------------------------------------------------------


def pairs(older: Session, newer: Session) -> dict[str, list[tuple[str, str]]]:
    return {each.title: [(pair.what, pair.name) for pair in each.pairs] for each in comparison.compare(older, newer)}


def test_a_session_is_the_same_as_itself() -> None:
    one = session_file.read(EXAMPLE.read_bytes()).session
    assert not any(each.pairs for each in comparison.compare(one, one))


def test_what_moved_came_and_went_is_each_told_once_with_both_sides() -> None:
    first = held(1, stakeholders=(person(-1), Stakeholder(id="s2", name="Mia")), assumptions=(believed(1),))
    second = held(
        2,
        first,
        stakeholders=(person(1, first_raised_in=first.id), Stakeholder(id="s3", name="Zoe")),
        action_items=(ActionItem(id="t1", text="Call Zoe"),),
    )
    told = pairs(first, second)
    assert told["People"] == [("changed", "Ruth Vale, CFO"), ("new", "Zoe"), ("gone", "Mia")]
    assert told["Action items"] == [("new", "Call Zoe")]
    people = next(each for each in comparison.compare(first, second) if each.title == "People")
    assert (people.pairs[0].was, people.pairs[0].now) == ((("support", "non-supporter"),), (("support", "supporter"),))


def test_what_the_earlier_one_settled_is_not_told_as_gone() -> None:
    first = held(1, action_items=(ActionItem(id="t1", text="Done then", status="done"),))
    assert pairs(first, held(2, first))["Action items"] == []


def test_sessions_that_began_apart_know_the_same_person_by_name() -> None:
    first = held(1, stakeholders=(person(0),))
    second = held(2, stakeholders=(replace(person(0), id="s7"),))
    assert pairs(first, second)["People"] == []


# ---- stats --------------------------------------------------------------------------------------


def test_what_became_of_actions_is_told_by_owner_and_each_action_once() -> None:
    on, late = date(2026, 11, 2), date(2026, 11, 9)
    first = held(
        1,
        action_items=(
            ActionItem(id="t1", text="1", owner="Ben", due=on, done_on=on, status="done"),
            ActionItem(id="t2", text="2", owner="ben", due=on, done_on=late, status="done"),
            ActionItem(id="t3", text="3", owner="Ben", due=on),
            ActionItem(id="t4", text="4", owner="Ben", status="dropped"),
            ActionItem(id="t5", text="5", owner="Ben", status="done"),
            ActionItem(id="t6", text="6"),
        ),
    )
    second = held(2, first)
    nobody, ben = stats.stats((second, first), TODAY).owners
    assert (ben.on_time, ben.late, ben.undated, ben.dropped, ben.open, ben.overdue) == (1, 1, 1, 1, 1, 1)
    assert (nobody.owner, nobody.open) == ("", 1)


def test_sessions_are_counted_by_state_outcome_and_month_and_key_players_once_a_deal() -> None:
    key = (person(0), Stakeholder(id="s2", name="Mia", power=4, covered_by=("Ben",)), Stakeholder(id="s3", name="Low"))
    first = held(1, stakeholders=key, outcome="pursue")
    second = held(
        2,
        first,
        parts=(Part(kind="notes", minutes=30, spent_seconds=1800),),
        clock=(Clock(at=START, event="start", part=1),),
    )
    ready = held(3, status="prepared")
    found = stats.stats((ready, second, first), TODAY)
    assert (found.held, found.prepared, found.accounts) == (2, 1, 1)
    assert found.outcomes == {"hold": 1, "pursue": 1} and sum(found.months.values()) == 2
    assert (found.key_players, found.uncovered) == (2, 1)
    assert (found.timed, found.on_time) == (1, 1)


def test_nothing_gives_nothing() -> None:
    found = stats.stats((), TODAY)
    assert (found.held, found.owners, found.months) == (0, (), {})
    assert beliefs(()) == () and account_history.of_account((), "x").sessions == ()


# ---- what is due, of an outline -----------------------------------------------------------------


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Acme", "acme", "Borealis"]),
            st.sampled_from(["", "Deal", "Other"]),
            st.sampled_from(["held", "prepared", "cancelled", "live"]),
            st.integers(0, 60),
            st.sampled_from([None, "withdraw", "pursue"]),
        ),
        max_size=8,
    )
)
def test_what_is_due_is_the_same_of_the_outline_as_of_all_sessions(rows: list[tuple[str, str, str, int, str]]) -> None:
    sessions = [
        replace(
            held(1),
            id=f"2026-01-01-acme-aa{number:02}",
            account=account,
            opportunity=deal,
            status=status,
            started_at=START - timedelta(days=days) if status in ("held", "live") else None,
            outcome=outcome,
            action_items=(ActionItem(id="t1", text="Late", due=TODAY - timedelta(days=days)),),
        )
        for number, (account, deal, status, days, outcome) in enumerate(rows)
    ]
    rule = Cadence(every_days=14)
    assert cadence.owed(cadence.outlines_of(sessions), None, rule, TODAY) == cadence.owed(sessions, None, rule, TODAY)
