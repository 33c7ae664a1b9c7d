"""`handover` and `people`: the items one of our people holds, their hand-over, and the load of
everybody.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from session_tui.cli.arguments import PATH, PERSON
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import echo, print_csv, print_json
from session_tui.cli.push import push_changed_sessions
from session_tui.cli.sessions import library, print_left_out
from session_tui.cli.table import Cell, TableColumn, paragraph, table
from session_tui.model import dates, formats, judgements
from session_tui.model.fault import Fault
from session_tui.model.sentence import capital
from session_tui.model.team import holdings
from session_tui.model.team.coverage import Member, team
from session_tui.model.team.holdings import KIND_WORDS, Holding
from session_tui.model.vocabulary import ROLE_WORDS
from session_tui.store.errors import StoreError, WrongUsage
from session_tui.store.team import handover_journal
from session_tui.tui import raw_mode

KEYS = ("number", "handle", "kind", "text", "account", "zone", "opportunity", "due", "key_player", "sessions")
PEOPLE_KEYS = ("name", "covers", "open_actions", "tests", "accounts", "credit_splits", "load", "only_contact_of")
COVER_KEYS = ("name", "account", "zone", "role", "stakeholder", "title", "buying_role", "power", "only_contact")
_NARROW = 100  # columns; below, zones and roles have no columns


@click.command()
@click.argument("name", required=False, type=PERSON)
@click.option("--to", "to", type=PERSON, metavar="NAME", help="Who takes over; a part of a known name is enough.")
@click.option("--only", metavar="ROWS", help="These rows alone: numbers or handles, 1,3,2m9x:s1.")
@click.option("-o", "--output", type=PATH, help="The folder for the briefs.  [default: here]")
@click.option("--resume", is_flag=True, help="Go on with a hand-over that was interrupted.")
@click.option("--undo", is_flag=True, help="Take the last hand-over back, as a whole.")
@click.option("--screen", is_flag=True, help="Row by row, on the full screen, to several people.")
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values.")
@click.pass_obj
def handover(context: CommandContext, /, name: str | None, to: str | None, only: str | None, **options: Any) -> int:
    """What NAME holds over all accounts; `--to` hands it over.

    The newest session of each account is rewritten, with [[changes]]. Each receiver gets a brief
    as Markdown. `--undo` takes all of it back; an interrupted hand-over is reported, and
    `--resume` goes on.
    """
    if options["resume"] or options["undo"]:
        if name or to or only or (options["resume"] and options["undo"]):
            raise click.UsageError("--resume and --undo stand alone: they are about the last hand-over.")
        return _resume(context, options["output"]) if options["resume"] else _undo(context)
    if not name:
        _print_interrupted(context)
        raise click.UsageError("Say whose: session-tui handover NAME.")
    if only and not to:
        raise click.UsageError("Say with --to who takes these rows over.")
    if options["screen"]:
        raw_mode.begin()
        from session_tui.cli.launch import handover_screen

        with library(context) as index:
            giver, _, _ = _held(context, index, name)
        return handover_screen(context, giver, options["output"] or Path())
    with library(context) as index:
        print_left_out(index)
        giver, fields, found = _held(context, index, name)
        if to is not None:
            return _hand_over(context, index, giver, to, _selected(found, only), fields, options["output"] or Path())
        _print_interrupted(context)
    rows = [_values(number, each) for number, each in enumerate(found, 1)]
    if options["as_json"]:
        print_json([dict(zip(KEYS, row, strict=True)) for row in rows])
    elif options["as_csv"]:
        print_csv(KEYS, ([*row[:-1], " ".join(row[-1])] for row in rows))
    elif found:
        _print(giver, found, context.today)
    else:
        echo(f"{giver} holds nothing: nothing would have to be handed over.", err=True)
    return 0


@click.command()
@click.argument("name", required=False, type=PERSON)
@click.option("--screen", is_flag=True, help="On the full screen; a hand-over begins there, too.")
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="A line for everybody who is covered.")
@click.pass_obj
def people(context: CommandContext, /, name: str | None, screen: bool, as_json: bool, as_csv: bool) -> int:
    """Our people: who covers whom, what everybody carries, and which key players have one contact
    only.

    With NAME what that one covers, row by row.
    """
    if screen:
        raw_mode.begin()
        from session_tui.cli.launch import people_screen

        return people_screen(context)
    from session_tui.export.team.handover import known_people, person

    with library(context) as index:
        print_left_out(index)
        fields = holdings.fields(index.sessions())
    names = known_people(fields, context.places)
    members: Sequence[Member] = team(fields, names)
    if name is not None:
        one = person(name, names)
        members = [each for each in members if each.name == one]
    if as_json:
        print_json([_member(each) for each in members])
    elif as_csv:
        print_csv(COVER_KEYS, (row for each in members for row in _covers(each)))
    elif not members:
        echo("None of our people stands in a session yet.", err=True)
    elif name is not None:
        _print_covers(members[0])
    else:
        _print_people(members)
    return 0


# ---- handing over -------------------------------------------------------------------------------


def _held(context: CommandContext, index: Any, name: str) -> tuple[str, tuple[holdings.Deal, ...], tuple[Holding, ...]]:
    from session_tui.export.team.handover import known_people, person

    fields = holdings.fields(index.sessions())
    giver = person(name, known_people(fields, context.places))
    return giver, fields, holdings.of(giver, fields)


def _hand_over(
    context: CommandContext,
    index: Any,
    giver: str,
    to: str,
    found: Sequence[Holding],
    fields: Sequence[holdings.Deal],
    folder: Path,
) -> int:
    from session_tui.export.team import handover as handover_export
    from session_tui.model.capture import namesakes

    _print_interrupted(context)
    known = handover_export.known_people(fields, context.places)
    name, is_new = handover_export.receiver(to, giver, known, fields)
    if not found:
        raise StoreError(Fault("", f"{giver} holds nothing that could be handed over"))
    result = handover_export.hand_over(
        index, context.places, giver, [(each, name) for each in found], folder, context.now()
    )
    _push_changes(context, result, index)
    if is_new:
        others = namesakes.others(name, known)
        echo(f"{name} is new: nobody of that name stood in a session.{others}", err=True)
    return _print_result(result, f"{formats.count(len(found), 'thing')} of {giver} went to {name}")


def _resume(context: CommandContext, folder: Path | None) -> int:
    from session_tui.export.team import handover as handover_export

    with library(context) as index:
        result = handover_export.resume(index, context.places, folder, context.now())
        _push_changes(context, result, index)
    journal = result.kept.journal
    return _print_result(result, f"The hand-over from {journal.from_} to {' and '.join(journal.receivers)} is done")


def _undo(context: CommandContext) -> int:
    from session_tui.export.team import handover as handover_export

    with library(context) as index:
        result = handover_export.undo(index, context.places, context.now())
        _push_changes(context, result, index)
    journal = result.kept.journal
    _print_faults(result)
    if result.waits:
        raise StoreError(
            Fault("", f"{result.outcome.done} of {result.outcome.of} taken back", "Repeat --undo for the rest.")
        )
    echo(f"Taken back: {journal.words}, in {_sessions(journal)}.")
    for brief in journal.briefs:
        if Path(brief.path).exists():
            echo(f"The brief {brief.path} is left where it is.", err=True)
    return 0


def _push_changes(context: CommandContext, result: Any, index: Any) -> None:
    from session_tui.export.team import handover as handover_export

    push_changed_sessions(context, *handover_export.touched(result, index))


def _print_result(result: Any, words: str) -> int:
    journal, outcome = result.kept.journal, result.outcome
    _print_faults(result)
    if result.waits:
        what = f"{outcome.done} of {outcome.of} handed over, the rest waits"
        raise StoreError(Fault("", what, capital(handover_journal.ON_WORDS)))
    echo(f"{words}, in {_sessions(journal)}.")
    for brief in result.briefs:
        echo(f"For {brief.receiver}: {brief.path}")
    echo("session-tui handover --undo takes it back.", err=True)
    return 0


def _print_faults(result: Any) -> None:
    for fault in (*result.outcome.left, *result.outcome.waiting):
        echo(str(fault), err=True)


def _sessions(journal: handover_journal.Journal) -> str:
    many = len(journal.sessions)
    return formats.count(many, "session")


def _print_interrupted(context: CommandContext) -> None:
    try:
        kept = handover_journal.interrupted(context.places)
        message = handover_journal.interruption_text(kept, context.places) if kept else ""
    except StoreError as error:  # the list is useful without it
        message = str(error.faults[0])
    if message:
        echo(capital(message), err=True)


def _selected(found: Sequence[Holding], only: str | None) -> list[Holding]:
    """The rows that `--only` selects, by number or by handle."""
    if only is None:
        return list(found)
    wanted: dict[Holding, None] = {}
    for typed in filter(None, (each.strip() for each in only.split(","))):
        session, _, entry = typed.rpartition(":")
        fitting = (
            [each for at, each in enumerate(found, 1) if typed == str(at)]
            if not session
            else [
                each
                for each in found
                if each.name == entry
                and any(p.session == session or p.session.endswith(f"-{session}") for p in each.places)
            ]
        )
        if len(fitting) != 1:
            what = f"{typed} names {'no row' if not fitting else f'{len(fitting)} rows'}"
            raise WrongUsage(Fault("--only", what, "Write numbers or handles as session-tui handover NAME shows them."))
        wanted[fitting[0]] = None
    if not wanted:
        raise WrongUsage(Fault("--only", "no row is named", "Write numbers or handles: 1,3,2m9x:s1."))
    return list(wanted)


# ---- lists --------------------------------------------------------------------------------------


def _values(number: int, each: Holding) -> tuple[Any, ...]:
    where = (each.account, each.zone, each.opportunity)
    sessions = list(dict.fromkeys(place.session for place in each.places))
    return (number, each.handle, each.kind, each.text, *where, each.due or None, each.key_player, sessions)


def _member(each: Member) -> dict[str, Any]:
    only = [_covers_row(each.name, one) for one in each.breaks]
    values = (
        each.name,
        [_filled(zip(COVER_KEYS[1:], _covers_row(each.name, one)[1:], strict=True)) for one in each.covers],
        each.actions,
        each.assumptions,
        list(each.accounts),
        each.shares,
        each.load,
        [row[4] for row in only],
    )
    return dict(zip(PEOPLE_KEYS, values, strict=True))


def _filled(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """The keys that have a value: a power that was not judged has none."""
    return {key: value for key, value in pairs if value is not None}


def _covers(each: Member) -> list[tuple[Any, ...]]:
    return [_covers_row(each.name, one) for one in each.covers]


def _covers_row(name: str, one: Any) -> tuple[Any, ...]:
    return (name, one.account, one.zone, one.role, one.name, one.title, one.buying_role, one.power, one.only)


def _print(giver: str, found: Iterable[Holding], today: date) -> None:
    paragraph((f"{giver} holds:", "bold"))
    columns = [TableColumn(right=True), TableColumn(), TableColumn("What", "fold"), TableColumn("Due"), TableColumn()]
    table(columns, _rows(found, today))


def _rows(found: Iterable[Holding], today: date) -> Iterator[tuple[Cell, ...]]:
    """The held items, under the names of their accounts."""
    where = ""
    for number, each in enumerate(found, 1):
        here = " · ".join(filter(None, (each.account, each.zone)))
        if here != where:
            where = here
            yield "", "", (here, "bold"), "", ""
        what = each.text if each.kind != "account" else "the account"
        key = " ▲ key player" if each.key_player else ""
        due = dates.words(date.fromisoformat(each.due), today) if each.due else ""
        yield str(number), KIND_WORDS[each.kind], f"{what}{key}", due, (each.handle, "dim")


def _print_people(members: Iterable[Member]) -> None:
    numbers = [TableColumn(title, right=True) for title in ("Covers", "Open", "Tests", "Accounts")]
    columns = [TableColumn("Who", "fold"), *numbers, TableColumn("Only contact of", "fold")]
    table(columns, map(_member_cells, members))


def _member_cells(each: Member) -> tuple[Cell, ...]:
    breaks = ", ".join(f"{one.name} ({one.account})" for one in each.breaks)
    numbers = (len(each.covers), each.actions, each.assumptions, len(each.accounts))
    return (each.name, *(str(n or "") for n in numbers), (f"▲ {breaks}" if breaks else "", "bold"))


def _print_covers(member: Member) -> None:
    owned = formats.count(len(member.accounts), "account")
    numbers = f"owns {owned}, {member.actions} open, {member.assumptions} to test"
    paragraph((f"{member.name}: {numbers}", "bold"))
    if not member.covers:
        echo("Covers nobody.")
        return
    table(
        [TableColumn(title, "fold") for title in ("Account", "As", "Covers", "Who is", "")],
        (
            (
                " · ".join(filter(None, (one.account, one.zone))),
                one.role,
                formats.person(one.name, one.title),
                f"{ROLE_WORDS[one.buying_role]}, {judgements.power_words(one.power)}",
                ("▲ only contact" if one.only else "", "bold"),
            )
            for one in member.covers
        ),
    )


COMMANDS: dict[str, click.Command] = {"handover": handover, "people": people}
