"""The record: figures computed from the sessions, to compare with the self-assessment of the
scorecards.

They are computed only here; `--help` and the documents show the texts of `DEFINITIONS`.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from session_tui.model import credit, formats
from session_tui.model.analysis import covered, is_key_player
from session_tui.model.configuration import Cadence, Gate
from session_tui.model.name_keys import name_key
from session_tui.model.pipeline import Deal, PipelineRow, deal
from session_tui.model.reports import action_tracking, cadence
from session_tui.model.session import Session
from session_tui.model.vocabulary import FigureName

TITLES: dict[FigureName, str] = {
    "reviewed_in_time": "open opportunities reviewed in time",
    "accounts_with_owner": "accounts with an owner",
    "credit_settled": "sessions with a credit split that adds up",
    "key_players_covered": "key players covered",
    "actions_with_owner": "actions with an owner",
    "plans_read": "plans read before the session",
}
DEFINITIONS: dict[FigureName, str] = {
    "reviewed_in_time": (
        "of the open opportunities (in the pipeline, or with a session; neither closed nor withdrawn from), those "
        "whose last held session is no older than the cadence allows, or, where no cadence is set, than the gate's "
        "within_days"
    ),
    "accounts_with_owner": (
        "of the accounts with a session that was not cancelled, those whose newest one names an account owner"
    ),
    "credit_settled": "of the held sessions, those whose credit split adds up to 100 %",
    "key_players_covered": (
        "of the people with power 4 or 5 in each opportunity's newest held session, those whom one of ours covers; "
        "people whose power is not judged are counted apart"
    ),
    "actions_with_owner": "of the open actions over all sessions, each counted once, those that have an owner",
    "plans_read": (
        "of the held sessions with a plan on record, those whose facilitator had read that version of it before the "
        "session began"
    ),
}


class Figure(Struct, frozen=True):
    """One figure: `many` of `of`; `unjudged` are people who could not be counted."""

    name: FigureName
    many: int
    of: int
    unjudged: int = 0

    @property
    def title(self) -> str:
        """A short title."""
        return TITLES[self.name]

    @property
    def counts(self) -> str:
        """`4 of 6`, with what it counts, and the gap in it."""
        words = f"{self.many} of {self.of} {self.title}"
        return f"{words}; {self.gap}" if self.unjudged else words

    @property
    def gap(self) -> str:
        """`3 people not judged`; empty where all are."""
        return f"{formats.count(self.unjudged, 'person', 'people')} not judged" if self.unjudged else ""

    @property
    def definition(self) -> str:
        """The exact definition."""
        return DEFINITIONS[self.name]

    @property
    def share(self) -> float | None:
        """The share, 0 to 1; None where there is nothing to count."""
        return self.many / self.of if self.of else None


def record(
    sessions: Iterable[Session],
    pipeline_rows: Sequence[PipelineRow] | None,
    rules: Cadence,
    gate: Gate,
    today: date,
) -> tuple[Figure, ...]:
    """All figures, in one pass over the sessions, which are newest first."""
    outlines = cadence.Outlines()
    accounts: dict[str, bool] = {}
    deals: set[Deal | tuple[str, str, str]] = set()
    many = dict.fromkeys(TITLES, 0)
    of = dict.fromkeys(TITLES, 0)
    unjudged = dict.fromkeys(TITLES, 0)

    def add(name: FigureName, fulfilled: bool) -> None:
        of[name] += 1
        many[name] += fulfilled

    def counted() -> Iterable[Session]:
        """Count each session while `follow` reads it, so that they are never all in memory."""
        for one in sessions:
            outlines.add(one)
            if one.status != "cancelled":
                accounts.setdefault(name_key(one.account), bool(one.account_owner.strip()))
            if one.status == "held":
                count(one)
            yield one

    def count(one: Session) -> None:
        add("credit_settled", credit.settled(one.credit_split))
        if one.plan is not None:
            add("plans_read", not cadence.unread(one))
        where = (*deal(one.account, one.opportunity), name_key(one.zone))
        if where not in deals:
            deals.add(where)
            unjudged["key_players_covered"] += sum(person.power is None for person in one.stakeholders)
            for person in filter(is_key_player, one.stakeholders):
                add("key_players_covered", covered(person))

    for action in action_tracking.follow(counted()):
        if action.is_open:
            add("actions_with_owner", bool(action.item.owner.strip()))
    for owned in accounts.values():
        add("accounts_with_owner", owned)
    for session in cadence.open_deals(outlines.kept(), pipeline_rows):
        add("reviewed_in_time", session is not None and cadence.in_time(session, rules, gate, today))
    return tuple(Figure(name, many[name], of[name], unjudged[name]) for name in TITLES)
