"""`list` with its filters, and `search`; both read the index."""

import os
from collections.abc import Iterable
from datetime import date
from typing import Any

import click

from session_tui.cli.arguments import PERSON, day_of
from session_tui.cli.command_context import CommandContext
from session_tui.cli.output import choose_one, echo, print_csv, print_json, width
from session_tui.cli.sessions import account_named, library, print_left_out
from session_tui.cli.table import Cell, Piece, TableColumn, paragraph, table
from session_tui.index.scanner import SessionCard
from session_tui.index.search import SearchHit
from session_tui.model import dates, formats
from session_tui.model.name_keys import name_key
from session_tui.model.vocabulary import OUTCOMES
from session_tui.store import conflict_files, removed_sessions
from session_tui.store.errors import resolve

KEYS = ("id", "account", "zone", "opportunity", "status", "started_at", "outcome", "open_actions", "path", "error")
NO_OWNER = "no account and no action is owned by {}"
HIT_KEYS = ("session_id", "account", "field", "snippet", "score")
_ROOMY = 100  # columns; from here on status and outcome have a column each
_STATES = ("prepared", "live", "held", "cancelled")


@click.command(name="list")
@click.option("--account", metavar="NAME", help="This account; a part of its name is enough.")
@click.option("--zone", metavar="NAME", help="This zone.")
@click.option("--owner", type=PERSON, metavar="NAME", help="Somebody who owns the account, or an action there.")
@click.option("--since", metavar="DATE", help="Begun on this day or later: 2026-11-01, -30d, mon.")
@click.option("--until", metavar="DATE", help="Begun on this day or before.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="Ended with this outcome.")
@click.option("--status", type=click.Choice(_STATES), help="In this state.")
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values.")
@click.option("--limit", type=click.IntRange(min=1), help="At most this many.")
@click.pass_obj
def list_(context: CommandContext, /, as_json: bool, as_csv: bool, limit: int | None, **filters: str | None) -> int:
    """The sessions in the folder, newest first."""
    choose_one(as_json=as_json, as_csv=as_csv)
    with library(context) as index:
        account = account_named(index, filters["account"]) if filters["account"] else None
        if filters["owner"]:
            owners = dict.fromkeys(owner for card in index.cards() for owner in card.owners)
            filters["owner"] = resolve(filters["owner"], owners, NO_OWNER, "session-tui people shows ours.")
        wanted = _filter(filters, context.today)
        cards, beside = [], index.beside
        for card in index.cards(account):
            if wanted(card):
                cards.append(card)
                if limit is not None and len(cards) == limit:
                    break
    if as_json:
        print_json([_data(context, card) for card in cards])
        return 0
    if as_csv:
        print_csv(KEYS, ([_data(context, card)[key] for key in KEYS] for card in cards))
        return 0
    if not cards:
        none = f"No session in {context.sessions} yet. session-tui run ACCOUNT begins one."
        if any(filters.values()):
            none = f"No session in {context.sessions} matches. Use fewer filters."
        elif removed := removed_sessions.removed(context.sessions):
            were = formats.plural(len(removed), "was", "were")
            none = f"{formats.count(len(removed), 'session')} {were} removed: session-tui restore shows them. {none}"
        echo(none, err=True)
        return 0
    _print_cards(cards)
    for card in cards:
        if card.merge:
            echo(f"{card.name}.toml: {card.fault.words if card.fault else ''}", err=True)
    shown = {card.name for card in cards}
    for name, path in conflict_files.beside_files(context.sessions, beside):
        if name in shown:
            do = f"session-tui merge {name} puts both together."
            echo(f"{name}: another version of it is kept in {path.name}. {do}", err=True)
    return 0


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="An array of objects.")
@click.option("--csv", "as_csv", is_flag=True, help="Lines of comma-separated values.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most this many.")
@click.pass_obj
def search(context: CommandContext, words: tuple[str, ...], as_json: bool, as_csv: bool, limit: int) -> int:
    """Sessions in which all WORDS stand, the best first.

    A word may be the beginning of one; "words in quotes" stand together; people:ruth looks in one
    field: account, headline, people, assumptions, actions, decisions, parked, notes.
    """
    from session_tui.index.search import search as look

    choose_one(as_json=as_json, as_csv=as_csv)
    with library(context) as index:
        print_left_out(index)
        hits = list(look(index, " ".join(_quoted(word) for word in words), limit))
    rows = [(h.session.id, h.session.account, h.field, h.snippet, float(f"{h.score:.6g}")) for h in hits]
    if as_json:
        print_json([dict(zip(HIT_KEYS, row, strict=True)) for row in rows])
    elif as_csv:
        print_csv(HIT_KEYS, rows)
    elif not hits:
        echo(f"Nothing found. {_hint(words)}", err=True)
    else:
        _print_hits(hits, context.today)
    return 0


def _hint(words: Iterable[str]) -> str:
    """A hint for a search without results; an unknown field is the most likely reason."""
    from session_tui.index.scanner import FIELDS

    asked = [word.partition(":")[0] for word in words if ":" in word]
    none = next((each for each in asked if each.isalpha() and name_key(each) not in FIELDS), "")
    if none:
        return f"{none}: is not a field; fields are {', '.join(FIELDS)}."
    return "Fewer words, or beginnings of words, find more."


def _filter(filters: dict[str, str | None], today: date) -> Any:
    """The options as a predicate over cards."""
    since, until = (
        day_of(filters[key], f"--{key}", today, dates.read_past, dates.KNOWN_PAST) for key in ("since", "until")
    )
    zone, owner = (name_key(filters[key] or "") for key in ("zone", "owner"))

    def wanted(card: SessionCard) -> bool:
        day = card.started_at.astimezone().date() if card.started_at else None
        return (
            (not zone or zone == name_key(card.zone))
            and (not owner or owner in map(name_key, card.owners))
            and (since is None or (day is not None and day >= since))
            and (until is None or (day is not None and day <= until))
            and filters["outcome"] in (None, card.outcome)
            and filters["status"] in (None, card.status)
        )

    return wanted


def _quoted(word: str) -> str:
    """The words as a query: an argument with spaces is one phrase."""
    return f'"{word}"' if " " in word and ":" not in word else word


def _data(context: CommandContext, card: SessionCard) -> dict[str, Any]:
    path = str(context.sessions / os.fsdecode(card.file))
    if card.fault is not None:
        return dict.fromkeys(KEYS) | {"path": path, "error": card.fault.words}
    started = card.started_at.isoformat() if card.started_at else None
    values = (card.id, card.account, card.zone, card.opportunity, card.status, started, card.outcome, card.open_actions)
    return dict(zip(KEYS, (*values, path, None), strict=True))


def _print_cards(cards: Iterable[SessionCard]) -> None:
    # Ids and short words are never cut, because other commands take the ids; names are cut.
    account, zone = (TableColumn(title, "cut") for title in ("Account", "Zone"))
    columns = [
        TableColumn("Session"),
        account,
        zone,
        TableColumn("Status"),
        TableColumn("Outcome"),
        TableColumn("Open"),
    ]
    roomy = width() >= _ROOMY
    if not roomy:  # without an outcome, the column has the status
        del columns[3]
    table(columns, (_cells(card, roomy=roomy) for card in cards))


def _cells(card: SessionCard, *, roomy: bool) -> tuple[Cell, ...]:
    if card.merge:
        # The id is whole, because `merge` takes it; the sentence stands below the row, where it
        # takes no room from the columns.
        name, account, zone, status, outcome, actions = card.merge, "▲ two versions", "", "to merge", "", ""
    elif card.fault is not None:
        name, account, zone, status, outcome, actions = card.name, f"▲ {card.fault!s}", "", card.standing, "", ""
    else:
        name, account, zone, status = card.name, card.account, card.zone, card.status
        outcome, actions = (card.outcome or "").replace("_", " "), str(card.open_actions or "")
    if roomy:
        return (name, account, zone, status, outcome, actions)
    return (name, account, zone, outcome or status, actions)


def _print_hits(hits: list[SearchHit], today: date) -> None:
    """Print two lines for each session: its row, and the matching text with the matches in
    bold.
    """
    for hit in hits:
        one = hit.session
        when = dates.words(one.started_at.astimezone().date(), today) if one.started_at else one.status
        about = " · ".join(filter(None, (when, one.account, one.zone, one.opportunity)))
        paragraph((one.id, "bold"), f"  {about}", fit="cut")
        pieces: list[Piece] = [(f"{hit.field}: ", "dim")]
        at = 0
        for start, end in hit.marks:
            pieces += [hit.snippet[at:start], (hit.snippet[start:end], "bold")]
            at = end
        paragraph(*pieces, hit.snippet[at:], indent=2)


COMMANDS: dict[str, click.Command] = {"list": list_, "search": search}
