"""The holdings of our people over all accounts: accounts, stakeholders, assumptions, actions,
shares of the credit.

They are read from the newest session of each deal (account, zone, opportunity) and from the
prepared sessions after it. An open action that no newer session carried on still counts, as in
`actions`. Names ignore upper and lower case.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import formats, history
from session_tui.model.analysis import is_key_player, ours
from session_tui.model.name_keys import name_key
from session_tui.model.session import ActionItem, Session, Stakeholder

Kind: TypeAlias = Literal["account", "stakeholder", "assumption", "action", "credit"]
KINDS: tuple[Kind, ...] = ("account", "stakeholder", "assumption", "action", "credit")
KIND_WORDS: dict[Kind, str] = {
    "account": "owns the account",
    "stakeholder": "covers",
    "assumption": "tests",
    "action": "owes",
    "credit": "credit",
}
_OWN: dict[Kind, str] = {"account": "owner", "credit": "credit"}  # the names of holdings without an entry


class Deal(Struct, frozen=True):
    """A deal: its newest session, the prepared ones after it, and open actions of older ones."""

    newest: Session
    prepared: tuple[Session, ...] = ()
    left_behind: tuple[tuple[Session, ActionItem], ...] = ()

    @property
    def sessions(self) -> tuple[Session, ...]:
        """The newest session, then the prepared ones."""
        return self.newest, *self.prepared


class Occurrence(Struct, frozen=True):
    """The place of a holding: ids of session and entry; no entry for a field of the session."""

    session: str
    entry: str = ""


class Holding(Struct, frozen=True):
    """One thing that one of our people holds, with its occurrences, the newest first."""

    holder: str
    kind: Kind
    account: str
    zone: str
    opportunity: str
    text: str
    due: str = ""  # ISO 8601; empty without a date
    key_player: bool = False
    places: tuple[Occurrence, ...] = ()

    @property
    def handle(self) -> str:
        """The holding on the command line: `2m9x:s1`, `2m9x:owner`, `2m9x:credit`."""
        return f"{self.places[0].session[-4:]}:{self.name}"

    @property
    def name(self) -> str:
        """The part of the handle after the colon."""
        return self.places[0].entry or _OWN[self.kind]


def fields(sessions: Iterable[Session]) -> tuple[Deal, ...]:
    """The deals of these sessions (newest first), without cancelled ones, by first occurrence."""
    newest: dict[tuple[str, str, str], Session] = {}
    prepared: dict[tuple[str, str, str], list[Session]] = {}
    behind: dict[tuple[str, str, str], list[tuple[Session, ActionItem]]] = {}
    continued: set[str] = set()
    seen: set[history.Identity] = set()
    for session in sessions:
        if session.status == "cancelled":
            continue
        where = (name_key(session.account), name_key(session.zone), name_key(session.opportunity))
        if session.status == "prepared":
            if where not in newest:  # a prepared session older than the newest held one is obsolete
                prepared.setdefault(where, []).append(session)
            continue
        if where not in newest:
            newest[where] = session
        elif session.id not in continued:
            behind.setdefault(where, []).extend(
                (session, each)
                for each in session.action_items
                if each.status == "open" and history.identity(session, each) not in seen
            )
        seen.update(history.identity(session, each) for each in session.action_items)
        if session.previous:
            continued.add(session.previous)
    places = dict.fromkeys((*newest, *prepared))
    return tuple(_deal(newest.get(each), prepared.get(each, ()), behind.get(each, ())) for each in places)


def _deal(newest: Session | None, prepared: Iterable[Session], behind: Iterable[tuple[Session, ActionItem]]) -> Deal:
    waiting = tuple(prepared)
    return Deal(newest, waiting, tuple(behind)) if newest else Deal(waiting[0], waiting[1:], tuple(behind))


def known(deals: Iterable[Deal], configured: Iterable[str] = ()) -> tuple[str, ...]:
    """The names of our people, each once by its key: first the configured ones."""
    names: dict[str, str] = {name_key(each): each for each in configured if each}
    for deal in deals:
        for session in deal.sessions:
            for name in ours(session):
                names.setdefault(name_key(name), name)
        for session, item in deal.left_behind:
            if _ours(session, item):
                names.setdefault(name_key(item.owner), item.owner)
    return tuple(names.values())


def of(name: str, deals: Iterable[Deal]) -> tuple[Holding, ...]:
    """The holdings of one of our people, by account, zone and kind."""
    wanted = name_key(name)
    return in_order(each for each in holdings(deals) if name_key(each.holder) == wanted)


def in_order(entries: Iterable[Holding]) -> tuple[Holding, ...]:
    """Sort by account, zone, kind (as in `KINDS`), key players first, then by date."""
    return tuple(
        sorted(
            entries,
            key=lambda each: (
                name_key(each.account),
                name_key(each.zone),
                KINDS.index(each.kind),
                not each.key_player,
                each.due == "",
                each.due,
                name_key(each.text),
            ),
        )
    )


def holdings(deals: Iterable[Deal]) -> Iterator[Holding]:
    """All holdings of our people. The same holding in several files is one with several places."""
    merged: dict[tuple[str, ...], Holding] = {}
    for deal in deals:
        for session in deal.sessions:
            for key, each in _in(session):
                _merge(merged, key, each)
        for session, item in deal.left_behind:
            if _ours(session, item):
                _merge(merged, _action_key(session, item), _action(session, item))
    return iter(merged.values())


def _merge(merged: dict[tuple[str, ...], Holding], key: tuple[str, ...], each: Holding) -> None:
    who = (name_key(each.holder), each.kind, *key)
    first = merged.get(who)
    merged[who] = each if first is None else replace(first, places=(*first.places, *each.places))


def _in(session: Session) -> Iterator[tuple[tuple[str, ...], Holding]]:
    """The holdings in a session, each with the key by which it is the same in another session."""
    account, zone, deal = session.account, session.zone, session.opportunity
    here = (name_key(account), name_key(zone))
    own = (Occurrence(session.id),)
    if session.account_owner:
        yield here, Holding(session.account_owner, "account", account, zone, "", account, places=own)
    for share in session.credit_split:
        text = f"{share.percent:g} % of the credit"
        yield (*here, name_key(deal)), Holding(share.name, "credit", account, zone, deal, text, places=own)
    for person in session.stakeholders:
        # One person may be in several deals of a zone; people without a name are distinguished by
        # title.
        who = (*here, name_key(person.name), name_key(person.title))
        for name in {name_key(each): each for each in reversed(person.covered_by)}.values():
            yield who, _covered(session, person, name)
    for belief in session.assumptions:
        if belief.tested_by and belief.status == "untested":
            due = belief.due.isoformat() if belief.due else ""
            place = (Occurrence(session.id, belief.id),)
            held = Holding(belief.tested_by, "assumption", account, zone, deal, belief.text, due, places=place)
            yield history.identity(session, belief), held
    for item in session.action_items:
        if item.status == "open" and _ours(session, item):
            yield _action_key(session, item), _action(session, item)


def _ours(session: Session, item: ActionItem) -> bool:
    """The owner of the action is one of our people, not a stakeholder of the customer."""
    return bool(item.owner) and all(name_key(person.name) != name_key(item.owner) for person in session.stakeholders)


def _covered(session: Session, person: Stakeholder, name: str) -> Holding:
    text = formats.person(person.name, person.title)
    place = (Occurrence(session.id, person.id),)
    key = is_key_player(person)
    return Holding(name, "stakeholder", session.account, session.zone, session.opportunity, text, "", key, place)


def _action(session: Session, item: ActionItem) -> Holding:
    due = item.due.isoformat() if item.due else ""
    where = (session.account, session.zone, session.opportunity)
    return Holding(item.owner, "action", *where, item.text, due, places=(Occurrence(session.id, item.id),))


def _action_key(session: Session, item: ActionItem) -> tuple[str, ...]:
    return history.identity(session, item)
