"""A whole hand-over (names, journal, sessions, briefs), for the command line and the screen."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from session_tui.export.team.handover_brief import markdown
from session_tui.index.index import Index
from session_tui.model.capture.lookup import fits
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.person_names import MARK
from session_tui.model.session import Session
from session_tui.model.team import handover, holdings
from session_tui.model.team.holdings import Deal, Holding
from session_tui.store.errors import StoreError, resolve
from session_tui.store.new_session import named
from session_tui.store.paths import Paths
from session_tui.store.session_folder import slug
from session_tui.store.team import handover_journal
from session_tui.store.team.handover_journal import HandoverBrief, Outcome, StoredJournal


class HandoverResult(Struct, frozen=True):
    """The outcome of a hand-over, with its journal and the written briefs."""

    kept: StoredJournal
    outcome: Outcome
    briefs: tuple[HandoverBrief, ...] = ()

    @property
    def waits(self) -> bool:
        """A part of the hand-over is not done yet."""
        return bool(self.outcome.waiting)


def touched(result: HandoverResult, index: Index) -> tuple[Session, ...]:
    """The changed sessions, read again; the caller sends them to the endpoints."""
    index.refresh()
    rows = (index.row_named(name) for name in result.kept.journal.sessions)
    return tuple(row.session for row in rows if row is not None and row.session is not None)


def known_people(deals: Iterable[Deal], places: Paths) -> tuple[str, ...]:
    """The names of our people, from the configuration and from the sessions."""
    configuration = places.configuration
    return holdings.known(deals, (configuration.name, *(each.name for each in configuration.people)))


def person(typed: str, known: Sequence[str]) -> str:
    """Resolve a typed name, or a part of it, to one of our people.

    Raise `WrongName` where it matches no name, or more than one.
    """
    return resolve(typed, known, "none of our people is called {}", "session-tui people shows them.")


def receiver(typed: str, giver: str, known: Sequence[str], deals: Sequence[Deal]) -> tuple[str, bool]:
    """Resolve the receiver's name; the second value is true for the name of a new colleague.

    Raise `StoreError` where the person cannot take over: forgotten, the giver, or on a customer's
    map.
    """
    name = named("receiver", typed)
    is_new = not (fits(name, known) if name else ())
    if not is_new or not name:
        name = person(name, known)
    if MARK.fullmatch(name):
        what = f"{name} is the mark of a person who was forgotten, and takes nothing over"
        raise StoreError(Fault("", what, "Name somebody else."))
    if name_key(name) == name_key(giver):
        raise StoreError(Fault("", f"{name} has it already", "Name somebody else."))
    for deal in deals if is_new else ():
        for session in deal.sessions:
            if theirs := fits(name, (each.name for each in session.stakeholders)):
                what = f"{theirs[0]} is one of the customer's people, on the map of {session.account}"
                raise StoreError(Fault("", what, "Name one of ours; a new colleague by the whole name."))
    return name, is_new


def hand_over(
    index: Index, places: Paths, giver: str, given: Sequence[tuple[Holding, str]], folder: Path, now: datetime
) -> HandoverResult:
    """Hand each holding to its receiver, and write a brief for each receiver into `folder`."""
    with handover_journal.alone(places):
        wanted = {place.session for holding, _ in given for place in holding.places}
        sessions = {name: row.session for name in wanted if (row := index.row_named(name)) and row.session}
        # Holdings deleted since they were listed need no hand-over.
        present = [
            (holding, name) for holding, name in given if all(place.session in sessions for place in holding.places)
        ]
        if not present:
            raise StoreError(Fault("", "there is nothing to hand over"))
        steps = handover.plan(present, sessions)
        briefs = _briefs(dict.fromkeys(step.receiver for step in steps), handover_journal.ready(folder), now)
        kept = handover_journal.begin(places, giver, steps, briefs, now)
        return _go_on(kept, index, places, now)


def resume(index: Index, places: Paths, folder: Path | None, now: datetime) -> HandoverResult:
    """Continue an interrupted hand-over; a `folder` replaces the one of its briefs."""
    with handover_journal.alone(places):
        kept = handover_journal.interrupted(places)
        if kept is None:
            raise StoreError(Fault("", "no hand-over was interrupted"))
        if kept.journal.state == "undoing":
            raise StoreError(Fault("", handover_journal.interruption_text(kept, places).removesuffix(".")))
        if folder is not None:
            briefs = _briefs(kept.journal.receivers, handover_journal.ready(folder), now)
            kept = handover_journal.marked(kept, "going", briefs)
        return _go_on(kept, index, places, now)


def undo(index: Index, places: Paths, now: datetime) -> HandoverResult:
    """Undo the whole last hand-over, finished or not."""
    with handover_journal.alone(places):
        kept = handover_journal.last(places)
        if kept is None:
            raise StoreError(Fault("", "there is no hand-over to take back"))
        kept = handover_journal.marked(kept, "undoing")
        outcome = handover_journal.carry_out(kept, places, handover.back, now, _since(kept, index, places))
        if not outcome.waiting:
            kept = handover_journal.marked(kept, "undone")
        return HandoverResult(kept, outcome)


def _go_on(kept: StoredJournal, index: Index, places: Paths, now: datetime) -> HandoverResult:
    outcome = handover_journal.carry_out(kept, places, handover.forward, now, _since(kept, index, places))
    index.refresh()
    try:
        _write_briefs(kept, index, places, now)
    except StoreError as error:
        outcome = replace(outcome, waiting=(*outcome.waiting, *error.faults))
    if not outcome.waiting:
        kept = handover_journal.marked(kept, "done")
    return HandoverResult(kept, outcome, kept.journal.briefs)


def _briefs(receivers: Iterable[str], folder: Path, now: datetime) -> tuple[HandoverBrief, ...]:
    """Choose a free path for each receiver's brief."""
    briefs = list[HandoverBrief]()
    for name in receivers:
        called = f"handover-{slug(name)}-{now.astimezone().date().isoformat()}"
        path = handover_journal.free_path(folder, called, (each.path for each in briefs))
        briefs.append(HandoverBrief(receiver=name, path=str(path)))
    return tuple(briefs)


def _since(kept: StoredJournal, index: Index, places: Paths) -> tuple[handover.Step, ...]:
    """The additional steps in sessions that started after the hand-over did."""
    index.refresh()
    there = handover_journal.sessions_of(kept.journal, places)
    accounts = dict.fromkeys(session.account for session in there.values())
    deals = [deal for account in accounts for deal in holdings.fields(index.sessions(account))]
    return handover.followed(kept.journal.steps, there, deals)


def _write_briefs(kept: StoredJournal, index: Index, places: Paths, now: datetime) -> None:
    journal = kept.journal
    there = handover_journal.sessions_of(journal, places)
    for brief in journal.briefs:
        mine = [step for step in journal.steps if step.receiver == brief.receiver and step.session in there]
        accounts = dict.fromkeys(name_key(there[step.session].account) for step in mine)
        sessions: dict[str, Session] = {one.id: one for account in accounts for one in index.sessions(account)}
        text = markdown(brief.receiver, journal.from_, mine, sessions, now.astimezone().date())
        handover_journal.write_brief(brief, text)
