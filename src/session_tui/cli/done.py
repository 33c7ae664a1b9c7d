"""`done`, `reopen` and `assign`: changes of action items, of several at once.

All actions of a line are looked up before the first is changed: a mistyped name changes nothing.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

import click
from msgspec import Struct
from msgspec.structs import replace

from session_tui.cli.arguments import day_of, own_name
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo
from session_tui.cli.push import push_changed_sessions
from session_tui.cli.sessions import library
from session_tui.index import sessions
from session_tui.index.index import Index
from session_tui.model import dates, formats
from session_tui.model.analysis import ours
from session_tui.model.capture import lookup
from session_tui.model.edits import Edit, Several
from session_tui.model.fault import Fault
from session_tui.model.name_keys import name_key
from session_tui.model.patterns import lazy_pattern
from session_tui.model.reports import action_tracking
from session_tui.model.reports.action_tracking import TrackedAction
from session_tui.model.session import ActionItem, Session
from session_tui.store.errors import StoreError, WrongUsage

_ACTION = lazy_pattern(r"(?:[^\s:]+:)?t[0-9]+", re.IGNORECASE)


class _Change(Struct, frozen=True):
    """What is done to each action: the marks of the capture line, and the state it gets, if any.

    `day` is the day on which it was done, where that was not today; `owner` the name of the new
    owner as typed.
    """

    marks: str
    state: str = ""
    result: str = ""
    day: date | None = None
    owner: str = ""


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="ACTION... [RESULT]")
@click.option("--result", "text", metavar="TEXT", help="The result, where its words look like actions.")
@click.option("--on", "day", metavar="DATE", help="The day on which it was done: fri, yesterday, 2026-11-20.")
@click.pass_obj
def done(context: CommandContext, words: tuple[str, ...], text: str | None, day: str | None) -> int:
    """Each ACTION is done, with the RESULT: `session-tui done 7k3q:t2 they agreed`.

    `actions` shows what it is called; `7k3q:t2 t3` are two of one session.
    """
    names, result = _split(words, "RESULT", text, "--result TEXT")
    on = day_of(day, "--on", context.today, dates.read_past, dates.KNOWN_PAST)
    if on is not None and on > context.today:
        raise WrongUsage(Fault("--on", f"{day} is a day to come", "An action is done today or before."))
    return _change(context, names, _Change(f"done {result}", "done", result, on))


@click.command()
@click.argument("actions", nargs=-1, required=True, metavar="ACTION...")
@click.pass_obj
def reopen(context: CommandContext, actions: tuple[str, ...]) -> int:
    """Each ACTION is open again, neither done nor dropped."""
    return _change(context, actions, _Change("open", "open"))


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="ACTION... [NAME]")
@click.option("--to", metavar="NAME", help="The owner, where the name looks like an action.")
@click.option("--due", metavar="DATE", help="By when: fri, +3d, 30nov, 2026-12-01.")
@click.pass_obj
def assign(context: CommandContext, words: tuple[str, ...], to: str | None, due: str | None) -> int:
    """Each ACTION is NAME's from now on; a part of the name of one of our people is enough."""
    from session_tui.model.capture.formatter import quoted

    names, name = _split(words, "NAME", to, "--to NAME")
    if not name and not due:
        raise click.UsageError("Name the new owner, or the date with --due.")
    if due:
        day_of(due, "--due", context.today, dates.read, dates.KNOWN)
    if name.lower() == "me":
        name = own_name(context)
    owner = f"@{quoted(name)} " if name else ""
    marks = f"{owner}{f'due:{due}' if due else ''}".strip()
    return _change(context, names, _Change(marks, owner=name))


def _split(words: Sequence[str], rest: str, given: str | None, option: str) -> tuple[tuple[str, ...], str]:
    """The actions at the beginning of a line, and the text behind them.

    The first word always names an action. `click.UsageError` where a word behind the text looks
    like an action: it may be one that would stay open.
    """
    many = next((at for at, word in enumerate(words) if at and not _ACTION.fullmatch(word)), len(words))
    names, others = tuple(words[:many]), words[many:]
    if given is not None:
        if others:
            raise click.UsageError(f"{others[0]} names no action, and {option} has the {rest} already.")
        return names, given.strip()
    if late := next((word for word in others if _ACTION.fullmatch(word)), ""):
        what = f"{late} may be an action or a word of {rest}, and nothing was changed"
        raise click.UsageError(f"{what}. Write actions first, or {rest} as {option}.")
    return names, " ".join(others)


def _change(context: CommandContext, names: Sequence[str], change: _Change) -> int:
    """Change the actions by the grammar of the capture line, each in the newest session that has
    it; a file is written once.
    """
    from session_tui.store import batch_edit

    moment = context.now()
    with library(context) as index:
        found = _found(index, names, change)
        rows = {each.session_id: index.row_named(each.session_id) for each in found}
        before = {id: row.session for id, row in rows.items() if row and row.session}
        configured = tuple(person.name for person in context.places.configuration.people)
        others = _others(index, before.values(), change.owner, configured)
    results: list[tuple[TrackedAction, ActionItem]] = []
    changed: list[Session] = []
    faults: list[Fault] = []
    same: list[Fault] = []  # actions that are as they should be: of several they are no failure
    for id in rows:
        theirs = [each for each in found if each.session_id == id]
        edits = [
            batch_edit.marked(each.item.id, change.marks, context.places, moment, change.day, others) for each in theirs
        ]
        try:
            session, _ = batch_edit.change(context.sessions / f"{id}.toml", context.places, _all_of(edits), moment)
        except StoreError as error:
            if all(fault.kind == "same" for fault in error.faults):
                short = theirs[0].handle.partition(":")[0]  # the sentence begins with the action's own id
                same.extend(replace(fault, what=f"{short}:{fault.what}") for fault in error.faults)
            else:
                faults.extend(error.faults)
            continue
        changed.append(session)
        items = {each.id: each for each in session.action_items}
        for each in theirs:
            _print_changed(each, items[each.item.id], session, change, moment.astimezone().date())
            results.append((each, items[each.item.id]))
    push_changed_sessions(context, *changed)
    if change.state == "done" and results:
        handles = " ".join(each.handle for each, _ in results)
        echo(f"session-tui reopen {handles} takes {formats.plural(len(results), 'it', 'them')} back.", err=True)
    if change.owner:
        known = {id: _known(session, configured) for id, session in before.items()}
        _print_owners(context, results, known, others)
    if faults or not changed:
        raise StoreError(*faults, *same)
    for fault in same:
        echo(str(fault), err=True)
    return 0


def _found(index: Index, names: Sequence[str], change: _Change) -> tuple[TrackedAction, ...]:
    """The named actions, each once; `StoreError` with the fault of every name that is none, or
    whose action has the state already.
    """
    found: dict[tuple[str, str], TrackedAction] = {}
    faults: list[Fault] = []
    session = ""
    for name in names:
        head, colon, _ = name.rpartition(":")
        session = head if colon else session
        try:
            action = sessions.find_action(index, name if colon or not session else f"{session}:{name}")
        except StoreError as error:
            faults += error.faults
            continue
        item = action.item
        if change.state and item.status == change.state and not change.result and change.day is None:
            faults.append(Fault(action.handle, f"{item.text}: it is {change.state} already"))
        found[action.session_id, item.id] = action
    if faults:
        if len(names) > 1:
            faults.append(Fault("", "nothing was changed"))
        raise StoreError(*faults)
    return tuple(found.values())


def _all_of(edits: Sequence[Callable[[Session], Edit]]) -> Callable[[Session], Edit]:
    """The edit of all of these; of several, those that change nothing are left out."""

    def edit(session: Session) -> Edit:
        made: list[Edit] = []
        same: StoreError | None = None
        for each in edits:
            try:
                made.append(each(session))
            except StoreError as error:
                if any(fault.kind != "same" for fault in error.faults):
                    raise
                same = error
        if same is not None and not made:
            raise same
        return made[0] if len(made) == 1 else Several(tuple(made))

    return edit


def _print_changed(was: TrackedAction, after: ActionItem, session: Session, change: _Change, today: date) -> None:
    by = f", due {dates.words(after.due, today)}" if after.due else ""
    on = f" since {dates.words(change.day, today)}" if change.day else ""
    words = f"is {after.status}{on}" if change.state else f"is {after.owner or 'nobody'}'s{by}"
    echo(f"{was.handle} {words}: {after.text}  ({session.account}, {session.id})")


def _print_owners(
    context: CommandContext,
    results: Sequence[tuple[TrackedAction, ActionItem]],
    known: Mapping[str, Sequence[str]],
    others: Sequence[str],
) -> None:
    """Print on standard error which owners are new, and how much each has now.

    `known` are the names that a session had before the change, by its id; `others` those of all
    other sessions.
    """
    owners = {name_key(after.owner): after.owner for _, after in results if after.owner}
    new = {}
    for was, after in results:
        names = known.get(was.session_id, (after.owner,))
        if name_key(after.owner) not in {*map(name_key, names)}:
            new[name_key(after.owner)] = _new_words(after.owner, names, others)
    with library(context) as index:
        many = action_tracking.open_by_owner(action_tracking.follow(index.sessions()))
    for key, owner in owners.items():
        if key in new:
            echo(new[key], err=True)
        echo(f"{owner} has {formats.count(many.get(key, 0), 'open action')} now.", err=True)


def _new_words(owner: str, known: Sequence[str], others: Sequence[str]) -> str:
    """A sentence about an owner whom the session did not know."""
    from session_tui.model.capture import namesakes

    if name_key(owner) in {*map(name_key, others)}:
        return f"{owner} is known from other sessions, and new in this one."
    return f"{owner} is new: nobody here had that name before.{namesakes.others(owner, (*known, *others))}"


def _others(index: Index, sessions: Iterable[Session], typed: str, configured: tuple[str, ...]) -> tuple[str, ...]:
    """Our people of all sessions, if the typed name fits none of a session."""
    if not typed or all(lookup.fits(typed, _known(each, configured)) for each in sessions):
        return ()
    return tuple(dict.fromkeys(name for session in index.sessions() for name in ours(session)))


def _known(session: Session, configured: tuple[str, ...]) -> tuple[str, ...]:
    """Who may own an action of a session: our people, and the stakeholders."""
    return (*ours(session, configured), *(person.name for person in session.stakeholders if person.name != "?"))


COMMANDS: dict[str, click.Command] = {"done": done, "reopen": reopen, "assign": assign}
