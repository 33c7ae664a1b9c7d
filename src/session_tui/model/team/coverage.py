"""Our people: the stakeholders they cover, their load, and who loses a contact if they leave."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from session_tui.model import judgements
from session_tui.model.analysis import is_key_player
from session_tui.model.name_keys import name_key
from session_tui.model.session import Session
from session_tui.model.team.holdings import Deal, holdings, known


class Covers(Struct, frozen=True):
    """A stakeholder whom one of our people covers.

    `role` is the role of our person in the account; `only` is true for a key player without
    another contact.
    """

    account: str
    zone: str
    role: str
    name: str
    title: str
    buying_role: str
    power: int | None
    key_player: bool
    only: bool
    session_id: str


class Member(Struct, frozen=True):
    """One of our people, with their holdings; accounts are names, the others counts."""

    name: str
    covers: tuple[Covers, ...] = ()
    accounts: tuple[str, ...] = ()
    actions: int = 0
    assumptions: int = 0
    shares: int = 0

    @property
    def breaks(self) -> tuple[Covers, ...]:
        """The key players who would have no contact without this person."""
        return tuple(each for each in self.covers if each.only)

    @property
    def load(self) -> int:
        """The number of covered stakeholders, open actions and assumptions to test."""
        return len(self.covers) + self.actions + self.assumptions


def team(deals: Iterable[Deal], configured: Iterable[str] = ()) -> tuple[Member, ...]:
    """Our people, by the number of key players who have no other contact, then by load and name.

    People without any holding are included.
    """
    all_deals = tuple(deals)
    carried: dict[str, dict[str, list[str]]] = {}
    for each in holdings(all_deals):
        mine = carried.setdefault(name_key(each.holder), {})
        where = " · ".join(filter(None, (each.account, each.zone)))
        mine.setdefault(each.kind, []).append(where)
    covers = _covers(all_deals)
    members = []
    for name in known(all_deals, configured):
        mine, who = carried.get(name_key(name), {}), name_key(name)
        counts = {kind: len(places) for kind, places in mine.items()}
        members.append(
            Member(
                name,
                tuple(covers.get(who, ())),
                tuple(mine.get("account", ())),
                counts.get("action", 0),
                counts.get("assumption", 0),
                counts.get("credit", 0),
            )
        )
    return tuple(sorted(members, key=lambda each: (-len(each.breaks), -each.load, name_key(each.name))))


def _covers(deals: Iterable[Deal]) -> dict[str, list[Covers]]:
    """The covered stakeholders by our person's name key, each once in an account and zone."""
    met: dict[tuple[str, ...], tuple[Session, int]] = {}
    contacts: dict[tuple[str, ...], dict[str, str]] = {}
    for deal in deals:
        for session in deal.sessions:
            here = (name_key(session.account), name_key(session.zone))
            for at, person in enumerate(session.stakeholders):
                who = (*here, name_key(person.name), name_key(person.title))
                met.setdefault(who, (session, at))
                contacts.setdefault(who, {}).update({name_key(each): each for each in person.covered_by})
    covered: dict[str, list[Covers]] = {}
    for key, (session, at) in met.items():
        person = session.stakeholders[at]
        roles = _roles(session)
        for ours in contacts[key]:
            covered.setdefault(ours, []).append(
                Covers(
                    session.account,
                    session.zone,
                    roles.get(ours, ""),
                    person.name,
                    person.title,
                    person.buying_role,
                    person.power,
                    is_key_player(person),
                    is_key_player(person) and len(contacts[key]) == 1,
                    session.id,
                )
            )
    for each in covered.values():
        each.sort(key=_weight)
    return covered


def _weight(one: Covers) -> tuple[Any, ...]:
    power = judgements.power_order(one.power)
    return not one.only, name_key(one.account), name_key(one.zone), -power, name_key(one.name)


def _roles(session: Session) -> dict[str, str]:
    """The roles of our people in a session, by the key of the name."""
    roles = {name_key(each.name): each.role for each in session.attendees}
    if session.account_owner:
        roles[name_key(session.account_owner)] = "account owner"
    return roles
