"""What each of our people holds, over all accounts: accounts, stakeholders, assumptions, actions, shares of the credit.

Asked of the newest session of each field (account, zone, opportunity), and of the prepared ones that will follow it. An
action that a newer session never took over is still owed, as `actions` has it. Case counts in no name.
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
_OWN: dict[Kind, str] = {"account": "owner", "credit": "credit"}  # what a holding without an entry is called


class Deal(Struct, frozen=True):
    """What is sold to separately, as its newest session has it; the prepared ones behind it, and older open actions."""

    newest: Session
    prepared: tuple[Session, ...] = ()
    left_behind: tuple[tuple[Session, ActionItem], ...] = ()

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Every session in which somebody of ours stands now, the one that counts first."""
        return self.newest, *self.prepared


class Occurrence(Struct, frozen=True):
    """Where it stands: a session, and the entry there; empty for what is the session's own."""

    session: str
    entry: str = ""


class Holding(Struct, frozen=True):
    """One thing that one of our people holds; `places` are all the files in which it says so, the newest first."""

    holder: str
    kind: Kind
    account: str
    zone: str
    opportunity: str
    text: str
    due: str = ""  # ISO, where there is a date
    key_player: bool = False
    places: tuple[Occurrence, ...] = ()

    @property
    def handle(self) -> str:
        """What it is called on the command line: `2m9x:s1`, `2m9x:owner`, `2m9x:credit`."""
        return f"{self.places[0].session[-4:]}:{self.name}"

    @property
    def name(self) -> str:
        """The part of the handle after the colon."""
        return self.places[0].entry or _OWN[self.kind]


def fields(sessions: Iterable[Session]) -> tuple[Deal, ...]:
    """The fields of these sessions (newest first), in the order in which they are met; cancelled ones say nothing."""
    found: dict[tuple[str, str, str], Session] = {}
    prepared: dict[tuple[str, str, str], list[Session]] = {}
    behind: dict[tuple[str, str, str], list[tuple[Session, ActionItem]]] = {}
    continued: set[str] = set()
    seen: set[history.Identity] = set()
    for session in sessions:
        if session.status == "cancelled":
            continue
        where = (name_key(session.account), name_key(session.zone), name_key(session.opportunity))
        if session.status == "prepared":
            if where not in found:  # one that is older than the newest held one was overtaken by it
                prepared.setdefault(where, []).append(session)
            continue
        if where not in found:
            found[where] = session
        elif session.id not in continued:
            behind.setdefault(where, []).extend(
                (session, each)
                for each in session.action_items
                if each.status == "open" and history.identity(session, each) not in seen
            )
        seen.update(history.identity(session, each) for each in session.action_items)
        if session.previous:
            continued.add(session.previous)
    places = dict.fromkeys((*found, *prepared))
    return tuple(_field(found.get(each), prepared.get(each, ()), behind.get(each, ())) for each in places)


def _field(newest: Session | None, prepared: Iterable[Session], behind: Iterable[tuple[Session, ActionItem]]) -> Deal:
    waiting = tuple(prepared)
    return Deal(newest, waiting, tuple(behind)) if newest else Deal(waiting[0], waiting[1:], tuple(behind))


def known(fields: Iterable[Deal], configured: Iterable[str] = ()) -> tuple[str, ...]:
    """Our people, each once however the name is written: the configured ones first, as they are written there."""
    names: dict[str, str] = {name_key(each): each for each in configured if each}
    for field in fields:
        for session in field.sessions:
            for name in ours(session):
                names.setdefault(name_key(name), name)
        for session, item in field.left_behind:
            if _ours(session, item):
                names.setdefault(name_key(item.owner), item.owner)
    return tuple(names.values())


def of(name: str, fields: Iterable[Deal]) -> tuple[Holding, ...]:
    """Everything that one of our people holds, by account, zone and kind."""
    wanted = name_key(name)
    return in_order(each for each in holdings(fields) if name_key(each.holder) == wanted)


def in_order(found: Iterable[Holding]) -> tuple[Holding, ...]:
    """By account and zone; of each what the account hangs on first, key players before others, then by date."""
    return tuple(
        sorted(
            found,
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


def holdings(fields: Iterable[Deal]) -> Iterator[Holding]:
    """Everything that anybody of ours holds. What stands in several files alike is one holding with several places."""
    merged: dict[tuple[str, ...], Holding] = {}
    for field in fields:
        for session in field.sessions:
            for key, each in _in(session):
                _merge(merged, key, each)
        for session, item in field.left_behind:
            if _ours(session, item):
                _merge(merged, _action_key(session, item), _action(session, item))
    return iter(merged.values())


def _merge(merged: dict[tuple[str, ...], Holding], key: tuple[str, ...], each: Holding) -> None:
    who = (name_key(each.holder), each.kind, *key)
    there = merged.get(who)
    merged[who] = each if there is None else replace(there, places=(*there.places, *each.places))


def _in(session: Session) -> Iterator[tuple[tuple[str, ...], Holding]]:
    """What a session says that somebody holds, with what makes it the same in another file."""
    account, zone, deal = session.account, session.zone, session.opportunity
    here = (name_key(account), name_key(zone))
    own = (Occurrence(session.id),)
    if session.account_owner:
        yield here, Holding(session.account_owner, "account", account, zone, "", account, places=own)
    for share in session.credit_split:
        told = f"{share.percent:g} % of the credit"
        yield (*here, name_key(deal)), Holding(share.name, "credit", account, zone, deal, told, places=own)
    for person in session.stakeholders:
        # One person may be met in several deals of a zone; a person without a name is told apart by the title.
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
    """Somebody of ours owes it; a promise of the customer's own is theirs to keep."""
    return bool(item.owner) and all(name_key(person.name) != name_key(item.owner) for person in session.stakeholders)


def _covered(session: Session, person: Stakeholder, name: str) -> Holding:
    told = formats.person(person.name, person.title)
    place = (Occurrence(session.id, person.id),)
    key = is_key_player(person)
    return Holding(name, "stakeholder", session.account, session.zone, session.opportunity, told, "", key, place)


def _action(session: Session, item: ActionItem) -> Holding:
    due = item.due.isoformat() if item.due else ""
    where = (session.account, session.zone, session.opportunity)
    return Holding(item.owner, "action", *where, item.text, due, places=(Occurrence(session.id, item.id),))


def _action_key(session: Session, item: ActionItem) -> tuple[str, ...]:
    return history.identity(session, item)
