"""The steps of a hand-over, and the edits that apply or undo a step.

An edit is computed from the session as it is now. A step that is already applied needs no edit, so
that an interrupted hand-over can continue; an entry that was changed meanwhile is not touched, and
is reported as a fault.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct
from msgspec.structs import replace

from session_tui.model import history
from session_tui.model.edits import Edit, Put, change
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.session import ActionItem, Assumption, CreditShare, Session, Stakeholder, find
from session_tui.model.team.holdings import Deal, Holding, Kind, Occurrence

Moment = Annotated[datetime, Meta(tz=True)]


class Step(Struct, frozen=True, kw_only=True):
    """The change of one entry from `giver` to `receiver`; `was` are the names or shares before."""

    session: str
    kind: Kind
    entry: str = ""
    giver: str
    receiver: str
    was: tuple[str, ...] = ()
    accepted_at: Moment | None = None

    @property
    def place(self) -> str:
        """The entry as shown to people: `2026-11-09-acme-freight-2m9x:s1`."""
        return f"{self.session}:{self.entry or ('owner' if self.kind == 'account' else self.kind)}"


def plan(given: Iterable[tuple[Holding, str]], sessions: Mapping[str, Session]) -> tuple[Step, ...]:
    """The steps that hand each holding to its receiver, grouped by session."""
    steps = [
        _step(holding, place, receiver, sessions[place.session])
        for holding, receiver in given
        for place in holding.places
    ]
    order = {name: at for at, name in enumerate(dict.fromkeys(step.session for step in steps))}
    return tuple(sorted(steps, key=lambda step: order[step.session]))


def _step(holding: Holding, place: Occurrence, receiver: str, session: Session) -> Step:
    entry = find(session, place.entry) if place.entry else None
    return Step(
        session=place.session,
        kind=holding.kind,
        entry=place.entry,
        giver=holding.holder,
        receiver=receiver,
        was=_shares(session.credit_split) if holding.kind == "credit" else _names(session, holding.kind, place.entry),
        accepted_at=entry.accepted_at if isinstance(entry, ActionItem) else None,
    )


def forward(session: Session, step: Step) -> Edit | Fault | None:
    """The edit that applies the step; None if applied, a fault if the entry was changed."""
    if step.kind == "credit":
        return _credit_forward(session, step)
    names = _names(session, step.kind, step.entry)
    if _has(names, step.giver):
        return _put(session, step, _replaced(names, step.giver, step.receiver))
    return None if _has(names, step.receiver) else _changed(step)


def back(session: Session, step: Step) -> Edit | Fault | None:
    """The edit that undoes the step; None if not applied, a fault if the entry was changed."""
    if step.kind == "credit":
        return _credit_back(session, step)
    names = _names(session, step.kind, step.entry)
    if _has(names, step.giver):
        return None
    if not _has(names, step.receiver):
        return _changed(step)
    if _has(step.was, step.receiver):  # both had it before: the receiver keeps it
        at = min(_at(step.was, step.giver), len(names))
        return _put(session, step, (*names[:at], step.giver, *names[at:]), step.accepted_at)
    return _put(session, step, _replaced(names, step.receiver, step.giver), step.accepted_at)


def followed(steps: Iterable[Step], sessions: Mapping[str, Session], deals: Iterable[Deal]) -> tuple[Step, ...]:
    """The same steps for newer sessions that carried on the entries of these steps."""
    by_deal = {_key(deal.newest): deal for deal in deals}
    newer: dict[tuple[str, str, str], Step] = {}
    given = list(steps)
    known = {(step.session, step.kind, step.entry) for step in given}
    for step in given:
        session = sessions.get(step.session)
        deal = by_deal.get(_key(session)) if session else None
        if session is None or deal is None:
            continue
        for other in deal.sessions:
            place = (other.id, step.kind, step.entry)
            if place not in known and other.id != session.id and _later(other, session) and _same(session, other, step):
                newer[place] = replace(step, session=other.id)
    return tuple(newer.values())


def _later(other: Session, session: Session) -> bool:
    if other.started_at and session.started_at:
        return other.started_at > session.started_at
    return other.started_at is None or other.id > session.id


def _same(session: Session, other: Session, step: Step) -> bool:
    if not step.entry:
        return True
    one, two = find(session, step.entry), find(other, step.entry)
    if not isinstance(one, Stakeholder | Assumption | ActionItem) or type(one) is not type(two):
        return False
    assert isinstance(two, Stakeholder | Assumption | ActionItem)
    return history.identity(session, one) == history.identity(other, two)


def _key(session: Session) -> tuple[str, str, str]:
    return name_key(session.account), name_key(session.zone), name_key(session.opportunity)


# ---- the names in an entry ----------------------------------------------------------------------


def _names(session: Session, kind: Kind, entry_id: str) -> tuple[str, ...]:
    """The present holders; empty where the entry has none or is gone."""
    if kind == "account":
        return (session.account_owner,) if session.account_owner else ()
    match find(session, entry_id):
        case Stakeholder(covered_by=names):
            return names
        case Assumption(tested_by=name) | ActionItem(owner=name):
            return (name,) if name else ()
    return ()


def _put(session: Session, step: Step, names: tuple[str, ...], accepted_at: datetime | None = None) -> Edit:
    if step.kind == "account":
        return Put("account_owner", "", session.account_owner, names[0])
    entry: Any = find(session, step.entry)
    match entry:
        case Stakeholder():
            return change(entry, replace(entry, covered_by=names))
        case Assumption():
            return change(entry, replace(entry, tested_by=names[0]))
        case _:
            # The acceptance was the earlier owner's: the new one has not accepted yet.
            return change(entry, replace(entry, owner=names[0], accepted_at=accepted_at))


def _has(names: Iterable[str], name: str) -> bool:
    return any(name_key(each) == name_key(name) for each in names)


def _at(names: tuple[str, ...], name: str) -> int:
    return next(at for at, each in enumerate(names) if name_key(each) == name_key(name))


def _replaced(names: tuple[str, ...], old: str, new: str) -> tuple[str, ...]:
    """Replace the old name by the new one, or remove it if the new one is in the list already."""

    def result() -> Iterator[str]:
        for each in names:
            if name_key(each) != name_key(old):
                yield each
            elif not _has(names, new) or name_key(old) == name_key(new):
                yield new

    return tuple(dict.fromkeys(result()))


def _changed(step: Step) -> Fault:
    return Fault(step.place, "it was changed meanwhile, and is left alone", "session-tui show prints what it has now.")


# ---- shares of the credit -----------------------------------------------------------------------


def _credit_forward(session: Session, step: Step) -> Edit | Fault | None:
    names = [share.name for share in session.credit_split]
    if not _has(names, step.giver):
        return None if _has(names, step.receiver) else _changed(step)
    return Put("credit_split", "", session.credit_split, _handed(session.credit_split, step))


def _credit_back(session: Session, step: Step) -> Edit | Fault | None:
    was = tuple(map(_share, step.was))
    if _has((share.name for share in session.credit_split), step.giver):
        return None
    # The earlier shares can be restored only while the split is as the hand-over left it.
    if session.credit_split != _handed(was, step):
        return _changed(step)
    return Put("credit_split", "", session.credit_split, was)


def _handed(shares: tuple[CreditShare, ...], step: Step) -> tuple[CreditShare, ...]:
    given = sum(share.percent for share in shares if name_key(share.name) == name_key(step.giver))
    has = _has((share.name for share in shares), step.receiver)
    after: list[CreditShare] = []
    for share in shares:
        if name_key(share.name) == name_key(step.receiver):
            after.append(replace(share, percent=share.percent + given))
        elif name_key(share.name) != name_key(step.giver):
            after.append(share)
        elif not has and not _has((each.name for each in after), step.receiver):
            after.append(CreditShare(name=step.receiver, percent=given))
    return tuple(after)


def _shares(shares: tuple[CreditShare, ...]) -> tuple[str, ...]:
    return tuple(f"{share.percent!r} {share.name}" for share in shares)


def _share(text: str) -> CreditShare:
    percent, _, name = text.partition(" ")
    return CreditShare(name=name, percent=float(percent))
