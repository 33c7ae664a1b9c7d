"""Begins and prepares sessions: makes a session from a request and from the sessions before it."""

import random
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from session_tui.model import carry_forward, credit, dates, formats
from session_tui.model.agenda import Agenda, session_parts
from session_tui.model.analysis import ours
from session_tui.model.attendance import attendee_of, expected
from session_tui.model.capture.result import Refusal
from session_tui.model.edits import Edit, Put, Several
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key, visible
from session_tui.model.sanitize import one_line
from session_tui.model.session import Attendee, Plan, Session
from session_tui.model.vocabulary import Status
from session_tui.store import agendas, pipeline, session_file, session_folder, toml
from session_tui.store.errors import StoreError
from session_tui.store.paths import Paths
from session_tui.store.plans import files, markdown
from session_tui.store.session_folder import SessionFile

LONGEST_NAME = 200


class SessionRequest(Struct, frozen=True, kw_only=True):
    """A request for a session. Zone and opportunity: None takes those of the last session, "" is
    none.

    `previous` is the id of the session to carry forward from; None finds it, "" carries nothing
    forward.
    """

    account: str
    zone: str | None = None
    opportunity: str | None = None
    plan: Path | None = None
    attendees: tuple[str, ...] = ()
    facilitator: str = ""
    account_owner: str = ""
    phase: str = ""
    amount: float | None = None
    currency: str = ""
    close_on: date | None = None
    credit_split: str = ""
    previous: str | None = None


class PriorSessions(Struct, frozen=True):
    """The sessions before this one, newest first, and remarks on them as sentences."""

    chain: tuple[Session, ...] = ()
    remarks: tuple[str, ...] = ()


class NewSession(Struct, frozen=True):
    """A new session, and its background."""

    session: Session
    background: PriorSessions = PriorSessions()


def begin(
    request: SessionRequest,
    agenda: Agenda,
    rows: tuple[SessionFile, ...],
    places: Paths,
    now: datetime,
    rng: random.Random,
    status: Status = "live",
) -> NewSession:
    """Return a new session; `rows` are the account's sessions, newest first, `now` has a time
    zone.

    `StoreError` where a value of the request is refused.
    """
    given = _given(request, places)
    if not given["account"]:
        raise StoreError(Fault("", "the account has no name", "session-tui run ACCOUNT."))
    today = now.astimezone().date()
    given.setdefault("facilitator", places.configuration.name)
    session = Session(
        id=session_folder.new_id(given["account"], today, rng),
        status=status,
        agenda=agenda.name,
        parts=session_parts(agenda),
        **given,
    )
    last = _last(request, rows, places)
    if last is not None:
        session = carry_forward.carry(session, last)
        session = _with_plan_of(last, session, places)
    first = last is None and request.opportunity is None and request.previous is None
    session, updates = _by_the_pipeline(session, given, places, rows, first=first)
    copies = agendas.copies(agenda.name, places.agendas.path)
    remarks = (*_remarks(session, last, rows, now), *updates, *map(str, copies))
    chain, faults = session_folder.before(places.sessions.path, session) if last is not None else ((), ())
    return NewSession(session, PriorSessions(chain, (*remarks, *map(str, faults))))


def changed(session: Session, request: SessionRequest, places: Paths) -> Edit | None:
    """Return the edit that adds the values of a new request to a prepared session; None for no
    change.
    """
    given = _given(request, places, ours(session))
    puts = [Put(key, "", getattr(session, key), value) for key, value in given.items() if key not in _PLACE]
    puts = [put for put in puts if put.old != put.new]
    return Several(tuple(puts)) if puts else None


_PLACE = ("account", "zone", "opportunity")  # these identify the session


def up_to_date(session: Session, places: Paths) -> tuple[Edit | None, PriorSessions]:
    """Return the edit that brings a prepared session up to date, and the sessions before it with
    remarks.

    The edit sets the plan's version and readers, and what was settled since. The user typed none
    of it, so it is not on the undo list; the remarks list the changes.
    """
    edits: list[Edit] = []
    remarks = []
    if session.plan is not None:
        now = plan_now(session.plan, places)
        if now is None:
            remarks.append(f"The plan {session.plan.source} is not there any more.")
        elif now != session.plan:
            edits.append(Put("plan", "", session.plan, now))
            if now.sha256 != session.plan.sha256:
                remarks.append(f"The plan {now.source} was changed since this session was prepared.")
    chain, faults = session_folder.before(places.sessions.path, session)
    remarks += [str(fault) for fault in faults]
    if session.previous and chain and (gone := carry_forward.catch_up(session, chain[0])):
        edits.append(gone)
        many = len(gone.edits) if isinstance(gone, Several) else 1
        remarks.append(f"{many} settled since this session was prepared; /promises shows the news.")
    if session.previous and chain and (later := session_folder.newer(places.sessions.path, session, chain[0])):
        remarks.append(f"{later.id} was held since this session was prepared; --new carries that one forward.")
    return (Several(tuple(edits)) if edits else None), PriorSessions(chain, tuple(remarks))


def plan_now(plan: Plan, places: Paths) -> Plan | None:
    """Return the plan with its present version and readers; None where its file is missing or
    unreadable.
    """
    home = places.sessions.path.resolve().parent
    path = files.of_source(plan.source, home, places.plans.path)
    if path is None:
        return None
    try:
        return attached(path, home)
    except StoreError:
        return None


def assumptions_of_plan(session: Session, places: Paths) -> markdown.PlanAssumptions | Fault:
    """Return the assumptions in the present version of the session's plan; a fault where it cannot
    be read.
    """
    home = places.sessions.path.resolve().parent
    source = session.plan.source if session.plan else ""
    try:
        path = files.of_source(source, home, places.plans.path) if source else None
        if path is None:
            return Fault(
                "", f"the plan {source or 'of this session'} is not there", "Put it back, or type what it says."
            )
        return markdown.assumptions(files.open_plan(path, home).text)
    except StoreError as error:
        return error.faults[0]


def attached(path: Path, home: Path) -> Plan:
    """Return a plan's file as a session stores it: version, readers, comments; `StoreError` where
    it is no plan.
    """
    file = files.open_plan(path, home)
    known = files.readers(path)
    return Plan(source=file.source, sha256=file.sha256, readers=known.readers, comments=known.comments)


def named(what: str, text: str) -> str:
    """Return a name as it is stored: one line, no control characters, of limited length."""
    clean = one_line(text).strip()
    if not visible(clean).strip():
        return ""  # a name of invisible letters counts as none
    if len(clean) > LONGEST_NAME:
        raise StoreError(
            Fault("", f"the {what} has {len(clean):,} characters; {LONGEST_NAME} are the most", "Shorten it.")
        )
    return clean


def attendee(text: str) -> Attendee:
    """Parse `NAME[:ROLE]`; `StoreError` where the name is empty."""
    found = attendee_of(text)
    if found is None:
        raise StoreError(Fault("", f"--attendee {text!r} has no name", "Write --attendee 'Mei Tan:presales'."))
    named("attendee", found.name)
    return found


def _given(request: SessionRequest, places: Paths, known: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the session's fields that the request sets, cleaned."""
    attendees = tuple(attendee(each) for each in request.attendees)
    by_role = {name_key(each.role): each.name for each in reversed(attendees)}
    configured = (places.configuration.name, *(person.name for person in places.configuration.people))
    split = credit.read(request.credit_split, (*known, *(each.name for each in attendees), *filter(None, configured)))
    if isinstance(split, Refusal):
        raise StoreError(Fault("credit split", split.what, split.do))
    values: Mapping[str, Any] = {
        "zone": named("zone", request.zone or ""),
        "opportunity": named("opportunity", request.opportunity or ""),
        "phase": named("phase", request.phase),
        "amount": request.amount,
        "currency": one_line(request.currency).strip().upper(),
        "close_on": request.close_on,
        "account_owner": named("account owner", request.account_owner) or by_role.get("account owner", ""),
        "facilitator": named("facilitator", request.facilitator) or by_role.get("facilitator", ""),
        "plan": plan_of(request.plan, places) if request.plan else None,
        "attendees": attendees,
        "credit_split": split,
    }
    return {"account": named("account", request.account)} | {k: v for k, v in values.items() if v not in ("", None, ())}


def plan_of(wanted: Path, places: Paths) -> Plan:
    """Find a plan by its path or its name in the plans folder; `StoreError` where the file cannot
    be one.
    """
    home = places.sessions.path.resolve().parent
    return attached(files.locate(wanted, home, places.plans.path), home)


def _last(request: SessionRequest, rows: tuple[SessionFile, ...], places: Paths) -> Session | None:
    """Return the session to carry forward from: the given one, else the newest held one of this
    field.
    """
    if request.previous == "":
        return None
    if request.previous is not None:
        path = session_folder.find(places.sessions.path, request.previous)
        last = session_file.read(toml.read_bytes(path), path).session
        if name_key(last.account) != name_key(named("account", request.account)):
            do = "Carry forward from a session on the same account."
            raise StoreError(Fault(last.id, f"is about {last.account}", do))
        return last
    held = session_folder.of_account(rows, named("account", request.account), "held")
    return session_folder.about(held, request.zone, request.opportunity)


def _with_plan_of(last: Session, session: Session, places: Paths) -> Session:
    """Attach the account's last plan, in its present version."""
    if session.plan is not None or last.plan is None:
        return session
    return replace(session, plan=plan_now(last.plan, places))


def _by_the_pipeline(
    session: Session, given: dict[str, Any], places: Paths, files: tuple[SessionFile, ...], *, first: bool
) -> tuple[Session, tuple[str, ...]]:
    """Set phase, amount, close date, owner and the CRM's record from its export; values of the
    request take precedence, and a known account owner stays.

    The `first` session on an account, for which no deal was named, is on its only open deal.
    """
    if places.pipeline is None or not (session.opportunity or first):
        return session, ()
    try:
        sessions = [each.session for each in files if each.session is not None]
        rows = pipeline.of(places.pipeline, lambda: sessions).rows
    except StoreError as error:
        return session, (str(error.faults[0]),)
    account = name_key(session.account)
    deals = [each for each in rows if name_key(each.account) == account]
    remarks: tuple[str, ...] = ()
    if not session.opportunity:
        deals = [each for each in deals if not each.is_closed and each.opportunity]
        if len(deals) > 1:
            return session, (f"The pipeline has {len(deals):,} open deals of it; this session is on all of them.",)
        if deals:
            session = replace(session, opportunity=deals[0].opportunity)
            remarks = (f"On {deals[0].opportunity}, the only open deal of the pipeline.",)
    wanted = name_key(session.opportunity)
    row = next((each for each in deals if name_key(each.opportunity) == wanted), None)
    if row is None:
        return session, ()
    known = {
        "phase": row.phase,
        "amount": row.amount,
        "currency": row.currency,
        "close_on": row.close_on,
        "account_owner": session.account_owner or row.owner,
        "crm_id": row.crm_id,
        "crm_url": row.crm_url,
    }
    if row.crm_id and row.crm_id != session.crm_id:
        session = replace(session, crm_url="")  # that of another record
    return replace(session, **{k: v for k, v in known.items() if v not in ("", None) and k not in given}), remarks


def _remarks(session: Session, last: Session | None, rows: tuple[SessionFile, ...], now: datetime) -> tuple[str, ...]:
    remarks = []
    today = now.astimezone().date()
    if last is not None:
        when = dates.words(last.started_at.astimezone().date(), today) if last.started_at else last.id
        what = ", ".join(
            f"{formats.count(len(found), word, words)}"
            for found, word, words in (
                (session.stakeholders, "stakeholder", "stakeholders"),
                (session.assumptions, "assumption", "assumptions"),
                (session.action_items, "action", "actions"),
            )
            if found
        )
        remarks.append(f"Carried forward from {when}: {what or 'nothing was open'}.")
        if awaited := expected(session, last):
            remarks.append(f"{formats.count(len(awaited), 'attendee')} of last time expected: /attendee shows them.")
    elif others := session_folder.of_account(rows, session.account, "held"):
        known = sorted({", ".join(x for x in (o.zone, o.opportunity) if x) or "all of the account" for o in others})
        remarks.append(f"Nothing carried forward: earlier sessions are about {'; '.join(known[:4])}.")
    earlier = session_folder.of_account(rows, session.account, "held", "live")
    if newest := next((each for each in earlier if each.started_at), None):
        assert newest.started_at is not None  # just looked at
        began = f"{newest.started_at.astimezone():%d %b %Y %H:%M}"
        if newest.started_at > now:
            remarks.append(f"The clock of this machine is behind: {newest.id} began {began}.")
        elif newest.started_at.astimezone().date() == today and newest.status == "held":
            remarks.append(f"A session on this account was held today already: {newest.id}.")
    return tuple(remarks)
