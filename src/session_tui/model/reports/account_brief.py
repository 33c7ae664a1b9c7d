"""The brief: one page about an account, over all zones, for the person who prepares a session or
takes over.

It has the last sessions, the support of people, the riskiest assumptions, open actions, and
changes in the pipeline.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from msgspec import Struct

from session_tui.model import history, judgements
from session_tui.model.analysis import by_risk, risk
from session_tui.model.diff import deal_changes
from session_tui.model.name_keys import name_key
from session_tui.model.pipeline import PipelineRow
from session_tui.model.session import Session, Stakeholder
from session_tui.model.vocabulary import Outcome

LATEST = 5  # sessions
RISKIEST = 5  # assumptions
NEVER_REVIEWED = ("reviewed", "never", "in the pipeline")  # field, was and now of such a deal
SOON = timedelta(days=7)  # an assumption due within this time is listed as due


class PastSession(Struct, frozen=True):
    """A held session."""

    id: str
    day: date | None
    zone: str
    opportunity: str
    outcome: Outcome | None
    headline: str


class SupportNow(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A stakeholder's present power and support, and the day since when (None: not on record).

    In JSON a judgement that was not made has no key.
    """

    zone: str
    name: str
    title: str
    buying_role: str
    power: int | None = None
    support: int | None = None
    covered_by: tuple[str, ...]
    since: date | None


class OpenAssumption(Struct, frozen=True):
    """An untested assumption; `risk` is 1 to 25."""

    session: str
    id: str
    text: str
    importance: int
    evidence: int
    risk: int
    tested_by: str
    due: date | None
    overdue: bool


class Promise(Struct, frozen=True):
    """An open action; `slips` counts the moves to a later date."""

    session: str
    id: str
    text: str
    owner: str
    due: date | None
    overdue: bool
    slips: int


class PipelineChange(Struct, frozen=True):
    """A difference between the pipeline now and the last session."""

    opportunity: str
    field: str
    was: str
    now: str


class AccountBrief(Struct, frozen=True):
    """The whole page; the most important entry of each list is first."""

    account: str
    sessions: tuple[PastSession, ...]
    people: tuple[SupportNow, ...]
    riskiest: tuple[OpenAssumption, ...]
    due: tuple[OpenAssumption, ...]
    actions: tuple[Promise, ...]
    pipeline: tuple[PipelineChange, ...]


def brief(account: str, sessions: Iterable[Session], deals: Iterable[PipelineRow], today: date) -> AccountBrief | None:
    """Build the brief; `sessions` are newest first. None without a held session."""
    held = [one for one in sessions if one.status == "held" and name_key(one.account) == name_key(account)]
    if not held:
        return None
    fields: dict[tuple[str, str], list[Session]] = {}
    for one in held:
        fields.setdefault((name_key(one.zone), name_key(one.opportunity)), []).append(one)
    newest = [chain[0] for chain in fields.values()]
    beliefs = sorted((each for one in newest for each in _beliefs(one, today)), key=lambda each: -each.risk)
    actions = [each for chain in fields.values() for each in _promises(chain, today)]
    return AccountBrief(
        account=held[0].account,
        sessions=tuple(_held(one) for one in held[:LATEST]),
        people=_people(fields.values()),
        riskiest=tuple(beliefs[:RISKIEST]),
        due=tuple(each for each in beliefs if each.due is not None and each.due <= today + SOON),
        actions=tuple(sorted(actions, key=lambda each: (each.due is None, each.due))),
        pipeline=tuple(each for row in deals for each in _moved(row, held)),
    )


def _held(one: Session) -> PastSession:
    return PastSession(one.id, history.day_of(one), one.zone, one.opportunity, one.outcome, one.headline)


def _people(chains: Iterable[Sequence[Session]]) -> tuple[SupportNow, ...]:
    """The stakeholders in the newest session of each deal, each once in a zone, by power."""
    standings: dict[tuple[str, str], SupportNow] = {}
    for chain in chains:
        stood = [
            (history.day_of(one), {history.identity(one, each): each for each in one.stakeholders}) for one in chain
        ]
        for person in sorted(chain[0].stakeholders, key=lambda p: -judgements.power_order(p.power)):
            since = _since(person, history.identity(chain[0], person), stood)
            standing = SupportNow(
                zone=chain[0].zone,
                name=person.name,
                title=person.title,
                buying_role=person.buying_role,
                power=person.power,
                support=person.support,
                covered_by=person.covered_by,
                since=since,
            )
            # People without a name are distinguished by title.
            standings.setdefault((name_key(chain[0].zone), name_key(f"{person.name} {person.title}")), standing)
    return tuple(sorted(standings.values(), key=lambda each: -judgements.power_order(each.power)))


def _since(
    person: Stakeholder,
    who: history.Identity,
    stood: Sequence[tuple[date | None, Mapping[history.Identity, Stakeholder]]],
) -> date | None:
    """The day of the first session from which on support and power have not changed."""
    since = None
    for day, people in stood:
        same = people.get(who)
        if same is None or (same.support, same.power) != (person.support, person.power):
            break
        since = day
    return since


def _beliefs(one: Session, today: date) -> list[OpenAssumption]:
    return [
        OpenAssumption(
            one.id,
            each.id,
            each.text,
            each.importance,
            each.evidence,
            risk(each),
            each.tested_by,
            each.due,
            each.due is not None and each.due < today,
        )
        for each in by_risk(one)
    ]


def _promises(chain: Sequence[Session], today: date) -> list[Promise]:
    one, past = chain[0], history.past(chain[1:])
    return [
        Promise(
            one.id,
            each.id,
            each.text,
            each.owner,
            each.due,
            each.due is not None and each.due < today,
            past.slips(one, each),
        )
        for each in one.action_items
        if each.status == "open"
    ]


def _moved(row: PipelineRow, held: Sequence[Session]) -> list[PipelineChange]:
    """The differences between a deal's row and its newest session."""
    if name_key(row.account) != name_key(held[0].account):
        return []
    last = next((one for one in held if name_key(one.opportunity) == name_key(row.opportunity)), None)
    if last is None:
        # A session on the whole account was on each of its deals; a closed deal needs none.
        reviewed = not row.opportunity or row.is_closed or any(not one.opportunity for one in held)
        return [] if reviewed else [PipelineChange(row.opportunity, *NEVER_REVIEWED)]
    return [PipelineChange(row.opportunity, *change) for change in deal_changes(last, row)]
