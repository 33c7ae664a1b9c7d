"""Covers: session_tui.model.team.metrics.

Each metric counts what its definition says, in one pass over the sessions.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from session_tui.model.configuration import Cadence, Gate
from session_tui.model.pipeline import PipelineRow
from session_tui.model.session import ActionItem, CreditShare, Plan, Reader, Session, Stakeholder
from session_tui.model.team.metrics import DEFINITIONS, TITLES, Figure, record
from session_tui.model.vocabulary import FigureName

TODAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def held(account: str, ago: int = 1, **more: Any) -> Session:
    began = NOON - timedelta(days=ago)
    given: dict[str, Any] = {"status": "held", "agenda": "strategy-30", "started_at": began} | more
    return Session(id=f"{began:%Y-%m-%d}-{account.lower()}-7k3q", account=account, **given)


def figure(
    name: FigureName,
    *sessions: Session,
    rows: tuple[PipelineRow, ...] | None = None,
    rules: Cadence = Cadence(),  # noqa: B008 - frozen
    gate: Gate = Gate(),  # noqa: B008 - frozen
) -> tuple[int, int]:
    found = {each.name: each for each in record(iter(sessions), rows, rules, gate, TODAY)}
    return found[name].many, found[name].of


def test_every_figure_has_a_title_and_a_definition_and_nothing_is_no_share() -> None:
    found = record((), None, Cadence(), Gate(), TODAY)
    assert {each.name for each in found} == set(TITLES) == set(DEFINITIONS)
    assert {each.share for each in found} == {None}
    assert Figure("plans_read", 3, 10).share == 0.3


def test_reviewed_in_time_is_by_the_gate_where_no_cadence_is_set() -> None:
    sessions = (held("Acme", 29), held("Borealis", 31))
    assert figure("reviewed_in_time", *sessions) == (1, 2)
    assert figure("reviewed_in_time", *sessions, gate=Gate(within_days=40)) == (2, 2)


def test_reviewed_in_time_is_by_the_cadence_where_one_is_set() -> None:
    sessions = (held("Acme", 6), held("Borealis", 8))
    assert figure("reviewed_in_time", *sessions, rules=Cadence(every_days=7)) == (1, 2)


def test_what_is_closed_or_left_is_not_open_and_what_was_never_held_is_not_in_time() -> None:
    rows = (PipelineRow("Acme"), PipelineRow("Cobalt"), PipelineRow("Dune", phase="Closed won"))
    sessions = (held("Acme"), held("Dune"), held("Borealis", outcome="withdraw"))
    assert figure("reviewed_in_time", *sessions, rows=rows) == (1, 2)


def test_an_account_has_the_owner_its_newest_session_names() -> None:
    sessions = (
        held("Acme", 1, account_owner="Ben Okafor"),
        held("Borealis", 1),
        held("Acme", 9),
        held("Borealis", 9, account_owner="Mei Tan"),
        held("Dune", 9, account_owner="Mei Tan"),
        held("Dune", 12),
        held("Cobalt", 1, status="cancelled", account_owner="Mei Tan"),
    )
    assert figure("accounts_with_owner", *sessions) == (2, 3)


def test_a_credit_split_counts_where_it_adds_up_in_sessions_that_were_held() -> None:
    half, whole = (CreditShare(name="Mei Tan", percent=50),), (CreditShare(name="Mei Tan", percent=100),)
    sessions = (
        held("Acme", credit_split=whole),
        held("Borealis", credit_split=half),
        held("Cobalt"),
        held("Dune", status="live", credit_split=whole),
    )
    assert figure("credit_settled", *sessions) == (1, 3)


def test_key_players_are_those_of_each_opportunitys_newest_session() -> None:
    ruth = Stakeholder(id="s1", name="Ruth Vale", power=5, covered_by=("Ben Okafor",))
    mia = Stakeholder(id="s2", name="Mia Tran", power=4)
    small = Stakeholder(id="s3", name="Sana Oduya", power=3)
    sessions = (held("Acme", 1, stakeholders=(ruth, mia, small)), held("Acme", 9, stakeholders=(mia,)))
    assert figure("key_players_covered", *sessions) == (1, 2)


def test_people_without_a_judged_power_are_a_gap_with_its_number() -> None:
    ruth = Stakeholder(id="s1", name="Ruth Vale", power=5, covered_by=("Ben Okafor",))
    unknown = tuple(Stakeholder(id=f"s{number}", name=f"Person {number}") for number in (2, 3, 4))
    (found,) = [
        each
        for each in record([held("Acme", 1, stakeholders=(ruth, *unknown))], None, Cadence(), Gate(), TODAY)
        if each.name == "key_players_covered"
    ]
    assert found.counts == "1 of 1 key players covered; 3 people not judged"


def test_an_action_that_was_carried_forward_is_one_and_done_ones_do_not_count() -> None:
    older = held(
        "Acme", 9, action_items=(ActionItem(id="t1", text="Call"), ActionItem(id="t2", text="Go", owner="Mei"))
    )
    newer = held(
        "Acme",
        1,
        previous=older.id,
        action_items=(
            ActionItem(id="t1", text="Call", owner="Ben Okafor", first_raised_in=older.id),
            ActionItem(id="t2", text="Go", owner="Mei", status="done", first_raised_in=older.id),
            ActionItem(id="t3", text="Ask", owner=" "),
        ),
    )
    assert figure("actions_with_owner", newer, older) == (1, 2)


def test_a_plan_counts_where_the_facilitator_read_that_version_before_the_session() -> None:
    def with_plan(account: str, read_at: datetime, version: str = "a") -> Session:
        readers = (Reader(name="Ana Ruiz", read_at=read_at, sha256=version),)
        return held(account, facilitator="Ana Ruiz", plan=Plan(source="p.md", sha256="a", readers=readers))

    before, after = NOON - timedelta(days=2), NOON
    sessions = (with_plan("A", before), with_plan("B", after), with_plan("C", before, "b"), held("D"))
    assert figure("plans_read", *sessions) == (1, 3)


def test_the_sessions_are_gone_through_once() -> None:
    def once() -> Iterator[Session]:
        yield held("Acme", account_owner="Ben Okafor")

    shares = {each.name: each.of for each in record(once(), None, Cadence(), Gate(), TODAY)}
    assert shares["reviewed_in_time"] == shares["accounts_with_owner"] == shares["credit_settled"] == 1
