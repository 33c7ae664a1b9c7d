"""Beginning a session: from what was typed to a new value."""

from datetime import date
from pathlib import Path

from msgspec import Struct

from session_tui.cli.where import Where, chance, now
from session_tui.model.agenda import Agenda, session_parts
from session_tui.model.clean import one_line
from session_tui.model.conduct import attendee_of
from session_tui.model.fault import Fault
from session_tui.model.session import Attendee, Plan, Session
from session_tui.store import ids, plans, shelf
from session_tui.store.trouble import StoreError

LONGEST_NAME = 200


class Wish(Struct, frozen=True, kw_only=True):
    """What the facilitator asked for."""

    account: str
    opportunity: str = ""
    zone: str = ""
    plan: Path | None = None
    attendees: tuple[str, ...] = ()
    facilitator: str = ""
    account_owner: str = ""
    phase: str = ""
    amount: float | None = None
    currency: str = ""
    close_on: date | None = None


def new_session(wish: Wish, agenda: Agenda, where: Where) -> Session:
    """The session as it begins; `StoreError` where a wish cannot be granted."""
    account = named("account", wish.account)
    if not account:
        raise StoreError(Fault("", "the account has no name", "session-tui run ACCOUNT."))
    attendees = tuple(_attendee(each) for each in wish.attendees)
    by_role = next((each.name for each in attendees if each.role.casefold() == "facilitator"), "")
    owner_by_role = next((each.name for each in attendees if each.role.casefold() == "account owner"), "")
    return Session(
        id=ids.new_id(account, now().astimezone().date(), chance()),
        status="live",
        agenda=agenda.name,
        account=account,
        zone=named("zone", wish.zone),
        opportunity=named("opportunity", wish.opportunity),
        phase=named("phase", wish.phase),
        amount=wish.amount,
        currency=one_line(wish.currency).strip().upper(),
        close_on=wish.close_on,
        account_owner=named("account owner", wish.account_owner) or owner_by_role,
        facilitator=named("facilitator", wish.facilitator) or by_role or where.places.configuration.name,
        plan=_plan(wish.plan, where) if wish.plan else None,
        attendees=attendees,
        parts=session_parts(agenda),
    )


def named(what: str, text: str) -> str:
    """A name as it is kept: one line, no control characters, of a length a screen can show."""
    clean = one_line(text).strip()
    if len(clean) > LONGEST_NAME:
        raise StoreError(
            Fault("", f"the {what} has {len(clean):,} characters; {LONGEST_NAME} are the most", "Shorten it.")
        )
    return clean


def sample_wish(account: str, sessions: Path) -> Wish:
    """For the demo: the deal, the people and the owner of the account's last sample."""
    samples = [row.session for row in shelf.rows(sessions) if row.session and row.session.account == account]
    if not samples:
        return Wish(account=account)
    last = samples[0]
    return Wish(
        account=account,
        opportunity=last.opportunity,
        zone=last.zone,
        attendees=tuple(f"{each.name}:{each.role}" for each in last.attendees),
        account_owner=last.account_owner,
        facilitator=last.facilitator,
        phase=last.phase,
        amount=last.amount,
        currency=last.currency,
        close_on=last.close_on,
    )


def _attendee(text: str) -> Attendee:
    attendee = attendee_of(text)
    if attendee is None:
        raise StoreError(Fault("", f"--attendee {text!r} has no name", "Write --attendee 'Mei Tan:presales'."))
    named("attendee", attendee.name)
    return attendee


def _plan(plan: Path, where: Where) -> Plan:
    """The plan by its place relative to the folder that holds `sessions/`, with the version it has now."""
    home = where.sessions.resolve().parent
    found = plans.open_plan(plans.locate(plan, home, where.places.plans.path), home)
    return Plan(source=found.source, sha256=found.sha256)
