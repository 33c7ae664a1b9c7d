"""The record: figures that the sessions give, to lay beside what people think of themselves.

Each is computed here and nowhere else, and its definition is the text that `--help` and the README show.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from session_tui.model import credit
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
        "of the people with power 4 or 5 in each opportunity's newest held session, those whom one of ours covers"
    ),
    "actions_with_owner": "of the open actions over all sessions, each counted once, those that have an owner",
    "plans_read": (
        "of the held sessions with a plan on record, those whose facilitator had read that version of it before the "
        "session began"
    ),
}


class Figure(Struct, frozen=True):
    """One figure: so many of so many."""

    name: FigureName
    many: int
    of: int

    @property
    def title(self) -> str:
        """What is counted, in a few words."""
        return TITLES[self.name]

    @property
    def definition(self) -> str:
        """What is counted, to the letter."""
        return DEFINITIONS[self.name]

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where there is nothing to count, which is no opinion about anybody."""
        return self.many / self.of if self.of else None


def record(
    sessions: Iterable[Session],
    pipeline_rows: Sequence[PipelineRow] | None,
    rules: Cadence,
    gate: Gate,
    today: date,
) -> tuple[Figure, ...]:
    """Every figure, in one pass over sessions newest first."""
    outlines = cadence.Outlines()
    accounts: dict[str, bool] = {}
    deals: set[Deal | tuple[str, str, str]] = set()
    many = dict.fromkeys(TITLES, 0)
    of = dict.fromkeys(TITLES, 0)

    def tell(name: FigureName, sound: bool) -> None:
        of[name] += 1
        many[name] += sound

    def counted() -> Iterable[Session]:
        """Every session on its way to `follow`, counted as it passes: a hundred thousand are never all in memory."""
        for one in sessions:
            outlines.add(one)
            if one.status != "cancelled":
                accounts.setdefault(name_key(one.account), bool(one.account_owner.strip()))
            if one.status == "held":
                count(one)
            yield one

    def count(one: Session) -> None:
        tell("credit_settled", credit.settled(one.credit_split))
        if one.plan is not None:
            tell("plans_read", not cadence.unread(one))
        where = (*deal(one.account, one.opportunity), name_key(one.zone))
        if where not in deals:
            deals.add(where)
            for person in filter(is_key_player, one.stakeholders):
                tell("key_players_covered", covered(person))

    for action in action_tracking.follow(counted()):
        if action.is_open:
            tell("actions_with_owner", bool(action.item.owner.strip()))
    for owned in accounts.values():
        tell("accounts_with_owner", owned)
    for session in cadence.open_deals(outlines.kept(), pipeline_rows):
        tell("reviewed_in_time", session is not None and cadence.in_time(session, rules, gate, today))
    return tuple(Figure(name, many[name], of[name]) for name in TITLES)
