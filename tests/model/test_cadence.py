"""Covers: session_tui.model.reports.cadence.

Which deals are due for a session, and why; the gate's answer with every reason.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from session_tui.model.configuration import Cadence, Gate
from session_tui.model.name_keys import name_key
from session_tui.model.pipeline import PipelineRow, deal
from session_tui.model.reports.cadence import Owed, Verdict, gate, held_on, last_held, outlines_of, owed
from session_tui.model.session import ActionItem, Plan, Reader, Session

TODAY = date(2026, 11, 25)  # a Wednesday
SHA = "9f86d081"
WEEKLY = Cadence(weekday="monday")
FORTNIGHT = Cadence(every_days=14)
FULL = Gate(within_days=30, require_plan_read=True, require_owned_actions=True)


def on(
    day: date, account: str = "Acme Freight", opportunity: str = "Rollout", status: str = "held", **more: object
) -> Session:
    """A session of that day at noon, in any time zone; its id is unique by day and opportunity."""
    session = Session(
        id=f"{day}-acme-{opportunity[:1].lower() or '0'}{account[:1].lower()}0k",
        status=status,  # type: ignore[arg-type]
        agenda="strategy-30",
        account=account,
        opportunity=opportunity,
        started_at=datetime(day.year, day.month, day.day, 12).astimezone(UTC),
    )
    return replace(session, **more)


def ago(days: int, account: str = "Acme Freight", opportunity: str = "Rollout", **more: object) -> Session:
    return on(TODAY - timedelta(days=days), account, opportunity, **more)  # type: ignore[arg-type]


def row(opportunity: str = "Rollout", account: str = "Acme Freight", **more: object) -> PipelineRow:
    return replace(PipelineRow(account, opportunity), **more)


def reasons(found: tuple[Owed, ...]) -> list[tuple[str, ...]]:
    return [each.reasons for each in found]


# --- who speaks for a deal -----------------------------------------------------------------------


def test_a_session_on_the_whole_account_speaks_for_each_deal_and_every_session_for_the_account() -> None:
    named, whole, other = ago(9), ago(5, opportunity=""), ago(2, opportunity="Pilot")
    last = last_held([other, named, whole])
    assert last.find(deal("ACME  freight", "rollout")) == whole
    assert last.find(deal("Acme Freight", "Pilot")) == other
    assert last.find(deal("Acme Freight", "Audit")) == whole
    assert last.find(deal("Acme Freight", "")) == other
    assert last.find(deal("Acme", "")) is None


@pytest.mark.parametrize("status", ["prepared", "live", "cancelled"])
def test_only_a_held_session_counts(status: str) -> None:
    assert last_held([ago(1, status=status)]).find(deal("Acme Freight", "Rollout")) is None


held = st.builds(
    ago,
    st.integers(0, 6),
    account=st.sampled_from(["Acme", "ACME", "Borealis"]),
    opportunity=st.sampled_from(["", "x", "X", "y"]),
    status=st.sampled_from(["held", "held", "live"]),
)


@given(st.lists(held, max_size=8), st.sampled_from(["acme", "borealis"]), st.sampled_from(["", "x", "y", "z"]))
def test_one_pass_finds_what_looking_through_all_finds(sessions: list[Session], account: str, opportunity: str) -> None:
    speaking = [
        each
        for each in sessions
        if each.status == "held"
        and name_key(each.account) == account
        and (not opportunity or name_key(each.opportunity) in ("", opportunity))
    ]
    found = last_held(sessions).find(deal(account, opportunity))
    assert (found is None) == (not speaking)
    if found:
        assert held_on(found) == max(map(held_on, speaking))


# --- due -----------------------------------------------------------------------------------------


def test_a_deal_of_the_pipeline_without_a_session_was_never_held_and_is_due_today() -> None:
    (found,) = owed([], [row(phase="evaluation")], WEEKLY, TODAY)
    assert found == Owed("Acme Freight", "Rollout", "evaluation", "", TODAY, ("never held",))
    assert reasons(owed([ago(1, status="prepared")], None, Cadence(), TODAY)) == [("never held",)]


def test_the_teams_weekday_is_due_from_that_day_on_until_one_was_held() -> None:
    monday = date(2026, 11, 23)
    last_week = on(monday - timedelta(days=1))
    for today in (monday, TODAY, monday + timedelta(days=6)):
        (found,) = owed([last_week], None, WEEKLY, today)
        assert (found.due_on, found.reasons) == (monday, ("no session since Monday 23 November",))
    assert owed([on(monday)], None, WEEKLY, TODAY) == ()
    assert owed([on(monday)], None, WEEKLY, monday + timedelta(days=7)) != ()


def test_every_days_is_due_on_the_day_itself_and_not_the_day_before() -> None:
    assert owed([ago(13)], None, FORTNIGHT, TODAY) == ()
    (found,) = owed([ago(14)], None, FORTNIGHT, TODAY)
    assert (found.due_on, found.reasons) == (TODAY, ("14 days since the last, 14 are the most",))
    (found,) = owed([ago(15)], None, FORTNIGHT, TODAY)
    assert (found.due_on, found.reasons) == (
        TODAY - timedelta(days=1),
        ("15 days since the last, 14 are the most",),
    )


def test_what_the_pipeline_says_otherwise_is_a_reason() -> None:
    last = ago(1, phase="evaluation", amount=420000.0, currency="EUR", close_on=date(2026, 12, 18))
    now = row(phase="negotiation", amount=380000.0, currency="EUR", close_on=date(2027, 1, 15))
    (found,) = owed([last], [now], Cadence(on_phase_change=True), TODAY)
    assert found == Owed(
        "Acme Freight",
        "Rollout",
        "negotiation",
        last.id,
        TODAY,
        (
            "phase changed from evaluation to negotiation",
            "close date slipped from Fri 18 Dec to Fri 15 Jan",
            "amount changed from EUR 420,000 to EUR 380,000",
        ),
    )
    (found,) = owed([last], [now], Cadence(), TODAY)
    assert not any("phase" in reason for reason in found.reasons)


def test_what_the_pipeline_says_alike_sooner_or_not_at_all_is_no_reason() -> None:
    last = ago(1, phase="evaluation", amount=420000.0, currency="EUR", close_on=date(2026, 12, 18))
    for same in (
        row(),
        row(phase="Evaluation", amount=420000.001, currency="€", close_on=date(2026, 12, 18)),
        row(close_on=date(2026, 12, 1)),
    ):
        assert owed([last], [same], Cadence(on_phase_change=True), TODAY) == ()
    (found,) = owed([last], [row(amount=420000.5, currency="USD")], Cadence(), TODAY)
    assert found.reasons == ("amount changed from EUR 420,000 to USD 420,000.50",)


def test_figures_of_the_whole_account_are_not_held_against_one_of_its_deals() -> None:
    whole = ago(1, opportunity="", amount=900000.0)
    assert owed([whole], [row(amount=1.0), row("Pilot", amount=2.0)], Cadence(), TODAY) == ()
    assert len(owed([whole], [row(amount=1.0)], Cadence(), TODAY)) == 1


def test_an_open_action_that_is_overdue_is_due_since_its_own_day() -> None:
    late = ActionItem(id="t1", text="Get 30 minutes\nwith the CFO", due=date(2026, 11, 20))
    items = (
        late,
        ActionItem(id="t2", text="today", due=TODAY),
        ActionItem(id="t3", text="some day"),
        ActionItem(id="t4", text="done", due=date(2026, 1, 1), status="done"),
    )
    (found,) = owed([ago(8), ago(1, action_items=items)], None, FORTNIGHT, TODAY)
    assert (found.due_on, found.reasons) == (
        date(2026, 11, 20),
        ("t1 is overdue since Fri 20 Nov: Get 30 minutes with the CFO",),
    )


LATE = (ActionItem(id="t1", text="Call", due=date(2026, 11, 20)),)
OVERDUE = ("t1 is overdue since Fri 20 Nov: Call",)


@pytest.mark.parametrize("phase", ["closed", "Closed Won", "closed-lost", "WON", "lost"])
def test_a_closed_deal_is_owed_no_session_but_what_was_promised_in_its_last(phase: str) -> None:
    assert owed([], [row(phase=phase)], WEEKLY, TODAY) == ()
    assert owed([ago(90)], [row(phase=phase)], WEEKLY, TODAY) == ()
    assert owed([ago(90, phase=phase)], None, WEEKLY, TODAY) == ()
    assert reasons(owed([ago(90, action_items=LATE)], [row(phase=phase)], WEEKLY, TODAY)) == [OVERDUE]


def test_a_deal_we_withdrew_from_is_owed_no_session_until_one_says_otherwise() -> None:
    out = ago(90, outcome="withdraw")
    assert owed([out], [row()], WEEKLY, TODAY) == ()
    assert reasons(owed([replace(out, action_items=LATE)], None, WEEKLY, TODAY)) == [OVERDUE]
    assert len(owed([out, ago(60, outcome="pursue")], [row()], WEEKLY, TODAY)) == 1


def test_a_deal_the_pipeline_has_no_more_is_owed_no_session_also_as_its_accounts_only_one() -> None:
    gone, only = ago(90, opportunity="Pilot"), ago(90, "Borealis Foods", "Pilot")
    whole = ago(90, "Carta", "")
    assert owed([gone, only, whole, ago(0)], [row()], WEEKLY, TODAY) == ()
    promised = replace(only, action_items=LATE)
    assert reasons(owed([promised], [row(phase="won")], WEEKLY, TODAY)) == [OVERDUE]
    assert len(owed([gone], None, WEEKLY, TODAY)) == 1
    assert len(owed([gone], [], WEEKLY, TODAY)) == 1


def test_a_deal_is_its_owners_in_the_pipeline_and_else_the_account_owners() -> None:
    held = ago(90, account_owner="Mei Tan")
    assert [each.owner for each in owed([held], [row(owner="Ben Okafor")], WEEKLY, TODAY)] == ["Ben Okafor"]
    assert [each.owner for each in owed(outlines_of([held]), [row()], WEEKLY, TODAY)] == ["Mei Tan"]
    assert [each.owner for each in owed([], [row(owner="Ben Okafor")], WEEKLY, TODAY)] == ["Ben Okafor"]


def test_a_deal_is_named_once_by_the_pipeline_whatever_the_sessions_call_it() -> None:
    whole = ago(30, "ACME FREIGHT", "", action_items=LATE)
    (found,) = owed([whole, ago(40, "acme freight", "rollout")], [row(phase="evaluation")], FORTNIGHT, TODAY)
    assert (found.account, found.opportunity, found.phase) == ("Acme Freight", "Rollout", "evaluation")
    assert found.reasons == ("30 days since the last, 14 are the most", *OVERDUE)
    assert len(owed([whole, ago(40)], None, FORTNIGHT, TODAY)) == 1
    assert len(owed([whole], None, FORTNIGHT, TODAY)) == 1


def test_a_promise_is_told_with_the_deal_that_is_judged_and_not_again_with_one_that_is_gone() -> None:
    whole = ago(1, opportunity="", action_items=LATE)
    found = owed([whole, ago(40, opportunity="Pilot"), ago(50, opportunity="Audit")], [row()], WEEKLY, TODAY)
    assert [(each.opportunity, each.reasons) for each in found] == [("Rollout", OVERDUE)]
    found = owed([whole, ago(40, opportunity="Pilot"), ago(50)], [row(phase="won")], WEEKLY, TODAY)
    assert reasons(found) == [OVERDUE]


def test_of_several_reasons_the_earliest_says_since_when() -> None:
    (found,) = owed([ago(40, action_items=LATE)], None, Cadence(weekday="monday", every_days=14), TODAY)
    assert len(found.reasons) == 3
    assert found.due_on == TODAY - timedelta(days=26)


def test_a_cancelled_session_makes_no_deal() -> None:
    assert owed([ago(1, "Acne", status="cancelled")], None, WEEKLY, TODAY) == ()


def test_the_longest_due_comes_first_and_of_equals_the_account() -> None:
    sessions = [ago(20, "Carta"), ago(20, "acme"), ago(40, "Borealis"), ago(20, "Borealis", "Pilot")]
    found = owed(sessions, None, FORTNIGHT, TODAY)
    assert [(each.account, each.opportunity) for each in found] == [
        ("Borealis", "Rollout"),
        ("acme", "Rollout"),
        ("Borealis", "Pilot"),
        ("Carta", "Rollout"),
    ]


def test_a_session_of_a_day_to_come_counts_as_held_and_is_no_reason() -> None:
    both = Cadence(weekday="monday", every_days=14, on_phase_change=True)
    assert owed([ago(-400)], [row()], both, TODAY) == ()
    assert gate([ago(-400)], "Acme Freight", "", Gate(), None, TODAY).passed


def test_the_calendars_ends_and_a_session_without_a_beginning_are_days_like_any_other() -> None:
    both = Cadence(weekday="sunday", every_days=3650)
    nowhen = replace(ago(5), started_at=None)
    assert held_on(nowhen) == TODAY - timedelta(days=5)
    for session in (
        replace(ago(0), started_at=datetime.min.replace(tzinfo=UTC)),
        replace(ago(0), started_at=datetime.max.replace(tzinfo=UTC)),
        replace(nowhen, id="9999-99-99-acme-0000"),
        nowhen,
    ):
        owed([session], [row()], both, TODAY)
        gate([session], "Acme Freight", "", FULL, 0, TODAY)
    assert owed([], [row()], both, date.min)[0].due_on == date.min
    assert len(owed([ago(0)], [row()], both, date.max)) == 1


def test_what_a_reason_quotes_is_harmless() -> None:
    nasty = "\x1b]0;x\x07\u202eCall\r\n"
    session = ago(1, phase=nasty, currency=nasty, amount=1.0, action_items=(replace(LATE[0], text=nasty),))
    (found,) = owed([session], [row(phase="x", amount=2.0)], Cadence(on_phase_change=True), TODAY)
    assert len(found.reasons) == 3
    assert all(reason.isprintable() for reason in found.reasons)


# --- the gate ------------------------------------------------------------------------------------


def reviewed(days: int = 3, **more: object) -> Session:
    """A session that gets through every gate."""
    session = ago(days, facilitator="Ana Ruiz")
    assert session.started_at is not None
    reader = Reader(name="ana ruiz", read_at=session.started_at, sha256=SHA)
    owned = ActionItem(id="t1", text="Call", owner="Ben Okafor")
    plan = Plan(source="plans/not-there.md", sha256=SHA, readers=(reader,))
    return replace(replace(session, plan=plan, action_items=(owned,)), **more)


def asked(session: Session, rule: Gate = FULL, within: int | None = None) -> Verdict:
    return gate([session], "acme freight", "", rule, within, TODAY)


def test_a_session_in_time_with_its_plan_read_and_its_actions_owned_passes() -> None:
    session = reviewed()
    assert asked(session) == Verdict("acme freight", "", True, (), session.id)


def test_who_was_never_reviewed_does_not_pass() -> None:
    assert gate([], "Acme", "Rollout", Gate(), None, TODAY) == Verdict("Acme", "Rollout", False, ("never held",), "")
    assert not gate([ago(1, status="live")], "Acme Freight", "", Gate(), None, TODAY).passed
    assert not gate([ago(1)], "Acme Freight", "Pilot", Gate(), None, TODAY).passed


def test_within_stands_for_the_gates_own_days() -> None:
    assert asked(reviewed(30)).passed
    assert asked(reviewed(31)).reasons == ("the last session was 31 days ago, on 2026-10-25; 30 are the most",)
    assert asked(reviewed(31), within=31).passed
    assert asked(reviewed(1), within=0).reasons == ("the last session was 1 day ago, on 2026-11-24; 0 are the most",)
    assert asked(reviewed(0), within=0).passed


def plan_of(session: Session, **reader: object) -> Session:
    assert session.plan is not None
    (was,) = session.plan.readers
    return replace(session, plan=replace(session.plan, readers=(replace(was, **reader),)))


LATER = datetime(2026, 11, 22, 12, 0, 1).astimezone(UTC)
UNREAD = {
    "no plan is on record": reviewed(plan=None),
    "no facilitator is on record": reviewed(facilitator=" "),
    "the plan on record says no version (sha256)": reviewed(
        plan=Plan(readers=(Reader(name="Ana Ruiz", read_at=datetime(2026, 1, 1, tzinfo=UTC)),))
    ),
    "Ana Ruiz, the facilitator, is not among the plan's readers": plan_of(reviewed(), name="Mei Tan"),
    "Ana Ruiz read another version of the plan than the one on record": plan_of(reviewed(), sha256="0"),
    "it is not on record when Ana Ruiz read the plan": plan_of(reviewed(), read_at=None),
    "Ana Ruiz read the plan only after the session had begun": plan_of(reviewed(), read_at=LATER),
    "it is not on record when the session began": reviewed(started_at=None),
}


@pytest.mark.parametrize(("reason", "session"), UNREAD.items())
def test_each_way_in_which_the_plan_was_not_read_is_said(reason: str, session: Session) -> None:
    assert asked(session).reasons == (reason,)
    assert asked(session, Gate()).passed


def test_one_sound_reading_among_several_is_enough() -> None:
    session = reviewed()
    assert session.plan is not None
    early = Reader(name="Ana Ruiz", read_at=datetime(2026, 1, 1, tzinfo=UTC), sha256="old")
    plan = replace(session.plan, readers=(early, *session.plan.readers))
    assert asked(replace(session, plan=plan)).passed


def test_every_reason_is_given_and_not_the_first_alone() -> None:
    bare = ActionItem(id="t1", text="Call the\nCFO")
    done = ActionItem(id="t2", text="Done", status="done")
    session = ago(45, action_items=(bare, done, replace(bare, id="t3", owner=" ")))
    assert asked(session) == Verdict(
        "acme freight",
        "",
        False,
        (
            "the last session was 45 days ago, on 2026-10-11; 30 are the most",
            "no plan is on record",
            "no facilitator is on record",
            "t1 has no owner: Call the CFO",
            "t3 has no owner: Call the CFO",
        ),
        session.id,
    )
